"""Rules of messages as data: checked at import, merged over the shipped ones, written back the same."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from citygrid.messages import events, folder, rules, wording
from citygrid.messages.models import RuleSet
from tests.messages.conftest import NOON

pytestmark = pytest.mark.django_db
DAY = date(2026, 5, 1)


def load(tmp_path: Path, text: str) -> Any:
    (tmp_path / rules.FILE).write_text(text, encoding="utf-8")
    return folder.load(tmp_path, DAY)


def test_the_shipped_rules_are_sound_and_tell_every_event() -> None:
    assert not list(rules.faults(rules.shipped()))
    assert set(rules.shipped()["events"]) == set(events.known())
    for code in events.known():
        previews = wording.preview(code, rules.made(rules.shipped()))
        assert set(previews) == {"zh-hans", "en"}
        assert all(one.title and "{" not in one.title + one.text + one.sms for one in previews.values())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[events.late.zh]\ntext = '{numbre}'", "unknown_placeholder"),
        ("[events.late.zh]\ntext = '{number'", "broken_template"),
        ("[events.late.zh]\ntext = '{number.__class__}'", "broken_template"),
        ("[events.late.zh]\ntext = '{number!r:>9}'", "broken_template"),
        ("[events.late.zh]\nbody = 'x'", "unknown_key"),
        ("[events.late]\nto = ['reporter']", "unknown_recipient"),
        ("[events.late]\nchannels = ['fax']", "unknown_channel"),
        ("[events.late]\ndigest = ['in_app']", "unknown_channel"),
        ("[events.late]\nchannels = 'sms'", "wrong_value"),
        ("[events.late]\nagain = 9999", "wrong_number"),
        ("[events.lateness]\noptional = true", "unknown_event"),
        ("[events]\nlate = 3", "wrong_value"),
        ("[quiet]\nfrom = '25:00'", "wrong_hour"),
        ("[digest]\nat = ['8.30']", "wrong_hour"),
        ("[alarm]\nminutes = 0", "wrong_minutes"),
        ("[noise]\nx = 1", "unknown_key"),
        ("[events.late.zh]\nsms = '" + "长" * 301 + "'", "too_long"),
        ("= 3", "unreadable"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_kept(tmp_path: Path, text: str, code: str) -> None:
    report = load(tmp_path, text)
    assert [problem.code for problem in report.problems] == [code], [str(one) for one in report.problems]
    assert not RuleSet.objects.exists()


def test_a_city_says_only_what_differs_from_a_day_on(tmp_path: Path) -> None:
    assert load(tmp_path, "[events.late]\nchannels = ['sms']\n[events.late.zh]\ntitle = '红灯 {number}'\n").ok
    late = rules.current(NOON).events["late"]
    shipped = rules.made(rules.shipped()).events["late"]
    assert (late.channels, late.words["zh-hans"]["title"]) == (("sms",), "红灯 {number}")
    assert (late.to, late.words["en"]) == (shipped.to, shipped.words["en"])
    assert rules.current(NOON.replace(month=4)).events["late"] == shipped, "not before that day"


def test_written_back_it_is_the_same_and_loads_again(tmp_path: Path) -> None:
    text = (
        "[quiet]\nfrom = '21:00'\nuntil = '06:00'\n[digest]\nat = ['09:00']\n[events.late]\noptional = true\n"
        "again = 5\nto = ['holder', 'role:shift_leader']\n[events.late.zh]\ntitle = '说\"{number}\"\\\\'\n"
        "[events.'case.watched']\noptional = false\n"
    )
    assert load(tmp_path, text).ok
    out = tmp_path / "out"
    folder.dump(out, DAY)
    assert tomllib.loads((out / rules.FILE).read_text()) == tomllib.loads(text)
    assert folder.load(out, DAY).ok and RuleSet.objects.count() == 1


def test_a_folder_without_the_file_says_nothing(tmp_path: Path) -> None:
    load(tmp_path, "[alarm]\nminutes = 5\n")
    (tmp_path / rules.FILE).unlink()
    assert folder.load(tmp_path, date(2026, 6, 1)).ok
    assert rules.current(NOON).alarm.total_seconds() == 300


def test_words_of_a_message_are_no_template() -> None:
    assert wording.fill("{a}", {"a": "{b}{c}"}) == "{b}{c}"
    assert wording.fill("{a}-{missing}", {"a": "x"}) == "x-"

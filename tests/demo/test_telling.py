"""The story in the database: whole, once, resumable, and it passes `verify`."""

from datetime import datetime, timedelta

import pytest
from django.core.management import CommandError, call_command

from citygrid.cases import verifying
from citygrid.cases.models import EntryRow
from citygrid.demo import telling
from citygrid.demo.accounts import lines
from citygrid.demo.models import DemoProgress
from citygrid.media.models import File
from citygrid.trust.models import Redactable
from tests.demo.conftest import UNTIL

SMALL = {"seed": 7, "days": 12, "total": 120}


@pytest.fixture
def small(demo, monkeypatch):
    monkeypatch.setattr(telling, "BATCH", 40)
    telling.start(UNTIL, **SMALL)
    return demo


def stored():
    return EntryRow.objects.count(), Redactable.objects.count()


def test_a_second_run_adds_nothing(small):
    row = telling.tell()
    assert (row.done, row.total) == (120, 120) and row.cases >= 115
    before = stored()
    assert before[0] == row.acts
    telling.start(UNTIL + timedelta(days=3), **SMALL)
    assert telling.tell().done == 120 and stored() == before
    assert telling.progress() is None


def test_what_is_stored_passes_verify(small):
    telling.tell()
    assert list(verifying.verify()) == []


def test_a_story_cut_off_goes_on_where_it_was(small):
    def cut(_: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        telling.tell(say=cut)
    assert telling.progress() == (40, 120)
    assert telling.tell(say=len).done == 120
    whole = stored()
    assert list(verifying.verify()) == []
    # The mark was lost, the cases were not: they are not told twice.
    DemoProgress.objects.update(done=0)
    telling.tell(say=len)
    assert stored() == whole


def test_other_words_for_a_story_begun_are_refused(small):
    with pytest.raises(telling.OtherStory, match="seed 7, not 8"):
        telling.start(UNTIL, seed=8)


def test_the_command_loads_a_part_and_says_so(demo, capsys):
    options = {"first": 15, "total": 60, "days": 5, "until": "2026-11-20T14:30:00+08:00", "only": True}
    call_command("load_demo", **options)
    assert "15 of 60 problems are told" in capsys.readouterr().out
    assert telling.progress() == (15, 60)
    assert DemoProgress.objects.get().until == UNTIL
    with pytest.raises(CommandError, match="not 61"):
        call_command("load_demo", **{**options, "total": 61})


@pytest.mark.parametrize("text", ["yesterday", "2026-11-20T14:30:00"])
def test_a_moment_that_is_none_is_refused(demo, text):
    with pytest.raises(CommandError):
        call_command("load_demo", until=text)
    assert not DemoProgress.objects.exists()


def test_live_numbers_stand_behind_the_story(small):
    telling.tell()
    from citygrid.cases.database import plain
    from citygrid.cases.numbers import numbers
    from citygrid.rulebook.slices import profile_at

    numbers.forget()
    with plain() as connection:
        taken = {numbers.take(connection, kind, profile_at(UNTIL), UNTIL) for kind in ("report", "case")}
        known = connection.execute("select count(*) from cases_number where number = any(%s)", [list(taken)]).fetchone()
    assert known == (0,)


def test_pictures_are_marked_and_shared(small):
    telling.tell()
    files = File.objects.filter(illustration=True)
    assert files.count() == 190 and files.exclude(kind="image").count() == 0


def test_accounts_are_told_one_for_each_role(demo):
    found = lines()
    assert "citygrid-demo" in found[0]
    assert {line.split()[0] for line in found[1:]} >= {"calltaker1", "dispatcher1", "shiftleader1", "collector1"}


def test_the_story_ends_when_it_should(small):
    telling.tell()
    last = EntryRow.objects.order_by("-recorded_at").values_list("recorded_at", flat=True).first()
    assert isinstance(last, datetime) and last < UNTIL


def test_no_story_is_begun_among_other_cases(small):
    telling.tell()
    DemoProgress.objects.all().delete()
    with pytest.raises(telling.OtherStory, match="cases here already"):
        telling.start(UNTIL, **SMALL)


def test_a_story_of_another_edition_stays_as_it_is(small):
    telling.tell(most=40)
    DemoProgress.objects.update(edition="older")
    before = stored()
    row = telling.tell()
    assert (row.done, row.total) == (40, 40) and stored() == before
    assert telling.progress() is None

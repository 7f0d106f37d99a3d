"""An office keeps its templates: a version is checked, tried, used, taken back; and its rules and schedule (S2-39)."""

import io
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from docx import Document

from citygrid.bulletins import folder, making, ordering, rules_kept, scheduling
from citygrid.bulletins.models import OfficeRules, Report, Template
from citygrid.evaluation.asking import zone_at
from citygrid.standards.reports import Report as Checked
from citygrid.web import papers
from tests.bulletins.test_reports import asked, made, quiet
from tests.bulletins.test_templating import document, said
from tests.cases.kept_city import signed_in

pytestmark = pytest.mark.usefixtures("fresh")
OWNER = "evaluator1"
NOW = datetime(2026, 4, 3, 8, 0, tzinfo=UTC)


def sent(content: bytes, act: str = "keep", **words: Any) -> Any:
    file = SimpleUploadedFile("own.docx", content)
    form = {"uid": str(uuid4()), "kind": "month", "lang": "en", "note": "own head", "act": act, "file": file}
    return signed_in(OWNER).post(reverse("bulletins:send_template"), {**form, **words})


def test_the_newest_version_is_used_and_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    quiet(monkeypatch)
    client = signed_in(OWNER)
    assert sent(document("First: {{ title }}")).status_code == 302
    assert sent(document("Second: {{ title }}")).status_code == 302
    first, second = Template.objects.order_by("version")
    report = made(client, NOW)
    assert report.template == second and _text(client, report).startswith("Second: Circular")
    client.post(reverse("bulletins:withdraw_template", args=[second.pk]))
    assert _text(client, made(client, NOW)).startswith("First: Circular")
    assert _text(client, report).startswith("Second: "), "what was made stays"
    page = client.get(reverse("bulletins:templates")).content.decode()
    assert "taken back" in page and "own head" in page and "group" in page
    assert client.get(reverse("bulletins:template_file", args=[first.pk])).content == document_of(first)


def document_of(row: Template) -> bytes:
    return making.template_bytes(row) or b""


def _text(client: Any, report: Report) -> str:
    return said(client.get(reverse("bulletins:file", args=[report.pk, "docx"])).content)


def test_the_same_form_twice_is_one_version() -> None:
    uid = str(uuid4())
    content = document("{{ title }}")
    assert [sent(content, uid=uid).status_code for _ in range(2)] == [302, 302]
    assert Template.objects.count() == 1


def test_a_template_with_faults_is_told_and_not_kept() -> None:
    answer = sent(document("The {{ offise }} informs"))
    assert answer.status_code == 422 and not Template.objects.exists()
    page = answer.content.decode()
    assert "offise" in page and "informs" in page and "own head" in page, "what was typed stays"


def test_a_try_fills_it_with_the_newest_report_and_keeps_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    quiet(monkeypatch)
    answer = sent(document("Try: {{ title }}"), act="try")
    assert answer.status_code == 422 and "no report of this kind yet" in answer.content.decode()
    report = made(signed_in(OWNER), NOW)
    answer = sent(document("Try: {{ title }}"), act="try")
    assert said(answer.content) == f"Try: {report.sheet['title']}"
    assert not Template.objects.exists()


def test_the_shipped_template_can_be_taken_and_sent_back() -> None:
    content = signed_in(OWNER).get(reverse("bulletins:shipped_template", args=["zh"])).content
    assert "{{ title }}" in [one.text for one in Document(io.BytesIO(content)).paragraphs]
    assert sent(content, lang="zh").status_code == 302


def test_rules_are_checked_kept_and_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    quiet(monkeypatch)
    client = signed_in(OWNER)
    address = reverse("bulletins:rules")
    good = 'organ_en = "Office of the city"\nnumber = "No. {serial} of {year}"\nbest = 2\n'
    assert client.post(address, {"text": good}).status_code == 302
    assert client.post(address, {"text": good}).status_code == 302
    assert OfficeRules.objects.count() == 1, "the same again changes nothing"
    first, second = made(client, NOW), made(client, NOW)
    year = first.heading["day"][:4]
    assert first.sheet["organ"] == "Office of the city"
    assert [first.sheet["number"], second.sheet["number"]] == [f"No. 1 of {year}", f"No. 2 of {year}"]
    assert rules_kept.current().best == 2


@pytest.mark.parametrize(
    ("text", "word"),
    [("best = 0", "between 1 and 10"), ("x = 1", "no setting"), ("organ = 1", "text in quotes"), ("a =", "not TOML"),
     ('number = "{day}"', "in braces"), ('number = "{year.real}"', "in braces"), ("totals = 1", "list"),
     ('number = "{serial:999999999}"', "in braces"), ('number = "{serial:{year}}"', "in braces"),
     ("# " + "x" * 20_000, "At most"),
     ("best = true", "whole number"), ("[[schedule]]\nkey = 'a'\nkind = 'week'", "one of"),
     ("[[schedule]]\nkey = 'a'\nkind = 'month'\nschemes = []", "list"),
     ("[[schedule]]\nkey = 'a'\nkind = 'month'\nschemes = ['x']\nday = 0\nhour = 3", "between 1 and 31"),
     ("[[schedule]]\nkey = '" + "x" * 61 + "'\nkind = 'month'\nschemes = ['x']\nday = 1\nhour = 3", "at most 60"),
     (2 * "[[schedule]]\nkey = 'a'\nkind = 'month'\nschemes = ['x']\nday = 1\nhour = 3\n", "Two schedules")],
)  # fmt: skip
def test_wrong_rules_are_told_and_not_kept(text: str, word: str) -> None:
    answer = signed_in(OWNER).post(reverse("bulletins:rules"), {"text": text})
    assert answer.status_code == 422 and word in answer.content.decode()
    assert not OfficeRules.objects.exists()


MONTHLY = {"key": "monthly", "kind": "month", "schemes": ["department"], "day": 3, "hour": 9, "lang": "zh"}
SCHEDULE = {"schedule": [MONTHLY]}


@pytest.mark.parametrize(
    ("at", "owed"),
    [("2026-04-02T23:59", False), ("2026-04-03T08:59", False), ("2026-04-03T09:00", True), ("2026-04-30T23:59", True)],
)
def test_a_schedule_is_owed_from_its_day_and_hour_of_the_city_on(at: str, owed: bool) -> None:
    rules_kept.keep(SCHEDULE, NOW, None)
    now = datetime.fromisoformat(at).replace(tzinfo=zone_at(NOW))
    found = scheduling.owed(rules_kept.current(), now)
    assert [(one.key, span.first) for one, span in found] == ([("monthly", date(2026, 3, 1))] if owed else [])


def test_a_schedule_asks_once_for_the_whole_city() -> None:
    rules_kept.keep(SCHEDULE, NOW, None)
    (report,) = scheduling.follow(rules_kept.current(), NOW)
    assert (report.everything, report.seat, report.schedule, report.first) == (True, None, "monthly", date(2026, 3, 1))
    assert scheduling.follow(rules_kept.current(), NOW) == []


def test_after_the_freeze_waits_for_the_freeze(monkeypatch: pytest.MonkeyPatch) -> None:
    rules_kept.keep({"schedule": [{**MONTHLY, "after_freeze": True}]}, NOW, None)
    assert scheduling.owed(rules_kept.current(), NOW) == []
    monkeypatch.setattr(scheduling, "frozen", lambda code, span: code == "department")
    assert [one.key for one, _span in scheduling.owed(rules_kept.current(), NOW)] == ["monthly"]


def test_rules_and_templates_travel_with_the_folder(tmp_path: Path) -> None:
    rules_kept.keep({"organ": "“甲”\n办", "best": 2, **SCHEDULE}, NOW, None)
    sent(document("Own: {{ title }}"))
    folder.dump(tmp_path, date(2026, 4, 3))
    own = rules_kept.own()
    OfficeRules.objects.all().delete()
    Template.objects.all().delete()
    assert folder.load(tmp_path, date(2026, 4, 3)).ok
    assert rules_kept.own() == own
    row = ordering.template_of("month", "en")
    assert row is not None and said(document_of(row)) == "Own: {{ title }}"
    assert folder.load(tmp_path, date(2026, 4, 3)).ok and Template.objects.count() == 1, "the same again"
    (tmp_path / "bulletins" / "year_zh.docx").write_bytes(document("{{ x }}"))
    (tmp_path / "bulletins.toml").write_text("best = 0")
    report: Checked = folder.load(tmp_path, date(2026, 4, 3))
    assert sorted(one.code for one in report.problems) == ["out_of_range", "unknown_field"]


def test_the_command_writes_word_pdf_and_the_texts(tmp_path: Path) -> None:
    call_command("bulletin", "--period", "2026-03", "--scheme", "department", "--to", str(tmp_path), "--lang", "en")
    assert sorted(one.suffix for one in tmp_path.iterdir()) == [".docx", ".json", ".pdf"]
    call_command("bulletin", "--shipped-template", "--to", str(tmp_path))
    assert (tmp_path / "bulletin_template_zh.docx").stat().st_size > 10_000


def test_asking_needs_no_font_but_making_tells_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    quiet(monkeypatch)
    monkeypatch.setattr(papers, "CHINESE", ())
    answer = asked(signed_in(OWNER), lang="zh")
    report = Report.objects.get(pk=answer.headers["Location"].split("/")[-2])
    making.make(report.pk, NOW)
    report.refresh_from_db()
    assert (report.state, report.code) == ("failed", "no_chinese_font")

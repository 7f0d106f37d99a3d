"""The organization as a workbook: out, changed by hand, looked at, written; and what does not come in (issue 4)."""

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from citygrid.organization import proposing, state
from citygrid.organization.files import BODIES
from citygrid.organization.models import Body, Desk, Member, Person, Post, Relation, Seat, SentWorkbook, UnitRecord
from citygrid.organization.workbooks import sent_workbooks, workbook_reading
from citygrid.standards.reports import Report
from citygrid.tabular import TableError
from citygrid.trust.models import AuditRecord

from .conftest import DAY
from .workbooks import add, apply, codes, content, exported, page, put, row_of, send, signed_in, whats

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standing", "cheap_passwords")]


@pytest.fixture
def administrator(settings: Any) -> Client:
    """Keeps the structure and the accounts; gives no posts."""
    settings.LANGUAGE_CODE = "en"
    return signed_in("admin1")


@pytest.fixture
def security(settings: Any) -> Client:
    """Gives posts; keeps nothing else."""
    settings.LANGUAGE_CODE = "en"
    return signed_in("security1")


def counted() -> list[int]:
    models = (Body, Post, Person, Seat, Relation, UnitRecord, Member, Desk)
    return [model.objects.count() for model in models]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_was_exported_changes_nothing(administrator: Client, language: str) -> None:
    before = counted()
    sent = send(administrator, content(exported(language=language)), complete=True)
    assert isinstance(sent, SentWorkbook)
    html = page(administrator, sent)
    assert not codes(html) and not whats(html)
    assert counted() == before


def test_the_download_holds_text_and_no_secret(administrator: Client) -> None:
    Person.objects.filter(login="office1").update(name="=1+1")
    answer = administrator.get("/organization/workbook/export.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert "=1+1" in {cell.value for cell in cells}
    assert not any("pbkdf2" in str(cell.value) or "md5$" in str(cell.value) for cell in cells)
    assert AuditRecord.objects.filter(act="export_organization").exists()


def test_rows_are_made_changed_and_ended_only_when_told_to(administrator: Client) -> None:
    book = exported()
    put(book["Bodies"], row_of(book["Bodies"], "water"), "Name", "赭石市供水公司")
    add(book["Bodies"], Code="lamps", Name="赭石路灯所", Kind="Works division", Side="handling", Level="city",
        Body_above="dept", Areas="990102，990101")  # fmt: skip
    add(book["Posts"], Code="lamps_desk", Name="路灯受理岗", Body="lamps", Role="unit_desk")
    add(book["People"], Login="lamp.keeper", Name="灯火")
    book["Hotline seats"].delete_rows(row_of(book["Hotline seats"], "centre_east", "1"))
    book["Extensions"].delete_rows(row_of(book["Extensions"], "centre_east", "611"))
    sent = send(administrator, content(book), complete=True)
    assert isinstance(sent, SentWorkbook)
    html = page(administrator, sent)
    assert sorted(whats(html)) == ["changed", "ended", "ended", "made", "made", "made"]
    assert "赭石自来水公司" in html and "赭石市供水公司" in html
    assert not Body.objects.filter(code="lamps").exists()
    assert apply(administrator, sent, html).status_code == 302
    lamps = Body.objects.get(code="lamps")
    assert (lamps.parent.code if lamps.parent else "", lamps.areas, lamps.kind) == (
        "dept",
        ["990101", "990102"],
        "unit",
    )
    assert Body.objects.get(code="water").name == "赭石市供水公司"
    keeper = Person.objects.get(login="lamp.keeper")
    assert not keeper.has_usable_password()
    assert keeper.pinyin == "deng huo"
    assert not Desk.objects.get(body__code="centre_east", number="1").active
    sent.refresh_from_db()
    assert sent.closed_at is not None and bytes(sent.content) == b""
    line = AuditRecord.objects.get(act="import_organization")
    assert line.params["source"] == sent.sha256
    assert "灯火" not in str(list(AuditRecord.objects.values_list("params", flat=True)))


def test_the_same_file_twice_changes_nothing(administrator: Client) -> None:
    book = exported()
    put(book["Bodies"], row_of(book["Bodies"], "water"), "Short name", "供水")
    data = content(book)
    first = send(administrator, data)
    assert isinstance(first, SentWorkbook)
    apply(administrator, first, page(administrator, first))
    again = send(administrator, data)
    assert isinstance(again, SentWorkbook)
    assert not whats(page(administrator, again))


def test_without_the_tick_missing_rows_stay(administrator: Client) -> None:
    book = exported()
    book["Bodies"].delete_rows(row_of(book["Bodies"], "power"))
    sent = send(administrator, content(book))
    assert isinstance(sent, SentWorkbook)
    assert not whats(page(administrator, sent))


def test_a_column_that_is_not_there_is_left_alone(administrator: Client) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "机构"
    sheet.append(["代码", "名称"])
    sheet.append(["water", "新自来水公司"])
    sent = send(administrator, content(book))
    assert isinstance(sent, SentWorkbook)
    html = page(administrator, sent)
    assert whats(html) == ["changed"] and not codes(html)
    apply(administrator, sent, html)
    water = Body.objects.get(code="water")
    assert (water.name, water.name_en, water.side) == ("新自来水公司", "Zheshi Water", "handling")


def test_one_administrator_does_not_do_the_others_work(administrator: Client, security: Client) -> None:
    """三员分立: a workbook that makes a post and gives it is done by two people."""
    book = exported()
    add(book["Posts"], Code="water_night", Name="自来水夜班", Body="water", Role="worker")
    add(book["Posts held"], Login="water_worker", Post="water_night")
    sent = send(administrator, content(book))
    assert isinstance(sent, SentWorkbook)
    html = page(administrator, sent)
    assert "give posts to people" in html
    assert apply(administrator, sent, html).status_code == 302
    assert Post.objects.filter(code="water_night", active=True).exists()
    assert not Seat.objects.filter(post__code="water_night").exists()
    html = page(security, sent)
    assert whats(html) == ["made"]
    apply(security, sent, html)
    seat = Seat.objects.get(post__code="water_night")
    assert seat.person.login == "water_worker"
    assert AuditRecord.objects.filter(act="assign_post", subject_id=str(seat.person_id)).exists()


def test_nobody_gives_a_post_to_themselves_by_workbook(security: Client) -> None:
    book = exported()
    add(book["Posts held"], Login="security1", Post="calltaker")
    sent = send(security, content(book))
    assert isinstance(sent, SentWorkbook)
    assert "own_post" in codes(page(security, sent))
    mark = str(proposing.propose(proposing.Wish({}), DAY).mark)
    answer = security.post(f"/organization/workbook/{sent.pk}/apply/", {"act": "apply", "mark": mark})
    assert answer.status_code == 422
    assert not Seat.objects.filter(person__login="security1", post__code="calltaker").exists()


def test_a_preview_that_is_old_is_refused(administrator: Client) -> None:
    book = exported()
    put(book["Bodies"], row_of(book["Bodies"], "water"), "Short name", "供水")
    sent = send(administrator, content(book))
    assert isinstance(sent, SentWorkbook)
    html = page(administrator, sent)
    power = Body.objects.get(code="power")
    power.short_name = "电"
    power.save()
    answer = apply(administrator, sent, html)
    assert answer.status_code == 409
    assert Body.objects.get(code="water").short_name == "自来水"
    text = answer.content.decode()
    assert apply(administrator, sent, text).status_code == 302  # the page has looked anew
    assert Body.objects.get(code="water").short_name == "供水"


def bodies(book: openpyxl.Workbook, code: str, **cells: Any) -> None:
    for column, value in cells.items():
        put(book["Bodies"], row_of(book["Bodies"], code), column.replace("_", " "), value)


BAD: list[tuple[str, Callable[[openpyxl.Workbook], Any], str]] = [
    ("unknown parent", lambda book: bodies(book, "water", Body_above="nowhere"), "unknown_parent"),
    ("a circle", lambda book: bodies(book, "gov", Body_above="centre_east"), "circle"),
    ("side mixed", lambda book: bodies(book, "water", Side="监督"), "side_not_of_kind"),
    (
        "a side that breaks posts",
        lambda book: bodies(book, "collect", Kind="专业处", Side="处置"),
        "handling_post_judges",
    ),
    ("no side", lambda book: bodies(book, "water", Side="sideways"), "not_allowed"),
    ("an unknown kind", lambda book: bodies(book, "water", Kind="wizards"), "unknown_kind"),
    ("a date as a word", lambda book: bodies(book, "water", In_being_from="next spring"), "not_a_date"),
    (
        "an end before its beginning",
        lambda book: bodies(book, "water", In_being_from="2026/5/1", In_being_until="2026年4月1日"),
        "ends_before_it_begins",
    ),
    ("too long", lambda book: bodies(book, "water", Name="水" * 101), "too_long"),
    ("not an address", lambda book: bodies(book, "water", Partner_address="javascript:alert(1)"), "not_an_address"),
    (
        "twice",
        lambda book: add(book["Bodies"], Code="water", Name="x", Kind="unit", Side="handling", Level="city"),
        "twice",
    ),
    (
        "a code with a blank",
        lambda book: add(book["Bodies"], Code="a b", Name="x", Kind="unit", Side="handling", Level="city"),
        "bad_code",
    ),
    (
        "a code of a page",
        lambda book: add(book["Bodies"], Code="roles", Name="x", Kind="unit", Side="handling", Level="city"),
        "reserved_code",
    ),
    (
        "a post of nobody",
        lambda book: add(book["Posts"], Code="p", Name="p", Body="nowhere", Role="worker"),
        "unknown_body",
    ),
    (
        "judging among handlers",
        lambda book: add(book["Posts"], Code="p", Name="p", Body="water", Role="collector"),
        "handling_post_judges",
    ),
    (
        "who handles judges",
        lambda book: add(book["Posts held"], Login="water_worker", Post="shift"),
        "handles_and_judges",
    ),
    ("a login that is none", lambda book: add(book["People"], Login="Ä ö", Name="x"), "bad_login"),
    (
        "a supervisor that handles",
        lambda book: add(book["Relations"], Kind="supervises", Body="water", Other_body="power"),
        "sides_mixed",
    ),
    (
        "a member of a water company",
        lambda book: add(
            book["Commission members"], Body="water", Name="x", Part_in_the_commission="chair", From="2026-01-01"
        ),
        "not_a_commission",
    ),
    (
        "a hotline at the water company",
        lambda book: add(book["Hotline seats"], Body="water", Number="1", Kind="calls"),
        "not_a_centre",
    ),
    (
        "an extension of another's post",
        lambda book: add(book["Extensions"], Body="centre", Number="699", Post="power_desk"),
        "post_not_of_centre",
    ),
    ("a formula without a result", lambda book: bodies(book, "water", Name="=A1"), "formula_empty"),
    ("a sheet of its own", lambda book: book.create_sheet("Notes").append(["a", "b"]), "unknown_sheet"),
    ("a column of its own", lambda book: book["Bodies"].cell(1, 20, "Colour"), "unknown_column"),
    ("no column of the key", lambda book: book["Bodies"].cell(1, 1, "Name (2)"), "missing_column"),
]


@pytest.mark.parametrize(("edit", "code"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_what_is_wrong_is_told_with_sheet_row_and_column_and_nothing_is_written(
    administrator: Client, edit: Callable[[openpyxl.Workbook], Any], code: str
) -> None:
    book = exported()
    edit(book)
    before = counted()
    sent = send(administrator, content(book))
    assert isinstance(sent, SentWorkbook)
    html = page(administrator, sent)
    assert code in codes(html)
    assert "%(" not in html
    assert 'value="apply"' not in html
    mark = str(proposing.propose(proposing.Wish({}), DAY).mark)
    administrator.post(f"/organization/workbook/{sent.pk}/apply/", {"act": "apply", "mark": mark})
    assert counted() == before


def test_a_fault_says_where_it_stands(administrator: Client) -> None:
    book = exported()
    bodies(book, "water", Body_above="nowhere")
    sent = send(administrator, content(book))
    assert isinstance(sent, SentWorkbook)
    report = sent_workbooks.proposal(sent, DAY, None).report
    assert [(one.file, one.line, one.field) for one in report.problems] == [
        (BODIES, row_of(book["Bodies"], "water"), "parent")
    ]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.xlsx", b"", "empty"),
        ("a.xlsx", b"PK\x03\x04 and nothing", "damaged"),
        ("a.xlsx", b"code,name\nx,y\n", "what its name says"),
        ("a.csv", b"code,name\nx,y\n", "no workbook"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0 old", "old Excel"),
    ],
)
def test_what_is_no_workbook_is_refused(administrator: Client, name: str, data: bytes, words: str) -> None:
    refused = send(administrator, data, name=name)
    assert isinstance(refused, str)
    assert words in refused
    assert not SentWorkbook.objects.exists()


def test_fifty_thousand_rows_are_read_and_more_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def workbook(rows: int) -> Path:
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet("Bodies")
        sheet.append(["Code", "Name", "Kind", "Side", "Level", "Body above"])
        for number in range(rows):  # each below the one before but a hundred: a deep tree, and at its end a circle
            above = f"b{number - 1}" if number % 500 else f"b{min(number + 499, rows - 1)}" if number == 500 else "gov"
            sheet.append([f"b{number}", f"机构{number}", "unit", "handling", "street", above])
        path = tmp_path / f"{rows}.xlsx"
        book.save(path)
        return path

    report = Report()
    path = workbook(workbook_reading.MOST_ROWS)
    rows = workbook_reading.read(path, report)
    assert report.ok and len(rows[BODIES]) == workbook_reading.MOST_ROWS
    found = proposing.propose(proposing.Wish(rows), DAY)
    assert {one.code for one in found.report.problems} == {"circle"}
    assert len(found.report.problems) == 500
    monkeypatch.setattr(workbook_reading, "MOST_ROWS", len(rows[BODIES]) - 1)
    with pytest.raises(TableError) as refused:
        workbook_reading.read(path, Report())
    assert refused.value.code == "too_many_rows"


@pytest.mark.parametrize("login", ["calltaker1", "water_worker", "leader1", "steward1", "auditor1"])
def test_strangers_neither_send_nor_look(administrator: Client, login: str) -> None:
    sent = send(administrator, content(exported()))
    assert isinstance(sent, SentWorkbook)
    client = signed_in(login)
    for path in ("/organization/workbook/", f"/organization/workbook/{sent.pk}/"):
        assert client.get(path).status_code == 403
    assert client.post(f"/organization/workbook/{sent.pk}/apply/", {"act": "close"}).status_code == 403
    expected = 200 if login == "auditor1" else 403
    assert client.get("/organization/workbook/export.xlsx").status_code == expected


def test_a_workbook_that_is_given_up_keeps_no_names(administrator: Client) -> None:
    book = exported()
    add(book["People"], Login="lamp.keeper", Name="灯火")
    sent = send(administrator, content(book))
    assert isinstance(sent, SentWorkbook)
    administrator.post(f"/organization/workbook/{sent.pk}/apply/", {"act": "close"})
    sent.refresh_from_db()
    assert bytes(sent.content) == b"" and sent.applied_at is None
    assert not Person.objects.filter(login="lamp.keeper").exists()


def test_the_command_does_the_same(tmp_path: Path) -> None:
    path, out = tmp_path / "organization.xlsx", io.StringIO()
    call_command("organization", "export", str(path), stdout=out)
    call_command("organization", "import", str(path), "--complete", stdout=out)
    assert "written: 0 rows" in out.getvalue()
    book = openpyxl.load_workbook(path)
    book["任职"].append(["water_worker", "power_worker"])
    book.save(path)
    call_command("organization", "import", str(path), "--dry-run", stdout=out)
    assert not Seat.objects.filter(person__login="water_worker", post__code="power_worker").exists()
    call_command("organization", "import", str(path), stdout=out)
    assert Seat.objects.filter(person__login="water_worker", post__code="power_worker", until=None).exists()
    book["任职"].append(["water_worker", "shift"])
    book.save(path)
    with pytest.raises(CommandError, match="nothing was kept"):
        call_command("organization", "import", str(path), stdout=out, stderr=out)
    assert "handles_and_judges" in out.getvalue()


def test_a_day_on_which_nothing_holds_yet(second: Path) -> None:
    """A state of another day has the bodies of that day."""
    Body.objects.filter(code="water").update(active_until=date(2026, 6, 1))
    assert "water" in {line["code"] for line in state.current(date(2026, 5, 31)).bodies}
    assert "water" not in {line["code"] for line in state.current(date(2026, 6, 1)).bodies}

"""采集公司月度结算: counted, objected to line by line, settled by a second person, frozen; versions differ openly."""

import io
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import openpyxl
import pytest

from citygrid.collection.models import PriceList, Statement, StatementLine
from citygrid.collection.teams import statement_files, statements
from citygrid.organization.models import Body
from citygrid.process.refusal import Refusal
from tests.collection.crews import on_shift

LINES = [
    {"code": "filed", "measure": "filed", "price": "2.50", "name": "立案上报", "name_en": "Filed report"},
    {"code": "check", "measure": "checks", "price": "1.20", "name": "核查", "name_en": "Check"},
    {"code": "void", "measure": "void", "price": "-5.00", "name": "无效上报", "name_en": "Void report", "free": 1},
    {"code": "slow", "measure": "on_time_share", "price": "-30.00", "below": "90", "name": "核查不及时"},
    {"code": "base", "measure": "month", "price": "1000.00", "name": "基础服务费"},
]
MAKER, SETTLER, CONTRACTOR = "evaluator1", "office1", "contractor1"


@pytest.fixture
def month(world):
    """March of the second city: two filed, one checked in time, two refused; it is the fifth of April."""
    on_shift()
    PriceList.objects.create(since=date(2026, 1, 1), currency="CNY", objection_days=5, lines=LINES)
    world.checked()
    world.filed(where=("111.0165000", "30.0005000"))
    for where in ("111.0175000", "111.0185000"):
        case = world.report(where=(where, "30.0005000"))
        world.do("calltaker1", case, "refuse", reason="不在范围")
    world.now += timedelta(days=35)
    return world


def draft(world, login=MAKER, text="2026-03", reason=""):
    return statements.draft(Body.objects.get(code="collect"), text, world.who(login), world.now, reason)


def settled(world):
    made = draft(world)
    statements.agree(made.pk, world.who(CONTRACTOR), world.now)
    return statements.settle(made.pk, made.total, world.who(SETTLER), world.now)


def line(made, code):
    return made.lines.get(code=code)


def test_the_month_is_counted_and_every_number_has_its_list(month):
    made = draft(month)
    found = {(one.person.login if one.person else "", one.code): one for one in made.lines.all()}
    assert {key: one.number for key, one in found.items()} == {
        ("", "base"): 1, ("collector3", "filed"): 2, ("collector3", "void"): 1, ("collector4", "check"): 1,
    }  # fmt: skip
    assert made.total == Decimal("1000.00") + Decimal("5.00") - Decimal("5.00") + Decimal("1.20")
    assert len(found["collector3", "filed"].behind) == 2
    assert len(found["collector3", "void"].behind) == 2, "one of the two is free"


def test_a_share_below_its_bound_is_taken_off(month):
    case = month.handling(where=("111.0125000", "30.0005000"))
    month.do("west_sanitation_desk", case, "feed_back", media=[month.photo(7), month.photo(8)], culprit="unknown")
    month.do("calltaker1", case, "send_check", person=month.person("collector4"))
    month.do("collector4", case, "check", minutes=60 * 30, result="fixed", media=[month.photo(9)])
    month.now += timedelta(days=30)
    made = draft(month, text="2026-04")
    slow = line(made, "slow")
    assert (slow.person.login, slow.number, slow.amount, len(slow.behind)) == ("collector4", 1, -30, 1)


def test_a_month_that_is_not_over_is_not_counted(month):
    assert draft(month, text="2026-04").code == "not_over"
    assert draft(month, text="2025-11").code == "no_prices"
    assert draft(month) and draft(month).code == "open_already"


def test_the_contractor_objects_to_a_line_and_gets_it(month):
    made = draft(month)
    who, filed = month.who(CONTRACTOR), line(made, "filed")
    one = statements.object_to(filed.pk, _id(1), "3", "漏计一件", who, month.now)
    assert one == statements.object_to(filed.pk, _id(1), "3", "漏计一件", who, month.now), "twice is once"
    assert statements.object_to(filed.pk, _id(2), "4", "又一件", who, month.now).code == "objected"
    assert statements.agree(made.pk, who, month.now).code == "objections_open"
    refused = statements.settle(made.pk, made.total, month.who(SETTLER), month.now)
    assert refused.code == "objections_open"
    statements.answer(one.pk, True, "核实无误", month.who(MAKER), month.now)
    filed.refresh_from_db()
    made.refresh_from_db()
    assert (filed.counted, filed.number, filed.amount) == (2, 3, Decimal("7.50"))
    assert made.total == sum(made.lines.values_list("amount", flat=True))


@pytest.mark.parametrize(
    ("wanted", "reason", "days", "code"),
    [("x", "因为", 0, "bad_number"), ("2.345", "因为", 0, "bad_number"), ("-1", "因为", 0, "bad_number"),
     ("2", "因为", 0, "same_number"), ("3", " ", 0, "no_reason"), ("3", "因为", 6, "too_late")],
)  # fmt: skip
def test_bad_objections_are_refused(month, wanted, reason, days, code):
    made = draft(month)
    at = month.now + timedelta(days=days)
    refused = statements.object_to(line(made, "filed").pk, _id(1), wanted, reason, month.who(CONTRACTOR), at)
    assert isinstance(refused, Refusal) and refused.code == code


def test_a_second_person_settles_and_only_what_was_looked_at(month):
    made = draft(month, SETTLER)
    assert statements.settle(made.pk, made.total, month.who(SETTLER), month.now).code == "same_person"
    statements.drop(made.pk, month.who(SETTLER), month.now)
    made = draft(month)
    assert made.version == 2
    assert statements.settle(made.pk, made.total, month.who(SETTLER), month.now).code == "not_agreed"
    statements.agree(made.pk, month.who(CONTRACTOR), month.now)
    assert statements.settle(made.pk, made.total + 1, month.who(SETTLER), month.now).code == "changed"
    done = statements.settle(made.pk, made.total, month.who(SETTLER), month.now)
    assert done.state == Statement.State.SETTLED and statements.genuine(done)
    assert statements.settle(made.pk, made.total, month.who(SETTLER), month.now) == done, "twice is once"


def test_without_an_answer_it_is_settled_when_the_days_are_over(month):
    made = draft(month)
    done = statements.settle(made.pk, made.total, month.who(SETTLER), month.now + timedelta(days=5))
    assert isinstance(done, Statement)


def test_what_is_settled_never_changes_and_a_change_is_seen(month):
    made = settled(month)
    who = month.who(CONTRACTOR)
    assert statements.object_to(line(made, "filed").pk, _id(1), "9", "因为", who, month.now).code == "not_open"
    assert statements.drop(made.pk, month.who(MAKER), month.now).code == "not_open"
    assert draft(month).code == "settled_already"
    StatementLine.objects.filter(pk=line(made, "filed").pk).update(amount=Decimal("500.00"))
    assert not statements.genuine(Statement.objects.get(pk=made.pk))


def test_a_correction_is_a_new_version_that_says_what_differs(month):
    first = settled(month)
    case = first.lines.get(code="void").behind[0][0]
    again = draft(month, reason="一件重新立案")
    assert again.version == 2 and case
    StatementLine.objects.filter(statement=again, code="void").delete()
    again.refresh_from_db()
    person = month.person("collector3")
    assert statements.differences(again) == [(person, "void", Decimal("-5.00"), Decimal(0))]
    assert statements.genuine(Statement.objects.get(pk=first.pk)), "the first stays as it was"


def test_the_workbook_computes_what_the_statement_says(month):
    made = settled(month)
    book = openpyxl.load_workbook(io.BytesIO(statement_files.kept(made, "xlsx")))
    sheet, lists = book.worksheets
    rows = [row for row in sheet.iter_rows(min_row=4, values_only=True) if str(row[5] or "").startswith("=ROUND")]
    assert len(rows) == made.lines.count()
    assert sum(Decimal(str(row[3])) * Decimal(str(row[4])) for row in rows) == made.total
    assert any(str(row[5] or "").startswith("=SUM(F4") for row in sheet.iter_rows(min_row=4, values_only=True))
    assert lists.max_row - 1 == sum(len(one.behind) for one in made.lines.all())
    assert statement_files.kept(made, "pdf").startswith(b"%PDF")


def test_who_may_see_what(month, sign):
    """Owner: the contractor. Colleague: the maker and the settler. Stranger: a unit, a collector, another centre."""
    made = draft(month)
    address = f"/collection/statements/{made.pk}/"
    filed = f"{address}lines/{line(made, 'filed').pk}/"
    for login in (CONTRACTOR, MAKER, SETTLER):
        client = sign(login)
        assert client.get("/collection/statements/").status_code == 200
        assert client.get(address).status_code == 200 and client.get(filed).status_code == 200
    for login in ("west_sanitation_desk", "collector3", "teamlead1", "calltaker1"):
        assert sign(login, "west_sanitation_desk" if login.startswith("west") else None).get(address).status_code == 403
    Statement.objects.filter(pk=made.pk).update(body=Body.objects.get(code="centre"))
    assert sign(CONTRACTOR).get(address).status_code == 404


def test_the_whole_course_at_the_pages(month, sign):
    maker, contractor, settler = sign(MAKER), sign(CONTRACTOR), sign(SETTLER)
    body = Body.objects.get(code="collect")
    maker.post("/collection/statements/", {"body": body.pk, "month": "2026-03"})
    made = Statement.objects.get()
    address = f"/collection/statements/{made.pk}/"
    assert sign(CONTRACTOR).post("/collection/statements/", {"body": body.pk, "month": "2026-02"}).status_code == 403
    filed = f"{address}lines/{line(made, 'filed').pk}/"
    assert maker.post(filed, {"wanted": "3", "reason": "x"}).status_code == 403, "only the contractor objects"
    wrong = contractor.post(filed, {"id": str(_id(5)), "wanted": "drei", "reason": "漏计"})
    assert wrong.status_code == 422 and "漏计" in wrong.text, "what was typed is kept"
    contractor.post(filed, {"id": str(_id(5)), "wanted": "3", "reason": "漏计"})
    assert (
        contractor.post(f"{address}answer/", {"objection": str(_id(5)), "grant": "yes", "words": "好"}).status_code
        == 403
    )
    maker.post(f"{address}answer/", {"objection": str(_id(5)), "grant": "no", "words": "已核对"})
    assert contractor.post(f"{address}settle/", {"total": str(made.total)}).status_code == 403
    contractor.post(f"{address}agree/")
    assert "已核对" in contractor.get(address).text
    assert contractor.get(f"{address}file.pdf").status_code == 404
    settler.post(f"{address}settle/", {"total": str(made.total)})
    made.refresh_from_db()
    assert made.state == Statement.State.SETTLED
    paper = contractor.get(f"{address}file.pdf")
    assert paper.content.startswith(b"%PDF") and "attachment" in paper["Content-Disposition"]
    assert made.digest in settler.get(address).text


def _id(number):
    return UUID(int=number)

"""工作定额: versions by day, the narrowest subject first; what was done against it (S2-29); the city folder."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from citygrid.collection.models import PriceList, Quota
from citygrid.collection.teams import folder_part, prices, quotas, spans, workload
from citygrid.collection.teams.quotas import Book, Row
from citygrid.demo.folder import FOLDER as DEMO
from citygrid.organization.models import Body, Post
from citygrid.standards.reports import Report
from tests.collection.crews import on_shift

CITY, TEAM, POST = None, 7, 70
DAY = date(2026, 3, 1)


def book(*rows):
    return Book([Row(*row) for row in rows], {TEAM: [TEAM, 3], 8: [8, 3]})


def test_the_narrowest_and_newest_holds():
    found = book(
        (DAY, CITY, None, "reports", Decimal(5)),
        (DAY, 3, None, "reports", Decimal(6)),
        (DAY + timedelta(days=10), TEAM, None, "reports", Decimal(7)),
        (DAY + timedelta(days=20), None, POST, "reports", Decimal(8)),
        (DAY + timedelta(days=30), None, POST, "reports", None),
    )

    def on(days, post=POST, body=TEAM):
        return found.on(DAY + timedelta(days=days), post, body, "reports")

    assert on(-1) is None
    assert [on(0), on(10), on(20)] == [6, 7, 8]
    assert on(30) is None, "ended for this post, whatever its body has"
    assert on(10, post=71, body=8) == 6 and on(10, post=71, body=99) == 5
    assert found.on(DAY, POST, TEAM, "tasks") is None


def test_daily_quotas_add_up_over_the_versions_of_the_days_worked():
    found = book((DAY, CITY, None, "reports", Decimal(5)), (DAY + timedelta(days=2), CITY, None, "reports", Decimal(8)))
    days = [DAY + timedelta(days=n) for n in (-1, 0, 1, 2)]
    assert found.owed(days, POST, TEAM, "reports") == 5 + 5 + 8
    assert found.owed([], POST, TEAM, "reports") is None


def test_a_share_of_nothing_is_no_share():
    assert quotas.actual("on_time_share", {}, None) is None
    assert quotas.actual("on_time_share", {"tasks": 3, "tasks_on_time": 2}, None) == Decimal("66.7")
    assert quotas.actual("reports", {}, None) == 0


def test_the_month_of_a_team_against_its_quota(world):
    """The team's daily quotas add up; of a share the whole is compared."""
    on_shift()
    Quota.objects.create(since=date(2026, 1, 1), measure="reports", amount=Decimal(2))
    Quota.objects.create(since=date(2026, 1, 1), measure="filed_share", amount=Decimal(90))
    world.filed()
    world.report(where=("111.0165000", "30.0005000"))
    lead = world.who("teamlead1").scope
    found = workload.workload(lead, spans.month_of(None, world.now), world.now, "Asia/Urumqi")
    ((team, people),) = found.teams
    mine = next(one for one in people if one.person == world.person("collector3"))
    assert (mine.days, mine.against["reports"].actual, mine.against["reports"].quota) == (1, 2, 2)
    assert mine.against["filed_share"].actual == 50 and mine.against["filed_share"].short
    assert team.against["reports"].quota == 8, "four on a shift, two each"
    assert team.against["reports"].percent == 25
    table = workload.table(found)
    assert len(table) == len(people) + 1 and all(len(row) == len(workload.columns()) for row in table)


def test_pages_and_files_for_who_may_see_them(world, sign):
    on_shift()
    world.report()
    client = sign("contractor1")
    page = client.get("/collection/team/workload/")
    assert page.status_code == 200 and f'data-person="{world.person("collector3")}"' in page.text
    behind = client.get(f"/collection/team/workload/reports/?person={world.person('collector3')}")
    assert behind.text.count("<tr data-row") == 1
    assert client.get("/collection/team/workload/nonsense/").status_code == 404
    for kind in ("xlsx", "csv"):
        taken = client.get(f"/collection/team/workload.{kind}")
        assert taken.status_code == 200 and "attachment" in taken["Content-Disposition"]
    assert client.get("/collection/team/").status_code == 200
    east = sign("east_shiftleader")
    assert f'data-person="{world.person("collector3")}"' not in east.get("/collection/team/workload/").text
    assert east.get(f"/collection/team/workload/reports/?person={world.person('collector3')}").status_code == 404
    assert east.get(f"/collection/team/workload/?body={world.body('office')}").status_code == 404
    for stranger in ("collector3", "calltaker1"):
        assert sign(stranger).get("/collection/team/workload/").status_code == 403


def test_a_new_quota_from_today_on_never_for_the_past(world, sign):
    client, body = sign("evaluator1"), world.body("collect")
    sent = {"body": body, "measure": "reports", "amount": "12", "since": "2026-03-01"}
    assert client.post("/collection/quotas/new/", {**sent, "since": "2026-02-28"}).status_code == 422
    assert client.post("/collection/quotas/new/", {**sent, "amount": "1.234"}).status_code == 422
    for _twice in range(2):
        assert client.post("/collection/quotas/new/", sent).status_code == 302
    assert Quota.objects.get().amount == 12
    assert sign("teamlead1").post("/collection/quotas/new/", sent).status_code == 403
    assert "12" in sign("teamlead1").get("/collection/quotas/").text


def test_the_files_of_a_folder_come_back_as_they_were(world, tmp_path):
    Body.objects.filter(code="collect").update(code="collect_b")
    wanted = {name: (DEMO / name).read_text(encoding="utf-8") for name in (folder_part.QUOTAS, folder_part.PRICES)}
    for name, text in wanted.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert folder_part.load(tmp_path, DAY).ok and folder_part.load(tmp_path, DAY).ok
    assert Quota.objects.count() == 6 and PriceList.objects.count() == 1
    (tmp_path / "out").mkdir()
    folder_part.dump(tmp_path / "out", DAY)
    assert {name: (tmp_path / "out" / name).read_text(encoding="utf-8") for name in wanted} == wanted


def test_a_folder_without_these_files_changes_nothing(world, tmp_path):
    Quota.objects.create(since=DAY, measure="reports", amount=Decimal(2))
    assert folder_part.load(tmp_path, DAY).ok and Quota.objects.count() == 1


@pytest.mark.parametrize(
    ("row", "code"),
    [("x,,,reports,5", "bad_day"), ("2026-01-01,nobody,,reports,5", "unknown_code"),
     ("2026-01-01,,,miles,5", "unknown_quota"), ("2026-01-01,,,reports,many", "bad_amount"),
     ("2026-01-01,collect,lead,reports,5", "two_subjects")],
)  # fmt: skip
def test_faults_of_the_quotas_are_told_and_nothing_is_taken(world, tmp_path, row, code):
    assert Post.objects.filter(code="lead").exists()
    text = f"since,body,post,measure,amount\n2026-01-01,,,tasks,5\n{row}\n"
    (tmp_path / folder_part.QUOTAS).write_text(text, encoding="utf-8")
    report = folder_part.load(tmp_path, DAY)
    assert [one.code for one in report.problems] == [code] and not Quota.objects.exists()


@pytest.mark.parametrize(
    ("change", "code"),
    [({"price": "1.234"}, "bad_price"), ({"measure": "miles"}, "unknown_measure"), ({"below": "5"}, "bad_below"),
     ({"free": -1}, "bad_free"), ({"name": ""}, "line_parts"), ({"measure": "coverage"}, "bad_below")],
)  # fmt: skip
def test_faults_of_a_price_list(change, code):
    report = Report()
    line = {"code": "a", "measure": "filed", "price": "2.50", "name": "立案"} | change
    assert not prices.checked([line], "file", report)
    assert [one.code for one in report.problems] == [code]


def test_halves_are_rounded_up():
    assert prices.amount(Decimal("1.5"), Decimal("0.15")) == Decimal("0.23")
    assert prices.amount(Decimal("1.5"), Decimal("-0.15")) == Decimal("-0.23")

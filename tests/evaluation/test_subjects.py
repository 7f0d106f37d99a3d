"""Whom a number is for: collectors and whom they worked for, who signed, who supervises, which centre
(GB/T 30428.4; S1-24, S1-47, S1-48). Hand-made lives, the answer counted by hand."""

import uuid
from datetime import date

from citygrid.cases.database import plain
from citygrid.evaluation import facts, rolled
from citygrid.evaluation.counting import Question, open_rows
from citygrid.evaluation.definitions import SUBJECTS, Count, shipped
from citygrid.evaluation.periods import period
from citygrid.evaluation.tables import evaluate
from citygrid.organization.models import Body, Relation
from citygrid.organization.visibility import Scope
from tests.evaluation.lives import LATER, SHANGHAI, cells, table
from tests.evaluation.test_golden import MARCH, SUN_UNIT, WU_UNIT, story, told
from tests.process.city import CENTRE, CHEN, COLLECTING, HERE, LI, SANITATION, STALL, SUN, WORKS, WU, ZHAO


def supervise(body: str, *others: int) -> int:
    """A body that supervises these units of the invented city from 2020 on."""
    one = Body.objects.create(code=body, name=body, kind="bureau", side="neutral", level="city")
    for other in others:
        if not Body.objects.filter(pk=other).exists():
            words = {"code": f"unit-{other}", "name": f"{other}", "kind": "unit", "side": "handling"}
            Body.objects.create(pk=other, level="city", **words)
        Relation.objects.create(kind="supervises", body=one, other_id=other, since=date(2020, 1, 1))
    return one.pk


def test_what_a_collector_reported_is_theirs_until_it_is_filed(city: None) -> None:
    """Two reports of Zhao's, one filed; a call that nobody's collector reported."""
    called = story(3)
    called.do(CHEN, "log_call", source="hotline", class_id=STALL, lon=HERE.lon, lat=HERE.lat)
    told(story(1).reported(), story(2).filed(), called)
    rows = cells(table("collector", ["reports", "collector_reports", "filings", "acceptances_to_do"], of=MARCH))
    assert rows[(ZHAO.person,)] == {"reports": 2, "collector_reports": 2, "filings": 1, "acceptances_to_do": 1}
    assert rows[(None,)] == {"reports": 1, "collector_reports": 0, "filings": 0, "acceptances_to_do": 0}
    rows = cells(table("contractor", ["collector_reports"], of=MARCH))
    assert rows == {(COLLECTING,): {"collector_reports": 2}}


def test_a_check_is_whose_it_was_and_what_is_left_is_who_reported(city: None) -> None:
    told(story(1).checked())
    rows = cells(table("collector", ["checks", "handlings", "closing_decisions_to_do"], of=MARCH))
    assert rows == {(ZHAO.person,): {"checks": 1, "handlings": 1, "closing_decisions_to_do": 1}}


def test_who_signed_is_in_charge_and_a_new_unit_begins_without(city: None) -> None:
    """Wu signed for works and gave it back; sanitation has not signed yet (S1-24)."""
    one = story(1).handling(body=WORKS)
    one.asked("return", WU).later(minutes=5).do(LI, "approve", granted=True)
    one.later(minutes=5).do(LI, "dispatch", body=SANITATION)
    told(one, story(2).handling())
    rows = cells(table("in_charge", ["assignments", "returns", "handlings_ended", "signatures_to_do"], of=MARCH))
    assert rows[(WU.person,)] == {"assignments": 1, "returns": 1, "handlings_ended": 1, "signatures_to_do": 0}
    assert rows[(SUN.person,)] == {"assignments": 1, "returns": 0, "handlings_ended": 0, "signatures_to_do": 0}
    assert rows[(None,)] == {"assignments": 1, "returns": 0, "handlings_ended": 0, "signatures_to_do": 1}


def test_the_centre_that_has_it(city: None) -> None:
    told(story(1).closed(), story(2).reported())
    rows = cells(table("centre", ["filings", "closings", "acceptances_to_do"], of=MARCH))
    assert rows == {(CENTRE,): {"filings": 1, "closings": 1, "acceptances_to_do": 1}}


def test_units_are_added_up_for_each_that_supervises_them(city: None) -> None:
    """S1-47, S1-48: works has two supervisors, sanitation one; the total is the city's, not the rows' sum."""
    told(story(1).handling(), story(2).handling(body=WORKS), story(3).filed())
    both, works = supervise("bureau1", SANITATION, WORKS), supervise("bureau2", WORKS)
    keys = ["assignments", "handling_rate", "handlings_due"]
    found = table("supervisor", keys, of=MARCH)
    rows = cells(found)
    assert [rows[(key,)]["assignments"] for key in (both, works)] == [2, 1]
    assert found.total.values == table("unit", keys, of=MARCH).total.values
    question = Question(MARCH, "supervisor")
    one = shipped().all["handlings_due"]
    assert isinstance(one, Count)
    with plain() as connection:
        behind = {key: len(open_rows(connection, one, question, key)) for key in [(both,), (works,), (None,), None]}
    assert behind == {(both,): 2, (works,): 1, (None,): 0, None: 2}
    units = cells(table("unit", ["handlings_due"], of=MARCH))
    assert [units[unit]["handlings_due"] for unit in (SUN_UNIT, WU_UNIT)] == [1, 1]


def test_a_relation_that_has_ended_counts_no_more(city: None) -> None:
    told(story(1).handling())
    body = supervise("bureau1", SANITATION)
    Relation.objects.update(until=date(2026, 3, 31))
    rows = cells(table("supervisor", ["assignments"], of=MARCH))
    assert rows == {(None,): {"assignments": 1}}
    before = period(date(2026, 3, 1), date(2026, 3, 30), SHANGHAI, LATER)
    assert cells(table("supervisor", ["assignments"], of=before)) == {(body,): {"assignments": 1}}


def test_a_supervisor_sees_its_own_row_only(city: None) -> None:
    told(story(1).handling(), story(2).handling(body=WORKS))
    mine, _theirs = supervise("bureau1", SANITATION), supervise("bureau2", SANITATION, WORKS)
    scope = Scope(everything=False, bodies=frozenset({mine, SANITATION}), areas=frozenset(), person=1, post=1)
    with plain() as connection:
        facts.keep_days(connection, "Asia/Shanghai")
        for counter in (rolled.count, None):
            args = (counter,) if counter else ()
            found = evaluate(connection, shipped(), Question(MARCH, "supervisor", scope=scope), ["assignments"], *args)
            assert cells(found) == {(mine,): {"assignments": 1}}
            assert found.total.values == {"assignments": 1}


def test_a_contractor_sees_its_own_collectors_never_the_rivals(city: None) -> None:
    told(story(1).reported(), story(2).reported())
    with plain() as connection:
        connection.execute("update evaluation_act set collector = 999, contractor = 998 where case_id = %s",
                           [uuid.UUID(int=2)])  # fmt: skip
        for body, seen in ((COLLECTING, {(ZHAO.person,)}), (998, {(999,)}), (5, set())):
            scope = Scope(everything=False, bodies=frozenset({body}), areas=frozenset(), person=1, post=1)
            for by in ("collector", "contractor"):
                found = evaluate(connection, shipped(), Question(MARCH, by, scope=scope), ["reports"])
                assert set(cells(found)) == (seen if by == "collector" else {(body,)} if seen else set())
                assert found.total.values["reports"] == len(seen)


def test_every_count_can_be_asked_by_whom_it_follows() -> None:
    for key, one in shipped().all.items():
        if isinstance(one, Count) and "unit" in one.by:
            assert {"in_charge", "supervisor"} <= set(shipped().subjects_of(key)), key
        if isinstance(one, Count) and "source" in one.by:
            assert {"collector", "contractor"} <= set(shipped().subjects_of(key)), key
    assert set(SUBJECTS) >= {"collector", "contractor", "in_charge", "supervisor", "centre"}

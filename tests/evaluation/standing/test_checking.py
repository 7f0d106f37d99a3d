"""Spot checks (S0-04, S0-23): inspectors only, never of one's own evidence, once a lot; a failed one opens one case; a
second person takes one back."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from citygrid.cases import reading
from citygrid.evaluation.standing import checking, lots
from citygrid.evaluation.standing.checking import Seen
from citygrid.evaluation.standing_models import StandingCheck, StandingReport
from citygrid.organization.models import Body
from citygrid.process.refusal import Refusal
from citygrid.rulebook.slices import localday
from tests.evaluation.standing.conftest import MARCH_9, duty, photo, who

INSPECTOR = "inspector1"
GOOD = {"ground": "60", "bins": "40"}
BAD = {"ground": "30", "bins": "40"}


def seen(n: int = 1, points: dict[str, str] = GOOD, note: str = "on the way", **findings: str) -> Seen:
    return Seen(UUID(int=n), points, findings, note, (photo(INSPECTOR, 7), photo(INSPECTOR, 8)))


def checked(
    n: int = 1, points: dict[str, str] = GOOD, note: str = "on the way", login: str = INSPECTOR, **findings: str
) -> StandingCheck | Refusal:
    return checking.check(duty(), seen(n, points, note, **findings), who(login), MARCH_9)


def test_points_make_it_pass_or_fail_at_the_sets_own_line() -> None:
    passed = checked(1, {"ground": "40", "bins": "40"}, ground="a bag")
    failed = checked(2, {"ground": "39.99", "bins": "40"}, ground="two bags")
    assert isinstance(passed, StandingCheck) and isinstance(failed, StandingCheck)
    assert (passed.points, passed.full, passed.failed) == (80, 100, False)
    assert (failed.points, failed.failed) == (Decimal("79.99"), True)
    assert failed.lines[0] == ["ground", "地面", "Ground", "39.99", "60", "two bags"]
    assert failed.unit.code == "west_sanitation" and failed.draw is None
    assert checked(2, {"ground": "39.99", "bins": "40"}, ground="two bags") == failed, "the same form again"


@pytest.mark.parametrize("login", ["west_sanitation_desk", "east_sanitation_desk", "office1", "leader1", "collector3"])
def test_only_inspectors_check(login: str) -> None:
    answer = checked(login=login)
    assert isinstance(answer, Refusal) and answer.code == "may_not_check"


def test_who_filed_evidence_does_not_check_it() -> None:
    StandingReport.objects.create(
        id=UUID(int=1), duty="square", first=localday(MARCH_9), last=localday(MARCH_9), due=localday(MARCH_9),
        day=localday(MARCH_9), body=Body.objects.get(code="inspection"), by=who(INSPECTOR).person, at=MARCH_9,
    )  # fmt: skip
    answer = checked()
    assert isinstance(answer, Refusal) and answer.code == "own_evidence"


@pytest.mark.parametrize(
    ("points", "findings", "note", "code"),
    [
        ({"ground": "60"}, {}, "why", "bad_points"), ({"ground": "61", "bins": "40"}, {}, "why", "bad_points"),
        ({"ground": "-1", "bins": "40"}, {}, "why", "bad_points"), (BAD, {}, "why", "no_finding"),
        (GOOD, {}, " ", "not_drawn"), (BAD, {"ground": "x" * 501}, "why", "long_note"),
        (GOOD, {}, "x" * 1001, "long_note"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(points: dict[str, str], findings: dict[str, str], note: str, code: str) -> None:
    answer = checked(1, points, note, **findings)
    assert isinstance(answer, Refusal) and answer.code == code
    assert answer.message % answer.params
    assert not StandingCheck.objects.exists()


def test_a_lot_is_checked_once_unless_the_check_was_taken_back() -> None:
    day = localday(MARCH_9)
    draw = lots.draw(day, who(INSPECTOR), MARCH_9)["clean"]
    draw.drawn = ["square"]
    draw.save()
    first = checked(1, note="")
    assert isinstance(first, StandingCheck) and first.draw == draw
    second = checked(2, note="again")
    assert isinstance(second, Refusal) and second.code == "checked"
    taken = checking.take_back(first.pk, "the wrong square", who("office1"), MARCH_9)
    assert isinstance(taken, StandingCheck)
    assert isinstance(checked(3, note=""), StandingCheck)


def test_a_check_is_taken_back_by_somebody_else_and_with_a_reason() -> None:
    made = checked()
    assert isinstance(made, StandingCheck)
    for login, why, code in ((INSPECTOR, "mine", "own_check"), ("office1", "  ", "no_reason")):
        answer = checking.take_back(made.pk, why, who(login), MARCH_9)
        assert isinstance(answer, Refusal) and answer.code == code
    assert isinstance(checking.take_back(made.pk, "wrong place", who("office1"), MARCH_9), StandingCheck)
    late = checking.open_case(made.pk, who(INSPECTOR), MARCH_9)
    assert isinstance(late, Refusal) and late.code == "voided"
    other = checking.take_back(made.pk, "me too", who("evaluator1"), MARCH_9)
    assert isinstance(other, Refusal) and other.code == "voided"


def test_a_failed_check_opens_one_case_by_the_inspectors_own_way() -> None:
    passed = checked(1)
    failed = checked(2, BAD, ground="垃圾")
    assert isinstance(passed, StandingCheck) and isinstance(failed, StandingCheck)
    refused = checking.open_case(passed.pk, who(INSPECTOR), MARCH_9)
    assert isinstance(refused, Refusal) and refused.code == "not_failed"
    stranger = checking.open_case(failed.pk, who("office1"), MARCH_9)
    assert isinstance(stranger, Refusal) and stranger.code == "not_yours"
    case = checking.open_case(failed.pk, who(INSPECTOR), MARCH_9)
    assert isinstance(case, UUID), case
    assert checking.open_case(failed.pk, who(INSPECTOR), MARCH_9 + timedelta(hours=1)) == case, "twice is once"
    failed.refresh_from_db()
    assert failed.case_id == case
    found = reading.case_for(who("office1").scope, case)
    assert found is not None and (found.source, found.class_id) == ("inspection", "cjt214-2007:event:0102")

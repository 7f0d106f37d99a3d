"""Evidence of standing duties (S0-23): only the unit files it, exactly once, in its period; nothing is half kept."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from citygrid.evaluation.standing import filing, standings
from citygrid.evaluation.standing.filing import Evidence
from citygrid.evaluation.standing_models import StandingReport
from citygrid.process.refusal import Refusal
from tests.evaluation.standing.conftest import MARCH_9, duty, photo, who

DESK, RIVAL, INSPECTOR = "west_sanitation_desk", "east_sanitation_desk", "inspector1"


def sent(n: int = 1, first: date = date(2026, 3, 2), count: str = "7", login: str = DESK, **more: object) -> Evidence:
    return Evidence(UUID(int=n), first, count, str(more.get("note", "")), (photo(login, n),))


def state(first: date, today: date) -> str:
    return next(one.state for one in standings.owed(first, first, today, ["square"]) if one.span.first == first)


def test_the_unit_files_a_week_and_the_same_form_again_is_one() -> None:
    evidence = sent()
    made = filing.file(duty(), evidence, who(DESK), MARCH_9)
    assert isinstance(made, StandingReport)
    assert (made.first, made.last, made.due, made.count) == (date(2026, 3, 2), date(2026, 3, 8), date(2026, 3, 10), 7)
    assert filing.file(duty(), evidence, who(DESK), MARCH_9) == made
    assert StandingReport.objects.count() == 1
    assert state(date(2026, 3, 2), date(2026, 3, 9)) == "filed"
    other = filing.file(duty(), Evidence(evidence.id, date(2026, 3, 9), "7", "", evidence.photos), who(DESK), MARCH_9)
    assert isinstance(other, Refusal) and other.code == "same_id"


def test_more_evidence_stands_beside_it_and_does_not_make_it_late() -> None:
    filing.file(duty(), sent(1), who(DESK), MARCH_9)
    later = filing.file(duty(), sent(2, date(2026, 3, 9)), who(DESK), MARCH_9)
    assert isinstance(later, StandingReport)
    more = filing.file(duty(), sent(3, date(2026, 3, 9), "8"), who(DESK), MARCH_9 + timedelta(days=6))
    assert isinstance(more, StandingReport), "the week runs: more may come"
    assert state(date(2026, 3, 9), date(2026, 3, 30)) == "filed"
    closed = filing.file(duty(), sent(4, date(2026, 3, 2)), who(DESK), MARCH_9)
    assert isinstance(closed, Refusal) and closed.code == "no_period"


@pytest.mark.parametrize("login", [RIVAL, INSPECTOR, "office1", "west_roads_desk"])
def test_nobody_else_files_it(login: str) -> None:
    answer = filing.file(duty(), sent(login=login), who(login), MARCH_9)
    assert isinstance(answer, Refusal) and answer.code == "not_yours"
    assert not StandingReport.objects.exists()


@pytest.mark.parametrize(
    ("evidence", "code"),
    [
        (lambda: Evidence(UUID(int=1), date(2026, 3, 2), "7", "", ()), "few_photos"),
        (lambda: Evidence(UUID(int=1), date(2026, 3, 2), "6", "", (photo(DESK),)), "small_count"),
        (lambda: Evidence(UUID(int=1), date(2026, 3, 2), "many", "", (photo(DESK),)), "no_count"),
        (lambda: Evidence(UUID(int=1), date(2026, 3, 2), "7.123", "", (photo(DESK),)), "no_count"),
        (lambda: Evidence(UUID(int=1), date(2026, 3, 3), "7", "", (photo(DESK),)), "no_period"),
        (lambda: Evidence(UUID(int=1), date(2026, 3, 16), "7", "", (photo(DESK),)), "no_period"),
        (lambda: Evidence(UUID(int=1), date(2026, 3, 2), "7", "", (UUID(int=9),)), "unknown_photo"),
        (lambda: Evidence(UUID(int=1), date(2026, 3, 2), "7", "", (photo(RIVAL, 5),)), "unknown_photo"),
        (lambda: Evidence(UUID(int=1), date(2026, 3, 2), "7", "x" * 1001, (photo(DESK),)), "long_note"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_is_kept(evidence: Callable[[], Evidence], code: str) -> None:
    answer = filing.file(duty(), evidence(), who(DESK), MARCH_9)
    assert isinstance(answer, Refusal) and answer.code == code
    assert answer.message % answer.params
    assert not StandingReport.objects.exists()


def test_periods_pass_from_running_to_due_to_missed_and_late_is_late() -> None:
    first = date(2026, 3, 2)
    assert [state(first, date(2026, 3, day)) for day in (8, 9, 10, 11)] == ["open", "due", "due", "overdue"]
    filing.file(duty(), sent(), who(DESK), datetime(2026, 3, 12, 2, tzinfo=UTC))
    assert state(first, date(2026, 3, 12)) == "late"
    assert state(first, date(2026, 3, 11)) == "overdue", "as it stood on an earlier day"

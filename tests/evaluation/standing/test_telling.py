"""The unit hears of evidence that is due, and of what was missed; once each, and nobody else does (S0-23)."""

from datetime import UTC, datetime

from citygrid.evaluation.standing import due_telling, filing
from citygrid.messages.models import Notice
from citygrid.process.refusal import Refusal
from tests.evaluation.standing.conftest import MARCH_9, duty, who
from tests.evaluation.standing.test_filing import sent

DESK = "west_sanitation_desk"


def told(code: str) -> set[int | None]:
    rows = Notice.objects.filter(code=code, params__duty="square")
    return set(rows.values_list("person", flat=True))


def test_the_desk_hears_once_and_the_rival_does_not() -> None:
    due_telling.tell(MARCH_9)
    before = Notice.objects.count()
    assert who(DESK).person.pk in told("standing_due"), "the week of the 2nd is over, its evidence is wanted"
    rival = Notice.objects.filter(person=who("east_sanitation_desk").person.pk).values_list("params__duty", flat=True)
    assert set(rival) <= {"east_square"}
    due_telling.tell(MARCH_9)
    assert Notice.objects.count() == before


def test_what_was_filed_is_not_missed_and_the_rest_is() -> None:
    made = filing.file(duty(), sent(), who(DESK), MARCH_9)
    assert not isinstance(made, Refusal)
    due_telling.tell(datetime(2026, 3, 12, 2, tzinfo=UTC))
    missed = Notice.objects.filter(code="standing_missed", params__duty="square", person=who(DESK).person.pk)
    assert {row.params["due"] for row in missed} == {"2026-03-03"}, "the week of the first alone"

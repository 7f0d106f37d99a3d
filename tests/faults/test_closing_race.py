"""Two people freeze a period at the same moment: one does, the other is told; there is one first version (S1-27)."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from citygrid.evaluation import catalogue, closing, closing_checks, cycles
from citygrid.evaluation.closing_models import FrozenVersion, PeriodClose
from citygrid.organization.models import Person
from citygrid.process.refusal import Refused
from tests.evaluation.test_closing import RULES
from tests.evaluation.test_entries import LISTED
from tests.faults.test_races import at_once

OPENED, ENDED = datetime(2026, 4, 2, 8, tzinfo=UTC), datetime(2026, 4, 20, 8, tzinfo=UTC)


@pytest.fixture
def appealing(committed) -> PeriodClose:
    """March of the second city, whose time for appeals is over."""
    for code, text in (("own", LISTED), (cycles.CODE, RULES)):
        assert catalogue.keep(code, text, date(2026, 3, 1)).ok
    committed.closed()
    evaluator = Person.objects.get(login="evaluator1")
    row = closing.open_close(UUID(int=1), "own", "2026-03", evaluator, OPENED)
    return closing.open_appeals(row.pk, evaluator, OPENED)


def test_two_freeze_at_once_and_one_does(appealing):
    def freeze(login):
        try:
            return closing.freeze(appealing.pk, Person.objects.get(login=login), ENDED)
        except Refused as error:
            return error.refusal.code

    told = at_once(lambda: freeze("evaluator1"), lambda: freeze("office1"))
    assert [one for one in told if isinstance(one, str)] == ["wrong_state"]
    assert FrozenVersion.objects.count() == 1
    assert PeriodClose.objects.get().state == PeriodClose.State.FROZEN
    assert list(closing_checks.faults()) == []

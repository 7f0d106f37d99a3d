"""Acts of the clock: an index on "next moment that something can change", never a scan (DESIGN idea 2)."""

import logging
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from citygrid.cases import loading
from citygrid.cases.acting import submit
from citygrid.cases.database import cursor, plain
from citygrid.cases.models import OPEN_BUCKET
from citygrid.cases.submission import Submission
from citygrid.process import SYSTEM, Refusal, WorkItem
from citygrid.process.ladder import waiting
from citygrid.rulebook.slices import rules_at

log = logging.getLogger(__name__)
PUSH = timedelta(hours=1)


def tick(now: datetime, most: int = 500) -> int:
    """Carry out what is due: suspended cases resume, limits lapse, rungs of the ladder are climbed. How many acts.

    Each act's id follows from the case, the item and the moment it was due, so a server that died in between, or two
    that tick at once, do it once. An act that fails is logged and its item pushed forward an hour: it never stops the
    others, and never loops."""
    return sum(_case(case, no, now) for case, no in _due(now, most))


def _case(case: UUID, no: int, now: datetime) -> int:
    """All that the clock has to do on one case; what could not be done is pushed."""
    done = 0
    for name, item, rung in _waiting(case, now):
        try:
            answer = submit(_submission(case, name, item, rung), SYSTEM, None, now)
        except Exception:
            log.exception("timed act %s on %s", name, case)
            _push(case, item.no, now)
            continue
        if isinstance(answer, Refusal):
            _push(case, item.no, now)
        else:
            done += 1
    if not done:
        _push(case, no, now)  # also when nothing was found to do: the same item is not asked at every tick
    return done


def _waiting(case: UUID, now: datetime) -> list[tuple[str, WorkItem, str | None]]:
    with plain() as connection:
        found = loading.peek(connection, case)
    return list(waiting(found, rules_at(now), now)) if found is not None else []


def _submission(case: UUID, name: str, item: WorkItem, rung: str | None) -> Submission:
    if rung is None:
        assert item.due is not None
        return Submission(case, uuid5(case, f"{name}:{item.no}:{item.due.isoformat()}"), name, item=item.no)
    act = uuid5(case, f"{name}:{item.no}:{rung}:{item.due}")
    return Submission(case, act, name, data={"rung": rung}, item=item.no)


def _due(now: datetime, most: int) -> list[tuple[UUID, int]]:
    """One item a case: whatever else is due on it is found with it."""
    with plain() as connection:
        rows = cursor(connection).execute(
            "select distinct on (case_id) case_id, no from"
            " (select * from cases_item where bucket = %s and next_at <= %s order by next_at limit %s) i"
            " order by case_id, next_at",
            [OPEN_BUCKET, now, most],
        )
        return rows.fetchall()


def _push(case: UUID, no: int, now: datetime) -> None:
    with plain() as connection:
        connection.execute(
            "update cases_item set next_at = %s where case_id = %s and no = %s and bucket = %s",
            [now + PUSH, case, no, OPEN_BUCKET],
        )

"""Acts of the clock: an index on "next moment that something can change", never a scan (DESIGN idea 2)."""

import logging
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from citygrid.cases.acting import submit
from citygrid.cases.database import cursor, plain
from citygrid.cases.models import OPEN_BUCKET
from citygrid.cases.submission import Submission
from citygrid.process import SYSTEM, Refusal

log = logging.getLogger(__name__)
PUSH = timedelta(hours=1)


def tick(now: datetime, most: int = 500) -> int:
    """Carry out what is due: suspended cases resume, limits lapse. How many acts were done.

    An act that fails is logged and its item pushed forward an hour: it never stops the others, and never loops."""
    done = 0
    for case, no, kind, next_at in _due(now, most):
        name = "resume" if kind == "resume" else "lapse"
        act = uuid5(case, f"{name}:{no}:{next_at.isoformat()}")
        try:
            answer = submit(Submission(case, act, name, item=no), SYSTEM, None, now)
        except Exception:
            log.exception("timed act %s on %s", name, case)
            _push(case, no, now)
            continue
        if isinstance(answer, Refusal):
            _push(case, no, now)
        else:
            done += 1
    return done


def _due(now: datetime, most: int) -> list[tuple[UUID, int, str, datetime]]:
    """One item a case: a lapse notes all that are over."""
    with plain() as connection:
        rows = cursor(connection).execute(
            "select distinct on (case_id) case_id, no, kind, next_at from"
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

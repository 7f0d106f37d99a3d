"""Cases whose data must stay for now: still open, with work open on them, reported again in an open case, or held by a
package above that says so (an appeal, a review)."""

from collections.abc import Callable, Iterable
from uuid import UUID

from citygrid.cases.database import cursor, plain
from citygrid.cases.models import OPEN_BUCKET

Hold = Callable[[set[UUID]], set[UUID]]
_holds: list[Hold] = []


def add(hold: Hold) -> None:
    """A package above says which of some cases must keep their data; called in `AppConfig.ready`."""
    if hold not in _holds:
        _holds.append(hold)


def held(cases: Iterable[UUID]) -> set[UUID]:
    """Which of these cases keep their data for now."""
    asked = set(cases)
    if not asked:
        return set()
    ids = list(asked)
    with plain() as connection:
        found = cursor(connection).execute(
            """select h.case_id from cases_head h where h.case_id = any(%s) and h.bucket = %s
               union select i.case_id from cases_item i where i.case_id = any(%s) and i.bucket = %s
               union select (c.snapshot ->> 'reopen_of')::uuid from cases_case c
                 where c.bucket = %s and (c.snapshot ->> 'reopen_of')::uuid = any(%s)""",
            [ids, OPEN_BUCKET, ids, OPEN_BUCKET, OPEN_BUCKET, ids],
        )
        kept = {row[0] for row in found.fetchall()}
    for hold in _holds:
        kept |= hold(asked - kept)
    return kept

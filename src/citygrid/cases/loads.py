"""How much work each worker of a unit has: open work items by name, so that the next one goes to who has time."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext as _

from citygrid.cases.database import cursor, plain
from citygrid.cases.models import OPEN_BUCKET


class Load(NamedTuple):
    """`open`: cases in hand; `late`: of these past their limit."""

    open: int = 0
    late: int = 0


def loads(bodies: Iterable[int], at: datetime) -> dict[int, Load]:
    """Person id -> what they have in hand for these bodies."""
    with plain() as connection:
        rows = cursor(connection).execute(
            b"select person, count(*), count(*) filter (where due < %s and paused_at is null) from cases_item"
            b" where bucket = %s and kind = 'handle' and person is not null and body = any(%s) group by person",
            [at, OPEN_BUCKET, list(bodies)],
        )
        return {person: Load(open_, late) for person, open_, late in rows.fetchall()}


def words(load: Load) -> str:
    """`3 in hand, 1 overdue`; that somebody is free, where there is nothing."""
    if not load.open:
        return _("nothing in hand")
    told = _("%(number)s in hand") % {"number": load.open}
    return told + (_(", %(number)s overdue") % {"number": load.late} if load.late else "")

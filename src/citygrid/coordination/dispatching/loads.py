"""How much a unit has on its hands, and whether it works now: what a dispatcher looks at before choosing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from citygrid.cases.database import cursor, plain
from citygrid.cases.models import OPEN_BUCKET
from citygrid.process.rules import Rules
from citygrid.worktime import CalendarGap


@dataclass(frozen=True, slots=True)
class Load:
    """`open`: what the unit has to handle; `late`: of these past their limit; `unsigned`: not signed for yet."""

    open: int = 0
    late: int = 0
    unsigned: int = 0


def of(bodies: Iterable[int | None], at: datetime) -> dict[int, Load]:
    """The load of each of these bodies; every one is in the answer."""
    wanted = sorted({one for one in bodies if one is not None})
    if not wanted:
        return {}
    with plain() as connection:
        rows = cursor(connection).execute(
            """select body, count(*) filter (where kind = 'handle'),
                 count(*) filter (where kind = 'handle' and due < %s and paused_at is null),
                 count(*) filter (where kind = 'sign')
               from cases_item where bucket = %s and body = any(%s) and kind in ('handle', 'sign') group by body""",
            [at, OPEN_BUCKET, wanted],
        )
        found = {body: Load(all_, late, unsigned) for body, all_, late, unsigned in rows.fetchall()}
    return {one: found.get(one, Load()) for one in wanted}


def working(body: int, rules: Rules, at: datetime) -> bool | None:
    """Whether the unit's calendar is in a working period; None where the calendar does not reach."""
    calendar = rules.calendar_for(body)
    try:
        return calendar.working(at)
    except CalendarGap:
        return None

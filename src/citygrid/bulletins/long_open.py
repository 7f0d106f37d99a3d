"""What a period leaves behind: cases long open (积案), and those that touch public safety (公共安全).

The reports print it and the API tells it (`api.py`); both ask here, within the scope of who asks."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from citygrid.bulletins.content import Pending, Safety
from citygrid.cases import naming
from citygrid.cases.database import cursor, plain
from citygrid.evaluation import conditions, counting, facts
from citygrid.evaluation.asking import zone_at
from citygrid.evaluation.counting import Question
from citygrid.evaluation.definitions import Count, Definitions
from citygrid.evaluation.periods import Period
from citygrid.evaluation.subjects import named
from citygrid.organization.visibility import Scope

FILED, OPEN, CLOSED = "filed_cases", "closings_to_do", "closings"


@dataclass(frozen=True, slots=True)
class LongOpen:
    """`cases`: the longest first, no more than were asked for; `units`: how many of all, the most first; `count`: of
    all."""

    cases: tuple[Pending, ...]
    units: tuple[tuple[str, int], ...]
    count: int


def long_open(of: Period, scope: Scope | None, days: int, most: int, known: Definitions) -> LongOpen:
    """Cases filed more than `days` days before the period's last day and open at its end, as `closings_to_do` counts
    what is open."""
    one = known.all[OPEN]
    assert isinstance(one, Count)
    zone = zone_at(of.cut)
    end = (of.cut - timedelta(microseconds=1)).astimezone(zone).date()
    since = datetime.combine(end - timedelta(days=days), datetime.min.time(), zone)
    params: dict[str, Any] = {"start": of.start, "cut": of.cut, "since": since}
    terms = [conditions.life([one]), conditions.of_row(one, params), "filed_at < %(since)s",
             counting.seen(Question(of, "unit", scope=scope), params)]  # fmt: skip
    where = " and ".join(terms)
    rows = f"""select case_id, case_no, report_no, class_id, unit, community, district, filed_at, overdue_from
        from evaluation_case where {where} order by filed_at, case_id limit {int(most)}"""  # noqa: S608
    by_unit = f"select unit, count(*) from evaluation_case where {where} group by unit"  # noqa: S608
    with plain() as connection:
        facts.catch_up(connection)
        run = cursor(connection)
        found = run.execute(rows.encode(), params).fetchall()
        units = Counter(dict(run.execute(by_unit.encode(), params).fetchall()))
    names = {key[0]: one.name for key, one in named("unit", [(unit,) for unit in units]).items()}
    told = sorted(((names[unit], count) for unit, count in units.items()), key=lambda pair: (-pair[1], pair[0]))
    return LongOpen(_lines(found, names, end, zone), tuple(told), units.total())


def _lines(rows: Sequence[Any], units: dict[Any, str], end: Any, zone: ZoneInfo) -> tuple[Pending, ...]:
    classes = naming.classes(row[3] for row in rows)
    areas = naming.areas(one for row in rows for one in row[5:7] if one is not None)
    found = []
    for case, case_no, report_no, kind, unit, community, district, filed, due in rows:
        day = filed.astimezone(zone).date()
        limit = due.astimezone(zone).date() if due is not None else end
        over = (end - limit).days if limit < end else None
        found.append(Pending(
            str(case), case_no or report_no, classes.get(kind, kind or "–"), units.get(unit, ""),
            " ".join(areas[one] for one in (district, community) if one in areas), day, (end - day).days, over,
        ))  # fmt: skip
    return tuple(found)


def safety(of: Period, scope: Scope | None, known: Definitions) -> Safety:
    """The shipped counts, of the cases whose class or condition says that they touch public safety."""
    asked = []
    for key in (FILED, CLOSED, OPEN):
        one = known.all[key]
        assert isinstance(one, Count)
        asked.append(replace(one, where=(*one.where, ["safety", "=", True])))
    with plain() as connection:
        # From facts: no roll-up tells public safety, and three counts of cases look at few rows.
        counted = counting.count(connection, asked, Question(of, "source", scope=scope))
    sums = [sum(numbers.get(one.key, 0) for numbers in counted.numbers.values()) for one in asked]
    return Safety(*sums)

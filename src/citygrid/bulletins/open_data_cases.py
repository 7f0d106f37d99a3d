"""Cases as everybody may have them: no text, no photo, no number, no person; rare combinations told more coarsely, so
that each one that is told stands there often enough (`least`: k-anonymity of class, source, street and place).

Levels: 0 class, source, street, place; 1 without the place; 2 大类, source, district; what is rarer is withheld. A
level counts only the cases that did not fit the one before, so the bound holds for what is written."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q

from citygrid.bulletins.open_data_rules import GRID, OpenRules
from citygrid.cases.database import Connection
from citygrid.evaluation.periods import midnight, month_before
from citygrid.rulebook.models import ManagedClass

WITHHELD = 3
BATCH = 5000
Combination = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """The whole months that are told, as moments and days."""

    first: date
    last: date
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Case:
    """A row of the data. `place`: (x, y) of the square in metres, or the id of a unit grid; None: not told."""

    level: int
    kind: str
    class_id: str
    major: str
    source: str
    district: int | None
    street: int | None
    place: Any
    received: str
    state: str
    outcome: str
    hours_to_file: int | None
    hours_to_close: int | None
    late: bool


@dataclass(slots=True)
class Told:
    """How coarsely each combination is told, and how many cases are not told at all."""

    place: dict[Combination, int] = field(default_factory=dict)
    withheld: int = 0
    cases: int = 0


def window(rules: OpenRules, today: date, zone: ZoneInfo) -> Window:
    """The months up to the last one that is over."""
    last = month_before(today)[1]
    first = last.replace(day=1)
    for _ in range(rules.months - 1):
        first = month_before(first)[0]
    return Window(first, last, midnight(first, zone), midnight(last + timedelta(days=1), zone))


def levels(connection: Connection, rules: OpenRules, of: Window, majors: Mapping[str, str]) -> Told:
    """For each combination its level."""
    run = connection.cursor()
    text = f"""select c.class_id, c.source, c.street, c.district, {_place(rules)} as place, count(*)
        {_FROM} group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5"""
    rows = run.execute(text.encode(), _values(rules, of)).fetchall()
    left: list[tuple[tuple[Any, ...], int]] = [(row[:5], row[5]) for row in rows if _wanted(rules, row[0])]
    found = Told(cases=sum(number for _row, number in left))
    for level in range(WITHHELD):
        sums: Counter[Combination] = Counter()
        for row, number in left:
            sums[combination(level, row, majors)] += number
        fits = [row for row, _number in left if sums[combination(level, row, majors)] >= rules.least]
        found.place.update(dict.fromkeys(fits, level))
        left = [(row, number) for row, number in left if row not in found.place]
    found.withheld = sum(number for _row, number in left)
    return found


def combination(level: int, row: tuple[Any, ...], majors: Mapping[str, str]) -> Combination:
    """What of a row is told at a level. Row: class, source, street, district, place."""
    class_id, source, street, district, place = row
    if level == 0:
        return class_id, source, street, place
    if level == 1:
        return class_id, source, street
    return majors.get(class_id, ""), source, district


def cases(
    connection: Connection, rules: OpenRules, of: Window, told: Told, majors: Mapping[str, str], zone: ZoneInfo
) -> Iterator[Case]:
    """The rows as they are told, in the order of their days; never in the order in which they were written."""
    text = f"""select c.class_id, c.source, c.street, c.district, {_place(rules)} as place, c.kind,
            f.standing, f.outcome, f.received_at, f.filed_at, f.closed_at, f.late
        {_FROM} order by date_trunc('day', f.received_at at time zone %(zone)s), md5(c.id::text)"""
    with connection.cursor(name="open_data") as run:
        run.itersize = BATCH
        for row in run.execute(text.encode(), _values(rules, of) | {"zone": str(zone)}):
            level = told.place.get(row[:5], WITHHELD)
            if level != WITHHELD:
                yield _case(row, level, majors, rules, zone)


def majors_of(day: date) -> dict[str, str]:
    """Class -> kind and 大类, as `event 01`."""
    rows = ManagedClass.objects.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)
    return {pk: f"{kind} {major}" for pk, kind, major in rows.values_list("class_id", "kind", "major")}


def _case(row: tuple[Any, ...], level: int, majors: Mapping[str, str], rules: OpenRules, zone: ZoneInfo) -> Case:
    class_id, source, street, district, place, kind, standing, outcome, received, filed, closed, late = row
    local = received.astimezone(zone)
    return Case(
        level, kind, class_id if level < 2 else "", majors.get(class_id, ""), source, district,
        street if level < 2 else None, place if level == 0 else None,
        f"{local:%Y-%m-%d}" if rules.day == "day" else f"{local:%Y-%m}", standing, outcome or "",
        _hours(received, filed, rules), _hours(received, closed, rules), bool(late),
    )  # fmt: skip


def _hours(since: datetime, until: datetime | None, rules: OpenRules) -> int | None:
    """Rounded up to the rules' step: a length to the minute would tell one case from another."""
    if until is None:
        return None
    steps = -(-int((until - since).total_seconds()) // (3600 * rules.hours))
    return max(0, steps) * rules.hours


def _place(rules: OpenRules) -> str:
    """The square's number by row and column, or the unit grid."""
    if rules.place == GRID:
        return "c.grid::text"
    return "floor(c.point[0] / %(side)s)::bigint || ',' || floor(c.point[1] / %(side)s)::bigint"


_FROM = """from evaluation_case f
    join cases_head h on h.case_id = f.case_id
    join cases_case c on c.id = f.case_id and c.bucket = h.bucket
    where f.filed_at is not null and f.class_id is not null and f.standing in ('open', 'closed')
        and f.received_at >= %(start)s and f.received_at < %(end)s"""


def _values(rules: OpenRules, of: Window) -> dict[str, Any]:
    found: dict[str, Any] = {"start": of.start, "end": of.end}
    return found if rules.place == GRID else found | {"side": rules.place}


def _wanted(rules: OpenRules, class_id: str) -> bool:
    return not any(
        class_id.startswith(one[:-1]) if one.endswith("*") else class_id == one for one in rules.without
    )


def major_names(day: date) -> dict[str, str]:
    """`event 01` -> the name of that 大类."""
    rows = ManagedClass.objects.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)
    named = rows.values_list("kind", "major", "major_name")
    return {f"{kind} {major}": name or major for kind, major, name in named}

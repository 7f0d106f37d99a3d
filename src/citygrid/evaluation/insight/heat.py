"""Heat of problem classes (高发问题): how many cases of each class came, by week, by hour of the week, by district; and
where in the city. A cell opens to its cases; refused, void and merged ones are none."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Any

from citygrid.cases.database import Connection, cursor
from citygrid.evaluation.heat_points import COUNTED
from citygrid.evaluation.insight.paging import Cut, Row
from citygrid.evaluation.periods import Period

WAYS = ("week", "hour", "area")
SQUARE = 200
"""Side of a square of the map in metres."""
MOST_SQUARES = 2000
"""So many squares of a page are drawn; where there are more, they are drawn wider."""
TONES = 5
# Which row and which column a case lies in. `zone`: the city's; Monday is 1.
_LOCAL = "(c.received_at at time zone %(zone)s)"
ROWS = {"week": "c.class_id", "hour": f"extract(isodow from {_LOCAL})::int::text", "area": "c.class_id"}
COLUMNS = {
    "week": f"date_trunc('week', {_LOCAL})::date::text",
    "hour": f"extract(hour from {_LOCAL})::int::text",
    "area": "coalesce(c.district::text, '')",
}
METRES = 111_320


@dataclass(frozen=True, slots=True)
class Square:
    """A square of the map: its south-west and north-east corners in degrees, and how many cases it has."""

    west: float
    south: float
    east: float
    north: float
    cases: int


def matrix(
    connection: Connection, way: str, period: Period, zone: str, seen: str, params: Sequence[Any], *,
    whole: bool = False,
) -> dict[tuple[str, str], int]:  # fmt: skip
    """(row, column) -> cases. `whole`: `seen` asks for no more than class and district, of all there is."""
    where, values = _counted(period, zone, seen, params, whole)
    sql = f"select {ROWS[way]}, {COLUMNS[way]}, count(*) from {where} group by 1, 2"  # noqa: S608
    return {(row, column): n for row, column, n in cursor(connection).execute(sql.encode(), values).fetchall()}


@dataclass(frozen=True, slots=True)
class Where:
    """A condition on cases `c`, with named parameters."""

    text: str
    values: dict[str, Any]


def in_cell(way: str, cell: tuple[str, str], period: Period, zone: str, seen: str, params: Sequence[Any]) -> Where:
    """The cases of a cell of the matrix. `*` stands for every row or column."""
    text, values = _where(period, zone, seen, params)
    for name, given, sql in (("row", cell[0], ROWS[way]), ("column", cell[1], COLUMNS[way])):
        if given != "*":
            text += f" and {sql} = %({name})s"
            values[name] = given
    return Where(text, values)


def behind(connection: Connection, where: Where, part: Cut) -> list[Row]:
    """The cases behind a number, the newest first."""
    text, values = where.text, where.values | {"most": part.most, "at": part.at, "case": part.case}
    if part.at is not None:
        text += " and (c.received_at, c.id) < (%(at)s, %(case)s)"
    sql = f"""select c.id, coalesce(c.case_no, c.report_no), c.class_id, c.unit, c.community, c.state, c.received_at,
            c.received_at, 0
        from cases_case c where {text} order by c.received_at desc, c.id desc limit %(most)s"""  # noqa: S608
    return cursor(connection).execute(sql.encode(), values).fetchall()


def number(connection: Connection, where: Where) -> int:
    """How many cases there are behind a number."""
    sql = f"select count(*) from cases_case c where {where.text}"  # noqa: S608
    row = cursor(connection).execute(sql.encode(), where.values).fetchone()
    return row[0] if row else 0


def cells(
    connection: Connection, period: Period, zone: str, seen: str, params: Sequence[Any], lat: float,
    *, whole: bool = False,
) -> list[tuple[int, int, int]]:  # fmt: skip
    """Where they came from: (column, row, cases) of squares of about SQUARE metres at latitude `lat`, the fullest
    first; `whole` as for `matrix`. Only counted so: nothing is decided by a degree."""
    high, wide = _sides(lat, 1)
    where, values = _counted(period, zone, seen, params, whole)
    sql = f"""select floor(c.lon::float8 / %(wide)s)::int, floor(c.lat::float8 / %(high)s)::int, count(*)
        from {where} and c.lon is not null group by 1, 2 order by 3 desc, 1, 2"""  # noqa: S608
    rows = cursor(connection).execute(sql.encode(), {**values, "wide": wide, "high": high})
    return [(x, y, n) for x, y, n in rows.fetchall()]


def wider(found: Iterable[tuple[int, int, int]], times: int) -> Counter[tuple[int, int]]:
    """The same in squares so many times as wide: (column, row) -> cases."""
    counts: Counter[tuple[int, int]] = Counter()
    for x, y, n in found:
        counts[x // times, y // times] += n
    return counts


def square(x: int, y: int, cases: int, lat: float, times: int = 1) -> Square:
    """The square of a column and a row; `times`: of squares so many times as wide."""
    high, wide = _sides(lat, times)
    return Square(x * wide, y * high, (x + 1) * wide, (y + 1) * high, cases)


def in_square(
    place: tuple[int, int], period: Period, zone: str, seen: str, params: Sequence[Any], lat: float, times: int = 1
) -> Where:
    """The cases of a square of the map, `times` as wide as the smallest."""
    high, wide = _sides(lat, times)
    text, values = _where(period, zone, seen, params)
    text += """ and c.id = any(array(select p.case_id from evaluation_heat p
        where p.received_at >= %(start)s and p.received_at < %(cut)s
            and floor(floor(p.lon / %(wide)s) / %(times)s) = %(x)s
            and floor(floor(p.lat / %(high)s) / %(times)s) = %(y)s))"""
    more = {"wide": wide / times, "high": high / times, "times": times, "x": place[0], "y": place[1]}
    return Where(text, values | more)


def _sides(lat: float, times: int) -> tuple[float, float]:
    """Degrees of latitude and of longitude that a square is high and wide."""
    return SQUARE * times / METRES, SQUARE * times / (METRES * cos(radians(lat)))


def tone(number: int, most: int) -> int:
    """0 for nothing, else 1 to TONES: in which fifth of the largest number it lies."""
    return 0 if number <= 0 or most <= 0 else min(TONES, -(-number * TONES // most))


def _counted(
    period: Period, zone: str, seen: str, params: Sequence[Any], whole: bool
) -> tuple[str, dict[str, Any]]:
    """What is counted, and its condition: who sees everything needs no wide row of a case (`heat_points`)."""
    text, values = _where(period, zone, seen, params, "true" if whole else COUNTED)
    return f"{'evaluation_heat' if whole else 'cases_case'} c where {text}", values


def _where(
    period: Period, zone: str, seen: str, params: Sequence[Any], counted: str = COUNTED
) -> tuple[str, dict[str, Any]]:
    """The condition on `c`, with named parameters only."""
    named = {f"seen{n}": value for n, value in enumerate(params)}
    for name in named:
        seen = seen.replace("%s", f"%({name})s", 1)
    values: dict[str, Any] = {"start": period.start, "cut": period.cut, "zone": zone, **named}
    return f"c.received_at >= %(start)s and c.received_at < %(cut)s and {counted} and {seen}", values

"""Heat of problem classes (高发问题): how many cases of each class came, by week, by hour of the week, by district; and
where in the city. A cell opens to its cases; refused, void and merged ones are none."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Any

from citygrid.cases.database import Connection, cursor
from citygrid.evaluation.periods import Period

WAYS = ("week", "hour", "area")
COUNTED = "c.state not in ('rejected', 'voided', 'merged') and c.class_id is not null"
SQUARE = 200
"""Side of a square of the map in metres."""
MOST_SQUARES = 5000
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
    connection: Connection, way: str, period: Period, zone: str, seen: str, params: Sequence[Any]
) -> dict[tuple[str, str], int]:
    """(row, column) -> cases."""
    text, values = _where(period, zone, seen, params)
    sql = f"select {ROWS[way]}, {COLUMNS[way]}, count(*) from cases_case c where {text} group by 1, 2"  # noqa: S608
    return {(row, column): n for row, column, n in cursor(connection).execute(sql.encode(), values).fetchall()}


def behind(
    connection: Connection, way: str, cell: tuple[str, str], period: Period, zone: str, seen: str,
    params: Sequence[Any], most: int,
) -> list[tuple[Any, ...]]:  # fmt: skip
    """The cases of a cell, as many as its number says (up to `most`), the newest first: id, number, class, unit,
    community, state, received at. `*` stands for every row or column."""
    text, values = _where(period, zone, seen, params)
    for name, given, sql in (("row", cell[0], ROWS[way]), ("column", cell[1], COLUMNS[way])):
        if given != "*":
            text += f" and {sql} = %({name})s"
            values[name] = given
    return _listed(connection, text, values, most)


def _listed(connection: Connection, text: str, values: dict[str, Any], most: int) -> list[tuple[Any, ...]]:
    sql = f"""select c.id, coalesce(c.case_no, c.report_no), c.class_id, c.unit, c.community, c.state, c.received_at
        from cases_case c where {text} order by c.received_at desc, c.id desc limit %(most)s"""  # noqa: S608
    return list(cursor(connection).execute(sql.encode(), {**values, "most": most}).fetchall())


def cells(
    connection: Connection, period: Period, zone: str, seen: str, params: Sequence[Any], lat: float,
    most: int | None = None,
) -> list[tuple[int, int, int]]:  # fmt: skip
    """Where they came from: (column, row, cases) of squares of about SQUARE metres at latitude `lat`, the fullest
    first. Only counted so: nothing is decided by a degree."""
    high, wide = _sides(lat, 1)
    text, values = _where(period, zone, seen, params)
    sql = f"""select floor(c.lon::float8 / %(wide)s)::int, floor(c.lat::float8 / %(high)s)::int, count(*)
        from cases_case c where {text} and c.lon is not null group by 1, 2 order by 3 desc, 1, 2 limit %(most)s"""  # noqa: S608
    rows = cursor(connection).execute(sql.encode(), {**values, "wide": wide, "high": high, "most": most})
    return [(x, y, n) for x, y, n in rows.fetchall()]


def square(x: int, y: int, cases: int, lat: float, times: int = 1) -> Square:
    """The square of a column and a row; `times`: of squares so many times as wide."""
    high, wide = _sides(lat, times)
    return Square(x * wide, y * high, (x + 1) * wide, (y + 1) * high, cases)


def within(
    connection: Connection, place: tuple[int, int], period: Period, zone: str, seen: str, params: Sequence[Any],
    lat: float, most: int, times: int = 1,
) -> list[tuple[Any, ...]]:  # fmt: skip
    """The cases of a square, as `behind` gives them."""
    high, wide = _sides(lat, times)
    text, values = _where(period, zone, seen, params)
    text += """ and floor(floor(c.lon::float8 / %(wide)s) / %(times)s) = %(x)s
        and floor(floor(c.lat::float8 / %(high)s) / %(times)s) = %(y)s"""
    values |= {"wide": wide / times, "high": high / times, "times": times, "x": place[0], "y": place[1]}
    return _listed(connection, text, values, most)


def _sides(lat: float, times: int) -> tuple[float, float]:
    """Degrees of latitude and of longitude that a square is high and wide."""
    return SQUARE * times / METRES, SQUARE * times / (METRES * cos(radians(lat)))


def tone(number: int, most: int) -> int:
    """0 for nothing, else 1 to TONES: in which fifth of the largest number it lies."""
    return 0 if number <= 0 or most <= 0 else min(TONES, -(-number * TONES // most))


def _where(period: Period, zone: str, seen: str, params: Sequence[Any]) -> tuple[str, dict[str, Any]]:
    """The condition on `c`, with named parameters only."""
    named = {f"seen{n}": value for n, value in enumerate(params)}
    for name in named:
        seen = seen.replace("%s", f"%({name})s", 1)
    values: dict[str, Any] = {"start": period.start, "cut": period.cut, "zone": zone, **named}
    return f"c.received_at >= %(start)s and c.received_at < %(cut)s and {COUNTED} and {seen}", values

"""The sheet of the heat of classes: a matrix, squares of the map, and the cases of a cell or a square."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from citygrid.cases import naming
from citygrid.cases.database import plain
from citygrid.evaluation import facts
from citygrid.evaluation.asking import zone_at
from citygrid.evaluation.insight import heat, heat_layer, paging, peaks
from citygrid.evaluation.insight.asking import Asked, districts, no_cell
from citygrid.evaluation.insight.paging import Page, Row
from citygrid.evaluation.insight.sheet import Cell, Column, Sheet, number
from citygrid.evaluation.insight.sheets_recurring import case_sheet
from citygrid.web.words import office_day


def warmth(asked: Asked) -> Sheet:
    """Heat of classes, or the cases of one cell (`open`: row~column) or of a square of the map (`square`)."""
    way = asked.one_of("way", heat.WAYS)
    seen, params = asked.cases()
    zone = str(zone_at(asked.now))
    if asked.given.get("square"):
        return _of_square(asked, zone)
    if asked.given.get("open"):
        row, sign, column = asked.given["open"].rpartition("~")
        if not sign:
            raise no_cell()
        where = heat.in_cell(way, (row, column), asked.period, zone, seen, params)
        title = " · ".join([_("Cases of a cell"), *_cell_words(way, row, column, asked)])
        return case_sheet(title, _behind(where, asked), asked.link(open=None), asked)
    with plain() as connection:
        facts.catch_up(connection)
        counted = heat.matrix(connection, way, asked.period, zone, seen, params, whole=asked.scope.everything)
    sheet = _matrix(asked, way, counted)
    sheet.context["shapes"] = _squares(asked, zone, seen, params) if counted else None
    return sheet


def _cell_words(way: str, row: str, column: str, asked: Asked) -> list[str]:
    """Which row and which column was opened, of those that there are."""
    words = [] if row == "*" else [_names(way, [row]).get(row, row)]
    try:
        names = {} if column == "*" else dict(_columns(way, {(row, column): 1}, asked))
    except ValueError:  # no day, no district: nothing is behind it
        names = {}
    return [*words, names[column]] if column in names else words


def _behind(where: heat.Where, asked: Asked) -> Page[Row]:
    with plain() as connection:
        facts.catch_up(connection)
        found = heat.behind(connection, where, paging.cut(asked))
        return paging.listed(found, heat.number(connection, where), paging.key_of_row, asked)


def _matrix(asked: Asked, way: str, counted: dict[tuple[str, str], int]) -> Sheet:
    """A page of the rows; shades are of the largest number of all of them."""
    sums = _sums(counted)
    columns = _columns(way, counted, asked)
    page = paging.sliced(_rows(way, sums), lambda row: (row if way == "hour" else -sums[row], row), asked)
    names = _names(way, page.rows)
    most = max(counted.values(), default=0)
    shown = []
    for row in page.rows:
        cells = [Cell(names[row], value=row)]
        for column, _name in columns:
            n = counted.get((row, column), 0)
            cells.append(number(n, asked.link(open=f"{row}~{column}"), tone=heat.tone(n, most)))
        shown.append([*cells, number(sums.get(row, 0), asked.link(open=f"{row}~*"))])
    head = [Column("row", _("Day") if way == "hour" else _("Class"))]
    head += [Column(column or "none", name, True) for column, name in columns]
    return Sheet(
        _("Heat of problem classes"), [*head, Column("total", _("Total"), True)], shown,
        [_("Cases received in these days; refused, void and merged ones are none."),
         _("The darker, the more: in fifths of the largest number. A number opens to its cases."),
         *(_peaks(counted) if way == "hour" else ())],
        _("No case was received in these days"), {}, "evaluation/insight/heat.html", page.of, page.after,
    )  # fmt: skip


def _sums(counted: dict[tuple[str, str], int]) -> Counter[str]:
    """Row -> its total."""
    sums: Counter[str] = Counter()
    for (row, _column), n in counted.items():
        sums[row] += n
    return sums


def _rows(way: str, sums: Counter[str]) -> list[str]:
    """Every day of the week in order; classes with the most cases first."""
    if way == "hour":
        return [str(n) for n in range(1, 8)] if sums else []
    return sorted(sums, key=lambda key: (-sums[key], key))


def _names(way: str, rows: Sequence[str]) -> dict[str, str]:
    if way == "hour":
        return {str(n): day for n, day in enumerate(_weekdays(), 1)}
    names = naming.classes(rows)
    return {row: names.get(row, row) for row in rows}


def _columns(way: str, counted: dict[tuple[str, str], int], asked: Asked) -> list[tuple[str, str]]:
    """Every week, hour and district in order, with its name."""
    if way == "hour":
        return [(str(hour), f"{hour:02}") for hour in range(24)]
    found = sorted({column for _row, column in counted})
    if way == "week":
        return [(column, office_day(date.fromisoformat(column))) for column in found]
    known = dict(districts(asked.scope)) | naming.areas([int(column) for column in found if column])
    return [(column, known.get(int(column), column) if column else _("No area")) for column in found]


def _weekdays() -> tuple[str, ...]:
    return (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))


def _peaks(counted: dict[tuple[str, str], int]) -> list[str]:
    """高发时段 in a sentence each: of the day, of the week."""
    return [
        _("Peak: %(when)s %(from)s:00–%(till)s:00, %(cases)s of %(of)s cases.")
        % {"when": _("every day") if one.day is None else _weekdays()[one.day - 1], "from": f"{one.hour:02}",
           "till": f"{one.hour + 1:02}", "cases": one.cases, "of": one.of}
        for one in peaks.peaks(counted)
    ]  # fmt: skip


def _of_square(asked: Asked, zone: str) -> Sheet:
    """The cases of a square of the map."""
    place = heat_layer.opened(asked.given["square"])
    if place is None:
        raise no_cell()
    asked = replace(asked, class_id=place.chosen.class_id)
    of = heat_layer.days_of(place.chosen, asked.now) if place.chosen.days else asked.period
    seen, params = asked.cases()
    where = heat.in_square((place.x, place.y), of, zone, seen, params, heat_layer.latitude(), place.times)
    return case_sheet(_("Cases of a square"), _behind(where, asked), asked.link(square=None), replace(asked, period=of))


def _squares(asked: Asked, zone: str, seen: str, params: list[Any]) -> dict[str, Any] | None:
    """The squares of the map with how hot they are, each as large as it must be for all to be drawn; each opens to its
    cases."""
    lat = heat_layer.latitude()
    with plain() as connection:
        found = heat.cells(connection, asked.period, zone, seen, params, lat, whole=asked.scope.everything)
    for times in heat_layer.SIDES:
        squares = heat.wider(found, times)
        if len(squares) <= heat.MOST_SQUARES:
            break
    most = max(squares.values(), default=0)
    features = [_square(asked, place, cases, most, lat, times) for place, cases in squares.items()]
    return {"type": "FeatureCollection", "features": features} if features else None


def _square(
    asked: Asked, place: tuple[int, int], cases: int, most: int, lat: float, times: int
) -> dict[str, Any]:
    """A square as a shape of the map."""
    x, y = place
    one = heat.square(x, y, cases, lat, times)
    ring = [[one.west, one.south], [one.east, one.south], [one.east, one.north], [one.west, one.north]]
    return {
        "type": "Feature",
        "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
        "properties": {
            "key": f"{x}~{y}", "tone": f"heat{heat.tone(cases, most)}", "label": str(cases),
            "title": _("%(number)s cases") % {"number": cases},
            "url": asked.link(square=f"{times}~{x}~{y}~0~{asked.class_id}"),
        },
    }  # fmt: skip

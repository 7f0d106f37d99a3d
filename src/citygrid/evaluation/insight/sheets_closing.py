"""Sheets of figures: the true closing rate beside the reported one, and the heat of classes."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from citygrid.cases import naming
from citygrid.cases.database import plain
from citygrid.evaluation.asking import ask, zone_at
from citygrid.evaluation.counting import LEVELS, Key, Question
from citygrid.evaluation.insight import heat, heat_layer, peaks, truth
from citygrid.evaluation.insight.asking import Asked, districts
from citygrid.evaluation.insight.rules import insight_at
from citygrid.evaluation.insight.sheet import NOTHING, Cell, Column, Sheet, number
from citygrid.evaluation.insight.sheets_recurring import MOST, case_sheet
from citygrid.evaluation.insight.true_rate import Truth
from citygrid.evaluation.printing import Line, lines
from citygrid.evaluation.rounding import printed
from citygrid.evaluation.subjects import key_of
from citygrid.evaluation.tables import Table
from citygrid.web.words import office_day

KEYS = ("closings", "closings_due", "closing_rate")
CLASSES = 30
"""So many classes have a row; the others are one together."""


def truths_of(answer: Table, now: datetime) -> dict[Key | None, Truth]:
    """The true closing rates of a table's subjects and of its total; empty where the table has no closing rate, or is
    not by such a subject."""
    if answer.question.by not in truth.BY or all(one.key != "closing_rate" for one in answer.columns):
        return {}
    counted = ask(answer.question, KEYS[:2])
    numbers = {row.key: _counts(row.values) for row in (*counted.rows, counted.total)}
    with plain() as connection:
        return truth.truths(connection, answer.question, numbers, insight_at(now).rechecks)


def _counts(values: Any) -> tuple[int, int]:
    return int(values["closings"] or 0), int(values["closings_due"] or 0)


def closing(asked: Asked) -> Sheet:
    """真实结案率: reported and true, by unit, area or class."""
    by, level = asked.one_of("by", truth.BY), asked.one_of("level", LEVELS)
    question = Question(asked.period, by, level, asked.scope)
    least = insight_at(asked.now).rechecks
    opened = asked.given.get("open", "")
    if opened:
        return _looked(asked, question, opened)
    answer = ask(question, KEYS)
    told = truths_of(answer, asked.now)
    rows = [_truth(line, told[line.row.key], asked) for line in lines(answer)] if answer.rows else []
    return Sheet(
        _("True closing rate"),
        [Column("name", _("Name")), Column("closings", _("Closings"), True), Column("due", _("Due: closings"), True),
         Column("reported", _("Reported closing rate"), True), Column("looked", _("Looked at again"), True),
         Column("solved", _("In order"), True), Column("true", _("True closing rate (95 % band)"), True)],
        rows,
        [_("Closed cases that an inspector or a spot check looked at again tell how many closings are truly solved."),
         _("The reported rate times that share is the true rate; the band is Wilson's interval at 95 percent.")
         + " " + _("Below %(least)s re-checks nothing is said.") % {"least": least},
         _("Each unit weighs as much as it closed, however often it was looked at; units that nobody looked at are"
           " taken to be as the others.")],
        _("No case was closed in these days"),
        {"form": "by level", "bys": [("unit", _("Unit")), ("area", _("Area")), ("class", _("Class"))], "by": by,
         "levels": [("district", _("District")), ("street", _("Street")), ("community", _("Community"))],
         "level": level},
    )  # fmt: skip


def _truth(line: Line, one: Truth, asked: Asked) -> list[Cell]:
    subject = line.subject.text if line.subject is not None else "total"
    reported = line.row.values["closing_rate"]
    assert not isinstance(reported, int)
    return [
        Cell(line.name, value=subject), number(one.closings), number(one.due),
        Cell(f"{printed(reported)}%" if reported is not None else NOTHING, value=printed(reported)),
        number(one.looked, asked.link(open=subject)), number(one.solved),
        Cell(one.text, value=one.tree(), flag=_doubted(one)),
    ]  # fmt: skip


def _doubted(one: Truth) -> bool:
    """Whether a tenth or more of what was looked at again was not in order."""
    return one.enough and 10 * (one.looked - one.solved) >= one.looked


def _looked(asked: Asked, question: Question, subject: str) -> Sheet:
    try:
        key = None if subject == "total" else key_of(question.by, subject)
    except ValueError:
        key = ()
    with plain() as connection:
        found = {one.case: one.solved for one in truth.looked(connection, question) if key in (None, one.key)}
        rows = _rows(connection, list(found)[: MOST + 1])
    sheet = case_sheet(_("Looked at again"), rows[:MOST], asked.link(open=None), asked, full=len(rows) > MOST)
    sheet.columns = [*sheet.columns, Column("result", _("Result"))]
    words = {True: _("in order"), False: _("not in order")}
    sheet.rows = [
        [*cells, Cell(words[found[row[0]]], flag=not found[row[0]])]
        for cells, row in zip(sheet.rows, rows, strict=False)
    ]
    return sheet


def _rows(connection: Any, cases: list[Any]) -> list[tuple[Any, ...]]:
    text = """select c.id, coalesce(c.case_no, c.report_no), c.class_id, c.unit, c.community, c.state, c.received_at
        from cases_case c join cases_head h on h.case_id = c.id and h.bucket = c.bucket
        where c.id = any(%s::uuid[]) order by c.closed_at desc, c.id"""
    rows: list[tuple[Any, ...]] = connection.execute(text, [cases]).fetchall()
    return rows


def warmth(asked: Asked) -> Sheet:
    """Heat of classes, or the cases of one cell (`open`: row~column)."""
    way = asked.one_of("way", heat.WAYS)
    seen, params = asked.cases()
    zone = str(zone_at(asked.now))
    row, sign, column = asked.given.get("open", "").partition("~")
    place = heat_layer.opened(asked.given.get("square", ""))
    if place is not None:
        return _of_square(asked, place, zone)
    with plain() as connection:
        if sign:
            found = heat.behind(connection, way, (row, column), asked.period, zone, seen, params, MOST + 1)
            return case_sheet(_("Cases of a cell"), found[:MOST], asked.link(open=None), asked, full=len(found) > MOST)
        counted = heat.matrix(connection, way, asked.period, zone, seen, params)
    sheet = _matrix(asked, way, counted)
    sheet.context |= {
        "form": "class district way", "way": way,
        "ways": [("week", _("By week")), ("hour", _("By hour of the week")), ("area", _("By district"))],
        "shapes": _squares(asked, zone, seen, params) if counted else None,
    }  # fmt: skip
    return sheet


def _matrix(asked: Asked, way: str, counted: dict[tuple[str, str], int]) -> Sheet:
    rows, columns = _axes(way, counted, asked)
    most = max(counted.values(), default=0)
    shown = []
    for row, name in rows:
        cells = [Cell(name, value=row)]
        for column, _name in columns:
            n = counted.get((row, column), 0)
            cells.append(number(n, asked.link(open=f"{row}~{column}"), tone=heat.tone(n, most)))
        shown.append([*cells, number(sum(counted.get((row, c), 0) for c, _n in columns), asked.link(open=f"{row}~*"))])
    head = [Column("row", _("Day") if way == "hour" else _("Class"))]
    head += [Column(column or "none", name, True) for column, name in columns]
    full = way != "hour" and len({row for row, _c in counted}) > CLASSES
    return Sheet(
        _("Heat of problem classes"), [*head, Column("total", _("Total"), True)], shown,
        [_("Cases received in these days; refused, void and merged ones are none."),
         _("The darker, the more: in fifths of the largest number. A number opens to its cases."),
         *(_peaks(counted) if way == "hour" else ())],
        _("No case was received in these days"), {}, "evaluation/insight/heat.html", full,
    )  # fmt: skip


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


def _axes(
    way: str, counted: dict[tuple[str, str], int], asked: Asked
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Rows and columns with their names: classes with the most cases first; every week, hour and district in order."""
    if way == "hour":
        days = _weekdays()
        hours = [(str(hour), f"{hour:02}") for hour in range(24)]
        return [(str(n), day) for n, day in enumerate(days, 1)] if counted else [], hours
    sums: dict[str, int] = {}
    for (row, _column), n in counted.items():
        sums[row] = sums.get(row, 0) + n
    keys = sorted(sums, key=lambda key: (-sums[key], key))[:CLASSES]
    names = naming.classes(keys)
    rows = [(key, names.get(key, key)) for key in keys]
    found = sorted({column for _row, column in counted})
    if way == "week":
        return rows, [(column, office_day(date.fromisoformat(column))) for column in found]
    known = dict(districts(asked.scope)) | naming.areas([int(column) for column in found if column])
    return rows, [(column, known.get(int(column), column) if column else _("No area")) for column in found]


def _of_square(asked: Asked, place: heat_layer.Where, zone: str) -> Sheet:
    """The cases of a square of the map."""
    asked = replace(asked, class_id=place.chosen.class_id)
    of = heat_layer.days_of(place.chosen, asked.now) if place.chosen.days else asked.period
    seen, params = asked.cases()
    with plain() as connection:
        found = heat.within(connection, (place.x, place.y), of, zone, seen, params, heat_layer.latitude(), MOST + 1,
                            place.times)  # fmt: skip
    return case_sheet(_("Cases of a square"), found[:MOST], asked.link(square=None), replace(asked, period=of),
                      full=len(found) > MOST)  # fmt: skip


def _squares(asked: Asked, zone: str, seen: str, params: list[Any]) -> dict[str, Any] | None:
    """The squares of the map with how hot they are; each opens to its cases."""
    lat = heat_layer.latitude()
    with plain() as connection:
        found = heat.cells(connection, asked.period, zone, seen, params, lat, heat.MOST_SQUARES)
    most = found[0][2] if found else 0
    features = []
    for n, (x, y, cases) in enumerate(found):
        one = heat.square(x, y, cases, lat)
        ring = [[one.west, one.south], [one.east, one.south], [one.east, one.north], [one.west, one.north]]
        features.append({
            "type": "Feature",
            "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
            "properties": {
                "key": str(n), "tone": f"heat{heat.tone(cases, most)}", "label": str(cases),
                "title": _("%(number)s cases") % {"number": cases},
                "url": asked.link(square=f"1~{x}~{y}~0~{asked.class_id}"),
            },
        })  # fmt: skip
    return {"type": "FeatureCollection", "features": features} if features else None

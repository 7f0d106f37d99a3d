"""Sheets of work: what will breach, and what each unit has in hand against what it can do."""

from datetime import timedelta
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from citygrid.cases import naming
from citygrid.cases.database import plain
from citygrid.cases.lists import bulk
from citygrid.cases.lists.bulk import Pick
from citygrid.evaluation import facts
from citygrid.evaluation.asking import zone_at
from citygrid.evaluation.insight import breaching, finishing, load, paging
from citygrid.evaluation.insight.asking import Asked, no_cell
from citygrid.evaluation.insight.breaching import Expected, Task
from citygrid.evaluation.insight.paging import Page
from citygrid.evaluation.insight.rules import insight_at
from citygrid.evaluation.insight.sheet import NOTHING, Cell, Column, Sheet, number
from citygrid.evaluation.insight.sheets_recurring import case_address, case_sheet
from citygrid.evaluation.rounding import half_up, printed
from citygrid.rulebook.slices import NoRules, rules_at
from citygrid.web.words import office_moment, span
from citygrid.worktime import instants

OPENED = {
    "open": lambda: _("In hand"), "late": lambda: _("Overdue"), "came": lambda: _("Come"), "done": lambda: _("Done"),
}  # fmt: skip


_FINE = 10**12
"""Two chances that differ, differ by more than one in so many."""


def soon(asked: Asked) -> Sheet:
    """Cases that will breach in the next hours, the likeliest first."""
    hours = asked.whole("hours", 24, 1, 168)
    seen, params = asked.cases()
    least = insight_at(asked.now).similar
    nothing = _("No running task is due in the next %(hours)s hours") % {"hours": hours}
    try:
        page = paging.sliced(_expected(asked, hours, seen, params, least), _order, asked)
    except breaching.TooManyError:
        too_many = _("More than %(most)s tasks are due: choose a class, a district or fewer hours.")
        page, nothing = Page([], 0, None), too_many % {"most": breaching.MOST}
    found = page.rows
    classes = naming.classes([one.task.class_id for one in found])
    districts = naming.areas([one.task.district for one in found])
    rows = [
        [
            Cell(one.task.number, case_address(one.task.case), value=str(one.task.case),
                 pick=str(Pick(one.task.case, one.task.item, "handle"))),
            Cell(classes.get(one.task.class_id or "", one.task.class_id or NOTHING), value=one.task.class_id),
            Cell(naming.body(one.task.unit)), Cell(districts.get(one.task.district or 0, NOTHING)),
            Cell(office_moment(due := instants.moment(one.task.due)), value=due.isoformat()),
            Cell(span(timedelta(microseconds=one.left)), value=one.left // 1_000_000),
            _chance(one), Cell(_why(one)),
        ]
        for one in found
    ]  # fmt: skip
    acts = {spec.name for spec in bulk.acts_for(asked.signed, asked.now)}
    return Sheet(
        _("Will breach soon"),
        [Column("case", _("Number")), Column("class", _("Class")), Column("unit", _("Unit")),
         Column("district", _("District")), Column("due", _("Due")), Column("left", _("Working time left"), True),
         Column("chance", _("Chance to end late"), True), Column("why", _("Counted over"), wide=True)],
        rows,
        [_("The chance is counted: of what was finished in half a year and was still open with as little time left,"
           " the share that ended late."),
         _("Of the same unit and class; where fewer than %(least)s, of the unit, then of the class, then of all.")
         % {"least": least}],
        nothing,
        {"urge": "urge" in acts, "most": bulk.MOST},
        "evaluation/insight/breaching.html",
        page.of,
        page.after,
    )  # fmt: skip


def _order(one: Expected) -> tuple[int, int, str, str]:
    """The likeliest first, those that nobody can tell last; then what is due first."""
    chance = -1 if one.chance is None else round(one.chance * _FINE)
    return -chance, one.task.due, str(one.task.case), str(one.task.item)


def _expected(asked: Asked, hours: int, seen: str, params: list[object], least: int) -> list[Expected]:
    try:
        rules = rules_at(asked.now)
    except NoRules:
        return []
    with plain() as connection:
        facts.catch_up(connection)
        tasks = breaching.due_soon(connection, asked.now, hours, seen, params)
        units, classes = {one.unit for one in tasks}, {one.class_id for one in tasks if one.class_id}
        history = finishing.finished(connection, units, classes, asked.now, rules) if tasks else []
    now = instants.micros(asked.now)

    def left(task: Task) -> int:
        return finishing.time_left(rules, task.unit, task.calendar, task.limit, now, task.due)

    return breaching.expected(tasks, history, left, least)


def _chance(one: Expected) -> Cell:
    if one.chance is None:
        return Cell(NOTHING)
    percent = half_up(one.late, one.of, 100, places=0)
    return Cell(f"{percent}%", value=f"{percent}", flag=2 * one.late >= one.of)


def _why(one: Expected) -> str:
    over = {
        "both": _("this unit in this class"), "unit": _("this unit, all classes"),
        "class": _("this class, all units"), "all": _("all"),
    }.get(one.over)  # fmt: skip
    if over is None:
        return _("too few finished before")
    return _("%(late)s of %(of)s ended late: %(over)s") % {"late": one.late, "of": one.of, "over": over}


def units(asked: Asked) -> Sheet:
    """Workload against capacity, by unit."""
    seen, params = asked.facts("f")
    limit = insight_at(asked.now).clear_days
    if asked.given.get("open"):
        return _opened(asked, seen, params)
    with plain() as connection:
        facts.catch_up(connection)
        found = load.loads(connection, asked.period, str(zone_at(asked.now)), seen, params, asked.now)
    rows = [_unit(one, asked, limit) for one in found]
    return Sheet(
        _("Workload and capacity"),
        [Column("unit", _("Unit")), Column("open", _("In hand"), True), Column("late", _("Overdue"), True),
         Column("inflow", _("Come a day"), True), Column("outflow", _("Done a day"), True),
         Column("best", _("Done on a good day"), True), Column("staff", _("People"), True),
         Column("per_head", _("Come a day for each"), True), Column("clear", _("Days to clear"), True),
         Column("trend", _("In hand, week by week"), True), Column("flag", _("State"), wide=True)],
        rows,
        [_("In hand, divided by what a unit gets done on a good day (the best tenth of its days) less what comes."),
         _("“never”: more comes than that. Marked: never, or longer than %(days)s days.") % {"days": limit}],
        _("No unit had a handling task in these days"),
    )  # fmt: skip


def _opened(asked: Asked, seen: str, params: list[object]) -> Sheet:
    """The cases of a number of a unit (`open`: unit~what)."""
    unit, _sign, what = asked.given["open"].partition("~")
    if not (unit.isascii() and unit.isdigit() and len(unit) < 18 and what in load.WHAT):
        raise no_cell()
    of = (int(unit), what, asked.period, seen, params)
    with plain() as connection:
        facts.catch_up(connection)
        cases = load.behind(connection, *of, paging.cut(asked))
        page = paging.listed(cases, load.number(connection, *of), paging.key_of_row, asked)
    title = f"{naming.body(int(unit))} · {OPENED[what]()}" if page.of else OPENED[what]()
    return case_sheet(title, page, asked.link(open=None), asked)


def _unit(one: load.Load, asked: Asked, limit: int) -> list[Cell]:
    def opens(what: str) -> str:
        return asked.link(open=f"{one.unit}~{what}")

    clear, flagged = one.days_to_clear, one.flagged(limit)
    finding = _("too much in hand") if flagged else pgettext("load of a unit", "in order")
    if clear is None:
        finding = _("more comes than it can do") if one.best else _("finished nothing in these days")
    return [
        Cell(naming.body(one.unit) or str(one.unit), value=one.unit),
        number(one.open, opens("open")), number(one.late, opens("late"), flag=one.late > 0),
        Cell(_decimal(one.inflow), opens("came") if one.came else ""),
        Cell(_decimal(one.outflow), opens("done") if one.done else ""), number(one.best), number(one.staff),
        Cell(_decimal(one.per_head)),
        Cell(_("never") if clear is None else str(clear), value="never" if clear is None else clear, flag=flagged),
        Cell(" → ".join(map(str, one.trend)), value=list(one.trend)), Cell(finding, flag=flagged),
    ]  # fmt: skip


def _decimal(value: Fraction | None) -> str:
    return NOTHING if value is None else printed(half_up(value.numerator, value.denominator))

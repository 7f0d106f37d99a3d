"""The sheet of the true closing rate beside the reported one."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from citygrid.cases.database import plain
from citygrid.evaluation.asking import ask
from citygrid.evaluation.counting import LEVELS, Key, Question
from citygrid.evaluation.insight import paging, truth
from citygrid.evaluation.insight.asking import Asked, no_cell
from citygrid.evaluation.insight.rules import insight_at
from citygrid.evaluation.insight.sheet import NOTHING, Cell, Column, Sheet, number
from citygrid.evaluation.insight.sheets_recurring import case_sheet
from citygrid.evaluation.insight.true_rate import Truth
from citygrid.evaluation.printing import Line, lines
from citygrid.evaluation.rounding import printed
from citygrid.evaluation.subjects import key_of
from citygrid.evaluation.tables import Table

KEYS = ("closings", "closings_due", "closing_rate")


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
        raise no_cell() from None
    with plain() as connection:
        found = {one.case: one.solved for one in truth.looked(connection, question) if key in (None, one.key)}
        rows = truth.cases(connection, list(found), paging.cut(asked))
    page = paging.listed(rows, len(found), paging.key_of_row, asked)
    sheet = case_sheet(_("Looked at again"), page, asked.link(open=None), asked)
    sheet.columns = [*sheet.columns, Column("result", _("Result"))]
    words = {True: _("in order"), False: _("not in order")}
    sheet.rows = [
        [*cells, Cell(words[found[row[0]]], flag=not found[row[0]])]
        for cells, row in zip(sheet.rows, page.rows, strict=True)
    ]
    return sheet

"""Charts of scores: a group's ranking, what a score is made of, how scores went, with the words of the reader."""

from collections.abc import Mapping, Sequence

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from citygrid.evaluation import charts, score_printing
from citygrid.evaluation.charts import Band, Bar, Line, Stair
from citygrid.evaluation.results import GroupScores, SubjectScore, TermScore
from citygrid.evaluation.rounding import NOTHING
from citygrid.evaluation.scheme import Grade, Scheme
from citygrid.evaluation.score_trend import Point
from citygrid.web.words import say

MOST_BARS = 40


def band(scheme: Scheme, code: str) -> Grade | None:
    """The grade of this code."""
    return next((grade for grade in scheme.grades if grade.code == code), None)


def bands(scheme: Scheme) -> tuple[Band, ...]:
    return tuple(Band(grade.least, grade.code, grade.colour) for grade in scheme.grades)


def ranking(scheme: Scheme, group: GroupScores, key: str, own: str = "") -> SafeString:
    """The first `MOST_BARS` of a group, best first."""
    rows = [_bar(scheme, row, own) for row in group.rows[:MOST_BARS]]
    title = _("Scores: %(group)s") % {"group": say(group.names)}
    return drawn(charts.bars(rows, title=title, most=scheme.total, bands=bands(scheme), width=620, key=key))


def steps_of(scheme: Scheme, row: SubjectScore, key: str = "steps") -> SafeString:
    """What each term adds to a score, and what it left."""
    stairs = [_stair(term) for term in (*row.terms, *row.plus)]
    total = (_("Score"), NOTHING if row.shown is None else str(row.shown))
    return drawn(charts.steps(stairs, title=_("What the score is made of"), whole=scheme.total, total=total, key=key))


def trend_of(
    scheme: Scheme, points: Sequence[Point], names: Mapping[str, str], key: str = "trend", width: int = charts.WIDTH
) -> SafeString:
    """The scores of these objects over periods. Empty where no period has one."""
    lines = []
    for subject, name in names.items():
        found = [point.shown.get(subject) for point in points]
        lines.append(Line(name, tuple(found), tuple(NOTHING if one is None else str(one) for one in found)))
    if not any(value is not None for line in lines for value in line.values):
        return SafeString("")
    title, periods = _("Scores over periods"), [point.name for point in points]
    return drawn(
        charts.trend(periods, lines, title=title, bands=bands(scheme), most=scheme.total, key=key, width=width)
    )


def drawn(svg: str) -> SafeString:
    """A chart for a template: its words were escaped when it was drawn."""
    return SafeString(svg)  # nosec B308, B703 - charts escape every word


def _bar(scheme: Scheme, row: SubjectScore, own: str) -> Bar:
    found = band(scheme, row.grade)
    shown = NOTHING if row.shown is None else str(row.shown)
    return Bar(row.name, row.shown, shown, found.colour if found else "", row.grade, row.subject == own)


def _stair(term: TermScore) -> Stair:
    most = None if term.state in ("added", "none") and not term.weight else term.share
    shown = score_printing.shown(term.counts).replace("-", "−")
    return Stair(say(term.names), term.counts, most, NOTHING if term.points is None else shown)

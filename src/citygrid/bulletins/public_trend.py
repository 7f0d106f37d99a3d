"""How published scores went: what changed since the period before, and a line for each object where they are few."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.safestring import SafeString

from citygrid.bulletins.published import Published
from citygrid.evaluation.charts import LONGEST
from citygrid.evaluation.results import GroupScores
from citygrid.evaluation.scheme import Scheme
from citygrid.evaluation.score_drawing import trend_of
from citygrid.evaluation.score_trend import Point

MOST = 12
WIDTH = 460
"""Of a chart that is read on a phone too."""


def earlier(one: Published, known: Sequence[Published]) -> list[Published]:
    """The published periods of the same scheme and length up to this one, oldest first."""
    found = [other for other in known if other.scores.scheme == one.scores.scheme and same_sort(one, other)]
    return sorted((other for other in found if other.scores.last <= one.scores.last), key=_begin)[-MOST:]


def same_sort(one: Published, other: Published) -> bool:
    """Whether both are months, or both quarters: their names are of one form."""
    return _form(one.period) == _form(other.period)


def before(one: Published, known: Sequence[Published]) -> dict[str, Decimal | None]:
    """Object -> its printed score in the published period before; empty where there is none."""
    points = earlier(one, known)
    return {row.subject: row.shown for row in points[-2].scores.rows()} if len(points) > 1 else {}


def chart(
    one: Published, group: GroupScores, scheme: Scheme, known: Sequence[Published], key: str
) -> SafeString:
    """The lines of a group; empty for one period, or for more objects than can be told apart."""
    points = earlier(one, known)
    if len(points) < 2 or len(group.rows) > LONGEST:
        return SafeString("")
    told = []
    for other in points:
        rows = {row.subject: row.shown for row in other.scores.rows()}
        told.append(Point(other.period, other.row.close.first, other.row.close.last, rows, True))
    return trend_of(scheme, told, {row.subject: row.name for row in group.rows}, key, WIDTH)


def _form(period: str) -> str:
    return "".join("0" if sign.isdigit() else sign for sign in period)


def _begin(one: Published) -> str:
    return one.scores.first

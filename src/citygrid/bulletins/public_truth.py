"""结案率 and 真实结案率 of all objects of a published period together, as both were frozen with their scores."""

from citygrid.evaluation.insight.true_rate import Truth
from citygrid.evaluation.results import Scores


def whole(scores: Scores) -> Truth | None:
    """The sum of what is told of each object; its strata stay. None where nothing was frozen of it, nothing was due, or
    objects overlap (a unit has several supervisors)."""
    found = list(scores.truths.values())
    if scores.by == "supervisor" or not sum(one.due for one in found):
        return None
    closings, due, looked, solved = (
        sum(getattr(one, name) for one in found) for name in ("closings", "due", "looked", "solved")
    )
    strata = tuple(stratum for one in found for stratum in one.strata)
    return Truth(closings, due, looked, solved, max(one.least for one in found), strata)

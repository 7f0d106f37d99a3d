"""真实结案率: of the cases that were closed, how many are truly solved, as far as somebody looked again.

    estimate = closings / closings due * in order / looked at again

The band is Wilson's interval (E. B. Wilson, JASA 22 (1927), 209) of the second share at 95 %, times the reported rate:
what was closed is counted whole and has no band of its own. A case is looked at again by an inspector's act after its
closing or by a spot check of a collector who had nothing to do with it; the last look says."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from citygrid.cases.database import Connection, cursor
from citygrid.collection.surveys import spots
from citygrid.collection.teams.drawing import wilson
from citygrid.evaluation.counting import Key, Question, seen, subject_columns
from citygrid.evaluation.rounding import half_up, printed

CONFIDENCE = 0.95
BY = ("unit", "area", "class")
"""By what closings are re-checked in numbers that say something."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A closed case that was looked at again."""

    case: UUID
    key: Key
    solved: bool


@dataclass(frozen=True, slots=True)
class Truth:
    """Of `closings` of `due`, `looked` were looked at again and `solved` were in order. Shares are 0 to 1; None where
    there are too few (fewer than `least`), or nothing to divide by."""

    closings: int
    due: int
    looked: int
    solved: int
    least: int

    @property
    def reported(self) -> Fraction | None:
        return Fraction(self.closings, self.due) if self.due else None

    @property
    def enough(self) -> bool:
        return self.looked >= max(1, self.least)

    @property
    def estimate(self) -> Fraction | None:
        if self.reported is None or not self.enough:
            return None
        return self.reported * Fraction(self.solved, self.looked)

    @property
    def band(self) -> tuple[float, float] | None:
        """From where to where the true rate lies, in 95 of 100 such samples."""
        if self.reported is None or not self.enough:
            return None
        low, high = wilson(self.solved, self.looked, CONFIDENCE)
        return float(self.reported) * low, float(self.reported) * high

    @property
    def text(self) -> str:
        """`88.10% (80.2–93.3%)`; why there is none."""
        if self.reported is None:
            return "–"
        if self.estimate is None or self.band is None:
            return _("too few re-checks (%(looked)s of %(least)s)") % {"looked": self.looked, "least": self.least}
        share = printed(half_up(self.estimate.numerator, self.estimate.denominator, 100))
        return f"{share}% ({self.band[0] * 100:.1f}–{self.band[1] * 100:.1f}%)"

    def tree(self) -> dict[str, Any]:
        """For machines: shares in percent as text, with the counts they come from."""
        told = self.estimate is not None and self.band is not None
        band = self.band or (0.0, 0.0)
        return {
            "closings": self.closings, "closings_due": self.due, "looked_at_again": self.looked,
            "in_order": self.solved, "least": self.least, "confidence": "95" if told else None,
            "estimate": _percent(self.estimate), "low": f"{band[0] * 100:.2f}" if told else None,
            "high": f"{band[1] * 100:.2f}" if told else None, "reported": _percent(self.reported),
        }  # fmt: skip


def truths(
    connection: Connection, question: Question, counted: Mapping[Key | None, tuple[int, int]], least: int
) -> dict[Key | None, Truth]:
    """The truth of each subject, and of the total (None). `counted`: closings and closings due of each."""
    sums: dict[Key | None, list[int]] = defaultdict(lambda: [0, 0])
    for one in looked(connection, question):
        for key in (one.key, None):
            sums[key][0] += 1
            sums[key][1] += one.solved
    return {key: Truth(*numbers, sums[key][0], sums[key][1], least) for key, numbers in counted.items()}


def looked(connection: Connection, question: Question) -> list[Looked]:
    """The closings of the period that were looked at again, each with the last answer. They are those that `closings`
    counts: closed in the period, not exempt, of what the asker may see."""
    spotted = spots.results()
    params: dict[str, Any] = {
        "start": question.period.start, "cut": question.period.cut, "spotted": list(spotted),
    }  # fmt: skip
    columns = ", ".join(f"f.{column}" for column in subject_columns(question.by, question.level))
    # The first of these looks back from the case, and the last act says: an inspection may follow another.
    text = f"""select f.case_id, i.at, i.result, {columns} from evaluation_case f
        left join lateral (select a.at, a.result from evaluation_act a
            where a.case_id = f.case_id and a.act = 'inspect' and a.at >= f.closed_at
            order by a.at desc, a.no desc limit 1) i on true
        where f.standing = 'closed' and not f.exempt and f.closed_at >= %(start)s and f.closed_at < %(cut)s
            and (i.at is not null or f.case_id = any(%(spotted)s::uuid[])) and {seen(question, params)}"""  # noqa: S608
    found = []
    for case, at, result, *key in cursor(connection).execute(text.encode(), params).fetchall():
        told = _last(at, result, spotted.get(case))
        if told is not None:
            found.append(Looked(case, tuple(key), told != spots.WRONG))
    return found


def _last(at: datetime | None, result: str | None, spot: tuple[datetime, str] | None) -> str | None:
    if spot is not None and (at is None or spot[0] > at):
        return spot[1]
    return result


def _percent(value: Fraction | None) -> str | None:
    return None if value is None else printed(half_up(value.numerator, value.denominator, 100))

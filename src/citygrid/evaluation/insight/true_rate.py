"""真实结案率: of the cases that were closed, how many are truly solved, as far as somebody looked again. Pure.

    estimate = closings / closings due * share in order
    share    = sum over units of (closings of the unit / closings) * (in order / looked at again)

Units are strata: where inspectors looked ten times as often at one unit, it does not count ten times. Units that were
looked at less than THIN times are one stratum together; closings of strata that nobody looked at are taken to be as the
others (`told_of` says how many closings the estimate speaks of).

The band is Wilson's score interval (E. B. Wilson, JASA 22 (1927), 209) at 95 % of the share, times the reported rate,
for as many looks as a plain sample would need to be as exact: 1 / sum of (weight² / looks * (closings − looks) /
(closings − 1)), which is Kish's effective size with the correction for a finite population (W. G. Cochran, Sampling
Techniques, 3rd ed. 1977, 2.6 and 5A.9). It takes the spread within units to be that of the whole, so it is never too
narrow for that; and when every closing was looked at, nothing is left to chance."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from citygrid.collection.teams.drawing import wilson
from citygrid.evaluation.rounding import NOTHING, half_up, printed

CONFIDENCE = 0.95
THIN = 2


@dataclass(frozen=True, slots=True)
class Stratum:
    """Closings of a unit; `looked` of them were looked at again, `solved` were in order."""

    closings: int
    looked: int
    solved: int


@dataclass(frozen=True, slots=True)
class Truth:
    """Of `closings` of `due`, `looked` were looked at again and `solved` were in order. Shares are 0 to 1; None where
    there are too few (fewer than `least`), or nothing to divide by. `strata`: the same by unit; empty for one."""

    closings: int
    due: int
    looked: int
    solved: int
    least: int
    strata: tuple[Stratum, ...] = ()

    @property
    def reported(self) -> Fraction | None:
        return Fraction(self.closings, self.due) if self.due else None

    @property
    def enough(self) -> bool:
        return self.looked >= max(1, self.least)

    @property
    def told_of(self) -> int:
        """How many closings the estimate speaks of."""
        return sum(one.closings for one in self._layers())

    @property
    def share(self) -> Fraction | None:
        """Of the closings those that are in order."""
        if not self.looked:
            return None
        whole = self.told_of
        return sum((Fraction(one.closings, whole) * Fraction(one.solved, one.looked) for one in self._layers()),
                   Fraction(0))  # fmt: skip

    @property
    def estimate(self) -> Fraction | None:
        if self.reported is None or self.share is None or not self.enough:
            return None
        return self.reported * self.share

    @property
    def band(self) -> tuple[float, float] | None:
        """From where to where the true rate lies, in 95 of 100 such samples."""
        if self.reported is None or self.share is None or not self.enough:
            return None
        share, size = float(self.share), self._size()
        low, high = (share, share) if size is None else wilson(share * size, size, CONFIDENCE)
        return float(self.reported) * low, float(self.reported) * high

    @property
    def text(self) -> str:
        """`88.10% (80.2–93.3%)`, or the dash."""
        if self.estimate is None or self.band is None:
            return NOTHING
        share = printed(half_up(self.estimate.numerator, self.estimate.denominator, 100))
        return f"{share}% ({self.band[0] * 100:.1f}–{self.band[1] * 100:.1f}%)"

    @property
    def why(self) -> str:
        """Why there is none; else how many were looked at."""
        words = {"looked": self.looked, "least": self.least, "closings": self.closings}
        if self.reported is not None and not self.enough:
            return _("too few re-checks (%(looked)s of %(least)s)") % words
        told = _("%(looked)s of %(closings)s closings were looked at again") % words
        return told if self.reported is not None else ""

    def tree(self) -> dict[str, Any]:
        """For machines: shares in percent as text, with the counts they come from."""
        told = self.estimate is not None and self.band is not None
        band = self.band or (0.0, 0.0)
        return {
            "closings": self.closings, "closings_due": self.due, "looked_at_again": self.looked,
            "in_order": self.solved, "least": self.least, "told_of": self.told_of,
            "confidence": "95" if told else None, "estimate": _percent(self.estimate),
            "low": f"{band[0] * 100:.2f}" if told else None, "high": f"{band[1] * 100:.2f}" if told else None,
            "reported": _percent(self.reported),
        }  # fmt: skip

    def _layers(self) -> list[Stratum]:
        """Strata with looks; those with too few to stand alone are one."""
        own = self.strata or (Stratum(max(self.closings, self.looked), self.looked, self.solved),)
        thin = [one for one in own if one.looked < THIN]
        rest = Stratum(*(sum(getattr(one, name) for one in thin) for name in ("closings", "looked", "solved")))
        return [one for one in (*own, rest) if one.looked >= THIN or (one is rest and one.looked)]

    def _size(self) -> float | None:
        """How large a plain sample would be as exact; None where everything was looked at."""
        whole, spread = self.told_of, Fraction(0)
        for one in self._layers():
            if one.closings > one.looked:
                left = Fraction(one.closings - one.looked, one.closings - 1)
                spread += Fraction(one.closings, whole) ** 2 * left / one.looked
        return float(1 / spread) if spread else None


def _percent(value: Fraction | None) -> str | None:
    return None if value is None else printed(half_up(value.numerator, value.denominator, 100))

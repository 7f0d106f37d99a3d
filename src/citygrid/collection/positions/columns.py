"""Many fixes at once, in columns: the same answers as `checking.read` one by one (a test compares them), twenty times
as fast. What is not plainly good is read one by one, so that its reason is told. Pure: no database, no clock."""

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from citygrid.collection.positions.checking import MOST_METRES, MOST_SPEED, Fix, read

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
YES, NO, UNTOLD = 1, 0, -1
FEWEST, FIELDS = 3, 7
MOST_MILLISECONDS, MOST_NUMBER = 1e15, 1e18


@dataclass(frozen=True, slots=True)
class Fixes:
    """Good fixes, one at each place of all arrays. `place`: its number among those sent; `ms`: milliseconds since 1970;
    accuracy, speed, heading: NaN where not told; `mock`: YES, NO, UNTOLD."""

    place: Ints
    ms: Ints
    lon: Floats
    lat: Floats
    accuracy: Floats
    speed: Floats
    heading: Floats
    mock: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.place)

    def at(self, chosen: NDArray[Any]) -> Self:
        """Those at these indices, or where a mask is true."""
        return type(self)(*(getattr(self, name)[chosen] for name in self.__slots__))

    def with_others(self, others: "Fixes") -> "Fixes":
        """Both together, in the order in which they were sent."""
        pairs = ((getattr(self, name), getattr(others, name)) for name in self.__slots__)
        both = Fixes(*(np.concatenate(pair) for pair in pairs))
        return both.at(np.argsort(both.place, kind="stable"))


def of(fixes: Sequence[Fix], places: Sequence[int] | None = None) -> Fixes:
    """Fixes that were read one by one. `places`: their numbers among those sent, from 0 when not said."""
    ms, lon, lat, accuracy, speed, heading, mock = list(zip(*map(astuple, fixes), strict=True)) or [()] * FIELDS
    return Fixes(
        np.array(range(len(fixes)) if places is None else places, dtype=np.int64),
        np.array(ms, dtype=np.int64),
        np.array(lon, dtype=np.float64),
        np.array(lat, dtype=np.float64),
        np.array(accuracy, dtype=np.float64),
        np.array(speed, dtype=np.float64),
        np.array(heading, dtype=np.float64),
        _told(mock),
    )


def read_many(raws: Sequence[Any], oldest: int, newest: int) -> tuple[Fixes, list[tuple[int, str]]]:
    """The good fixes, in their order, and the number and reason of each refused one. As `checking.read`."""
    plain = [n for n, raw in enumerate(raws) if type(raw) is list and FEWEST <= len(raw) <= FIELDS]
    quick = _quick([raws[n] for n in plain], oldest, newest)
    quick = Fixes(np.array(plain, dtype=np.int64)[quick.place], *(getattr(quick, one) for one in Fixes.__slots__[1:]))
    if len(quick) == len(raws):
        return quick, []
    left = sorted(set(range(len(raws))).difference(quick.place.tolist()))
    answers = [(n, read(raws[n], oldest, newest)) for n in left]
    good = [(n, one) for n, one in answers if isinstance(one, Fix)]
    refused = [(n, one) for n, one in answers if isinstance(one, str)]
    slow = of([one for _, one in good], [n for n, _ in good])
    return quick.with_others(slow) if good else quick, refused


def _quick(rows: Sequence[list[Any]], oldest: int, newest: int) -> Fixes:
    """Those of the rows (lists of three to seven) that are good for certain."""
    if not rows:
        return of([])
    whole = rows if all(len(row) == FIELDS for row in rows) else [_padded(row) for row in rows]
    t, lon, lat, accuracy, speed, heading, mock = zip(*whole, strict=True)
    ms, lons, lats = _numbers(t), _numbers(lon), _numbers(lat)
    more = [_numbers(one, may_miss=True) for one in (accuracy, speed, heading)]
    good = (np.abs(ms) < MOST_MILLISECONDS) & (np.abs(lons) <= 180) & (np.abs(lats) <= 90)
    for one in more:
        good &= ~(np.abs(one) >= MOST_NUMBER)
    whole_ms = np.trunc(np.where(good, ms, 0)).astype(np.int64)
    good &= (whole_ms <= newest) & (whole_ms >= oldest)
    accuracies, speeds, headings = more
    return Fixes(
        np.arange(len(rows)),
        whole_ms,
        lons,
        lats,
        np.minimum(np.where(accuracies >= 0, accuracies, np.nan), MOST_METRES),
        np.where((speeds >= 0) & (speeds <= MOST_SPEED), speeds, np.nan),
        np.where((headings >= 0) & (headings <= 360), headings, np.nan) % 360,
        _told(mock),
    ).at(good)


_PLAIN = frozenset((int, float))
_MAY_MISS = _PLAIN | {type(None)}


def _numbers(values: Sequence[Any], *, may_miss: bool = False) -> Floats:
    """A column of numbers: NaN for what was left out, infinite for whatever is none."""
    if set(map(type, values)) <= (_MAY_MISS if may_miss else _PLAIN):
        try:
            found = np.array(values, dtype=np.float64)
        except OverflowError:
            pass
        else:
            if np.count_nonzero(np.isnan(found)) == (values.count(None) if may_miss else 0):
                return found
    return np.array([_number(one, may_miss) for one in values], dtype=np.float64)


def _number(value: Any, may_miss: bool) -> float:
    if value is None and may_miss:
        return math.nan
    if type(value) not in _PLAIN or abs(value) >= MOST_NUMBER or math.isnan(value):
        return math.inf
    return float(value)


def _told(mocks: Sequence[Any]) -> NDArray[np.int8]:
    return np.array([YES if one is True else NO if one is False else UNTOLD for one in mocks], dtype=np.int8)


def _padded(row: list[Any]) -> list[Any]:
    return row + [None] * (FIELDS - len(row))

"""Rows against each other and against the register: codes and numbers that come twice, the same thing surveyed twice.

Two of a class that are nearer than the class's tolerance are taken for one: points by their distance, lines and
surfaces by the middle and the size of their boxes (metres). Found on a net of squares, all rows at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from citygrid.basedata.chunks import PLACE, Context, Floats, Work
from citygrid.basedata.problems import Problem, make

Ints = NDArray[np.int64]
Pairs = tuple[Ints, Ints, Floats]
MOST_A_SQUARE = 20
"""Of the things in one square each is compared with this many: enough to be told, however many lie on one spot."""
_BIG = np.int64(1) << 31
Found = dict[int, list[Problem]]


@dataclass(slots=True)
class Spots:
    """Where things are: metres, size of the box (0 for points)."""

    x: Floats
    y: Floats
    wide: Floats
    high: Floats

    def some(self, which: Any) -> "Spots":
        return Spots(self.x[which], self.y[which], self.wide[which], self.high[which])


@dataclass(slots=True)
class Gathered:
    """What of all rows is needed to compare them: about fifty bytes a row."""

    numbers: list[Ints] = field(default_factory=list)
    classes: list[NDArray[np.int32]] = field(default_factory=list)
    spots: list[Floats] = field(default_factory=list)
    quiet: list[NDArray[np.bool_]] = field(default_factory=list)
    """Rows that change nothing: they are not told again."""
    ids: dict[str, int] = field(default_factory=dict)

    def add(self, work: Work, verdicts: Sequence[str]) -> None:
        self.numbers.append(np.array(work.chunk.numbers, dtype=np.int64))
        ids = self.ids
        self.classes.append(
            np.fromiter((ids.setdefault(one, len(ids)) for one in work.facts["class_id"]), np.int32, len(work))
        )
        spots = np.zeros((len(work), 4))
        spots[:, 0], spots[:, 1] = work.x, work.y
        for at, box in enumerate(work.facts["box"]):
            if box is not None:
                spots[at] = _middle(box)
        self.spots.append(spots)
        self.quiet.append(np.fromiter((one == "same" for one in verdicts), bool, len(work)))


def _middle(box: str) -> tuple[float, float, float, float]:
    east, north, west, south = (float(one) for one in box.replace("(", "").replace(")", "").split(","))
    return (west + east) / 2, (south + north) / 2, east - west, north - south


def near(gathered: Gathered, context: Context, survey: UUID) -> Found:
    """Problems by row number: the later of two near rows is told, and each row near a component that is not in the
    file."""
    found: Found = {}
    if not gathered.numbers:
        return found
    numbers, classes = np.concatenate(gathered.numbers), np.concatenate(gathered.classes)
    spots, quiet = np.concatenate(gathered.spots), np.concatenate(gathered.quiet)
    gathered.spots.clear()
    for class_id, mark in gathered.ids.items():
        sheet = context.classes.sheets.get(class_id)
        rows = np.flatnonzero((classes == mark) & ~np.isnan(spots[:, 0]))
        if sheet is None or not sheet.apart or not len(rows) or quiet[rows].all():
            continue
        ours = as_spots(spots[rows])
        told = _closest(near_pairs(ours, None, sheet.apart), quiet[rows], both=True)
        for at, (other, metres) in told.items():
            problem = make("near_row", PLACE, metres=f"{metres:.2f}", row=int(numbers[rows[other]]))
            found.setdefault(int(numbers[rows[at]]), []).append(problem)
        codes, theirs = published(class_id, ours, sheet.apart, survey)
        for at, (other, metres) in _closest(near_pairs(ours, theirs, sheet.apart), quiet[rows], both=False).items():
            problem = make("near_component", PLACE, metres=f"{metres:.2f}", code=codes[other])
            found.setdefault(int(numbers[rows[at]]), []).append(problem)
    return found


def as_spots(rows: Floats) -> Spots:
    return Spots(rows[:, 0], rows[:, 1], rows[:, 2], rows[:, 3])


def _closest(pairs: Pairs, quiet: NDArray[np.bool_], both: bool) -> dict[int, tuple[int, float]]:
    """The nearest other of each row that is told. With `both` the pairs are within one list: the later is told."""
    best: dict[int, tuple[int, float]] = {}
    for one, other, metres in zip(*(part.tolist() for part in pairs), strict=True):
        at, beside = (max(one, other), min(one, other)) if both else (one, other)
        if both and quiet[at] and not quiet[beside]:
            at, beside = beside, at
        if not quiet[at] and (at not in best or metres < best[at][1]):
            best[at] = (beside, metres)
    return best


def near_pairs(ours: Spots, theirs: Spots | None, apart: float) -> Pairs:
    """Places of pairs that are less than `apart` metres from each other and of like size; `theirs` None: among ours."""
    others = ours if theirs is None else theirs
    if not len(others.x) or not len(ours.x):
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
    cells, order = _cells(ours, apart), np.argsort(_cells(others, apart), kind="stable")
    known = _cells(others, apart)[order]
    # Among ours each pair is met once: in the same square by order, else from the square that is west or south.
    steps = [(0, 0), (0, 1), (1, -1), (1, 0), (1, 1)]
    if theirs is not None:
        steps += [(0, -1), (-1, -1), (-1, 0), (-1, 1)]
    parts = []
    for east, north in steps:
        wanted = cells + np.int64(east) * _BIG + np.int64(north)
        first, last = np.searchsorted(known, wanted, "left"), np.searchsorted(known, wanted, "right")
        many = np.minimum(last - first, MOST_A_SQUARE)
        one = np.repeat(np.arange(len(cells)), many)
        step = np.arange(len(one)) - np.repeat(np.cumsum(many) - many, many)
        other = order[np.repeat(first, many) + step]
        metres = np.hypot(ours.x[one] - others.x[other], ours.y[one] - others.y[other])
        good = metres < apart
        good &= np.abs(ours.wide[one] - others.wide[other]) <= 2 * apart
        good &= np.abs(ours.high[one] - others.high[other]) <= 2 * apart
        if theirs is None and (east, north) == (0, 0):
            good &= one < other
        parts.append((one[good], other[good], metres[good]))
    return (
        np.concatenate([part[0] for part in parts]),
        np.concatenate([part[1] for part in parts]),
        np.concatenate([part[2] for part in parts]),
    )


def _cells(spots: Spots, apart: float) -> Ints:
    column = np.floor(spots.x / apart).astype(np.int64)
    row = np.floor(spots.y / apart).astype(np.int64)
    return np.asarray(column * _BIG + row, dtype=np.int64)


def published(class_id: str, ours: Spots, apart: float, survey: UUID | None) -> tuple[list[str], Spots]:
    """Codes and spots of the register's components of a class around ours; not those that the survey speaks of."""
    west, east = float(ours.x.min()) - apart, float(ours.x.max()) + apart
    south, north = float(ours.y.min()) - apart, float(ours.y.max()) + apart
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.code, c.point[0], c.point[1], c.box::text from basedata_component c"
            " where c.class_id = %s and c.valid_to is null and c.point <@ box(point(%s, %s), point(%s, %s))"
            " and not exists (select 1 from basedata_surveyrow r where r.survey_id = %s and r.code = c.code"
            " and not r.code = '' and not r.left_out)",
            [class_id, west, south, east, north, survey],
        )
        rows = cursor.fetchall()
    spots = np.array([_middle(box) if box else (x, y, 0.0, 0.0) for _, x, y, box in rows]).reshape(-1, 4)
    return [row[0] for row in rows], as_spots(spots)


def twice(survey: UUID) -> Iterable[tuple[int, Problem]]:
    """(row number, problem) of codes and numbers that are in the file more than once."""
    for column, code, name in (("code", "code_twice", "code"), ("key", "key_twice", "key")):
        with connection.cursor() as cursor:
            cursor.execute(
                f"select {column}, array_agg(number order by number) from basedata_surveyrow"  # noqa: S608 - our words
                f" where survey_id = %s and not {column} = '' and not left_out"
                f" group by {column}, valid_from having count(*) > 1",
                [survey],
            )
            rows = cursor.fetchall()
        for text, numbers in rows:
            for number in numbers:
                other = numbers[0] if number != numbers[0] else numbers[1]
                yield number, make(code, name, text=text, row=other)

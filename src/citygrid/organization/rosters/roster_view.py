"""A roster as a table of lines and days, for pages."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from citygrid.organization.models import Person
from citygrid.organization.rosters import cityclock, gaps
from citygrid.organization.rosters.gaps import Gap
from citygrid.organization.rosters.rostering import Key, Row, Somebody


@dataclass(frozen=True, slots=True)
class Box:
    """One cell: `names` of who stands in it, `faults` that it leaves, `worked`: whether the shift is worked then."""

    key: str
    day: date
    names: tuple[str, ...]
    faults: tuple[str, ...] = ()
    worked: bool = True
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    day: date
    kind: str
    today: bool
    gaps: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    row: Row
    boxes: tuple[Box, ...]
    first: bool = False
    """The first line of its place: the place's name stands here."""
    span: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    columns: tuple[Column, ...] = ()
    lines: Sequence[Line] = field(default_factory=list)


def key_of(place: str, shift: str, day: date) -> str:
    """A cell's name in an address."""
    return f"{place}|{shift}|{day.isoformat()}"


def parse_key(text: str) -> Key | None:
    """The cell that an address names; None when it names none."""
    place, _bar, rest = text.partition("|")
    shift, _bar, day = rest.partition("|")
    try:
        return (place, shift, date.fromisoformat(day)) if place[:2] in ("g:", "p:") and shift else None
    except ValueError:
        return None


def table(
    rows: Sequence[Row],
    listed: Sequence[date],
    cells: Mapping[Key, Sequence[Somebody]],
    found: Iterable[Gap],
    today: date,
    chosen: Key | None = None,
) -> Table:
    """Lines by place and shift, columns by day; a cell names who stands in it and what is wrong there."""
    names = names_of(person for people in cells.values() for _post, person in people)
    faults: dict[Key, list[str]] = {}
    for gap in found:
        place = ("g:" if gap.covers == gaps.DUTY_GRID else "p:") + gap.place
        faults.setdefault((place, gap.shift, gap.day), []).append(sentence(gap))
    counts: dict[date, int] = {}
    for _place, _shift, day in faults:
        counts[day] = counts.get(day, 0) + 1
    columns = tuple(Column(day, cityclock.kind_of(day), day == today, counts.get(day, 0)) for day in listed)
    lines, spans = [], {row.place: sum(other.place == row.place for other in rows) for row in rows}
    seen: set[str] = set()
    for row in rows:
        boxes = []
        for day in listed:
            key = (row.place, row.shift.code, day)
            people = tuple(names.get(person, "–") for _post, person in cells.get(key, ()))
            worked = gaps.worked(row.shift, day)
            boxes.append(Box(key_of(*key), day, people, tuple(faults.get(key, ())), worked, key == chosen))
        lines.append(Line(row, tuple(boxes), row.place not in seen, spans[row.place]))
        seen.add(row.place)
    return Table(columns, lines)


def sentence(gap: Gap) -> str:
    """What is wrong, and when, in the reader's language."""
    text = _(gaps.MESSAGES[gap.why]) % {"place": gap.place}
    return f"{gap.starts:%H:%M}–{gap.ends:%H:%M} {text}"


def names_of(people: Iterable[int]) -> dict[int, str]:
    """Names by person's id."""
    return {person.pk: str(person) for person in Person.objects.filter(pk__in=set(people))}


def listed_gaps(found: Sequence[Gap], most: int) -> list[dict[str, Any]]:
    """The first gaps in words, with who has leave or the several."""
    names = names_of(person for gap in found[:most] for person in gap.persons)
    return [
        {"gap": gap, "sentence": _(gaps.MESSAGES[gap.why]) % {"place": gap.place},
         "who": _(", ").join(names.get(person, "–") for person in gap.persons)}
        for gap in found[:most]
    ]  # fmt: skip


def week_of(day: date, span: str) -> tuple[date, date]:
    """The days that a page shows: the week (Monday to Sunday) or the month of a day."""
    if span == "month":
        first = day.replace(day=1)
        return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    first = day - timedelta(days=day.weekday())
    return first, first + timedelta(days=6)

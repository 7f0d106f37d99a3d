"""Classes by typing (name, pinyin initials, code), and the manual's card of a class (S1-54, S1-55, S1-60)."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, IntegerField, Q, Value, When

from citygrid.rulebook.dating import in_force
from citygrid.rulebook.models import Condition, ManagedClass
from citygrid.rulebook.slices import localday


@dataclass(frozen=True, slots=True)
class Card:
    """A class with its conditions in order, as in force on a day."""

    row: ManagedClass
    conditions: tuple[Condition, ...]


def find_classes(typed: str, at: datetime, kind: str | None = None, most: int = 20) -> list[ManagedClass]:
    """Classes whose code begins with, whose initials begin with, or whose name holds what was typed.

    Best first: same code or name, then beginnings, then the rest. Nothing typed finds nothing."""
    words = typed.strip().lower()
    if not words:
        return []
    rows = in_force(ManagedClass, localday(at))
    if kind is not None:
        rows = rows.filter(kind=kind)
    letters = re.sub(r"[^a-z0-9]", "", words)
    match = Q(name__icontains=words) | Q(code__startswith=words) | Q(name_en__icontains=words)
    starts = Q(name__istartswith=words) | Q(code__startswith=words)
    if letters == words:
        match |= Q(initials__contains=words)
        starts |= Q(initials__startswith=words)
    rank = Case(
        When(Q(code=words) | Q(name__iexact=words) | Q(initials=words), then=Value(0)),
        When(starts, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return list(rows.filter(match).order_by(rank, "class_id")[:most])


def card(class_id: str, at: datetime) -> Card | None:
    """The card of a class; None when it is not in force."""
    day = localday(at)
    row = in_force(ManagedClass, day).filter(class_id=class_id).first()
    if row is None:
        return None
    conditions = in_force(Condition, day).filter(class_id=class_id)
    return Card(row, tuple(sorted(conditions, key=lambda one: (len(one.no), one.no))))


def find_condition(class_id: str, no: str, at: datetime) -> Condition | None:
    """One condition with its words (the slice holds only what the process needs)."""
    found: Condition | None = in_force(Condition, localday(at)).filter(class_id=class_id, no=no).first()
    return found

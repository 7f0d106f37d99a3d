"""Rows of a unit's work in words and lights, for the desk and for the phone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from citygrid.cases import naming, wording
from citygrid.cases.photos import THUMBNAIL
from citygrid.coordination.units.work import Owed
from citygrid.process.acts import ACTS, ITEM_KINDS
from citygrid.web import lights
from citygrid.web.words import say

# Which acts a row offers at once, by what is owed; the case's page has all of them.
FIRST: dict[str, tuple[str, ...]] = {
    "sign": ("sign", "assign_worker"),
    "handle": ("feed_back", "assign_worker", "request"),
    "explain": ("explain",),
    "answer": ("answer",),
    "arrive": ("arrive",),
    "make_safe": ("make_safe",),
}
ACTS_SHOWN = tuple(sorted({act for acts in FIRST.values() for act in acts}))


@dataclass(frozen=True, slots=True)
class Line:
    """One row. `acts`: (name, words) on offer. `photo`: address of a thumbnail, or empty."""

    owed: Owed
    kind: str
    title: str
    where: str
    worker: str
    light: lights.Light
    tags: Sequence[str]
    marks: Sequence[str]
    acts: Sequence[tuple[str, str]]
    photo: str


def lines(rows: Sequence[Owed], now: datetime, able: frozenset[str]) -> list[Line]:
    """`able`: acts that the post may do at all."""
    names = naming.classes(row.class_id for row in rows)
    areas = naming.areas(row.community for row in rows)
    people = naming.people(row.person for row in rows)
    return [
        Line(
            owed=row,
            kind=say(ITEM_KINDS.get(row.kind, (row.kind, row.kind))),
            title=names.get(row.class_id or "") or _("Class not chosen yet"),
            where=row.address or areas.get(row.community or 0, ""),
            worker=people.get(row.person or 0, ""),
            light=lights.light(
                row.due, row.warn_at, now, paused=row.paused_at is not None, provisional=row.provisional
            ),
            tags=_tags(row),
            marks=[wording.choice(mark) for mark in row.marks],
            acts=[(act, say((ACTS[act].zh, ACTS[act].en))) for act in _acts(row) if act in able],
            photo=reverse("media:sized", args=[row.photo, THUMBNAIL]) if row.photo else "",
        )
        for row in rows
    ]


def _acts(row: Owed) -> tuple[str, ...]:
    """Nothing is fed back before it is signed for, nor while it is stopped or handed down."""
    if row.kind == "handle" and row.state == "offered":
        return ("assign_worker",)
    if row.kind == "handle" and row.state not in ("signed", None):
        return ()
    return FIRST.get(row.kind, ())


def _tags(row: Owed) -> list[str]:
    told = []
    if row.assisting:
        told.append(_("assisting"))
    if row.reworks:
        told.append(_("rework %(times)s") % {"times": row.reworks})
    if row.refused:
        told.append(_("return refused"))
    if row.extensions:
        told.append(_("extended %(times)s") % {"times": row.extensions})
    if row.asked:
        told.append(_("request waits for its decision"))
    if row.state == "forwarded":
        told.append(_("handed down"))
    return told

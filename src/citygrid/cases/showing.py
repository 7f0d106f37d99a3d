"""A case as the case page shows it: what, where, who holds it, the light, photos, lines of the timeline."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from shapely import from_wkb
from shapely.geometry import mapping

from citygrid.areas.models import Area
from citygrid.cases import naming, reading, wording
from citygrid.cases.closing.minutes_bar import Bar, bar_of
from citygrid.cases.grounds import Asked, Ground, ground_of, grounds_of, requests_of
from citygrid.cases.photos import Picture, pictures
from citygrid.process import Actor, Case, Entry, WorkItem
from citygrid.process.acts import ACTS, ITEM_KINDS, Field
from citygrid.process.moments import moment
from citygrid.process.states import STATE_NAMES, TERMINAL, State
from citygrid.rulebook.search import card
from citygrid.web import lights
from citygrid.web.words import office_moment, say


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the timeline as `web/components/entry.html` wants it."""

    at: datetime
    title: str
    who: str = ""
    body: str = ""
    state: str = ""
    late: bool = False
    facts: Sequence[tuple[str, str]] = ()
    photos: Sequence[Picture] = ()
    ground: Ground | None = None
    seq: int = 0
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Holding:
    """An open work item in words."""

    kind: str
    holder: str
    light: lights.Light
    main: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """Everything of the case page but the acts."""

    case: Case
    title: str
    state: str
    light: lights.Light
    line: Holding | None
    others: Sequence[Holding] = ()
    facts: Sequence[tuple[str, str]] = ()
    text: str = ""
    before: Sequence[Picture] = ()
    after: Sequence[Picture] = ()
    lines: Sequence[Line] = ()
    marks: Sequence[str] = ()
    requests: Sequence[Asked] = ()
    related: Sequence[tuple[UUID, str, str]] = field(default_factory=tuple)
    bar: Bar | None = None
    checked: Sequence[Picture] = ()


def view_of(case: Case, at: datetime) -> View:
    """Reads the timeline and the names that it needs."""
    entries = reading.timeline(case)
    texts = reading.texts_of(entries)
    people = naming.people(_people(case, entries))
    items = sorted(case.work, key=lambda i: (not i.on_line, i.due is None, i.due or i.opened_at))
    held = [_holding(item, people, at) for item in items]
    cited = grounds_of(case)
    line = held[0] if items and items[0].on_line else None
    return View(
        case=case,
        title=naming.class_words(case.class_id) or _("Class not chosen yet"),
        state=say(STATE_NAMES[case.state]),
        light=line.light if line is not None else _rest(case, at),
        line=line,
        others=held[1:] if line is not None else held,
        facts=_facts(case, texts),
        text=texts.get(case.text or "", ""),
        before=pictures(case.media),
        after=pictures(without(case.after_media, checked_by(entries))),
        lines=[_line(entry, texts, people, ground_of(entry, cited)) for entry in reversed(entries)],
        marks=[wording.choice(mark) for mark in sorted(case.marks)],
        requests=requests_of(case, cited),
        bar=bar_of(case, entries, at),
        checked=pictures(checked_by(entries)),
    )


def checked_by(entries: Iterable[Entry]) -> tuple[str, ...]:
    """Files that checkers took: they stand beside those of the unit, never among them."""
    return tuple(dict.fromkeys(one for e in entries if e.type == "check" for one in e.data["said"].get("media", ())))


def without(files: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    return tuple(one for one in files if one not in others)


def item_light(item: WorkItem, at: datetime) -> lights.Light:
    return lights.light(item.due, item.warn_at, at, paused=item.paused_at is not None, provisional=item.provisional)


def _rest(case: Case, at: datetime) -> lights.Light:
    """The light of a case without a running main line: how the handling went."""
    if case.due is None:
        return lights.light(None, None, at)
    done = case.handled_at or case.closed_at
    return lights.light(case.due, None, at, done_at=done, paused=case.state not in TERMINAL)


def _holding(item: WorkItem, people: Mapping[int, str], at: datetime) -> Holding:
    holder = people.get(item.holder.person or 0, "")
    where = naming.body(item.holder.body)
    words = " ".join(w for w in (where, holder) if w)
    return Holding(say(ITEM_KINDS.get(item.kind, (item.kind, item.kind))), words, item_light(item, at), item.main)


def _people(case: Case, entries: Iterable[Entry]) -> set[int]:
    found = {entry.actor.person for entry in entries}
    found |= {entry.actor.stands_in_for for entry in entries if entry.actor.stands_in_for}
    found |= {item.holder.person for item in case.work if item.holder.person}
    for entry in entries:
        found |= {
            v for f in _fields(entry) if f.type == "person" and isinstance(v := entry.data["said"].get(f.name), int)
        }
    return found


def _fields(entry: Entry) -> tuple[Field, ...]:
    return ACTS[entry.type].fields if entry.type in ACTS else ()


def _facts(case: Case, texts: Mapping[str, str]) -> list[tuple[str, str]]:
    """What, where, since when: in the order in which an office reads it."""
    place = case.place
    areas = naming.areas(place.areas) if place is not None else {}
    path = [areas.get(i or 0, "") for i in ((place.district, place.street, place.community) if place else ())]
    rows = [
        (_("Case number"), case.case_no or ""),
        (_("Report number"), case.report_no),
        (_("Class"), naming.class_words(case.class_id)),
        (_("Filing condition"), _condition(case)),
        (_("Address"), texts.get(case.address or "", "")),
        (_("Area"), " ".join(p for p in path if p) or (_("outside the service area") if case.outside else "")),
        (_("Unit grid"), areas.get(place.grid or 0, "") if place is not None else ""),
        (_("Source"), wording.source(case.source)),
        (_("Received"), office_moment(case.received_at)),
        (_("Unit"), naming.body(case.current.body if case.current is not None else None)),
        (_("Handle until"), office_moment(case.due)),
        (_("Caller"), texts.get(case.caller or "", "")),
        (_("Outcome"), wording.choice(case.outcome.value) if case.outcome is not None else ""),
    ]
    return [(label, value) for label, value in rows if value]


def _condition(case: Case) -> str:
    if case.class_id is None or case.condition is None:
        return ""
    found = card(case.class_id, case.filed_at or case.received_at)
    text = next((c.text for c in found.conditions if c.no == case.condition), "") if found is not None else ""
    return f"{case.condition} {text}".strip()


def _line(entry: Entry, texts: Mapping[str, str], people: Mapping[int, str], ground: Ground | None) -> Line:
    spec = ACTS.get(entry.type)
    said = entry.data["said"]
    photos = [p for f in _fields(entry) if f.type == "media" for p in pictures(tuple(said.get(f.name, ())))]
    facts = [
        (say((f.zh, f.en)), shown)
        for f in _fields(entry)
        if f.type != "media" and f.name in said and (shown := _shown(f, said[f.name], texts, people))
    ]
    state = entry.data.get("set", {}).get("state")
    return Line(
        at=entry.effective_at,
        title=say((spec.zh, spec.en)) if spec is not None else entry.type,
        who=_who(entry.actor, people),
        body=naming.body(entry.actor.body),
        state=say(STATE_NAMES[State(state)]) if state else "",
        late=_late(entry),
        facts=facts,
        photos=photos,
        ground=ground,
        seq=entry.seq,
        kind=entry.type,
    )


def _late(entry: Entry) -> bool:
    """Whether what this act answered was past its limit; what merely ended with it (an arrival) is told elsewhere."""
    answered = entry.data.get("item")
    return any(one.get("late") for one in entry.data.get("close", ()) if answered is None or one["no"] == answered)


def _who(actor: Actor, people: Mapping[int, str]) -> str:
    """Who did it, and in whose place."""
    if not actor.person:
        return _("System")
    name = people.get(actor.person, "")
    if actor.stands_in_for is None:
        return name
    return _("%(name)s (for %(absent)s)") % {"name": name, "absent": people.get(actor.stands_in_for, "–")}


def _shown(field: Field, value: Any, texts: Mapping[str, str], people: Mapping[int, str]) -> str:
    """A piece of content in words."""
    if field.type == "text":
        return texts.get(value["id"], _("(removed)"))
    if field.type == "person":
        return people.get(value, str(value))
    if field.type == "bool":
        return wording.answer(field.name, bool(value))
    known = _SHOWN.get(field.name) or _SHOWN.get(field.type)
    return known(value) if known is not None else str(value)


def yuan(cents: Any) -> str:
    return f"{int(cents) // 100}.{int(cents) % 100:02d}"


_SHOWN: dict[str, Callable[[Any], str]] = {
    "source": lambda v: wording.source(str(v)),
    "cost": yuan,
    "amount": yuan,
    "bodies": lambda v: _(", ").join(naming.body(one) for one in v),
    "body": naming.body,
    "class": naming.class_words,
    "moment": lambda v: office_moment(moment(v)),
    "limit": wording.limit,
    "choice": wording.choice,
    "parts": lambda v: str(len(v)),
}


def know(field: str, words: Callable[[Any], str]) -> None:
    """Says how a package above shows the content of a field: a code of its own, in the words that people know."""
    _SHOWN[field] = words


def outline_of(case: Case) -> str:
    """The outline of the case's unit grid as GeoJSON text; empty where it has none."""
    grid = case.place.grid if case.place is not None else None
    row = Area.objects.filter(pk=grid).values_list("geometry", flat=True).first() if grid is not None else None
    if not row:
        return ""
    shape = from_wkb(bytes(row))
    return json.dumps({"type": "Feature", "properties": {}, "geometry": mapping(shape)})

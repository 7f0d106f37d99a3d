"""Why somebody may see a case, or may not, in the reader's words: by which way, by what in the case, since when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from citygrid.cases import loading, naming, reading
from citygrid.cases.database import cursor, plain
from citygrid.organization.explaining import Condition, Explained, Fault, Way, explain, seats_to_explain
from citygrid.organization.models import Person, Seat
from citygrid.process import Case, Entry, evolve
from citygrid.process.acts import ACTS
from citygrid.web.words import say


@dataclass(frozen=True, slots=True)
class Trace:
    """Since when an id has to do with a case, and by which act it came in."""

    at: datetime
    act: str


@dataclass(slots=True)
class Traces:
    """Of every body, person and area of a case: how it came in."""

    bodies: dict[int, Trace] = field(default_factory=dict)
    persons: dict[int, Trace] = field(default_factory=dict)
    areas: dict[int, Trace] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """A condition in words. `since`, `act`: when what meets it came into the case, and by what."""

    title: str
    met: bool
    text: str
    since: datetime | None = None
    act: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of one seat."""

    seat: Seat
    visible: bool
    lines: tuple[Line, ...]
    fault: str = ""


def case_of(case: UUID) -> Case | None:
    """The case, whoever asks: the caller has asked for the right."""
    with plain() as connection:
        return loading.peek(connection, case)


def case_named(number: str) -> UUID | None:
    """The case with this report or case number."""
    with plain() as connection:
        asked = cursor(connection).execute("select case_id from cases_number where number = %s", [number.strip()])
        row = asked.fetchone()
        return row[0] if row is not None else None


def areas_of(case: Case) -> tuple[int, ...]:
    """Ids of the areas in which the case lies."""
    return case.place.areas if case.place is not None else ()


def traces(entries: Iterable[Entry]) -> Traces:
    """How each id came into the case: the timeline is read once more, entry by entry."""
    found, case = Traces(), None
    for entry in entries:
        case = evolve(case, entry)
        here = Trace(entry.recorded_at, entry.type)
        for kept, ids in ((found.bodies, case.bodies), (found.persons, case.persons), (found.areas, areas_of(case))):
            for one in ids:
                kept.setdefault(one, here)
    return found


def told(case: Case, person: Person, at: datetime) -> list[Told]:
    """Every seat of the person, with the conditions of its scope and whether the case meets them."""
    known = traces(reading.timeline(case))
    return [_told(explained(case, seat, at), case, known) for seat in seats_to_explain(person, at)]


def explained(case: Case, seat: Seat, at: datetime) -> Explained:
    """The same ids that `acting.visible` asks about."""
    return explain(seat, at, bodies=case.bodies, areas=areas_of(case), persons=case.persons)


def _told(one: Explained, case: Case, known: Traces) -> Told:
    lines = tuple(_line(condition, one.seat, case, known) for condition in one.conditions)
    return Told(one.seat, one.visible, lines, _FAULTS[one.fault]() if one.fault is not None else "")


def _line(condition: Condition, seat: Seat, case: Case, known: Traces) -> Line:
    title = _TITLES[condition.way]()
    if condition.way is Way.EVERYTHING:
        return Line(title, True, _("The role “%(role)s” sees everything.") % {"role": seat.post.role}, case.received_at)
    if condition.way is Way.OWN:
        yes = _("The person did something on the case, or has or had something to do on it.")
        no = _("The person never did anything on the case and has nothing to do on it.")
        return _dated(title, condition, yes if condition.met else no, known.persons, [seat.person_id])
    if condition.way is Way.AREA:
        return _dated(title, condition, _area_text(condition), known.areas, condition.found)
    return _dated(title, condition, _body_text(condition), known.bodies, condition.found)


def _dated(title: str, condition: Condition, text: str, known: Mapping[int, Trace], ids: Iterable[int]) -> Line:
    """With the earliest trace of the ids that meet the condition."""
    first = min((known[one] for one in ids if one in known), key=lambda trace: trace.at, default=None)
    if not condition.met or first is None:
        return Line(title, condition.met, text)
    spec = ACTS.get(first.act)
    return Line(title, True, text, first.at, say((spec.zh, spec.en)) if spec is not None else first.act)


def _body_text(condition: Condition) -> str:
    if not condition.reach:
        return _("There are none.")
    names = _joined(naming.body(one) for one in condition.found or condition.reach)
    if condition.met:
        return _("These have or had something to do with the case: %(names)s.") % {"names": names}
    return _("These never had anything to do with the case: %(names)s.") % {"names": names}


def _area_text(condition: Condition) -> str:
    if not condition.reach:
        return _("Neither the post nor its body has areas.")
    names = _joined(naming.areas(condition.found or condition.reach).values())
    if condition.met:
        return _("The case lies in: %(names)s.") % {"names": names}
    return _("The case does not lie in: %(names)s.") % {"names": names}


def _joined(names: Iterable[str]) -> str:
    return _(", ").join(sorted(set(names)))


_TITLES = {
    Way.EVERYTHING: lambda: _("Everything"),
    Way.OWN: lambda: _("Own work"),
    Way.BODY: lambda: _("The own body"),
    Way.BELOW: lambda: _("Bodies below"),
    Way.AREA: lambda: _("Areas"),
}
_FAULTS = {
    Fault.OVER: lambda: _("The person holds this post no longer."),
    Fault.NOT_YET: lambda: _("The person does not hold this post yet."),
    Fault.POST_CLOSED: lambda: _("The post is closed."),
    Fault.ACCOUNT_CLOSED: lambda: _("The account is closed."),
}

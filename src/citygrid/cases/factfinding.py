"""Looks up what an act needs to be decided: place, bodies, people, duty, media, linked and near cases."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from citygrid.areas.locating import AreaRef, Outside, located
from citygrid.cases import delegations, directory, nearby, suggesting
from citygrid.cases.database import Connection, cursor
from citygrid.media import permission
from citygrid.media.models import File
from citygrid.organization.models import Person
from citygrid.organization.roster import OnDuty, on_duty
from citygrid.organization.visibility import Scope
from citygrid.process.acts import ACTS
from citygrid.process.delegating import means
from citygrid.process.facts import BodyFact, Facts, Linked
from citygrid.process.model import SYSTEM, Act, Actor, Case, Place
from citygrid.process.rules import Rules, Variant
from citygrid.rulebook.slices import profile_at

_DUTY = frozenset({"send_verify", "send_check"})
# Acts that make other cases out of this one: their reporter is the same.
_PASSING_ON = frozenset({"split", "reopen"})


def place_of(act: Act) -> tuple[Place | None, str | None]:
    """The place of an act with coordinates, or why there is none (since when it is outside)."""
    try:
        lon, lat = str(act.data["lon"]), str(act.data["lat"])
        found = located(float(lon), float(lat), act.at)
    except (KeyError, ValueError):
        return None, None
    if isinstance(found, Outside):
        return None, str(found.since or "–")
    return Place(
        lon,
        lat,
        grid=_id(found.grid),
        community=_id(found.community),
        street=_id(found.street),
        district=_id(found.district),
        city=_id(found.city),
        duty_grid=_id(found.duty_grid),
        version=found.version,
    ), None


def _id(area: AreaRef | None) -> int | None:
    return area.id if area is not None else None


def linked_ids(case: Case | None, act: Act) -> frozenset[UUID]:
    """Other cases whose heads must be locked with this one's."""
    found = set(case.children) if case is not None else set()
    if case is not None and case.parent is not None:
        found.add(case.parent)
    try:
        if act.name == "merge":
            found.add(UUID(str(act.data["into"])))
    except (KeyError, ValueError):
        pass
    return frozenset(found)


def find(
    connection: Connection, case: Case | None, act: Act, linked: dict[UUID, Case], *, near: bool = True,
    scope: Scope | None = None, rules: Rules | None = None,
) -> Facts:  # fmt: skip
    """The facts for one act; asks the database only for what this act names. `rules`: those that it is decided by,
    needed for what a variant names (its rapid team, classes that are dispatched by themselves). `scope`: whose eyes
    look for near cases; a refusal tells their numbers, so those out of sight are left out. None: the system's."""
    spec = ACTS.get(act.name)
    fields = {f.name: f.type for f in spec.fields} if spec is not None else {}
    named = {kind: [act.data[n] for n, t in fields.items() if t == kind and n in act.data] for kind in
             ("body", "bodies", "person", "media")}  # fmt: skip
    variant = rules.variant(case.place.district) if rules is not None and case is not None and case.place else None
    book = directory.current()
    place, outside = place_of(act) if "lon" in fields else (case.place if case is not None else None, None)
    where = place if place is not None else (case.place if case is not None else None)
    found = case.findings if case is not None and act.name == "finding" else ()
    persons = _persons(book, [*named["person"], *(one.person for one in found)], act.at)
    return Facts(
        place=place,
        outside_since=outside,
        centres=_centres(book, act, where, variant),
        duty=_duty(act, where, book),
        bodies=_bodies(book, [*named["body"], *_flat(named["bodies"]), *persons.values()]),
        persons=persons,
        media=_media(connection, _flat(named["media"]), act.actor),
        near=_near(connection, case, act, scope) if near else (),
        delegations=delegations.held(act.actor, act.at) if act.name == "approve" else (),
        suggested=_suggested(case, act, variant),
        caller=_caller(connection, case) if act.name in _PASSING_ON and case is not None and case.caller else {},
        linked={one.id: Linked(one.id, one.state, one.parent, one.children) for one in linked.values()},
    )


def _centres(
    book: directory.Directory, act: Act, where: Place | None, variant: Variant | None
) -> dict[str, int]:
    found = book.centres_for(where.district if where is not None else None)
    if act.name == "rapid" and variant is not None and variant.rapid_team in book.codes:
        found["rapid"] = book.codes[variant.rapid_team]
    return found


def _suggested(case: Case | None, act: Act, variant: Variant | None) -> tuple[int, str] | None:
    """The first body that the rulebook suggests, where the variant dispatches the class by itself."""
    if act.name != "file_case" or case is None or variant is None or not variant.auto_dispatch:
        return None
    class_id = act.data.get("class_id", case.class_id)
    if not isinstance(class_id, str) or not any(means(pattern, class_id) for pattern in variant.auto_dispatch):
        return None
    first = suggesting.suggested(case, act.at, class_id)
    if not first or first[0].body is None:
        return None
    return first[0].body, suggesting.rule_of(first[0])


def _caller(connection: Connection, case: Case) -> dict[str, dict[str, str]]:
    """References to the caller's name and number, as the first entry holds them."""
    row = cursor(connection).execute(
        "select e.data -> 'said' from cases_head h join cases_entry e on e.case_id = h.case_id and e.month = h.month"
        " where h.case_id = %s and e.seq = 1", [case.id],
    ).fetchone()  # fmt: skip
    said = row[0] if row is not None else {}
    return {name: said[name] for name in ("caller", "phone") if name in said}


def _flat(lists: Iterable[Any]) -> list[Any]:
    return [one for value in lists if isinstance(value, list) for one in value]


def _bodies(book: directory.Directory, ids: Iterable[Any]) -> dict[int, BodyFact]:
    return {i: book.bodies[i] for i in ids if isinstance(i, int) and i in book.bodies}


def _persons(book: directory.Directory, ids: Iterable[Any], at: datetime) -> dict[int, int | None]:
    bodies = {i: book.body_of(i, at) for i in ids if isinstance(i, int)}
    return {i: body for i, body in bodies.items() if body is not None}


def _duty(act: Act, place: Place | None, book: directory.Directory) -> tuple[int, int | None] | None:
    if act.name not in _DUTY or "person" in act.data or place is None:
        return None
    found = shift_of(place, act.at)
    if found is None or found.person is None:
        return None
    return found.person, book.body_of(found.person, act.at)


def shift_of(place: Place, at: datetime) -> OnDuty | None:
    """Who is on shift where a case lies, by the city's own clock; also when its unit grid was split meanwhile."""
    if place.duty_grid is None:
        return None
    spot = (float(place.lon), float(place.lat))
    return on_duty(place.duty_grid, at, profile_at(at).timezone, place.grid, spot)


def _media(connection: Connection, files: list[Any], actor: Actor) -> dict[str, str]:
    """Kinds of the files that exist and that the actor may see: naming a stranger's file must not open it."""
    ids = []
    for one in files:
        try:
            ids.append(UUID(str(one)))
        except ValueError:
            continue
    if not ids:
        return {}
    rows = cursor(connection).execute("select id, kind, uploader from media_file where id = any(%s)", [ids])
    return {
        str(file_id): kind
        for file_id, kind, uploader in rows.fetchall()
        if uploader in (None, actor.person) or _may_name(actor, file_id)
    }


def _may_name(actor: Actor, file_id: UUID) -> bool:
    """A file of somebody else: only who may see it (sent it too, or may see a case that has it)."""
    if actor.role == SYSTEM.role:
        return True
    person, file = Person.objects.filter(pk=actor.person).first(), File.objects.filter(pk=file_id).first()
    return person is not None and file is not None and permission.may_see(person, file)


def _near(connection: Connection, case: Case | None, act: Act, scope: Scope | None) -> tuple[str, ...]:
    if act.name != "accept" or case is None or act.data.get("distinct"):
        return ()
    class_id = act.data.get("class_id", case.class_id)
    return tuple(one.report_no for one in nearby.near_case(connection, case, class_id, act.at, scope))

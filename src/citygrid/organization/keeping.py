"""Writes changes of the organization: the same for a city folder, a workbook and a form. Nothing is deleted that
was ever in force: it ends."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connection
from django.db.models import Model

from citygrid.organization import kinds, tree
from citygrid.organization.files import (
    BODIES,
    DESKS,
    EXTENSIONS,
    KINDS,
    MEMBERS,
    PEOPLE,
    POSTS,
    RECORDS,
    RELATIONS,
    SEATS,
)
from citygrid.organization.models import (
    Body,
    BodyKind,
    Desk,
    Extension,
    Member,
    Person,
    Post,
    RecordFile,
    Relation,
    Role,
    Seat,
    UnitRecord,
)
from citygrid.organization.pinyin import key
from citygrid.organization.planning import ORDER, Change

BATCH = 1000
Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class When:
    """The day from which it holds, the moment at which posts are given and taken, and who does it."""

    day: date
    moment: datetime
    by: Person | None = None


def keep(changes: Sequence[Change], when: When) -> None:
    """Write the changes, in the caller's transaction; they were checked before."""
    for table in ORDER:
        mine = [change for change in changes if change.table == table]
        if mine:
            _WRITERS[table](mine, when)
    if changes:
        tree.bump()


def _bodies(changes: Sequence[Change], when: When) -> None:
    rows = _told(changes)
    plain = ("name", "short_name", "name_en", "kind", "side", "level", "calendar", "partner_address")
    made = []
    for cells in rows:
        facts: dict[str, Any] = {name: cells[name] for name in plain}
        since, until = _day(cells["active_since"]), _day(cells["active_until"])
        facts |= {"areas": cells["areas"].split(), "active_since": since, "active_until": until}
        made.append(Body(code=cells["code"], **facts))
    _upsert(made, ["code"], [*plain, "areas", "active_since", "active_until"])
    ids = _ids(Body, "code", {code for cells in rows for code in (cells["code"], cells["parent"])})
    moved = [one.after for one in changes if one.after and one.before.get("parent", "") != one.after["parent"]]
    again = [one.after for one in changes if one.what == "made" and not one.after["parent"]]  # one that had ended
    _place({ids[cells["code"]]: ids.get(cells["parent"]) for cells in (*moved, *again)})
    Body.objects.filter(code__in=_gone(changes)).update(active_until=when.day)


def _place(parents: Mapping[int, int | None]) -> None:
    """Body -> the one above, in one statement: a new body may lie below one that stands further down."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update organization_body b set parent_id = n.parent"
            " from unnest(%s::bigint[], %s::bigint[]) as n(id, parent) where b.id = n.id",
            [list(parents), list(parents.values())],
        )


def _posts(changes: Sequence[Change], when: When) -> None:
    rows = _told(changes)
    bodies = _ids(Body, "code", {cells["body"] for cells in rows})
    roles = _ids(Role, "code", {cells["role"] for cells in rows})
    made = [
        Post(
            code=cells["code"],
            name=cells["name"],
            name_en=cells["name_en"],
            body_id=bodies[cells["body"]],
            role_id=roles[cells["role"]],
            areas=cells["areas"].split(),
            active=True,
        )
        for cells in rows
    ]
    _upsert(made, ["code"], ["name", "name_en", "body", "role", "areas", "active"])
    Post.objects.filter(code__in=_gone(changes)).update(active=False)


def _people(changes: Sequence[Change], when: When) -> None:
    """New people cannot sign in until an administrator gives them a password."""
    new = [one.after for one in changes if one.what == "made"]
    people = [
        Person(login=cells["login"], name=cells["name"], pinyin=key(cells["name"]), password=make_password(None))
        for cells in new
    ]
    Person.objects.bulk_create(people, batch_size=BATCH)
    ids = _ids(Person, "login", {one.key[0] for one in changes if one.what == "changed"})
    renamed = [
        Person(pk=ids[one.key[0]], name=one.after["name"], pinyin=key(one.after["name"]))
        for one in changes
        if one.what == "changed"
    ]
    Person.objects.bulk_update(renamed, ["name", "pinyin"], batch_size=BATCH)


def _seats(changes: Sequence[Change], when: When) -> None:
    people = _ids(Person, "login", {one.key[0] for one in changes})
    posts = _ids(Post, "code", {one.key[1] for one in changes})
    pairs = {(people[one.key[0]], posts[one.key[1]]) for one in changes if one.what == "ended"}
    ending = Seat.objects.filter(until=None, person__in={one for one, _ in pairs}, post__in={one for _, one in pairs})
    for seat in ending:
        if (seat.person_id, seat.post_id) not in pairs:
            continue
        if seat.since < when.moment:
            Seat.objects.filter(pk=seat.pk).update(until=when.moment)
        else:
            seat.delete()
    Seat.objects.bulk_create(
        (
            Seat(person_id=people[one.key[0]], post_id=posts[one.key[1]], since=when.moment)
            for one in changes
            if one.what == "made"
        ),
        batch_size=BATCH,
    )


def _kinds(changes: Sequence[Change], when: When) -> None:
    """A city that had no kinds of its own had the shipped ones: those that stay become its own."""
    rows = [line.cells for line in kinds.shipped()] if not BodyKind.objects.exists() else []
    told = {cells["code"]: cells for cells in (*rows, *_told(changes))}
    made = [
        BodyKind(
            code=cells["code"],
            name=cells["name"],
            name_en=cells["name_en"],
            nature=cells["nature"],
            sides=cells["sides"].split(),
        )
        for cells in told.values()
    ]
    _upsert(made, ["code"], ["name", "name_en", "nature", "sides"])
    BodyKind.objects.filter(code__in=_gone(changes)).delete()


def _relations(changes: Sequence[Change], when: When) -> None:
    bodies = _ids(Body, "code", {code for one in changes for code in one.key[1:3]})
    made = [
        Relation(
            kind=cells["kind"],
            body_id=bodies[cells["body"]],
            other_id=bodies[cells["other"]],
            sector=cells["sector"],
            since=_day(cells["since"]),
            until=_day(cells["until"]),
        )
        for cells in _told(changes)
    ]
    _upsert(made, ["kind", "body", "other", "sector"], ["since", "until"])
    for one in changes:
        if one.what == "ended":
            kind, body, other, sector = one.key
            rows = Relation.objects.filter(kind=kind, body=bodies[body], other=bodies[other], sector=sector)
            rows.update(until=when.day)


def _records(changes: Sequence[Change], when: When) -> None:
    rows = _told(changes)
    bodies = _ids(Body, "code", {cells["body"] for cells in rows})
    people = _ids(Person, "login", {login for cells in rows for login in cells["team_people"].split()})
    for cells in rows:
        another(bodies[cells["body"]], cells, [people[login] for login in cells["team_people"].split()], when)


def another(body: int, cells: Cells, team: Iterable[int], when: When) -> UnitRecord:
    """Another version of a body's record; the files of the one before are taken over."""
    before = UnitRecord.objects.filter(body=body).order_by("-number").first()
    words = {name: cells[name] for name in ("leader", "department", "contact", "team", "funding")}
    record = UnitRecord.objects.create(
        body_id=body,
        number=before.number + 1 if before else 1,
        team_people=sorted(team),
        made_at=when.moment,
        made_by=when.by,
        **words,
    )
    if before is not None:
        RecordFile.objects.bulk_create(
            RecordFile(record=record, purpose=one.purpose, file_id=one.file_id, name=one.name)
            for one in before.files.order_by("pk")
        )
    return record


def _members(changes: Sequence[Change], when: When) -> None:
    bodies = _ids(Body, "code", {one.key[0] for one in changes})
    people = _ids(Person, "login", {one.key[1] for one in changes if one.key[1]})
    for one in changes:
        body, login, name, since = one.key
        begun = date.fromisoformat(since)
        rows = Member.objects.filter(body=bodies[body], person=people.get(login), name=name, since=begun)
        if one.what != "ended":
            facts = {
                "office": one.after["office"],
                "part": one.after["part"],
                "until": _day(one.after["until"]),
            }
            if not rows.update(**facts):
                Member.objects.create(
                    body_id=bodies[body], person_id=people.get(login), name=name, since=begun, **facts
                )
        elif not rows.filter(since__lt=when.day).update(until=when.day):
            rows.delete()  # it had not begun


def _desks(changes: Sequence[Change], when: When) -> None:
    bodies = _ids(Body, "code", {one.key[0] for one in changes})
    made = [
        Desk(
            body_id=bodies[cells["body"]],
            number=cells["number"],
            kind=cells["kind"],
            station=cells["station"],
            active=True,
        )
        for cells in _told(changes)
    ]
    _upsert(made, ["body", "number"], ["kind", "station", "active"])
    for one in changes:
        if one.what == "ended":
            Desk.objects.filter(body=bodies[one.key[0]], number=one.key[1]).update(active=False)


def _extensions(changes: Sequence[Change], when: When) -> None:
    bodies = _ids(Body, "code", {one.key[0] for one in changes})
    rows = _told(changes)
    posts = _ids(Post, "code", {cells["post"] for cells in rows if cells["post"]})
    desks = {
        (body, number): pk
        for pk, body, number in Desk.objects.filter(active=True).values_list("pk", "body_id", "number")
    }
    made = [
        Extension(
            body_id=bodies[cells["body"]],
            number=cells["number"],
            desk_id=desks.get((bodies[cells["body"]], cells["desk"])),
            post_id=posts.get(cells["post"]),
            active=True,
        )
        for cells in rows
    ]
    _upsert(made, ["body", "number"], ["desk", "post", "active"])
    for one in changes:
        if one.what == "ended":
            Extension.objects.filter(body=bodies[one.key[0]], number=one.key[1]).update(active=False)


def _told(changes: Sequence[Change]) -> list[Cells]:
    return [one.after for one in changes if one.what != "ended"]


def _gone(changes: Sequence[Change]) -> list[str]:
    return [one.key[0] for one in changes if one.what == "ended"]


def _upsert(rows: Sequence[Any], unique: list[str], fields: list[str]) -> None:
    if rows:
        model: type[Model] = type(rows[0])
        model._default_manager.bulk_create(
            rows, update_conflicts=True, unique_fields=unique, update_fields=fields, batch_size=BATCH
        )


def _ids(model: type[Model], field: str, wanted: Iterable[str]) -> dict[str, int]:
    """Code -> id, of those that exist."""
    found = model._default_manager.filter(**{f"{field}__in": list(wanted)})
    return dict(found.values_list(field, "pk"))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


_WRITERS: Mapping[str, Callable[[Sequence[Change], When], None]] = {
    KINDS: _kinds,
    BODIES: _bodies,
    POSTS: _posts,
    PEOPLE: _people,
    SEATS: _seats,
    RELATIONS: _relations,
    RECORDS: _records,
    MEMBERS: _members,
    DESKS: _desks,
    EXTENSIONS: _extensions,
}

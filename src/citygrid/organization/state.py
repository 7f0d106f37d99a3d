"""The organization as it is, as the lines of its files: what is exported, and what a change is compared with."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.db.models import Max, OuterRef, Q, QuerySet, Subquery

from citygrid.organization import files, kinds
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
    Files,
    Line,
)
from citygrid.organization.models import (
    Body,
    BodyKind,
    Desk,
    Extension,
    Member,
    Person,
    Post,
    Relation,
    Role,
    Seat,
    UnitRecord,
)
from citygrid.organization.rosters import calendars

Cells = dict[str, str]


def current(at: date) -> Files:
    """All that holds on that day, every person included; each line has the number 0. Of bodies, posts, desks and
    extensions only those that are not ended."""
    return Files(
        roles=roles(),
        bodies=_lines(BODIES, bodies(at)),
        posts=_lines(POSTS, posts()),
        people=_lines(PEOPLE, people(Person.objects.all())),
        kinds=list(_kinds()),
        relations=_lines(RELATIONS, relations(at)),
        records=_lines(RECORDS, records(at)),
        members=_lines(MEMBERS, members(at)),
        desks=_lines(DESKS, desks()),
        extensions=_lines(EXTENSIONS, extensions()),
        seats=_lines(SEATS, seats()),
        calendars=calendars.known() | set(Body.objects.values_list("calendar", flat=True)) - {""},
    )


def of_table(table: str, at: date) -> Iterator[Cells]:
    """The rows of one table."""
    if table in (BODIES, RELATIONS, RECORDS, MEMBERS):
        return {BODIES: bodies, RELATIONS: relations, RECORDS: records, MEMBERS: members}[table](at)
    return {POSTS: posts, DESKS: desks, EXTENSIONS: extensions, SEATS: seats}[table]()


def roles() -> dict[str, dict[str, Any]]:
    """Every role with its facts."""
    return {role.code: {name: getattr(role, name) for name in files.ROLE_KEYS} for role in Role.objects.all()}


def own_kinds() -> list[Cells]:
    """The kinds of a city that has others than those that are shipped; else nothing."""
    found = [_kind_cells(kind) for kind in BodyKind.objects.order_by("code")]
    return [] if found == [dict(line.cells) for line in kinds.shipped()] else found


def bodies(at: date) -> Iterator[Cells]:
    """The bodies that are not ended on that day."""
    for body in _alive(at).select_related("parent").order_by("code"):
        cells = {column: str(getattr(body, column) or "") for column in files.COLUMNS[BODIES]}
        yield {**cells, "parent": body.parent.code if body.parent else "", "areas": " ".join(body.areas)}


def posts() -> Iterator[Cells]:
    """The posts in use."""
    for post in Post.objects.filter(active=True).select_related("body", "role").order_by("code"):
        yield {
            "code": post.code,
            "name": post.name,
            "name_en": post.name_en,
            "body": post.body.code,
            "role": post.role.code,
            "areas": " ".join(post.areas),
        }


def people(rows: QuerySet[Person]) -> Iterator[Cells]:
    """Login and name, nothing that opens an account."""
    for login, name in rows.order_by("login").values_list("login", "name"):
        yield {"login": login, "name": name, "posts": ""}


def seats(rows: QuerySet[Seat] | None = None) -> Iterator[Cells]:
    """Who holds which post without an end, on posts in use."""
    held = (Seat.objects.all() if rows is None else rows).filter(until=None, post__active=True)
    for login, post in held.order_by("person__login", "post__code").values_list("person__login", "post__code"):
        yield {"login": login, "post": post}


def relations(at: date) -> Iterator[Cells]:
    """The relations that have not ended, between bodies that have not."""
    rows = Relation.objects.filter(Q(until=None) | Q(until__gt=at), body__in=_alive(at), other__in=_alive(at))
    for row in rows.select_related("body", "other").order_by("kind", "body__code", "other__code", "sector"):
        yield {
            "kind": row.kind,
            "body": row.body.code,
            "other": row.other.code,
            "sector": row.sector,
            "since": _day(row.since),
            "until": _day(row.until),
        }


def records(at: date) -> Iterator[Cells]:
    """The newest version of each body's record, without its files."""
    newest = list(newest_records().filter(body__in=_alive(at)).select_related("body").order_by("body__code"))
    wanted = {one for row in newest for one in row.team_people}
    logins = dict(Person.objects.filter(pk__in=wanted).values_list("pk", "login"))
    for row in newest:
        yield {
            "body": row.body.code,
            "leader": row.leader,
            "department": row.department,
            "contact": row.contact,
            "team": row.team,
            "team_people": " ".join(sorted(logins[one] for one in row.team_people if one in logins)),
            "funding": row.funding,
        }


def newest_records() -> QuerySet[UnitRecord]:
    """One version a body: the one that holds."""
    numbers = UnitRecord.objects.filter(body=OuterRef("body")).order_by().values("body")
    return UnitRecord.objects.filter(number=Subquery(numbers.annotate(last=Max("number")).values("last")))


def members(at: date) -> Iterator[Cells]:
    """The members of commissions who have not left."""
    rows = Member.objects.filter(Q(until=None) | Q(until__gt=at), body__in=_alive(at))
    for row in rows.select_related("body", "person").order_by("body__code", "pk"):
        yield {
            "body": row.body.code,
            "person": row.person.login if row.person else "",
            "name": row.name,
            "office": row.office,
            "part": row.part,
            "since": _day(row.since),
            "until": _day(row.until),
        }


def desks() -> Iterator[Cells]:
    """The desks in use."""
    for row in Desk.objects.filter(active=True).select_related("body").order_by("body__code", "number"):
        yield {"body": row.body.code, "number": row.number, "kind": row.kind, "station": row.station}


def extensions() -> Iterator[Cells]:
    """The extensions in use."""
    rows = Extension.objects.filter(active=True).select_related("body", "desk", "post")
    for row in rows.order_by("body__code", "number"):
        yield {
            "body": row.body.code,
            "number": row.number,
            "desk": row.desk.number if row.desk else "",
            "post": row.post.code if row.post else "",
        }


def _kinds() -> Iterator[Line]:
    rows = [Line(KINDS, 0, _kind_cells(kind)) for kind in BodyKind.objects.order_by("code")]
    return iter(rows or kinds.shipped())


def _kind_cells(kind: BodyKind) -> Cells:
    return {
        "code": kind.code,
        "name": kind.name,
        "name_en": kind.name_en,
        "nature": kind.nature,
        "sides": " ".join(kind.sides),
    }


def _alive(at: date) -> QuerySet[Body]:
    return Body.objects.filter(Q(active_until=None) | Q(active_until__gt=at))


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _lines(name: str, rows: Iterable[Cells]) -> list[Line]:
    return [Line(name, 0, cells) for cells in rows]

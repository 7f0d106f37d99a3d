"""The organization's part of a city folder: bodies, roles, posts, shifts, and the accounts of a demo."""

from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from citygrid.organization import checking, files, tree
from citygrid.organization.files import BODIES, DUTIES, PEOPLE, POSTS, ROLES, Files
from citygrid.organization.models import Body, Duty, Person, Post, Role, Seat
from citygrid.organization.pinyin import key
from citygrid.standards.reports import Report


def load(folder: Path, at: date) -> Report:
    """Makes the organization like the folder from that day on; nothing is kept when anything is wrong in a
    file.

    Bodies and posts that the folder lacks end (they are never deleted); accounts are added and changed, not
    ended.
    Accounts of a folder with `demo.toml` are demo accounts with its password; others cannot sign in until a
    password is set.
    """
    report = Report()
    read = files.read(folder, report)
    checking.check(read, checking.known_area_codes(read), report)
    if report.ok:
        with transaction.atomic():
            _keep(read, at, report)
            tree.bump()
    return report


def dump(folder: Path, at: date) -> None:
    """Writes what is in force on that day. Of the people only demo accounts, and never a password."""
    folder.mkdir(parents=True, exist_ok=True)
    roles = {role.code: {name: getattr(role, name) for name in files.ROLE_KEYS} for role in Role.objects.all()}
    _write(folder, ROLES, files.roles_text(roles) if roles else "")
    _write(folder, BODIES, files.csv_text(BODIES, [_body_cells(body) for body in _bodies_at(at)]))
    _write(folder, POSTS, files.csv_text(POSTS, [_post_cells(post) for post in _posts()]))
    people = [_person_cells(person, at) for person in Person.objects.filter(demo=True)]
    if people:
        _write(folder, PEOPLE, files.csv_text(PEOPLE, people))
    duties = [_duty_cells(duty) for duty in Duty.objects.select_related("post", "person")]
    if duties:
        _write(folder, DUTIES, files.csv_text(DUTIES, duties))


def _keep(read: Files, at: date, report: Report) -> None:
    roles = {
        code: Role.objects.update_or_create(code=code, defaults=_role_facts(facts))[0]
        for code, facts in read.roles.items()
    }
    Role.objects.exclude(code__in=roles).filter(posts=None).delete()
    bodies = _keep_bodies(read, at)
    posts = _keep_posts(read, bodies, roles)
    people = _keep_people(read, posts, at)
    _keep_duties(read, posts, people)
    for name, kept in (("roles", roles), ("bodies", bodies), ("posts", posts), ("people", people)):
        report.count(name, len(kept))
    report.count("duties", len(read.duties))


def _role_facts(facts: dict[str, Any]) -> dict[str, Any]:
    empty = {"name_en": "", "judging": False, "outside": False, "exclusive": "", "rights": []}
    return {**empty, **facts, "rights": sorted(facts.get("rights", []))}


def _keep_bodies(read: Files, at: date) -> dict[str, Body]:
    plain = ("name", "short_name", "name_en", "kind", "side", "level", "calendar", "partner_address")
    bodies: dict[str, Body] = {}
    for line in read.bodies:
        facts: dict[str, Any] = {name: line[name] for name in plain}
        facts["areas"] = sorted(line.many("areas"))
        facts["active_since"] = checking.day_of(line["active_since"])
        facts["active_until"] = checking.day_of(line["active_until"])
        bodies[line["code"]], _ = Body.objects.update_or_create(code=line["code"], defaults=facts)
    for line in read.bodies:
        body, parent = bodies[line["code"]], bodies.get(line["parent"])
        if body.parent_id != (parent.pk if parent else None):
            body.parent = parent
            body.save(update_fields=["parent"])
    gone = Body.objects.exclude(code__in=bodies).filter(Q(active_until=None) | Q(active_until__gt=at))
    gone.update(active_until=at)
    return bodies


def _keep_posts(read: Files, bodies: dict[str, Body], roles: dict[str, Role]) -> dict[str, Post]:
    posts: dict[str, Post] = {}
    for line in read.posts:
        facts = {
            "name": line["name"],
            "name_en": line["name_en"],
            "body": bodies[line["body"]],
            "role": roles[line["role"]],
            "areas": sorted(line.many("areas")),
            "active": True,
        }
        posts[line["code"]], _ = Post.objects.update_or_create(code=line["code"], defaults=facts)
    Post.objects.exclude(code__in=posts).update(active=False)
    return posts


def _keep_people(read: Files, posts: dict[str, Post], at: date) -> dict[str, Person]:
    demo = read.demo_password is not None
    # One hash for all: a demo has hundreds of accounts, and a good hash is slow on purpose.
    password = make_password(read.demo_password)
    start = datetime.combine(at, time(), timezone.get_default_timezone())
    people: dict[str, Person] = {}
    for line in read.people:
        facts: dict[str, Any] = {"name": line["name"], "pinyin": key(line["name"]), "demo": demo}
        if demo:
            facts["password"] = password
        made = {**facts, "password": password}
        person, _ = Person.objects.update_or_create(login=line["login"], defaults=facts, create_defaults=made)
        people[line["login"]] = person
        _seat(person, {posts[code].pk for code in line.many("posts")}, start)
    return people


def _seat(person: Person, wanted: set[int], start: datetime) -> None:
    held = {seat.post_id: seat for seat in Seat.objects.filter(person=person, until=None)}
    for post, seat in held.items():
        if post not in wanted and seat.since < start:
            seat.until = start
            seat.save(update_fields=["until"])
        elif post not in wanted:
            seat.delete()
    Seat.objects.bulk_create(Seat(person=person, post_id=post, since=start) for post in sorted(wanted - held.keys()))


def _keep_duties(read: Files, posts: dict[str, Post], people: dict[str, Person]) -> None:
    Duty.objects.all().delete()
    Duty.objects.bulk_create(
        Duty(
            duty_grid=line["duty_grid"],
            post=posts.get(line["post"]),
            person=people.get(line["person"]),
            weekdays=checking.weekdays(line["weekdays"]) or 0,
            starts=checking.moment_of(line["starts"]) or time(),
            ends=checking.moment_of(line["ends"]) or time(),
            first_day=checking.day_of(line["first_day"]),
            last_day=checking.day_of(line["last_day"]),
        )
        for line in read.duties
    )


def _bodies_at(at: date) -> list[Body]:
    alive = Body.objects.filter(Q(active_until=None) | Q(active_until__gt=at))
    return list(alive.select_related("parent"))


def _posts() -> list[Post]:
    return list(Post.objects.filter(active=True).select_related("body", "role"))


def _body_cells(body: Body) -> list[str]:
    facts = {column: str(getattr(body, column) or "") for column in files.COLUMNS[BODIES]}
    facts["parent"] = body.parent.code if body.parent else ""
    facts["areas"] = " ".join(body.areas)
    return list(facts.values())


def _post_cells(post: Post) -> list[str]:
    return [post.code, post.name, post.name_en, post.body.code, post.role.code, " ".join(post.areas)]


def _person_cells(person: Person, at: date) -> list[str]:
    held = Seat.objects.filter(person=person, until=None, since__date__lte=at, post__active=True)
    return [person.login, person.name, " ".join(sorted(held.values_list("post__code", flat=True)))]


def _duty_cells(duty: Duty) -> list[str]:
    days = "".join(str(day + 1) for day in range(7) if duty.weekdays >> day & 1)
    return [
        duty.duty_grid,
        duty.post.code if duty.post else "",
        duty.person.login if duty.person else "",
        days,
        duty.starts.isoformat("minutes"),
        duty.ends.isoformat("minutes"),
        duty.first_day.isoformat() if duty.first_day else "",
        duty.last_day.isoformat() if duty.last_day else "",
    ]


def _write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8", newline="\n")

"""The organization's part of a city folder: bodies and what is known of them, roles, posts, shifts, and the accounts
of a demo."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from citygrid.organization import checking, ending, files, kinds, planning, state, tree
from citygrid.organization.files import (
    BODIES,
    DESKS,
    DUTIES,
    EXTENSIONS,
    KINDS,
    MEMBERS,
    PEOPLE,
    POSTS,
    RECORDS,
    RELATIONS,
    ROLES,
    Files,
)
from citygrid.organization.keeping import When, keep
from citygrid.organization.models import Duty, Person, Post, Role, Seat
from citygrid.organization.rosters import shift_folder
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
    checking.check(read, checking.known_area_codes(read), report, at)
    shifts, leave = shift_folder.read(folder, read.roles, report)
    if report.ok:
        _nothing_held(read, at, report)
    if report.ok:
        with transaction.atomic():
            _keep(read, at, report)
            shift_folder.keep(shifts, leave, report)
            tree.bump()
    return report


def dump(folder: Path, at: date) -> None:
    """Writes what is in force on that day. Of the people only demo accounts, and never a password."""
    folder.mkdir(parents=True, exist_ok=True)
    roles = {role.code: {name: getattr(role, name) for name in files.ROLE_KEYS} for role in Role.objects.all()}
    _write(folder, ROLES, files.roles_text(roles) if roles else "")
    _write(folder, BODIES, _text(BODIES, state.bodies(at)))
    _write(folder, POSTS, _text(POSTS, state.posts()))
    more = {
        PEOPLE: _people(at),
        KINDS: state.own_kinds(),
        RELATIONS: state.relations(at),
        RECORDS: state.records(at),
        MEMBERS: state.members(at),
        DESKS: state.desks(),
        EXTENSIONS: state.extensions(),
    }
    for name, rows in more.items():
        kept = list(rows)
        if kept:
            _write(folder, name, _text(name, kept))
    duties = [_duty_cells(duty) for duty in Duty.objects.filter(roster=None).select_related("post", "person")]
    if duties:
        _write(folder, DUTIES, files.csv_text(DUTIES, duties))
    shift_folder.dump(folder)


def _keep(read: Files, at: date, report: Report) -> None:
    roles = {
        code: Role.objects.update_or_create(code=code, defaults=_role_facts(facts))[0]
        for code, facts in read.roles.items()
    }
    Role.objects.exclude(code__in=roles).filter(posts=None).delete()
    start = datetime.combine(at, time(), timezone.get_default_timezone())
    keep(_plan(read, at).changes, When(at, start))
    _keep_passwords(read)
    bodies = {line["code"] for line in read.bodies}
    posts = {post.code: post for post in Post.objects.filter(code__in={line["code"] for line in read.posts})}
    people = {one.login: one for one in Person.objects.filter(login__in={line["login"] for line in read.people})}
    _keep_duties(read, posts, people)
    for name, kept in (("roles", roles), ("bodies", bodies), ("posts", posts), ("people", people)):
        report.count(name, len(kept))
    report.count("duties", len(read.duties))


def _role_facts(facts: dict[str, Any]) -> dict[str, Any]:
    empty = {"name_en": "", "exclusive": "", "rights": [], **dict.fromkeys(files.ROLE_FLAGS, False)}
    return {**empty, **dict.fromkeys(files.ROLE_NUMBERS), **facts, "rights": sorted(facts.get("rights", []))}


def _nothing_held(read: Files, at: date, report: Report) -> None:
    """A body that the folder lacks does not end while it holds something, such as open cases."""
    ended = [change.key[0] for change in _plan(read, at).of((BODIES,)) if change.what == "ended"]
    for one in ending.objections(ended):
        report.add(BODIES, 0, "code", one.code, one.message, one.params)


def _plan(read: Files, at: date) -> planning.Plan:
    """What differs from the organization as it is. Of the seats only those of the folder's own people count."""
    current, logins = state.current(at), {line["login"] for line in read.people}
    current = replace(current, seats=[line for line in current.seats if line["login"] in logins])
    wanted = {table: planning.lines_of(read, table) for table in planning.ORDER}
    if not wanted[KINDS]:
        wanted[KINDS] = list(kinds.shipped())
    return planning.plan(current, wanted, complete=planning.ORDER)


def _keep_passwords(read: Files) -> None:
    """One hash for all: a demo has hundreds of accounts, and a good hash is slow on purpose."""
    people = Person.objects.filter(login__in={line["login"] for line in read.people})
    if read.demo_password is not None:
        people.update(demo=True, password=make_password(read.demo_password))
    else:
        people.update(demo=False)


def _keep_duties(read: Files, posts: dict[str, Post], people: dict[str, Person]) -> None:
    Duty.objects.filter(roster=None).delete()
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


def _people(at: date) -> Iterator[dict[str, str]]:
    """The demo accounts, with the posts that they hold on that day and were not given for a time."""
    demo = Person.objects.filter(demo=True)
    held: dict[str, list[str]] = {}
    for cells in state.seats(Seat.objects.filter(person__in=demo, since__date__lte=at, stand_in_for=None)):
        held.setdefault(cells["login"], []).append(cells["post"])
    for cells in state.people(demo):
        yield {**cells, "posts": " ".join(sorted(held.get(cells["login"], ())))}


def _text(name: str, rows: Iterable[Mapping[str, str]]) -> str:
    return files.csv_text(name, [[cells[column] for column in files.COLUMNS[name]] for cells in rows])


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

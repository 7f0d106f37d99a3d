"""A change of the organization: what it would do, whether it fits, and doing it; for workbooks and for forms.

Whoever keeps the structure gives no posts, and whoever gives posts keeps no accounts (三员分立): each table asks for a
right of its own, and a workbook that touches several is done by several people.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from citygrid.organization import checking, ending, planning, state, tree
from citygrid.organization.files import (
    BODIES,
    KEYS,
    PEOPLE,
    SEATS,
    Files,
    Line,
    check_lines,
)
from citygrid.organization.keeping import When, keep
from citygrid.organization.models import Person
from citygrid.organization.planning import FIELDS, ORDER, Change, Plan
from citygrid.process.refusal import Refusal
from citygrid.standards.reports import Problem, Report
from citygrid.trust import audit

RIGHTS: Mapping[str, str] = {
    **dict.fromkeys(ORDER, "organization.edit"),
    PEOPLE: "accounts.edit",
    SEATS: "posts.assign",
}
"""Which right a table asks for."""
TOLD_ONE_BY_ONE = 500
"""Changes of bodies and the like that get a line of the audit each; larger workbooks are one line with their hash."""
_ACTS = {
    (SEATS, "made"): "assign_post",
    (SEATS, "ended"): "release_post",
    (PEOPLE, "made"): "make_account",
    (PEOPLE, "changed"): "change_account",
}
Ended = Mapping[str, Collection[tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants: rows by table (a row may lack columns), tables whose missing rows end, keys that end."""

    rows: Mapping[str, Sequence[Line]]
    complete: frozenset[str] = frozenset()
    ended: Ended | None = None

    def only(self, tables: Collection[str]) -> "Wish":
        """The part of it that touches these tables."""
        rows = {name: lines for name, lines in self.rows.items() if name in tables}
        ended = {name: keys for name, keys in (self.ended or {}).items() if name in tables}
        return Wish(rows, self.complete & frozenset(tables), ended)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would be done, what is wrong with it, and the mark of the organization that it was compared with."""

    plan: Plan
    report: Report
    mark: int

    @property
    def changes(self) -> tuple[Change, ...]:
        return self.plan.changes


def propose(wish: Wish, at: date, by: Person | None = None) -> Proposal:
    """What the wish would change on that day, and every problem that it would bring; those that are there already
    are nobody's new fault. `by`: nobody gives a post to themselves."""
    mark = tree.version()
    current = state.current(at)
    plan = planning.plan(current, wish.rows, wish.complete, wish.ended)
    report = Report()
    for table in wish.rows:
        if table in FIELDS:
            check_lines(table, [line for line in planning.lines_of(plan.files, table) if line.number], report)
    _check(plan.files, at, report)
    if not report.ok:
        before = Report()
        _check(current, at, before)
        known = {_same(problem) for problem in before.problems}
        report.problems = [problem for problem in report.problems if _same(problem) not in known]
    if by is not None:
        _nobody_for_themselves(plan, by, report)
    for one in ending.objections([change.key[0] for change in plan.of((BODIES,)) if change.what == "ended"]):
        report.add(BODIES, 0, "code", one.code, one.message, one.params)
    return Proposal(plan, report, mark)


def carry_out(
    wish: Wish,
    by: Person | None,
    now: datetime,
    at: date,
    *,
    mark: int | None = None,
    source: str = "form",
    address: str | None = None,
) -> Proposal | Refusal:
    """Do it, all or nothing; an answer with problems did nothing. With `mark` it is refused when the organization is
    no longer the one that was looked at. `source`: "form", or the SHA-256 of a workbook, for the audit."""
    with transaction.atomic():
        if mark is not None and _locked() != mark:
            message = "The organization has changed since you looked: look again."
            return Refusal("changed_meanwhile", message)
        proposal = propose(wish, at, by)
        if proposal.report.ok and proposal.changes:
            keep(proposal.changes, When(at, now, by))
            _note(proposal.changes, by, now, source, address)
        return proposal


def _locked() -> int:
    """The mark of the organization; nobody else changes it until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("select number from organization_version where id = 1 for update")
        row = cursor.fetchone()
    return row[0] if row else 0


def _check(all_lines: Files, at: date, report: Report) -> None:
    checking.check(all_lines, checking.known_area_codes(all_lines), report, at)


def _same(problem: Problem) -> tuple[object, ...]:
    return problem.file, problem.field, problem.code, tuple(sorted((k, str(v)) for k, v in problem.params.items()))


def _nobody_for_themselves(plan: Plan, by: Person, report: Report) -> None:
    for change in plan.of((SEATS,)):
        if change.what == "made" and change.key[0] == by.login:
            report.add(SEATS, change.line, "post", "own_post", "Nobody gives a post to themselves.")


def _note(changes: Sequence[Change], by: Person | None, now: datetime, source: str, address: str | None) -> None:
    who = by.pk if by else None
    each = [one for one in changes if one.table in (SEATS, PEOPLE)]
    rest = [one for one in changes if one.table not in (SEATS, PEOPLE)]
    ids = dict(Person.objects.filter(login__in={one.key[0] for one in each}).values_list("login", "pk"))
    lines = [(_ACTS[one.table, one.what], ("person", str(ids[one.key[0]])), _post_of(one)) for one in each]
    audit.record_many(now, lines, person=who, address=address)
    if len(rest) <= TOLD_ONE_BY_ONE:
        lines = [("change_organization", _subject(one), _facts(one)) for one in rest]
        audit.record_many(now, lines, person=who, address=address)
    if source != "form" or len(rest) > TOLD_ONE_BY_ONE:
        counts = Counter(one.what for one in changes)
        params = {"source": source, **{what: counts[what] for what in ("made", "changed", "ended")}}
        audit.record(now, "import_organization", params=params, person=who, address=address)


def _post_of(change: Change) -> dict[str, Any]:
    return {"post": change.key[1]} if change.table == SEATS else {}


def _subject(change: Change) -> tuple[str, str]:
    if change.table == BODIES:
        return "body", change.key[0]
    return FIELDS[change.table], " ".join(_open(change))[:60]


def _facts(change: Change) -> dict[str, Any]:
    columns = change.differing if change.what == "changed" else []
    return {"table": FIELDS[change.table], "what": change.what, "columns": columns}


def _open(change: Change) -> list[str]:
    """The part of a key that names nobody."""
    private = {"person", "name", "login"}
    names = KEYS[change.table]
    return [part for name, part in zip(names, change.key, strict=True) if part and name not in private]

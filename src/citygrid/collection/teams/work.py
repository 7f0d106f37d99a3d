"""What collectors did in some days: each number is counted by the condition that its list is read by.

Acts count at the moment from which the case's clocks run (`effective_at`), like the indicators of evaluation."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from citygrid.cases.database import cursor, plain
from citygrid.cases.partitions import month_of
from citygrid.collection.teams.spans import Span
from citygrid.organization.visibility import Scope


@dataclass(frozen=True, slots=True)
class Measure:
    """`source`: the rows that are looked at, a key of `SOURCES`. `where`: which of them count."""

    label: Any
    source: str
    where: str


_LATE = "coalesce(i.late, false)"
MEASURES: Mapping[str, Measure] = {
    "reports": Measure(_("Reports made"), "report", "true"),
    "filed": Measure(_("Reports filed"), "report", "c.filed_at is not null"),
    "self_handled": Measure(
        _("Handled by oneself"), "report", "e.type = 'self_report' and c.mode = 'self' and c.state = 'closed'"
    ),
    "void": Measure(_("Reports refused or void"), "report", "c.state in ('rejected', 'voided')"),
    "verifications": Measure(_("Verifications"), "task", "i.kind = 'verify'"),
    "checks": Measure(_("Checks"), "task", "i.kind = 'check'"),
    "tasks": Measure(_("Tasks answered"), "task", "true"),
    "tasks_on_time": Measure(_("Tasks answered on time"), "task", f"not {_LATE}"),
    "tasks_late": Measure(_("Tasks answered late"), "task", _LATE),
    "finding_missed": Measure(_("Missed"), "finding", "f.kind = 'missed'"),
    "finding_false": Measure(_("Falsely reported"), "finding", "f.kind = 'false'"),
    "finding_hidden": Measure(_("Hidden"), "finding", "f.kind = 'hidden'"),
    "finding_made_up": Measure(_("Made up"), "finding", "f.kind = 'made_up'"),
    "called": Measure(_("Called to answer"), "call", "true"),
    "call_missed": Measure(
        _("Roll calls missed"),
        "call",
        "r.due <= %(now)s and (k.received_at is null or (k.received_at > r.due and k.made_at > r.due))",
    ),
}
"""What can be counted of a person. Patrols are counted by `patrols.py`."""

_ENDED = "('dropped', 'merged', 'withdrawn', 'returned', 'ended', 'disputed', 'passed_over', 'referred', 'unfiled')"
_CASE = "join cases_head h on h.case_id = {of}.case_id join cases_case c on c.id = h.case_id and c.bucket = h.bucket"


@dataclass(frozen=True, slots=True)
class Source:
    """`person`, `body`, `at`, `no`: its columns. `rows`: the FROM and what always holds; a `case` has `c`."""

    person: str
    body: str
    at: str
    no: str
    rows: str


SOURCES: Mapping[str, Source] = {
    "report": Source(
        "e.person", "e.body", "e.effective_at", "e.seq",
        f"""from cases_entry e {_CASE.format(of="e")} and h.month = e.month
        where e.type in ('report', 'self_report') and e.recorded_at >= %(start)s""",
    ),
    # What is done stands in the partition of the month in which it was done.
    "task": Source(
        "i.done_by", "i.body", "i.done_at", "i.no",
        f"""from cases_item i {_CASE.format(of="i")}
        where i.kind in ('verify', 'check') and coalesce(i.outcome, '') not in {_ENDED}
            and i.bucket between %(first)s and %(last)s""",
    ),
    "finding": Source(
        "f.person_id", "f.body_id", "f.confirmed_at", "coalesce(f.no, 0)",
        """from collection_finding f left join cases_head h on h.case_id = f.case_id
        left join cases_case c on c.id = h.case_id and c.bucket = h.bucket
        where f.state in ('confirmed', 'appealed', 'upheld')""",
    ),
    "call": Source(
        "k.person_id", "k.body_id", "r.at", "0",
        "from collection_called k join collection_rollcall r on r.id = k.call_id where true",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """Of whom: persons, while they worked for one of the bodies (None: for anybody), in a span."""

    persons: Collection[int]
    span: Span
    now: datetime
    bodies: Collection[int] | None = None


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing done. `measures`: all under which it counts. `case` None: it has none (a roll call)."""

    person: int
    at: datetime
    case: UUID | None
    no: int
    number: str
    class_id: str | None
    visible: bool
    measures: frozenset[str]


def counts(asked: Asked) -> dict[int, dict[str, int]]:
    """Person -> measure -> number; measures without any are left out."""
    found: dict[int, dict[str, int]] = {}
    for name, source in SOURCES.items():
        mine = {key: one for key, one in MEASURES.items() if one.source == name}
        sums = ", ".join(f"count(*) filter (where {one.where})" for one in mine.values())
        sql = f"select {source.person}, {sums} {_bounded(source, asked)} group by 1"
        for person, *numbers in _run(sql, _values(asked)):
            kept = found.setdefault(person, {})
            kept |= {key: number for key, number in zip(mine, numbers, strict=True) if number}
    return found


def by_hour(asked: Asked, measure: str, zone: str) -> list[int]:
    """How many in each of the 24 hours of the city's day."""
    one = MEASURES[measure]
    source = SOURCES[one.source]
    hour_of = f"extract(hour from {source.at} at time zone %(zone)s)::int"
    sql = f"select {hour_of}, count(*) {_bounded(source, asked)} and ({one.where}) group by 1"
    found = dict(_run(sql, _values(asked) | {"zone": zone}))
    return [found.get(hour, 0) for hour in range(24)]


def deeds(
    asked: Asked, measures: Collection[str], scope: Scope | None = None, most: int | None = None
) -> Iterator[Deed]:
    """What the numbers count, oldest first by kind. `scope`: whose cases may be opened (None: none may); `most`: at
    most so many of each kind."""
    for name, source in SOURCES.items():
        mine = {key: MEASURES[key] for key in measures if MEASURES[key].source == name}
        if not mine:
            continue
        has_case = name != "call"
        case = "c.id, coalesce(c.case_no, c.report_no, ''), c.class_id" if has_case else "null::uuid, '', null"
        visible, values = _visible(scope) if has_case else ("false", {})
        flags = ", ".join(f"({one.where})" for one in mine.values())
        any_of = " or ".join(f"({one.where})" for one in mine.values())
        sql = f"""select {source.person}, {source.at}, {source.no}, {case}, coalesce({visible}, false), {flags}
            {_bounded(source, asked)} and ({any_of}) order by 2, 1, 3"""
        if most is not None:
            sql += " limit %(most)s"
            values |= {"most": most}
        for person, at, no, case_id, number, class_id, seen, *holds in _run(sql, _values(asked) | values):
            held = frozenset(key for key, yes in zip(mine, holds, strict=True) if yes)
            yield Deed(person, at, case_id, no, number, class_id, seen, held)


def late_open(persons: Collection[int], now: datetime) -> dict[int, int]:
    """Person -> open verifications and checks of theirs that are past their limit."""
    sql = """select i.person, count(*) from cases_item i
        where i.bucket < '1900-01-01' and i.person = any(%(persons)s) and i.kind in ('verify', 'check')
            and i.done_at is null and i.paused_at is null and i.due < %(now)s group by 1"""
    return dict(_run(sql, {"persons": list(persons), "now": now}))


def visible(cases: Collection[str], scope: Scope) -> frozenset[str]:
    """Those of these cases that the scope holds."""
    text, values = _visible(scope)
    sql = f"""select c.id::text from cases_head h join cases_case c on c.id = h.case_id and c.bucket = h.bucket
        where h.case_id = any(%(cases)s::uuid[]) and {text}"""  # noqa: S608 - made of constants
    return frozenset(case for (case,) in _run(sql, values | {"cases": list(cases)}))


def total(by_person: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """The sum of several people's numbers."""
    found: dict[str, int] = {}
    for numbers in by_person:
        for key, number in numbers.items():
            found[key] = found.get(key, 0) + number
    return found


def _bounded(source: Source, asked: Asked) -> str:
    bodies = "" if asked.bodies is None else f" and {source.body} = any(%(bodies)s::bigint[])"
    return f"""{source.rows} and {source.person} = any(%(persons)s::bigint[]){bodies}
        and {source.at} >= %(start)s and {source.at} < %(end)s"""


def _values(asked: Asked) -> dict[str, Any]:
    return {
        "persons": list(asked.persons), "bodies": list(asked.bodies or ()), "start": asked.span.start,
        "end": asked.span.end, "first": month_of(asked.span.start), "last": month_of(asked.span.end), "now": asked.now,
    }  # fmt: skip


def _visible(scope: Scope | None) -> tuple[str, dict[str, Any]]:
    if scope is None:
        return "false", {}
    text, params = scope.sql("c")
    values: dict[str, Any] = {}
    for number, value in enumerate(params):
        text = text.replace("%s", f"%(scope{number})s", 1)
        values[f"scope{number}"] = value
    return text, values


def _run(sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    used = {name: value for name, value in values.items() if f"%({name})s" in sql}
    with plain() as connection:
        return cursor(connection).execute(sql.encode(), used).fetchall()

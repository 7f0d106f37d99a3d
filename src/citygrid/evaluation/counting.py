"""Counts by subject: one plain SELECT per facts table, a FILTER per count (stack F: the text an auditor can read).

The statements use nothing that DuckDB does not know: comparisons, `in`, `coalesce`, `filter`, `group by`."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from citygrid.cases.database import Connection
from citygrid.evaluation import conditions, supervised
from citygrid.evaluation.definitions import Count
from citygrid.evaluation.facts import SPANS
from citygrid.evaluation.periods import Period
from citygrid.evaluation.terms import sql
from citygrid.organization.visibility import Scope

FEW = 16
"""Up to so many counts of a table of facts look at each row; more first group the rows that are equal to them all."""
DAY = timedelta(days=1)
LEVELS = ("district", "street", "community")
_TELLING = ("kind", "act", "request_kind")
_OWNER = {"post": "body", "collector": "contractor", "contractor": "contractor", "centre": "centre"}
Key = tuple[Any, ...]
"""Whom a count is for: (area id), (body id), (person id), (role, person id, body id), (class id) or (source); (None,)
nobody."""


@dataclass(frozen=True, slots=True)
class Question:
    """By what, of which period, and what the asker may see (None: everything, for the command line)."""

    period: Period
    by: str
    level: str = "district"
    scope: Scope | None = None


@dataclass(slots=True)
class Counted:
    """Subject -> count's key -> number; and the cells that rest on acts which an import derived. `total`: where one row
    counts for several subjects, or the subjects are not all; else the total is their sum."""

    numbers: dict[Key, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    derived: set[tuple[Key, str]] = field(default_factory=set)
    total: dict[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A row behind a number. `finding`: it is a finding of a patrol and no case; `case` is the finding's id then."""

    case: UUID
    report_no: str
    case_no: str | None
    no: int | None
    opened_at: datetime | None
    due: datetime | None
    closed_at: datetime | None
    finding: bool = False


def subject_columns(by: str, level: str) -> tuple[str, ...]:
    """The columns of every facts table that say whom a row is counted for."""
    if by == "area":
        return (level,)
    if by == "post":
        return ("role", "person", "case when person is null then body end")
    return {"class": ("class_id",), "supervisor": ("unit",)}.get(by, (by,))


def count(connection: Connection, counts: Iterable[Count], question: Question) -> Counted:
    """All counts that can be shown by this; others have no number."""
    if question.by == "supervisor":
        return by_supervisor(count(connection, counts, replace(question, by="unit")), question)
    found = Counted()
    groups = by_facts(one for one in counts if question.by in one.by)
    derived = bool(groups) and any_derived(connection)
    for facts, group in groups.items():
        statement, params = statement_of(facts, group, question, with_derived=derived)
        take(connection, statement, params, group, question, found)
    return found


def by_facts(counts: Iterable[Count]) -> dict[str, list[Count]]:
    """The counts of each table of facts."""
    found: dict[str, list[Count]] = defaultdict(list)
    for one in counts:
        found[one.facts].append(one)
    return found


def by_supervisor(units: Counted, question: Question) -> Counted:
    """What was counted by unit, for each body that supervises the unit on the period's last day; nobody's for (None,).
    Only supervisors within the scope have a row; the total is that of the units."""
    found, scope = Counted(total=defaultdict(int)), question.scope
    assert found.total is not None
    over: dict[int, list[int | None]] = defaultdict(list)
    for body, others in supervised.units_of(question.period.last).items():
        for other in others:
            over[other].append(body)
    whose: dict[Key, list[Key]] = {}
    for key in {*units.numbers, *(key for key, _ in units.derived)}:
        bodies = over.get(key[0]) or [None]
        seen = [b for b in bodies if b is None or scope is None or scope.everything or b in scope.bodies]
        whose[key] = [(body,) for body in seen]
    for key, numbers in units.numbers.items():
        for name, number in numbers.items():
            found.total[name] += number
            for one in whose[key]:
                found.numbers[one][name] = found.numbers[one].get(name, 0) + number
    found.derived = {(one, name) for key, name in units.derived for one in whose[key]}
    return found


def take(
    connection: Connection, statement: str, params: Mapping[str, Any], counts: list[Count], question: Question,
    found: Counted,
) -> None:  # fmt: skip
    """The answer of such a statement goes into `found`."""
    width = len(subject_columns(question.by, question.level))
    with connection.transaction(), connection.cursor() as run:
        # Hundreds of short conditions are not worth compiling, and the groups of a month should stay in memory: they
        # are few, but the planner takes them for millions and would sort every row (twice the time).
        run.execute("set local jit = off")
        run.execute("set local enable_sort = off")
        run.execute("set local work_mem = '64MB'")
        rows = run.execute(statement.encode(), params).fetchall()
        run.execute("set local enable_sort to default")  # a caller's transaction may go on
    for row in rows:
        key = row[:width]
        for n, one in enumerate(counts):
            number, doubtful = row[width + n], row[width + len(counts) + n]
            if number:
                found.numbers[key][one.key] = int(number)
            if doubtful:
                found.derived.add((key, one.key))


def any_derived(connection: Connection) -> bool:
    """Whether any case rests on an import's guesses (most cities have none, and need not be asked)."""
    with connection.transaction(), connection.cursor() as run:
        run.execute("set local enable_seqscan = off")  # its own index tells; the planner expects to meet one at once
        row = run.execute("select exists(select 1 from evaluation_case where derived <> '')").fetchone()
        run.execute("set local enable_seqscan to default")  # a caller's transaction may go on
    return bool(row and row[0])


def statement_of(
    facts: str, counts: list[Count], question: Question, *, with_derived: bool = False
) -> tuple[str, dict[str, Any]]:
    """The SELECT and its named parameters: the subject's columns, a column per count, then how many of the rows of
    each count rest on derived acts. Few counts look at every row; many add up groups of equal rows."""
    params: dict[str, Any] = {"start": question.period.start, "cut": question.period.cut}
    subject = subject_columns(question.by, question.level)
    windows = " or ".join(dict.fromkeys(conditions.window(one) for one in counts))
    looked = f"{conditions.life(counts)} and ({windows}) and {kinds(counts, params)} and {seen(question, params)}"
    source = f"from evaluation_{facts}\nwhere {looked}\ngroup by "
    if len(counts) <= FEW:
        told = [*subject, *columns(counts, params, conditions.of_row, "", with_derived=with_derived)]
        return f"select {_list(told)}\n{source}{ordinals(len(subject))}", params
    names = [f"s{n}" for n in range(len(subject))]
    asked = {**dict(zip(names, subject, strict=True)), **conditions.asked_of(counts)}
    if with_derived:
        asked["derived"] = "derived"
    sums = [f"sum({column}) as sum_{column}" for column in dict.fromkeys(one.sum for one in counts if one.sum)]
    inner = [*(f"{value} as {name}" for name, value in asked.items()), "count(*) as n", *sums]
    told = [*names, *columns(counts, params, conditions.of_group, "sum_", with_derived=with_derived)]
    groups = f"select {_list(inner)}\n{source}{ordinals(len(asked))}"
    return f"select {_list(told)}\nfrom ({groups}) g\ngroup by {_list(names)}", params


def spelled(statement: str, params: Mapping[str, Any]) -> str:
    """The statement with its values written out: a text that PostgreSQL and DuckDB run as it is. TypeError for a value
    that has no plain form (an asker's scope)."""
    text = re.sub(r"%\((\w+)\)s", lambda found: _literal(params[found[1]]), statement)
    return text.replace("%%", "%")


def _literal(value: Any) -> str:
    if isinstance(value, datetime):
        return f"timestamptz '{value.isoformat(' ')}'"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    raise TypeError(f"{type(value).__name__} has no plain form")


def columns(
    counts: list[Count],
    params: dict[str, Any],
    condition_of: Callable[[Count, dict[str, Any]], str],
    prefix: str,
    *,
    with_derived: bool,
) -> list[str]:
    """The numbers, then the doubts. Sums are of whole numbers, so that no database rounds."""
    rows = "sum(n)" if prefix else "count(*)"
    numbers, doubts = [], []
    for one in counts:
        condition = condition_of(one, params)
        numbers.append(f"{f'sum({prefix}{one.sum})' if one.sum else rows} filter (where {condition})")
        rests = " or ".join(f"derived like '%%|{act}|%%'" for act in one.rests_on)
        doubts.append(f"{rows} filter (where {condition} and ({rests}))" if with_derived and rests else "0")
    return numbers + doubts


def _list(columns: Iterable[str]) -> str:
    return ",\n  ".join(columns)


def ordinals(count: int) -> str:
    return ", ".join(str(n + 1) for n in range(count))


def kinds(counts: list[Count], params: dict[str, Any]) -> str:
    """Rows of a kind that no count asks for need not be looked at."""
    asked: dict[str, dict[str, None]] = {}
    for one in counts:
        named = next((term for term in one.where if term[0] in _TELLING and term[1] in ("=", "in")), None)
        if named is None:
            return "true"
        asked.setdefault(named[0], {}).update(dict.fromkeys([named[2]] if named[1] == "=" else named[2]))
    return f"({' or '.join(sql([[column, 'in', list(values)]], params) for column, values in asked.items())})"


def seen(question: Question, params: dict[str, Any]) -> str:
    """Only subjects within the scope: units by their body, areas by their ids, posts by the body they belong to,
    collectors by whom they worked for."""
    scope = question.scope
    if scope is None or scope.everything:
        return "true"
    params["bodies"], params["areas"] = sorted(scope.bodies), sorted(scope.areas)
    body = _OWNER.get(question.by, "unit")
    areas = [f"{level} = any(%(areas)s::bigint[])" for level in LEVELS]
    return f"({' or '.join([f'{body} = any(%(bodies)s::bigint[])', *areas])})"


def open_rows(
    connection: Connection, one: Count, question: Question, key: Key | None, *, most: int = 1000, skip: int = 0
) -> list[Opened]:
    """The rows behind the number of a subject (`key` None: the total), as many as the number says; oldest first."""
    params: dict[str, Any] = {"start": question.period.start, "cut": question.period.cut, "most": most, "skip": skip}
    since, until, due = SPANS[one.facts]
    terms = [conditions.life([one]), conditions.of_row(one, params), seen(question, params)]
    if key is not None and question.by == "supervisor":
        terms.append(_supervised_by(key[0], question, params))
    elif key is not None:
        for n, (column, value) in enumerate(zip(subject_columns(question.by, question.level), key, strict=True)):
            params[f"k{n}"] = value
            terms.append(f"({column}) is null" if value is None else f"({column}) = %(k{n})s")
    no = "null::bigint" if one.facts == "case" else "no"
    rows = f"""select case_id, {no} as no, "{since}" as since, "{due}" as due, "{until}" as until
        from evaluation_{one.facts} where {' and '.join(terms)}
        order by 3, 1, 2 limit %(most)s offset %(skip)s"""  # noqa: S608
    text = f"""select f.case_id, coalesce(c.report_no, g.number, ''), c.case_no, f.no, f.since, f.due, f.until,
            c.case_id is null
        from ({rows}) f left join evaluation_case c on c.case_id = f.case_id
            left join collection_finding g on g.id = f.case_id and c.case_id is null order by 5, 1, 4"""  # noqa: S608
    with connection.cursor() as run:
        return [Opened(*row) for row in run.execute(text.encode(), _used(text, params)).fetchall()]


def _supervised_by(body: int | None, question: Question, params: dict[str, Any]) -> str:
    known = supervised.units_of(question.period.last)
    if body is None:
        params["units"] = sorted({unit for units in known.values() for unit in units})
        return "(unit is null or not unit = any(%(units)s::bigint[]))"
    params["units"] = sorted(known.get(body, ()))
    return "unit = any(%(units)s::bigint[])"


def _used(text: str, params: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in params.items() if f"%({name})s" in text}

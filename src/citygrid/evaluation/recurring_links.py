"""回潮: a new filing of the same class, within metres and days of a closing, is linked to the case that was closed.

Plain SQL beside the facts, in their transaction: `facts.refresh` calls `link` for what changed. A case is looked up
when it is filed, and again when it got another class or another place, or came back out of a merger; a link that holds
no more (either end moved, got another class, was filed anew) goes, or leads to another case. A closing that facts do
not know yet (older cases that are imported last) draws in what was filed after it there. The rule of that moment
stays for what has a link and is not looked up again; what people undid stays undone (issue 7; workflow 3.28)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from citygrid.cases.database import Connection, cursor
from citygrid.evaluation import facts_room

# The closed case: last closed before the report, near, of the same class. `n` is the new one, `r` the rule.
_EARLIER = """
    select c.id, c.month, c.unit, c.closed_at, round((c.point <-> n.point)::numeric, 1) as metres
    from cases_case c
    where c.point <@ circle(n.point, r.metres) and c.class_id = n.class_id and c.state = 'closed' and c.parent is null
        and c.id <> n.id and c.closed_at <= n.received_at
        and c.closed_at > n.received_at - r.days * interval '1 day'
        and c.bucket >= (date_trunc('month', n.received_at - r.days * interval '1 day') - interval '1 day')::date - 31
    order by c.closed_at desc, c.id limit 1"""
# Who said last that it was done.
_CHECKER = """
    select i.done_by, i.body, i.role from cases_item i
    where i.case_id = e.id and i.kind = 'check' and i.done_at <= e.closed_at and i.done_by <> 0
    order by i.done_at desc, i.no desc limit 1"""
# A link that is not true any more: the place, the class, the filing or the closing is another than when it was made.
_LOOSE = """
    n.filed_at is null or n.parent is not null or n.class_id is distinct from l.class_id or n.filed_at <> l.filed_at
    or e.id is null or e.state <> 'closed' or e.parent is not null or e.class_id is distinct from l.class_id
    or e.closed_at is distinct from l.closed_at
    or round((e.point <-> n.point)::numeric, 1) is distinct from l.metres"""
# New cases whose link leads to a changed one are looked at with it, and their facts follow.
_DRAWN_IN = """
insert into evaluation_stale
select l.case_id from evaluation_recurrence l
    where {earlier} and l.undone_at is null
        and not exists (select 1 from evaluation_stale o where o.case_id = l.case_id)"""
# A closing that facts did not know, or not there: who came back to it since, unless to a later closing, is looked up
# too. An act on a case that is closed already looks for nobody; nor does a closing of today reach further than today's.
_CAME_LATER = """
    select c.id from cases_case c
    where c.point <@ circle(e.point, r.metres) and c.class_id = e.class_id and c.filed_at is not null
        and c.parent is null and c.id <> e.id and c.received_at >= e.closed_at
        and c.received_at < e.closed_at + r.days * interval '1 day'
        and (c.bucket = '0001-01-01' or c.bucket >= (date_trunc('month', e.closed_at) - interval '1 day')::date - 31)
    offset 0"""  # by the index on the place, closing by closing: joined by class all cases would be read
_DRAW_LATER = f"""
with e as materialized (
    select c.id, c.closed_at, c.class_id, c.point from cases_head h
        join cases_case c on c.id = h.case_id and c.bucket = h.bucket
    where {{head}} and c.state = 'closed' and c.parent is null and c.class_id is not null and c.point is not null
        and not exists (select 1 from evaluation_heat p cross join lateral (
            select from evaluation_case f where f.case_id = c.id and f.closed_at = c.closed_at
                and f.class_id = c.class_id and f.standing <> 'merged' offset 0) f
            where p.case_id = c.id and (p.lon, p.lat) = (c.lon::float8, c.lat::float8))
), later as (
    select distinct n.id from e
        cross join evaluation_recurrence_rule r
        cross join lateral ({_CAME_LATER}) n
        left join evaluation_recurrence l on l.case_id = n.id
    where (l.case_id is null or (l.undone_at is null and l.closed_at < e.closed_at))
        and not exists (select 1 from evaluation_stale o where o.case_id = n.id)
), free as (
    delete from evaluation_recurrence where case_id in (select id from later) and undone_at is null
)
insert into evaluation_stale select id from later returning case_id"""  # noqa: S608 - no input
_LET_GO = f"""
delete from evaluation_recurrence l
where {{new}} and l.undone_at is null and (select {_LOOSE}
    from (select l.case_id as new, l.earlier as old) x
        left join cases_head h on h.case_id = x.new
        left join cases_case n on n.id = h.case_id and n.bucket = h.bucket
        left join cases_head g on g.case_id = x.old
        left join cases_case e on e.id = g.case_id and e.bucket = g.bucket)
returning l.case_id"""  # noqa: S608 - no input
# What facts do not know yet in this class and at this place, and whose link was let go.
_LINK = f"""
insert into evaluation_recurrence (
    case_id, earlier, class_id, unit, in_charge, person, body, role, metres, closed_at, filed_at)
select n.id, e.id, n.class_id, e.unit, w.in_charge, k.done_by, k.body, k.role, e.metres, e.closed_at, n.filed_at
from cases_head h
    join cases_case n on n.id = h.case_id and n.bucket = h.bucket
    cross join evaluation_recurrence_rule r
    cross join lateral ({_EARLIER}) e
    cross join lateral evaluation_whose(e.id, e.month) w
    left join lateral ({_CHECKER}) k on true
where {{head}} and n.filed_at is not null and n.class_id is not null and n.point is not null and n.parent is null
    and (n.id = any(%s::uuid[]) or not exists (select 1 from evaluation_case f
        where f.case_id = n.id and f.filed_at = n.filed_at and f.class_id = n.class_id and f.standing <> 'merged'
            and not exists (select 1 from cases_entry t
                where t.case_id = n.id and t.month = h.month and t.type = 'relocate' and t.seq > f.version)))
on conflict (case_id) do nothing"""  # noqa: S608 - no input


@dataclass(frozen=True, slots=True)
class Link:
    """`case`: the new one; `earlier`: the one that was closed, handled by `unit`, checked by `person`. `counts`:
    neither undone by somebody, nor is the new case void, refused or merged since."""

    case: UUID
    earlier: UUID
    class_id: str
    unit: int | None
    person: int | None
    metres: Decimal
    closed_at: datetime
    filed_at: datetime
    undone_at: datetime | None
    undone_by: int | None
    reason: str | None
    counts: bool


_COLUMNS = ", ".join(f"l.{name}" for name in (
    "case_id", "earlier", "class_id", "unit", "person", "metres", "closed_at", "filed_at", "undone_at", "undone_by",
    "reason",
)) + """, l.undone_at is null and l.class_id = c.class_id and c.filed_at is not null and c.parent is null
    and c.state not in ('voided', 'rejected')"""  # fmt: skip
_NEW = "join cases_head h on h.case_id = l.case_id join cases_case c on c.id = l.case_id and c.bucket = h.bucket"


def keep_rule(connection: Connection, metres: int, days: int) -> None:
    """From now on filings are compared with what was closed so near and so recently. What is linked stays."""
    row = connection.execute("select metres, days from evaluation_recurrence_rule").fetchone()
    if row == (metres, days):
        return
    with connection.transaction():
        connection.execute("delete from evaluation_recurrence_rule")
        connection.execute("insert into evaluation_recurrence_rule values (%s, %s)", [metres, days])


def link(connection: Connection, stale: int, *, everything: bool = False) -> None:
    """Link what was filed among the cases in `evaluation_stale` (so many), and put right what was linked (a part of
    `facts.refresh`). `everything`: all cases are there, so none is to be drawn in."""
    if connection.execute("select 1 from evaluation_recurrence_rule").fetchone() is None:
        return
    run = cursor(connection)
    # A few are looked up by index: nothing says how few they are, and joined to the cases they would read them all.
    names = {"earlier": "l.earlier", "head": "h.case_id", "new": "l.case_id"}
    which = {name: facts_room.theirs(stale, column) for name, column in names.items()}
    run.execute(_DRAWN_IN.format(**which).encode())
    drawn = [] if everything else [row[0] for row in run.execute(_DRAW_LATER.format(**which).encode()).fetchall()]
    let_go = [row[0] for row in run.execute(_LET_GO.format(**which).encode()).fetchall()]
    run.execute(_LINK.format(**which).encode(), [drawn + let_go])


def links_of(connection: Connection, case: UUID) -> list[Link]:
    """Where a case is the new one, and where it is the one that was closed; the oldest first."""
    text = f"""select {_COLUMNS} from evaluation_recurrence l {_NEW}
        where l.case_id = %(case)s or l.earlier = %(case)s order by l.filed_at"""  # noqa: S608
    return [Link(*row) for row in cursor(connection).execute(text.encode(), {"case": case}).fetchall()]


def before(connection: Connection, case: UUID) -> tuple[UUID, Decimal, datetime] | None:
    """What a case not yet filed would be linked to now: the closed case, metres, when it was closed."""
    text = f"""select e.id, e.metres, e.closed_at from cases_head h
        join cases_case n on n.id = h.case_id and n.bucket = h.bucket
        cross join evaluation_recurrence_rule r cross join lateral ({_EARLIER}) e
        where h.case_id = %s and n.class_id is not null and n.point is not null and n.parent is null"""  # noqa: S608
    row = cursor(connection).execute(text.encode(), [case]).fetchone()
    return (row[0], row[1], row[2]) if row else None


def undo(connection: Connection, case: UUID, person: int, reason: str, at: datetime) -> bool:
    """It is not the same place, or not the same problem: the link counts no more. False where there is none to undo, or
    the person has handled or checked the closed case (`party`)."""
    with connection.transaction():
        done = connection.execute(
            "update evaluation_recurrence set undone_at = %s, undone_by = %s, reason = %s"
            " where case_id = %s and undone_at is null"
            " and in_charge is distinct from %s and person is distinct from %s",
            [at, person, reason, case, person, person],
        ).rowcount
        if done:
            connection.execute("insert into evaluation_changed values (%s)", [case])
    return bool(done)


def party(connection: Connection, case: UUID, person: int) -> bool:
    """Whether a person had handled or checked the case that this one comes of: nobody judges their own work."""
    text = "select 1 from evaluation_recurrence where case_id = %s and (in_charge = %s or person = %s)"
    return connection.execute(text, [case, person, person]).fetchone() is not None


def listed(
    connection: Connection, since: datetime, until: datetime, seen: str, params: Sequence[object], most: int,
    after: tuple[datetime, UUID] | None = None,
) -> list[Link]:  # fmt: skip
    """Links of cases filed in a span, newest first, undone ones too; from `after` (filed at, case) on. `seen`: a
    condition on the new case `c`."""
    further = "and (l.filed_at, l.case_id) < (%s, %s)" if after else ""
    text = f"""select {_COLUMNS} from evaluation_recurrence l {_NEW} where l.filed_at >= %s and l.filed_at < %s
        and {seen} {further} order by l.filed_at desc, l.case_id desc limit %s"""  # noqa: S608
    rows = cursor(connection).execute(text.encode(), [since, until, *params, *(after or ()), most]).fetchall()
    return [Link(*row) for row in rows]


def number(connection: Connection, since: datetime, until: datetime, seen: str, params: Sequence[object]) -> int:
    """How many links `listed` has in all."""
    text = f"""select count(*) from evaluation_recurrence l {_NEW}
        where l.filed_at >= %s and l.filed_at < %s and {seen}"""  # noqa: S608
    row = cursor(connection).execute(text.encode(), [since, until, *params]).fetchone()
    return row[0] if row else 0

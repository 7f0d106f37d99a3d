"""Facts: one row per case, assignment, work item and act, projected from what cases keep (DESIGN idea 6).

Columns and their meaning stand in `facts.sql`. The tables follow a list of changed cases (`facts_tables.sql`):
`refresh` brings over what changed, `rebuild` everything; both give the same rows (a test compares)."""

from datetime import date, timedelta

from psycopg.errors import LockNotAvailable

from citygrid.cases.database import Connection, cursor
from citygrid.evaluation import days, facts_room, heat_points, recurring_links

NAMES = ("case", "assignment", "item", "act")
"""The case first: what changes while facts are brought over is newer than its version, and is brought over again."""

# Which facts an indicator may name, and of what kind each column is. `ids` are numbers that a formula cannot compare.
COLUMNS: dict[str, dict[str, str]] = {
    "case": {
        **dict.fromkeys(("kind", "mode", "source", "class_id", "condition", "state", "standing", "outcome"), "text"),
        **dict.fromkeys(("suspend_mode", "rating"), "text"),
        **dict.fromkeys(("safety", "late", "exempt", "recurrence", "reopened", "provisional", "public"), "bool"),
        **dict.fromkeys(("marked_urgent", "marked_key"), "bool"),
        **dict.fromkeys(("returns", "reworks", "redispatches", "extensions", "suspensions", "urges"), "number"),
        **dict.fromkeys(("supervisions", "inspections", "cost"), "number"),
        **dict.fromkeys(("received_at", "accepted_at", "filed_at", "dispatched_at", "handled_at"), "moment"),
        **dict.fromkeys(("checked_at", "closed_at", "due", "overdue_from"), "moment"),
    },
    "assignment": {
        **dict.fromkeys(("source", "class_id", "duty", "state", "outcome", "role"), "text"),
        **dict.fromkeys(("late", "fed_back", "exempt"), "bool"),
        **dict.fromkeys(("reworks", "extensions"), "number"),
        **dict.fromkeys(("offered_at", "due", "signed_at", "arrived_at", "made_safe_at", "done_at"), "moment"),
        "closed_at": "moment",
    },
    "item": {
        **dict.fromkeys(("source", "class_id", "kind", "subject", "role", "outcome", "duty"), "text"),
        **dict.fromkeys(("main", "ended", "late", "stands", "exempt"), "bool"),
        "held": "number",
        **dict.fromkeys(("opened_at", "due", "paused_at", "done_at"), "moment"),
    },
    "act": {
        **dict.fromkeys(("source", "class_id", "act", "role", "side", "request_kind", "request_state"), "text"),
        **dict.fromkeys(("request_mode", "result", "finding_kind", "finding_state", "state"), "text"),
        "public": "bool",
        **dict.fromkeys(("at", "recorded_at", "filed_at"), "moment"),
    },
}
SPANS: dict[str, tuple[str, str, str]] = {
    "case": ("filed_at", "closed_at", "overdue_from"),
    "assignment": ("offered_at", "done_at", "due"),
    "item": ("opened_at", "done_at", "due"),
    "act": ("at", "at", "at"),
}
"""From when to when a row is open, and past which moment it is overdue."""
PAUSED = {"item": "paused_at"}
LIVES = {"case": "received_at", "assignment": "offered_at", "item": "opened_at", "act": "at"}
"""From when a row is there at all; until SPANS' end. The months of the tables are those of that end."""
SOON = 5_000
"""So many changes (a case once for each act) are brought over while somebody waits for a page: a second or two. The
largest city makes some 1,500 in the two minutes between two runs of the job."""
PATIENCE = "2s"
_LOCK = 7_214_005


def refresh(connection: Connection) -> int:
    """Bring over the facts of every case that changed since, and their share of the roll-ups; how many cases. One at a
    time per database."""
    with connection.transaction():
        connection.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
        return _refresh(connection)


def catch_up(connection: Connection) -> bool:
    """As `refresh`, for a page that somebody waits for; whether all is brought over. Where a whole import waits
    (`waiting`), or others take longer than `PATIENCE`, the job does it, and figures are those of before."""
    if waiting(connection):
        return False
    try:
        with connection.transaction():
            connection.execute(f"set local lock_timeout = '{PATIENCE}'".encode())
            connection.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
            connection.execute("set local lock_timeout to default")  # a caller's transaction may go on
            _refresh(connection)
    except LockNotAvailable:
        return False
    return True


def waiting(connection: Connection) -> bool:
    """Whether more changed cases wait to be brought over than a page brings over."""
    row = connection.execute(
        "select count(*) > %s from (select 1 from evaluation_changed limit %s) few", [SOON, SOON + 1]
    ).fetchone()
    return bool(row and row[0])


def rebuild(connection: Connection) -> int:
    """All facts and roll-ups anew."""
    with connection.transaction():
        connection.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
        for name in NAMES:
            connection.execute(f"truncate evaluation_{name}, evaluation_day_{name}".encode())
        heat_points.empty(connection)
        connection.execute("delete from evaluation_changed")
        connection.execute("insert into evaluation_changed select case_id from cases_head")
        connection.execute("insert into evaluation_changed select id from collection_finding where case_id is null")
        return _refresh(connection, everything=True)


def some_days(connection: Connection, zone: str) -> None:
    """Roll-ups of this time zone where there are none at all and they are soon made, as in a new city: whoever asks
    makes none of a whole city (the job does; until then all is counted from facts)."""
    if connection.execute("select 1 from evaluation_day_zone").fetchone() is not None:
        return
    if connection.execute("select 1 from evaluation_case offset %s limit 1", [SOON]).fetchone() is None:
        keep_days(connection, zone)


def keep_days(connection: Connection, zone: str) -> None:
    """From now on roll-ups are kept by the days of this time zone; they are made where they are not."""
    row = connection.execute("select zone from evaluation_day_zone").fetchone()
    if row is not None and row[0] == zone:
        return
    with connection.transaction():
        connection.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
        connection.execute("delete from evaluation_day_zone")
        connection.execute("insert into evaluation_day_zone values (%s)", [zone])
        for name in NAMES:
            days.build(connection, name, zone)


def _refresh(connection: Connection, *, everything: bool = False) -> int:
    changed = connection.execute("select exists(select 1 from evaluation_changed)").fetchone()
    if changed is None or not changed[0]:
        return 0
    run = cursor(connection)
    facts_room.enter(connection, NAMES)
    # Taken off first and looked at after: a case that changes meanwhile is on the list again.
    run.execute(
        "with taken as (delete from evaluation_changed returning case_id)"
        " insert into evaluation_stale select distinct case_id from taken"
    )
    stale = run.rowcount
    if stale > facts_room.FEW:
        run.execute("analyze evaluation_stale")
    recurring_links.link(connection, stale, everything=everything)
    heat_points.follow(connection)
    theirs = facts_room.theirs(stale)
    # What is over was over in the month in which its case was received, or later; unknown where a case is gone.
    # Links have drawn others in since they were counted.
    all_there = "count(*) = (select count(*) from evaluation_stale)"
    row = run.execute(f"select {all_there}, min(month) from cases_head where {theirs}".encode()).fetchone()  # noqa: S608
    since = row[1] if row is not None and row[0] else date.min
    zone = run.execute("select zone from evaluation_day_zone").fetchone()
    for name in NAMES:
        facts_room.fill(connection, name, stale)
        _bring(connection, name, f"{theirs} and ({SPANS[name][1]} is null or {SPANS[name][1]} >= '{since}')")
        if zone is not None:
            days.take_over(connection, name, zone[0])
    facts_room.leave(connection, NAMES, stale)
    return stale


def _bring(connection: Connection, name: str, theirs: str) -> None:
    """The rows of the changed cases: those there are leave, those there should be come."""
    run, come, ended = cursor(connection), f"evaluation_come_{name}", SPANS[name][1]
    gone = f"delete from evaluation_{name} where {theirs} returning *"  # noqa: S608 - names and dates of ours
    run.execute(f"with gone as ({gone}) insert into evaluation_gone_{name} select * from gone".encode())  # noqa: S608
    months = f"select distinct date_trunc('month', {ended} at time zone 'UTC')::date from {come}"  # noqa: S608
    for (month,) in run.execute(months.encode()).fetchall():
        if month is not None:
            ensure(connection, name, month)
    run.execute(f"insert into evaluation_{name} select * from {come}".encode())  # noqa: S608


def ensure(connection: Connection, name: str, month: date) -> None:
    """The table has a partition for this month (its first day, UTC)."""
    table = f"evaluation_{name}_{month:%Y%m}"
    found = connection.execute("select to_regclass(%s) is not null", [table]).fetchone()
    if found is not None and found[0]:
        return
    after = (month + timedelta(days=32)).replace(day=1)
    connection.execute(
        f"create table {table} partition of evaluation_{name}"
        f" for values from ('{month} 00:00+00') to ('{after} 00:00+00')".encode()
    )

"""Facts: one row per case, assignment, work item and act, projected from what cases keep (DESIGN idea 6).

Columns and their meaning stand in `facts.sql`. The tables follow the cases by version: `refresh` brings over what
changed, `rebuild` everything; both give the same rows (a test compares)."""

from citygrid.cases.database import Connection, cursor

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
_LOCK = 7_214_005


def refresh(connection: Connection) -> int:
    """Bring over the facts of every case whose version changed since; how many cases. One at a time per database."""
    run = cursor(connection)
    with connection.transaction():
        run.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
        run.execute("drop table if exists evaluation_stale")
        run.execute(
            "create temp table evaluation_stale on commit drop as select h.case_id from cases_head h"
            " left join evaluation_case f on f.case_id = h.case_id where f.version is distinct from h.version"
        )
        count = run.execute("select count(*) from evaluation_stale").fetchone()
        stale = int(count[0]) if count is not None else 0
        if stale:
            run.execute("analyze evaluation_stale")
            for name in NAMES:
                _bring(connection, name)
        run.execute("drop table evaluation_stale")
    return stale


def rebuild(connection: Connection) -> int:
    """All facts anew."""
    with connection.transaction():
        for name in NAMES:
            connection.execute(f"delete from evaluation_{name}".encode())  # noqa: S608 - a constant
        return refresh(connection)


def _bring(connection: Connection, name: str) -> None:
    stale = "where case_id in (select case_id from evaluation_stale)"
    connection.execute(f"delete from evaluation_{name} {stale}".encode())  # noqa: S608 - constants
    connection.execute(
        f"insert into evaluation_{name} select * from evaluation_live_{name} {stale}".encode()  # noqa: S608
    )

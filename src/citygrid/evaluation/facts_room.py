"""Where facts are brought over: tables of the connection's own, and the four long statements that fill them, planned
once. Making the tables and planning the views would cost several times what a few changed cases cost themselves."""

from citygrid.cases.database import Connection, cursor

FEW = 10_000
"""Up to so many changed cases the plan that is kept serves; it was made for some, not for a whole city."""
MOST = 4 << 20
"""Bytes that deleted rows may take before the tables are cut, which costs ten times a deletion."""


def enter(connection: Connection, names: tuple[str, ...]) -> None:
    """`evaluation_stale` (the changed cases) and for each table of facts `evaluation_come_*` and `evaluation_gone_*`,
    empty. They stay with the connection: the next time they are there."""
    run = cursor(connection)
    # Each is asked for itself: a transaction that is taken back takes its tables along and leaves the plans, and a
    # rollback throws all plans away once psycopg has made one of its own (geocoding lets it).
    row = run.execute(
        "select to_regclass('pg_temp.evaluation_stale') is not null, array(select name from pg_prepared_statements)"
    ).fetchone()
    there, planned = row if row is not None else (False, [])
    if not there:
        run.execute("create temp table evaluation_stale (case_id uuid)")
    for name in names:
        for way in () if there else ("come", "gone"):
            run.execute(f"create temp table evaluation_{way}_{name} (like evaluation_{name})".encode())
        if f"evaluation_fill_{name}" not in planned:
            run.execute(f"prepare evaluation_fill_{name} as {_filling(name, theirs(0))}".encode())


def leave(connection: Connection, names: tuple[str, ...], stale: int) -> None:
    """The tables are empty again; after many rows also their files."""
    run = cursor(connection)
    tables = ["evaluation_stale", *(f"evaluation_{way}_{name}" for name in names for way in ("come", "gone"))]
    size = run.execute("select sum(pg_relation_size(name::regclass)) from unnest(%s::text[]) name", [tables]).fetchone()
    if stale > FEW or (size is not None and size[0] > MOST):
        run.execute(f"truncate {', '.join(tables)}".encode())
    else:
        run.execute("; ".join(f"delete from {table}" for table in tables).encode())  # noqa: S608 - names of ours


def fill(connection: Connection, name: str, stale: int) -> None:
    """The rows of the changed cases (so many) as they are now go into `evaluation_come_*`."""
    text = f"execute evaluation_fill_{name}" if stale <= FEW else _filling(name, theirs(stale))
    cursor(connection).execute(text.encode())


def theirs(stale: int, column: str = "case_id") -> str:
    """The condition for rows of the changed cases, by the column that names the case. An array is handed into each
    branch of a view and looked up by index; a query joined to the whole reads every case that there is, which is right
    where most of them changed."""
    changed = "select case_id from evaluation_stale"
    return f"{column} = any(array({changed}))" if stale <= FEW else f"{column} in ({changed})"


def _filling(name: str, which: str) -> str:
    return f"insert into evaluation_come_{name} select * from evaluation_live_{name} where {which}"  # noqa: S608

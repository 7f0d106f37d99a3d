"""When and where each case came: a narrow table beside the facts, so that heat over a whole city reads no wide rows.

A row for each case that counts (refused, void and merged ones are none). `facts.refresh` keeps it with the facts; only
what changed is written, and most acts move no case. Who sees everything is counted from it; what a post may see of a
part stands with the cases alone."""

from citygrid.cases.database import Connection, cursor

COUNTED = "c.state not in ('rejected', 'voided', 'merged') and c.class_id is not null"
_COLUMNS = ("received_at", "class_id", "district", "lon", "lat")
_FROM = """from evaluation_stale s
    left join cases_head h on h.case_id = s.case_id
    left join cases_case c on c.id = h.case_id and c.bucket = h.bucket"""
_GO = f"""delete from evaluation_heat p using (
        select s.case_id {_FROM} where ({COUNTED}) is not true) gone
    where p.case_id = gone.case_id"""  # noqa: S608 - no input
_COME = f"""insert into evaluation_heat as p (case_id, {", ".join(_COLUMNS)})
    select c.id, c.received_at, c.class_id, c.district, c.lon::float8, c.lat::float8 {_FROM} where {COUNTED}
    on conflict (case_id) do update set {", ".join(f"{one} = excluded.{one}" for one in _COLUMNS)}
    where ({", ".join(f"p.{one}" for one in _COLUMNS)})
        is distinct from ({", ".join(f"excluded.{one}" for one in _COLUMNS)})"""  # noqa: S608 - no input


def follow(connection: Connection) -> None:
    """Bring the cases in `evaluation_stale` over (a part of `facts.refresh`)."""
    run = cursor(connection)
    run.execute(_GO.encode())
    run.execute(_COME.encode())


def empty(connection: Connection) -> None:
    """Nothing is known; a part of `facts.rebuild`."""
    connection.execute("truncate evaluation_heat")

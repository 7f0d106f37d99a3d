"""Partitions of fixes by day (UTC): made on demand and a week ahead, dropped when the city's time is over."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from citygrid.cases.database import Connection

TABLE = "collection_fix"
AHEAD = 7
_LOCK = 7_214_009
_known: dict[str, set[date]] = {}


def ensure(connection: Connection, days: Iterable[date]) -> None:
    """Partitions for these days exist after this. Cheap when they are known to.

    Ask before the transaction that writes takes its locks: making a partition locks the parent."""
    known = _known.setdefault(connection.info.dbname, set())
    missing = sorted(set(days) - known)
    if not missing:
        return
    with connection.transaction():
        connection.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
        for day in missing:
            _make(connection, day)
    known.update(missing)


def ahead(connection: Connection, now: datetime) -> None:
    """The days to come."""
    today = now.astimezone(UTC).date()
    ensure(connection, [today + timedelta(days=n) for n in range(AHEAD + 1)])


def first_kept(now: datetime, keep_days: float) -> datetime:
    """Fixes before this moment are not kept: whole days (UTC), so that a day is never half there."""
    start = (now.astimezone(UTC) - timedelta(days=keep_days)).date()
    return datetime(start.year, start.month, start.day, tzinfo=UTC)


def drop(connection: Connection, now: datetime, keep_days: float) -> list[date]:
    """Drop the days that are no longer kept, and newest rows as old; which days."""
    limit = first_kept(now, keep_days)
    gone = [day for day in kept(connection) if day < limit.date()]
    with connection.transaction():
        connection.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
        for day in gone:
            connection.execute(f"drop table if exists {_name(day)}".encode())
        connection.execute("delete from collection_newest where at < %s", [limit])
    _known.setdefault(connection.info.dbname, set()).difference_update(gone)
    return gone


def kept(connection: Connection) -> list[date]:
    """The days of which there is a partition, in order."""
    rows = connection.execute(
        "select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = %s::regclass",
        [TABLE],
    ).fetchall()
    return sorted(datetime.strptime(name.rpartition("_")[2], "%Y%m%d").date() for (name,) in rows)  # noqa: DTZ007 - a day


def forget() -> None:
    """Nothing is known about partitions any more (after a rollback that took some with it)."""
    _known.clear()


def _name(day: date) -> str:
    return f"{TABLE}_{day:%Y%m%d}"


def _make(connection: Connection, day: date) -> None:
    found = connection.execute("select to_regclass(%s) is not null", [_name(day)]).fetchone()
    if found is not None and found[0]:
        return
    # Names and moments are made here, not given from outside.
    bounds = f"('{day} 00:00:00+00') to ('{day + timedelta(days=1)} 00:00:00+00')"
    connection.execute(f"create table {_name(day)} partition of {TABLE} for values from {bounds}".encode())

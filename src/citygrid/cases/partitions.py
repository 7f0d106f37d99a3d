"""Monthly partitions, made when the first row of a month comes (and by a job ahead of time)."""

from collections.abc import Iterable
from datetime import date, datetime

from citygrid.cases.database import Connection
from citygrid.cases.models import OPEN_BUCKET

TABLES = ("cases_entry", "cases_assignment", "cases_case", "cases_item")
_LOCK = 7_214_001
_known: dict[str, set[date]] = {}


def month_of(at: datetime) -> date:
    """First day of the month of a UTC moment."""
    return date(at.year, at.month, 1)


def ensure(connection: Connection, months: Iterable[date]) -> None:
    """Partitions of all tables for these months exist after this. Cheap when they are known to.

    Must be called before the transaction that writes takes its locks: making a partition locks the parent."""
    known = _known.setdefault(connection.info.dbname, set())
    missing = sorted(m for m in set(months) - known if m != OPEN_BUCKET)
    if not missing:
        return
    with connection.transaction():
        connection.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
        for month in missing:
            for table in TABLES:
                _make(connection, table, month)
    known.update(missing)


def forget() -> None:
    """Nothing is known about partitions any more (after a rollback that took some with it)."""
    _known.clear()


def _make(connection: Connection, table: str, month: date) -> None:
    name = f"{table}_{month:%Y%m}"
    found = connection.execute("select to_regclass(%s) is not null", [name]).fetchone()
    if found is not None and found[0]:
        return
    end = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    # Names and dates are made here, not given from outside.
    connection.execute(f"create table {name} partition of {table} for values from ('{month}') to ('{end}')".encode())

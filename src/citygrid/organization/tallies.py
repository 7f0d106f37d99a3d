"""How often something was asked for, counted across all processes by one statement in an unlogged table.

An unlogged table writes no WAL and its commit waits for no disk; a row per name, never one per request. What is
counted may be forgotten in a crash: a limit begins anew then, nothing else is lost. Windows are fixed: at a border
of two minutes up to twice the limit may pass (docs/decisions/0017-rate-limits.md).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

MINUTE, DAY = ":minute", ":day"

_COUNT = """
insert into organization_tally as t (name, starts, number) values (%(name)s, %(starts)s, 1)
on conflict (name) do update set
    number = case when t.starts >= excluded.starts then t.number + 1 else 1 end,
    starts = greatest(t.starts, excluded.starts)
returning number
"""
_COUNT_BOTH = f"""
with minute as ({_COUNT}), day as (
    insert into organization_tally as t (name, starts, number)
    select %(day_name)s, %(day_starts)s, 1 from minute where number <= %(per_minute)s
    on conflict (name) do update set
        number = case when t.starts >= excluded.starts then t.number + 1 else 1 end,
        starts = greatest(t.starts, excluded.starts)
    returning number)
select (select number from minute), (select number from day)
"""  # noqa: S608 - two constants


@dataclass(frozen=True, slots=True)
class Count:
    """The number of this request in its minute and day, and the seconds to wait when it is beyond a limit."""

    minute: int
    day: int | None = None
    wait: int = 0

    @property
    def over(self) -> bool:
        return self.wait > 0


def count(name: str, per_minute: int, at: datetime, per_day: int | None = None) -> Count:
    """Count one request. What is beyond the minute's limit does not count for the day.

    `name`: at most 70 signs. DatabaseError when the database does not answer: the caller decides what that means."""
    minute, day = _minute(at), _day(at)
    asked: dict[str, str | int] = {
        "name": name + MINUTE, "starts": minute, "per_minute": per_minute, "day_name": name + DAY, "day_starts": day,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_COUNT if per_day is None else _COUNT_BOTH, asked)
        row = cursor.fetchone()
    in_minute, in_day = row[0], row[1] if per_day is not None else None
    if in_minute > per_minute:
        return Count(in_minute, in_day, minute + 60 - int(at.timestamp()))
    if per_day is not None and in_day is not None and in_day > per_day:
        return Count(in_minute, in_day, _next_day(at) - int(at.timestamp()))
    return Count(in_minute, in_day)


def today(names: list[str], at: datetime) -> dict[str, int]:
    """How often each was counted today, for a page."""
    if not names:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "select name, number from organization_tally where name = any(%s) and starts = %s",
            [[name + DAY for name in names], _day(at)],
        )
        return {name.removesuffix(DAY): number for name, number in cursor.fetchall()}


def forget(before: datetime) -> int:
    """Take away what was last counted in windows that began before; the number of rows."""
    with connection.cursor() as cursor:
        cursor.execute("delete from organization_tally where starts < %s", [int(before.timestamp())])
        return int(cursor.rowcount)


def _minute(at: datetime) -> int:
    return int(at.timestamp()) // 60 * 60


def _day(at: datetime) -> int:
    """The city's own midnight before, in seconds."""
    return int(timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0).timestamp())


def _next_day(at: datetime) -> int:
    return _day(timezone.localtime(at) + timedelta(days=1))

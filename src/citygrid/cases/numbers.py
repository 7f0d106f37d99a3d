"""Report numbers (on receipt) and case numbers (on filing) from the city's templates: never reused, no hot counter.

A server takes a block of serials of a series at a time; what it does not use is left out. Template fields: `{code}`
(the city's), `{date}` with a format such as `{date:%Y%m%d}`, `{serial}` with a width such as `{serial:05d}`. The
serial starts again when the rest of the number changes."""

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from citygrid.cases.database import Connection
from citygrid.rulebook.profiles import CityProfile

BLOCK = 50
DEFAULTS = {"report": "R{date:%Y%m%d}{serial:05d}", "case": "{code}{date:%Y%m%d}{serial:05d}"}
_SERIAL = re.compile(r"\{serial(:[^}]*)?\}")


def template_of(kind: str, profile: CityProfile) -> str:
    """The city's template of `kind` (report or case)."""
    return str(profile.data.get("numbers", {}).get(kind) or DEFAULTS[kind])


def series_of(kind: str, profile: CityProfile, day: date) -> str:
    """The series in which a day's numbers are counted."""
    return kind + ":" + _SERIAL.sub("#", template_of(kind, profile)).format(code=profile.code, date=day)


def reserve(connection: Connection, series: str, count: int) -> int:
    """Take `count` serials of a series; the first of them."""
    row = connection.execute(
        "insert into cases_numberblock as b (series, next) values (%s, %s)"
        " on conflict (series) do update set next = b.next + %s returning next",
        [series, 1 + count, count],
    ).fetchone()
    assert row is not None
    return int(row[0]) - count


def reserve_many(connection: Connection, wanted: Mapping[str, int]) -> dict[str, int]:
    """Take so many serials of each series, in one statement; the first of each."""
    names = sorted(wanted)
    rows = connection.execute(
        "insert into cases_numberblock as b (series, next)"
        " select * from unnest(%s::text[], %s::bigint[]) on conflict (series)"
        " do update set next = b.next + excluded.next - 1 returning series, next",
        [names, [1 + wanted[name] for name in names]],
    ).fetchall()
    return {series: int(end) - wanted[series] for series, end in rows}


def passed(connection: Connection, series: str, serial: int) -> None:
    """A number with this serial came from elsewhere: the series goes on behind it."""
    connection.execute(
        "insert into cases_numberblock as b (series, next) values (%s, %s)"
        " on conflict (series) do update set next = greatest(b.next, excluded.next)",
        [series, serial + 1],
    )


@dataclass(slots=True)
class _Block:
    next: int
    end: int


class Numbers:
    """Takes numbers of one database; safe for threads. `take` may ask the database once per block."""

    def __init__(self, block: int = BLOCK) -> None:
        self.block = block
        self._blocks: dict[tuple[str, str], _Block] = {}
        self._lock = threading.Lock()

    def take(self, connection: Connection, kind: str, profile: CityProfile, at: datetime) -> str:
        """The next number of `kind` (report or case) for the city's day of `at`."""
        template, day = template_of(kind, profile), profile.localday(at)
        serial = self._serial(connection, series_of(kind, profile, day))
        return template.format(code=profile.code, date=day, serial=serial)

    def _serial(self, connection: Connection, series: str) -> int:
        key = (connection.info.dbname, series)
        with self._lock:
            block = self._blocks.get(key)
            if block is None or block.next >= block.end:
                if len(self._blocks) > 100:
                    self._blocks.clear()
                block = self._blocks[key] = self._reserve(connection, series)
            block.next += 1
            return block.next - 1

    def _reserve(self, connection: Connection, series: str) -> _Block:
        first = reserve(connection, series, self.block)
        return _Block(first, first + self.block)

    def forget(self) -> None:
        """Leave the blocks held (after a rollback that took their reservation with it)."""
        with self._lock:
            self._blocks.clear()


numbers = Numbers()

"""Report and case numbers of imported cases: the source's own where it gives them, else taken in bulk."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from citygrid.cases import numbers
from citygrid.cases.database import Connection, cursor
from citygrid.rulebook.profiles import CityProfile
from citygrid.rulebook.slices import profile_at

KINDS = {"report_no": "report", "case_no": "case"}


@dataclass(slots=True)
class Pool:
    """Numbers of one batch. `expect` and `reserve` first, then `take`. Without a connection (dry run) the
    numbers are made up and nothing is reserved."""

    connection: Connection | None
    _expected: Counter[str] = field(default_factory=Counter)
    _blocks: dict[str, tuple[int, int]] = field(default_factory=dict)
    _made: int = 0

    def expect(self, kind: str, at: datetime) -> None:
        """One more number of a kind will be wanted."""
        profile = profile_at(at)
        self._expected[numbers.series_of(kind, profile, profile.localday(at))] += 1

    def reserve(self) -> None:
        """Take what is expected; before the batch's transaction, so that nobody waits for these series."""
        if self.connection is not None and self._expected:
            first = numbers.reserve_many(self.connection, self._expected)
            self._blocks = {name: (first[name], first[name] + count) for name, count in self._expected.items()}

    def take(self, kind: str, at: datetime) -> str:
        """The next number of a kind for the city's day of `at`."""
        if self.connection is None:
            self._made += 1
            return f"dry-run-{self._made}"
        profile = profile_at(at)
        day = profile.localday(at)
        series = numbers.series_of(kind, profile, day)
        first_free, end = self._blocks.get(series, (0, 0))
        if first_free >= end:  # what follows from other acts was not expected
            first_free = numbers.reserve(self.connection, series, 1)
            end = first_free + 1
        self._blocks[series] = (first_free + 1, end)
        return numbers.template_of(kind, profile).format(code=profile.code, date=day, serial=first_free)


def taken(connection: Connection, given: Iterable[str]) -> set[str]:
    """Which of these numbers belong to cases already."""
    wanted = list(given)
    if not wanted:
        return set()
    rows = cursor(connection).execute("select number from cases_number where number = any(%s)", [wanted])
    return {row[0] for row in rows.fetchall()}


def passed(connection: Connection, given: Iterable[tuple[str, str, datetime]]) -> None:
    """Numbers of the source that look like the city's own: (kind, number, moment). The city's series go on behind
    them, so that no number is given twice."""
    most: dict[str, int] = {}
    for kind, number, at in given:
        profile = profile_at(at)
        day = profile.localday(at)
        found = _pattern(numbers.template_of(kind, profile), profile.code, day).fullmatch(number)
        if found:
            series = _series(kind, profile, day)
            most[series] = max(most.get(series, 0), int(found.group(1)))
    for series, serial in sorted(most.items()):
        numbers.passed(connection, series, serial)


def _series(kind: str, profile: CityProfile, day: date) -> str:
    return numbers.series_of(kind, profile, day)


@lru_cache(maxsize=4096)
def _pattern(template: str, code: str, day: date) -> re.Pattern[str]:
    """The template as a pattern whose group is the serial."""
    before, _, after = re.sub(r"\{serial(:[^}]*)?\}", "\0", template).partition("\0")
    parts = [re.escape(part.format(code=code, date=day)) for part in (before, after)]
    return re.compile(parts[0] + r"([0-9]{1,15})" + parts[1])

"""Generated lives of cases, in the database: the process's own walker, written by the bulk writer."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from citygrid.cases import copying
from citygrid.cases.copying import Timeline
from citygrid.cases.database import plain
from citygrid.evaluation import facts
from citygrid.evaluation.counting import Question
from citygrid.evaluation.definitions import shipped
from citygrid.evaluation.periods import Period, period
from citygrid.evaluation.tables import Table, evaluate
from citygrid.process import Entry
from citygrid.process.moments import moment, stamp
from tests.evaluation.offices import simulated

__all__ = ["simulated"]

SHANGHAI = ZoneInfo("Asia/Shanghai")
LATER = datetime(2030, 1, 1, tzinfo=UTC)
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
ALWAYS = period(date(2020, 1, 1), date(2029, 12, 31), SHANGHAI, LATER)


def timelines_of(stories: Iterable[list[Entry]]) -> list[Timeline]:
    found = []
    for entries in stories:
        timeline = Timeline(entries[0].case)
        for entry in entries:
            timeline.add(entry, b"\0" * 32)
        timeline.numbers.clear()  # all cases of the invented city have the same
        found.append(timeline)
    return found


def write(stories: Iterable[list[Entry]]) -> None:
    with plain() as connection:
        copying.copy(connection, timelines_of(stories))
        facts.refresh(connection)


def shifted(entries: Iterable[Entry], by: timedelta) -> list[Entry]:
    """The same life at another time: each moment in it moved by as much."""
    return [
        replace(one, recorded_at=one.recorded_at + by, effective_at=one.effective_at + by, data=_moved(one.data, by))
        for one in entries
    ]


def _moved(value: Any, by: timedelta) -> Any:
    if isinstance(value, str) and STAMP.fullmatch(value):
        return stamp(moment(value) + by)
    if isinstance(value, Mapping):
        return {key: _moved(one, by) for key, one in value.items()}
    return [_moved(one, by) for one in value] if isinstance(value, list | tuple) else value


def table(by: str, keys: Iterable[str] | None = None, *, of: Period = ALWAYS, level: str = "district") -> Table:
    with plain() as connection:
        known = shipped()
        return evaluate(connection, known, Question(of, by, level), list(keys or known.all))


def cells(of: Table) -> dict[tuple[object, ...], dict[str, object]]:
    return {row.key or (): dict(row.values) for row in of.rows}

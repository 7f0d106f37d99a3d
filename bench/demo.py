"""The demo's story: playing it (every act through `decide`, in memory) and writing it, beside bare COPY of its rows.

Bare: the same rows, made before, by COPY into the same tables with their indexes, in one transaction that is taken
back. One process, warm (rules, areas, calendars, pictures)."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from bench import town
from psycopg import Connection, Rollback

from citygrid.cases import copying, partitions
from citygrid.cases.database import plain
from citygrid.demo import beginnings, illustrations, planning, telling
from citygrid.demo.scene import Scene
from citygrid.trust.redactable import put_many

BenchRow = tuple[str, float, str, float | None, str]
UNTIL = datetime(2025, 6, 20, 6, 30, tzinfo=UTC)  # its numbers are not those of a story that is told already
PROBLEMS, SEED = 600, 1


def rows(problems: int = PROBLEMS) -> list[BenchRow]:
    """(name, value, unit, bare value of the same run or None, note) of each figure."""
    town.settle()
    scene = Scene(UNTIL, illustrations.shelf(UNTIL))
    plan = planning.make(SEED, UNTIL, 60, 20_000, scene.settings, scene.zone)
    some = plan.problems[3_000 :: len(plan.problems) // problems][:problems]
    for problem in some[:40]:
        beginnings.play(scene, plan, problem)
    begun = time.perf_counter()
    lives = [beginnings.play(scene, plan, problem) for problem in some]
    played = time.perf_counter() - begun
    timelines = [t for life in lives for t in life.timelines.values() if t.case is not None]
    acts, cases = sum(len(t.entries) for t in timelines), len(timelines)

    def write(connection: Connection[Any]) -> None:
        put_many((d for life in lives for d in life.texts.drafts), UNTIL)
        copying.copy(connection, timelines)

    written = _timed(write, telling.months(timelines))
    pairs = [(t, t.case) for t in timelines if t.case is not None]
    items = [row for t in timelines for row in t.items.values()]
    tables = [(name, columns, list(lines)) for name, columns, lines in copying._tables(pairs, items)]

    def bare(connection: Connection[Any]) -> None:
        put_many((d for life in lives for d in life.texts.drafts), UNTIL)
        for name, columns, lines in tables:
            copying._copy(connection, name, columns, lines)

    copied = _timed(bare, set())
    note = f"{cases:,} whole cases, {acts / cases:.1f} acts a case, one process, warm"
    return [
        ("demo: acts decided and evolved", acts / played, "acts/s", None, note),
        ("demo: acts played and written", acts / (played + written), "acts/s", acts / copied, note),
        ("demo: cases played and written", cases / (played + written), "cases/s", cases / copied, note),
    ]


def _timed(work: Callable[[Connection[Any]], None], months: set[Any]) -> float:
    """Seconds of the work in a transaction that is taken back."""
    with plain() as connection:
        partitions.ensure(connection, months)
        begun = time.perf_counter()
        with connection.transaction():
            work(connection)
            took = time.perf_counter() - begun
            raise Rollback
    return took

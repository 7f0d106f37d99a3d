"""Writes the story into the database: newest problems first, in batches that are there whole or not at all."""

import gc
import hashlib
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction

from citygrid.cases import copying, numbers, partitions
from citygrid.cases.copying import Timeline
from citygrid.cases.database import plain
from citygrid.cases.models import OPEN_BUCKET, Head
from citygrid.cases.partitions import month_of
from citygrid.demo import beginnings, illustrations, planning
from citygrid.demo.folder import FOLDER
from citygrid.demo.life import FURTHER, Life, case_id
from citygrid.demo.models import DemoProgress
from citygrid.demo.planning import Plan, Planned
from citygrid.demo.scene import Scene
from citygrid.trust.redactable import put_many

log = logging.getLogger(__name__)
BATCH = 250
STORY = 2
SEED, DAYS, TOTAL = 390_100, 92, 20_000
"""So many days hold two whole months before the one that runs."""

Say = Callable[[str], Any]


class OtherStory(Exception):  # noqa: N818 - an answer to whoever asked for another story
    """Another story (seed, end, days or total) was begun in this database."""


def progress() -> tuple[int, int] | None:
    """(problems told, problems in all), or None when no story was begun or all is told."""
    row = DemoProgress.objects.values_list("done", "total").first()
    return None if row is None or row[0] >= row[1] else (row[0], row[1])


def edition() -> str:
    """Which story the same seed gives: changes with the settings, and by hand (STORY) with the code that plays it."""
    text = (FOLDER / "simulation.toml").read_bytes()
    return hashlib.sha256(text + STORY.to_bytes(2)).hexdigest()[:16]


def start(until: datetime, seed: int | None = None, days: int | None = None, total: int | None = None) -> DemoProgress:
    """The story of this database, begun if there is none. Raises OtherStory when words differ from the one begun, or
    when cases are here that no story told (their numbers would be given twice)."""
    row = DemoProgress.objects.order_by("pk").first()
    if row is None:
        if Head.objects.exists():
            raise OtherStory("There are cases here already: the demo's story is for a database without any.")
        asked = {"seed": seed or SEED, "days": days or DAYS, "total": total or TOTAL}
        return DemoProgress.objects.create(until=until, edition=edition(), **asked)
    for name, wanted in (("seed", seed), ("days", days), ("total", total)):
        if wanted is not None and wanted != getattr(row, name):
            raise OtherStory(f"The story here has {name} {getattr(row, name)}, not {wanted}.")
    return row


def tell(most: int | None = None, say: Say = log.info) -> DemoProgress:
    """Tell the story on, up to `most` problems in all (None: to its end). What is there already is left alone.

    Safe to be killed and called again: a batch and the mark of how far it is are one transaction."""
    row = DemoProgress.objects.get()
    goal = row.total if most is None else min(most, row.total)
    if row.done >= goal:
        return row
    if row.edition != edition():
        log.warning("The demo's story was begun by another edition: it stays as far as it is told.")
        row.total = row.done
        row.save()
        return row
    scene = Scene(row.until, illustrations.shelf(row.until))
    plan = planning.make(row.seed, row.until, row.days, row.total, scene.settings, scene.zone)
    _pass_numbers(scene, plan)
    todo = plan.newest_first()
    while row.done < goal:
        batch = todo[row.done : min(row.done + BATCH, goal)]
        row = _tell_batch(scene, plan, batch, row.done)
        say(f"demo data: {row.done} of {row.total} problems ({row.done * 100 // row.total} %), {row.cases} cases")
    return row


def _tell_batch(scene: Scene, plan: Plan, batch: Sequence[Planned], before: int) -> DemoProgress:
    with _no_collector():
        lives = [beginnings.play(scene, plan, problem) for problem in batch]
    timelines = [t for life in lives for t in life.timelines.values() if t.case is not None]
    with plain() as connection:
        partitions.ensure(connection, months(timelines))
    with transaction.atomic(), plain() as connection:
        row = DemoProgress.objects.select_for_update().get()
        if row.done != before:  # another process told this batch meanwhile
            return row
        known = copying.existing(connection, [case_id(plan.seed, p.number) for p in batch])
        fresh = [life for life in lives if life.root not in known]
        put_many((d for life in fresh for d in life.texts.drafts), plan.until)
        new = [t for life in fresh for t in life.timelines.values() if t.case is not None]
        row.acts += copying.copy(connection, new)
        row.cases += len(new)
        row.done += len(batch)
        row.save()
    return row


@contextmanager
def _no_collector() -> Iterator[None]:
    """A batch makes many objects that all stay: looking for cycles among them costs a third of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def months(timelines: Sequence[Timeline]) -> set[Any]:
    """The months in whose partitions these timelines have rows."""
    found = {month_of(t.case.received_at) for t in timelines if t.case is not None}
    found |= {month_of(done[0]) for t in timelines for _, done in t.work.values() if done is not None}
    found |= {month_of(t.case.closed_at) for t in timelines if t.case is not None and t.case.closed_at is not None}
    return found - {OPEN_BUCKET}


def _pass_numbers(scene: Scene, plan: Plan) -> None:
    """Numbers given from now on stand behind those of the story."""
    profile, day = scene.profile, scene.profile.localday(plan.until)
    further = plan.further * FURTHER
    with plain() as connection:
        last = plan.day_counts.get(day.isoformat(), 0) + further
        numbers.passed(connection, numbers.series_of("report", profile, day), last)
        numbers.passed(connection, numbers.series_of("case", profile, day), len(plan.problems) + further)


def refusals(lives: Sequence[Life]) -> dict[str, int]:
    """What the process did not allow, counted (to look whether people here behave)."""
    found: dict[str, int] = {}
    for life in lives:
        for one in life.refused:
            found[one] = found.get(one, 0) + 1
    return found

"""The demo city with a good part of its story in memory, made once; every test rolled back to it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from citygrid.areas import locating
from citygrid.cases import directory, partitions
from citygrid.cases.numbers import numbers
from citygrid.console.city import import_city
from citygrid.demo import beginnings, illustrations, planning
from citygrid.demo.folder import FOLDER
from citygrid.demo.scene import Scene
from citygrid.rulebook import slices

UNTIL = datetime(2026, 11, 20, 6, 30, tzinfo=UTC)  # a Friday, 14:30 on the city's clocks
SEED = 390_100


def forget() -> None:
    for one in (locating, directory, partitions, numbers, slices):
        one.forget()


@pytest.fixture(scope="package")
def city(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("demo")
    with django_db_blocker.unblock(), override_settings(MEDIA_STORE=folder / "media", DATA=folder):
        block = transaction.atomic()
        block.__enter__()
        forget()
        report = import_city(FOLDER)
        assert report.ok, [str(problem) for problem in report.problems]
        yield folder
        transaction.set_rollback(True)
        block.__exit__(None, None, None)
    forget()


@pytest.fixture(scope="package")
def scene(city: Path, django_db_blocker: Any) -> Scene:
    with django_db_blocker.unblock(), override_settings(MEDIA_STORE=city / "media", DATA=city):
        return Scene(UNTIL, illustrations.shelf(UNTIL))


@pytest.fixture(scope="package")
def plan(scene: Scene) -> planning.Plan:
    return planning.make(SEED, UNTIL, 60, 20_000, scene.settings, scene.zone)


@pytest.fixture(scope="package")
def lives(scene: Scene, plan: planning.Plan, django_db_blocker: Any) -> list[beginnings.Life]:
    """What is told first, the problems that make further cases, and some of every day: about 1,300 of 20,000."""
    some = plan.newest_first()[:300] + [p for p in plan.problems[:14_000] if p.kind][:150] + list(plan.problems[::22])
    some += plan.problems[728:1106:377]  # the rarest acts: a finding, a danger made safe
    chosen = {p.number: p for p in some}
    with django_db_blocker.unblock():
        return [beginnings.play(scene, plan, p) for p in chosen.values()]


@pytest.fixture
def demo(city: Path, db: None, settings: Any) -> Iterator[Path]:
    settings.MEDIA_STORE, settings.DATA = city / "media", city
    forget()
    yield city
    forget()

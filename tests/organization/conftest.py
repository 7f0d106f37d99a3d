"""The second city's organization over bare areas, and a small organization of named people."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from citygrid.areas.models import Area
from citygrid.organization import folder
from citygrid.organization.models import Body, Person, Post, Role, Seat

SECOND = Path(__file__).parent.parent / "cities" / "second"
DAY = date(2026, 1, 1)
AT = datetime(2026, 5, 6, 1, tzinfo=UTC)


def area(code: str, kind: str, parent: Area | None = None, since: date = DAY) -> Area:
    """An area without a shape."""
    return Area.objects.create(
        kind=kind,
        code=code,
        name=code,
        parent=parent,
        geometry=b"",
        centre_lon=0,
        centre_lat=0,
        area_m2=1,
        valid_from=since,
    )


def bare_areas() -> dict[str, Area]:
    """Two districts, each with a street, each with a community."""
    found = {"990100": area("990100", "city")}
    for district in ("990101", "990102"):
        found[district] = area(district, "district", found["990100"])
        found[district + "01"] = area(district + "01", "street", found[district])
        found[district + "0101"] = area(district + "0101", "community", found[district + "01"])
    return found


@pytest.fixture
def areas(request: pytest.FixtureRequest, db: None) -> dict[str, Area]:
    """The areas by code; where the city stands for a whole module, its own."""
    if "standing" in request.fixturenames:
        return {row.code: row for row in Area.objects.all()}
    return bare_areas()


def load_second() -> None:
    report = folder.load(SECOND, DAY)
    assert report.ok, [str(problem) for problem in report.problems]


@pytest.fixture
def second(request: pytest.FixtureRequest, db: None) -> Path:
    """The second city's organization, loaded; where it stands for a whole module, it is that one."""
    if "standing" not in request.fixturenames:
        request.getfixturevalue("areas")
        load_second()
    return SECOND


@pytest.fixture(scope="module")
def standing(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The second city's organization, loaded once for all tests of a module, inside a transaction that every test's own
    is nested in."""
    with django_db_blocker.unblock(), transaction.atomic():
        bare_areas()
        load_second()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def cheap_passwords(settings: object) -> None:
    """Good hashes are slow on purpose; here they only have to work."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def make_post(code: str, body: Body, scope: str = "own", side: str = "neutral", **facts: object) -> Post:
    """A post with a role of its own, named after it."""
    role = Role.objects.create(code=f"role_{code}", name=code, side=side, scope=scope, **facts)
    return Post.objects.create(code=code, name=code, body=body, role=role)


def seat(login: str, post: Post) -> Seat:
    """A person of that name on the post since the day of the city."""
    person, _ = Person.objects.get_or_create(login=login, defaults={"name": login})
    return Seat.objects.create(person=person, post=post, since=datetime(2026, 1, 1, tzinfo=UTC))


def seat_of(login: str) -> Seat:
    """The only or first seat of somebody of the second city."""
    return Seat.objects.filter(person__login=login).order_by("id")[0]

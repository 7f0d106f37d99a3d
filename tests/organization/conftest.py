"""The second city's organization over bare areas, and a small organization of named people."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

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


@pytest.fixture
def areas(db: None) -> dict[str, Area]:
    """Two districts, each with a street, each with a community."""
    found = {"990100": area("990100", "city")}
    for district in ("990101", "990102"):
        found[district] = area(district, "district", found["990100"])
        found[district + "01"] = area(district + "01", "street", found[district])
        found[district + "0101"] = area(district + "0101", "community", found[district + "01"])
    return found


@pytest.fixture
def second(areas: dict[str, Area]) -> Path:
    """The second city's organization, loaded."""
    report = folder.load(SECOND, DAY)
    assert report.ok, [str(problem) for problem in report.problems]
    return SECOND


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

"""The second city with real shapes for the pages of areas, and people who may and may not change them."""

import json
import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import shapely
from django.test import Client

from citygrid.areas.models import Area
from citygrid.organization.models import Person, Post, Role, Seat
from citygrid.organization.seats import SESSION_KEY
from tests.cases import world as worlds
from tests.cases.kept_city import kept_city

COMMUNITY = "99010101001"
"""Of the western district: ten grids in a row, about 96 m wide each."""
STREET = "99010101"


@pytest.fixture(scope="module")
def standing(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[None]:
    """The city with its people, for all tests of a module."""
    with kept_city(django_db_blocker, tmp_path_factory.mktemp("city")):
        _complete()
        yield


def _complete() -> None:
    """Areas as a division made them and, for one district only, a steward who is a colleague of the city's."""
    for row in Area.objects.all():
        row.area_m2 = 96.0 * 111.0 * (10 if row.kind in ("district", "street", "community", "duty_grid") else 1)
        row.serial = int(row.code[-3:]) if row.kind == "grid" else 0
        row.metric_crs = "EPSG:4547" if row.kind == "city" else ""
        row.save(update_fields=["area_m2", "serial", "metric_crs"])
    steward = Post.objects.get(code="data_steward")
    east = Post.objects.create(
        code="steward_east",
        name="东区管理岗",
        body=steward.body,
        role=Role.objects.get(code="data_steward"),
        areas=["990102"],
    )
    colleague = Person.objects.create(login="steward_east", name="东方")
    Seat.objects.create(person=colleague, post=east, since=worlds.NOW - timedelta(days=900))


def signed_in(login: str, language: str = "en") -> Client:
    """A browser in which this person is signed in."""
    client = Client()
    person = Person.objects.get(login=login)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session[SESSION_KEY] = Seat.objects.filter(person=person).order_by("pk").last().pk
    session.save()
    client.cookies["django_language"] = language
    return client


def divide_form(**changes: object) -> dict[str, object]:
    """A division of the community as somebody would type it."""
    usual = {
        "plan": str(uuid.uuid4()), "cell_m2": 5000, "least": 0.3, "most": 2.0, "from_day": "2030-01-01",
        "reason": "重新划分〔2029〕8号",
    }  # fmt: skip
    return usual | changes


def geojson(rows: list[tuple[dict[str, object], shapely.Geometry]]) -> bytes:
    """A file of areas."""
    features = [
        {"type": "Feature", "properties": facts, "geometry": json.loads(shapely.to_geojson(shape))}
        for facts, shape in rows
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode()


def grids(day: date) -> list[str]:
    """The codes of the community's grids on a day."""
    from citygrid.basedata.gridding.reading import on

    return list(
        Area.objects.filter(on(day), kind="grid", parent__code=COMMUNITY)
        .order_by("code")
        .values_list("code", flat=True)
    )

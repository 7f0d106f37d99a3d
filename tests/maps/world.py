"""The demo city with some layers more, for the tests of maps."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django.utils import timezone

import citygrid.demo
from citygrid.console import city as cities
from citygrid.maps import editing, features, metres, register
from citygrid.maps.features import Draft
from citygrid.maps.models import Layer
from citygrid.organization import seats
from citygrid.organization.models import Person
from citygrid.organization.seats import Signed

DEMO = Path(citygrid.demo.__file__).parent / "city"
NOW = datetime(2026, 5, 6, 2, tzinfo=UTC)
LON, LAT = 121.5, 31.24


def make() -> None:
    report = cities.import_city(DEMO, date(2024, 1, 1))
    assert report.ok, [str(problem) for problem in report.problems]


def signed(login: str) -> Signed:
    """The post of somebody."""
    at = timezone.now()
    seat = seats.seats_of(Person.objects.get(login=login), at)[0]
    return seats.signed(seat.person, seat, at)


class World:
    """Makes layers."""

    def layer(self, code: str = "lamps", drafts: list[Draft] | None = None, **facts: Any) -> Layer:
        """A published layer that keeps its own features, for everybody with a post unless said otherwise."""
        given = {"name": code, "kind": "features", "published": True, "sharing": "city", **facts}
        layer = Layer(code=code, **given)
        editing.save(layer, signed("steward1"), NOW)
        if drafts is not None:
            features.keep(layer, drafts, metres.city())
            register.touch()
        return Layer.objects.get(code=code)

    def points(self, number: int, seed: int = 1, size: float = 0.02) -> list[Draft]:
        """Points around the city's centre with a name, a kind and a height."""
        chance = np.random.default_rng(seed)
        lon = LON + (chance.random(number) - 0.5) * size
        lat = LAT + (chance.random(number) - 0.5) * size
        kinds = ["lamp", "tree", "hydrant"]
        return [
            Draft(
                f"{i:06d}",
                {"name": f"点{i}", "kind": kinds[i % 3], "height": i % 17 / 2, "lit": i % 2 == 0},
                shapely.Point(round(float(lon[i]), 7), round(float(lat[i]), 7)),
            )
            for i in range(number)
        ]

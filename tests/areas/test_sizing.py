"""S1-08: how large unit grids are is the city's to say (city.toml, [grids]); what it does not say is the standard's."""

import io
import re

import pytest
from django.core.management import call_command

from citygrid.areas import citywide, life, sizing, topology
from citygrid.areas.cutting import Sizes
from citygrid.areas.models import Area
from citygrid.areas.sizing import Limits
from tests.areas.valley import COMMUNITY, DAY, PROFILE, START, WHO, box, code, valley


@pytest.fixture
def city(monkeypatch):
    """What the city says of its grids, by the test."""
    said = {}
    monkeypatch.setattr(citywide._Provided, "profile", staticmethod(lambda day: PROFILE))
    monkeypatch.setattr(citywide._Provided, "grids", staticmethod(lambda day: said))
    return said


def test_a_city_that_says_nothing_has_the_standards_sizes(city):
    assert sizing.sizes(DAY) == Sizes() and sizing.limits(DAY) == Limits()


def test_what_is_said_counts_and_the_rest_follows_the_cell(city):
    city.update(cell=40_000, least=8_000)
    found, limits = sizing.sizes(DAY), sizing.limits(DAY)
    assert (found.cell_m2, found.least_m2, found.most_m2, found.side) == (40_000, 8_000, 80_000, 200)
    assert (limits.least_m2, limits.most_m2, limits.side) == (6_000, 100_000, 200)
    city["report"] = {"least": 100, "most": 50_000}
    assert (sizing.limits(DAY).least_m2, sizing.limits(DAY).most_m2) == (100, 50_000)


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ({}, ""),
        ({"cell": 399}, "cell"),
        ({"cell": 1_000_001}, "cell"),
        ({"least": 9_500}, "least"),
        ({"most": 10_500}, "most"),
        ({"report": {"least": 30_000}}, "report.most"),
    ],
)
def test_sizes_that_do_not_go_together_are_named(table, key):
    assert sizing.wrong(table) == key


@pytest.mark.django_db
def test_dividing_begins_with_the_citys_sizes_and_takes_others(city):
    """The valley's community has 120,000 m2."""
    valley()
    Area.objects.filter(kind="grid").delete()

    def divided(*more):
        out = io.StringIO()
        call_command("areas", "divide", COMMUNITY, "--from", START.isoformat(), "--dry-run", *more, stdout=out)
        return int(re.search(r" (\d+) grids", out.getvalue())[1])

    assert divided() == 12
    city["cell"] = 60_000
    assert divided() == 2
    assert divided("--cell", "10000") == 12


@pytest.mark.django_db
def test_the_topology_report_has_the_citys_limits(city):
    valley()
    assert topology.faults(DAY) == []
    city["report"] = {"least": 11_000, "most": 20_000}
    found = topology.faults(DAY)
    assert {fault.code for fault in found} == {"too_small"} and len(found) == 12
    assert found[0].params["least"] == 11_000


@pytest.mark.django_db
def test_pieces_are_numbered_in_rows_of_the_citys_height(city):
    """Pieces whose centres lie 60 m apart from north to south: one row of 100 m, two rows of 50 m."""
    city["cell"] = 2_500
    valley()
    north_east = box(150, 140, 200, 200).union(box(100, 170, 150, 200))
    south_west = box(100, 100, 200, 200).difference(north_east)
    change = life.split(code(6), DAY, WHO, pieces=[south_west, north_east], keep=False)
    assert change.made[0].shape.centroid.y > change.made[1].shape.centroid.y, "the northern row first"
    city["cell"] = 1_000_000
    change = life.split(code(6), DAY, WHO, pieces=[south_west, north_east], keep=False)
    assert change.made[0].shape.centroid.x < change.made[1].shape.centroid.x, "one row: from west to east"

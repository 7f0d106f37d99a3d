"""GB/T 30428.1, S2-19: the topology report names each fault of a deliberately broken set, and only those."""

from datetime import date

import pytest
import shapely

from citygrid.areas import topology
from citygrid.areas.topology import Item
from tests.areas.divided import CRS, metres
from tests.areas.valley import DAY, box, valley

A, B = date(2024, 1, 1), date(2025, 1, 1)


def sound():
    """Two communities of 3 x 2 grids in one street."""
    items = [
        Item("street", "S", box(0, 0, 600, 200)),
        Item("community", "K1", box(0, 0, 300, 200), "S"),
        Item("community", "K2", box(300, 0, 600, 200), "S"),
    ]
    for community, west in (("K1", 0), ("K2", 300)):
        for number in range(6):
            column, row = number % 3, number // 3
            shape = box(west + 100 * column, 100 - 100 * row, west + 100 * column + 100, 200 - 100 * row)
            items.append(Item("grid", f"{community}{number + 1:03d}", shape, community, A))
    return items


def put(items, which, /, **facts):
    """The same items, one of them changed; with `shape=None` taken out."""
    found = []
    for item in items:
        if item.code != which:
            found.append(item)
        elif facts.get("shape", 1) is not None:
            old = {name: getattr(item, name) for name in ("kind", "code", "shape", "parent", "since")}
            found.append(Item(**{**old, **facts}))
    return found


def named(items):
    return sorted((fault.code, fault.codes) for fault in topology.check(items, CRS))


def test_a_sound_set_has_no_faults():
    assert named(sound()) == []


def bow():
    return shapely.transform(shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]), lambda xy: 121 + xy / 1000)


BROKEN = {
    "a grid is missing": (lambda s: put(s, "K1005", shape=None), [("gap", ("K1",))]),
    "two grids overlap": (lambda s: put(s, "K1002", shape=box(90, 100, 200, 200)), [("overlap", ("K1001", "K1002"))]),
    "a sliver lies between": (lambda s: put(s, "K1002", shape=box(100.4, 100, 200, 200)), [("sliver", ("K1",))]),
    "a grid reaches over": (
        lambda s: put(s, "K1003", shape=box(200, 100, 300, 220)),
        [("outside_parent", ("K1003", "K1"))],
    ),
    "a community reaches out of its street": (
        lambda s: put(s, "K2", shape=box(300, 0, 620, 200)),
        [("gap", ("K2",)), ("outside_parent", ("K2", "S"))],
    ),
    "an outline crosses itself": (lambda s: [*s, Item("grid", "K1009", bow(), "K1", B)], [("bad_shape", ("K1009",))]),
    "a grid is there twice": (
        lambda s: [*s, Item("grid", "K1009", box(0, 0, 100, 100), "K1", B)],
        [("shape_twice", ("K1004", "K1009"))],
    ),
    "a code is there twice": (
        lambda s: put(s, "K1002", code="K1001"),
        [("code_twice", ("K1001",))],
    ),
    "a grid belongs to nothing": (
        lambda s: [*s, Item("grid", "K9001", box(700, 0, 800, 100), "K9", A)],
        [("orphan", ("K9001",))],
    ),
    "rows are numbered from the wrong end": (
        lambda s: put(put(put(s, "K2001", code="x"), "K2003", code="K2001"), "x", code="K2003"),
        [("numbering", ("K2001", "K2002")), ("numbering", ("K2002", "K2003"))],
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_each_fault_is_named_and_nothing_else(case):
    spoil, wanted = BROKEN[case]
    assert named(spoil(sound())) == sorted(wanted)


def test_sizes_outside_the_limits_are_warnings():
    items = [
        Item("community", "K", box(0, 0, 400, 100)),
        Item("grid", "K001", box(0, 0, 10, 100), "K", A),
        Item("grid", "K002", box(10, 0, 400, 100), "K", A),
    ]
    found = topology.check(items, CRS)
    assert [(fault.code, fault.warning) for fault in found] == [("too_small", True), ("too_large", True)]


def test_a_fault_has_its_shape_its_surface_and_a_sentence():
    (fault,) = topology.check(put(sound(), "K1005", shape=None), CRS)
    assert metres(fault.shape).symmetric_difference(metres(box(100, 0, 200, 100))).area < 1
    assert fault.area_m2 == pytest.approx(10_000, rel=1e-4)
    assert str(fault) == f"{round(fault.area_m2)} m² of K1 belong to no grid."


@pytest.mark.django_db
def test_the_areas_of_a_day_are_looked_at():
    valley()
    assert topology.faults(DAY) == []
    assert topology.faults(date(2020, 1, 1)) == []

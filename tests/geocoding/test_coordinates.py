"""Typed coordinates: recognised, converted only when told (S3-04), another reading asked."""

from pathlib import Path

import pytest

from citygrid.geocoding import coordinates, search
from citygrid.standards.coordinates import BD09, CGCS2000, GCJ02, CoordinateError, transform
from tests.geocoding.conftest import NOW

IN_CITY = (121.4855, 31.2462)


@pytest.mark.parametrize(
    "text",
    [
        "121.5,31.2", "121.5 31.2", "（121.5，31.2）", "31.2N 121.5E", "N31.2 E121.5", "北纬31.2° 东经121.5°",
        "31°12'0\"N 121°30'0\"E", "31°12′0″N,121°30′0″E", "lat:31.2 lon:121.5",
    ],
)  # fmt: skip
def test_ways_to_write_a_point(text: str) -> None:
    typed = coordinates.read(text)
    assert typed is not None
    assert (typed.x, typed.y) == pytest.approx((121.5, 31.2))


@pytest.mark.parametrize("text", ["中山路", "88 12", "12-1号", "121.5", "1.5E 2.5E", "13800138000", "121.5,31.2号", ""])
def test_what_is_no_point(text: str) -> None:
    assert coordinates.read(text) is None


def test_southern_and_western_degrees_are_negative() -> None:
    typed = coordinates.read("33.9S 18.4W")
    assert typed is not None
    assert (typed.x, typed.y) == (-18.4, -33.9)


def test_a_phones_point_is_converted_when_told_and_not_otherwise(city: Path) -> None:
    shifted = transform(*IN_CITY, CGCS2000, GCJ02)
    text = f"{shifted[0]:.7f},{shifted[1]:.7f}"
    (as_typed,) = search.find(text, at=NOW)
    (told,) = search.find(text, at=NOW, crs=GCJ02)
    assert (as_typed.lon, as_typed.lat) == pytest.approx(shifted, abs=1e-6)
    assert (told.lon, told.lat) == pytest.approx(IN_CITY, abs=1e-6)


def test_swapped_axes_are_asked(city: Path) -> None:
    typed = coordinates.read(f"{IN_CITY[1]},{IN_CITY[0]}")
    assert typed is not None
    (hint,) = [one for one in coordinates.hints(typed, CGCS2000, NOW) if one.code == "swapped_axes"]
    assert (hint.lon, hint.lat) == pytest.approx(IN_CITY)
    assert search.find(f"{IN_CITY[1]},{IN_CITY[0]}", at=NOW) == []


def test_a_point_in_the_city_is_not_questioned(city: Path) -> None:
    typed = coordinates.read(f"{IN_CITY[0]},{IN_CITY[1]}")
    assert typed is not None
    assert coordinates.hints(typed, CGCS2000, NOW) == []


def test_a_point_that_only_a_phones_system_brings_into_the_city(city: Path) -> None:
    """From the edge of the city GCJ-02 lies outside: the conversion is offered, with the point it would be."""
    edge = next(
        (lon / 1e4, lat / 1e4)
        for lon in range(1_215_400, 1_214_800, -5)
        for lat in (312_300, 312_350, 312_400, 312_450)
        if coordinates._inside(lon / 1e4, lat / 1e4, NOW)
        and not coordinates._inside(*transform(lon / 1e4, lat / 1e4, CGCS2000, GCJ02), NOW)
    )
    typed = coordinates.Typed(*transform(*edge, CGCS2000, GCJ02), named=True)
    found = {one.code: (one.lon, one.lat) for one in coordinates.hints(typed, CGCS2000, NOW)}
    assert found[GCJ02] == pytest.approx(edge, abs=1e-6)
    assert "swapped_axes" not in found


def test_an_unknown_system_is_refused(city: Path) -> None:
    with pytest.raises(CoordinateError):
        search.find("121.5,31.2", at=NOW, crs="mars")


def test_baidus_shift_is_known(city: Path) -> None:
    shifted = transform(*IN_CITY, CGCS2000, BD09)
    (told,) = search.find(f"{shifted[0]:.7f},{shifted[1]:.7f}", at=NOW, crs=BD09)
    assert (told.lon, told.lat) == pytest.approx(IN_CITY, abs=1e-6)

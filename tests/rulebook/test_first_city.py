"""A database without a city, and the first that comes in (S4-15)."""

from pathlib import Path

import pytest

from citygrid.rulebook.folder import dump
from citygrid.rulebook.slices import NoRules, rules_at
from tests.rulebook.cities import DAY, DEMO, NOON, load, make_areas, organize


def same_bytes(city: Path, out: Path) -> None:
    written = {path.relative_to(out) for path in out.rglob("*") if path.is_file()}
    theirs = {Path("city.toml")} | {
        path.relative_to(city)
        for part in ("calendars", "rulebook", "variants", "schemes")
        for path in (city / part).rglob("*")
        if path.is_file()
    }
    assert written == theirs
    for name in written:
        assert (out / name).read_bytes() == (city / name).read_bytes(), name


def test_without_a_city_there_are_no_rules(db: None) -> None:
    with pytest.raises(NoRules):
        rules_at(NOON)


def test_the_demo_city_comes_out_as_it_went_in(db: None, tmp_path: Path) -> None:
    make_areas(DEMO)
    organize(DEMO)
    report = load(DEMO)
    assert report.ok, [str(problem) for problem in report.problems]
    assert report.counts["classes"] > 200 and report.counts["conditions"] > 500
    dump(tmp_path / "out", DAY)
    same_bytes(DEMO, tmp_path / "out")

"""Export in the same formats, and back in without a difference (issue 3)."""

from pathlib import Path

import pytest
import shapely

from citygrid.basedata import exporting, versions
from citygrid.basedata.exporting import Wanted
from citygrid.basedata.mappings import FileMapping
from citygrid.basedata.models import Component, ComponentVersion
from citygrid.tabular import open_table
from tests.basedata.test_survey_round import published, staged
from tests.basedata.town import AT, COVER, DAY, colleague, lamps, spots, write

GREEN = "cjt214-2007:component:0402"
"""A class that is drawn as surfaces in the test's own classes.toml."""


@pytest.fixture
def town(second: None, tmp_path: Path) -> None:
    rows = lamps(5)
    rows[1] |= {"state": "破损", "owner": ""}
    rows[2] |= {"no": "=1+1"}
    published(write(tmp_path / "lamps.csv", rows))
    bare = FileMapping("benches", place={"x": "lon", "y": "lat"}, columns={"location": ("owner",)},
                       constants={"class": COVER, "state": "intact", "source": "map"})  # fmt: skip
    published(write(tmp_path / "bare.csv", [{**row, "owner": "桥头,“东”\\侧"} for row in lamps(3)]), bare)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["a.xlsx", "a.csv", "a.gpkg", "a.zip", "a.geojson"])
def test_an_export_brought_in_again_changes_nothing(town: None, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    assert exporting.export(path, Wanted(), DAY) == 8
    survey = staged(path, exporting.mapping(Wanted(), DAY))
    assert survey.failed is None
    assert (survey.counts["same"], survey.counts["rows"], survey.counts["problems"]) == (8, 8, {})


@pytest.mark.django_db
def test_lines_and_surfaces_come_back_as_they_were(second: None, tmp_path: Path) -> None:
    from citygrid.basedata import cityfiles

    cityfiles.save(cityfiles.CLASSES, f'[classes."{GREEN}"]\ngeometry = "polygon"\n', DAY.replace(year=2021))
    lon, lat = spots(1)[0]
    hole = shapely.box(lon, lat, lon + 1e-4, lat + 1e-4).difference(
        shapely.box(lon + 2e-5, lat + 2e-5, lon + 4e-5, lat + 4e-5)
    )
    two = shapely.MultiPolygon([shapely.box(lon + d, lat, lon + d + 1e-5, lat + 1e-5) for d in (3e-4, 4e-4)])
    path = tmp_path / "green.csv"
    path.write_text("no,geom\n" + "".join(f'{n},"{s.wkt}"\n' for n, s in {"G1": hole, "G2": two}.items()))
    mapping = FileMapping("green", place={"wkt": "geom"}, columns={"key": ("no",)},
                          constants={"class": GREEN, "state": "intact", "source": "map"})  # fmt: skip
    published(path, mapping)
    for name in ("a.gpkg", "a.zip", "a.geojson", "a.xlsx"):
        exporting.export(tmp_path / name, Wanted(), DAY)
        survey = staged(tmp_path / name, exporting.mapping(Wanted(), DAY))
        assert survey.counts["same"] == 2, (name, survey.counts, survey.failed)
    row = Component.objects.get(key="G1")
    assert versions.place_of(row).equals_exact(shapely.normalize(hole), 1e-7) and row.box is not None


@pytest.mark.django_db
def test_an_export_is_by_class_area_day_and_scope(town: None, tmp_path: Path) -> None:
    code = Component.objects.get(key="P1").code
    later = AT.replace(month=4)
    versions.change(code, {"state": "丢失"}, None, by=colleague(), at=later, why=ComponentVersion.Why.CORRECTION)

    def states(wanted: Wanted) -> dict[str, str]:
        exporting.export(tmp_path / "x.csv", wanted, DAY)
        with open_table(tmp_path / "x.csv") as table:
            found: dict[str, str] = {}
            for batch in table.batches():
                found |= dict(zip(batch.columns["code"], batch.columns["state"], strict=True))
            return found

    assert states(Wanted())[code] == "lost" and states(Wanted(day=DAY))[code] == "intact"
    assert len(states(Wanted(classes=[COVER]))) == 3
    grid = Component.objects.get(code=code).grid
    assert set(states(Wanted(areas=[grid]))) == set(Component.objects.filter(grid=grid).values_list("code", flat=True))
    assert states(Wanted(scope=("t.code = %s", [code]))).keys() == {code}
    exporting.export(tmp_path / "zh.csv", Wanted(), DAY, titles="zh")
    assert "权属单位名称" in (tmp_path / "zh.csv").read_text(encoding="utf-8-sig").splitlines()[0]

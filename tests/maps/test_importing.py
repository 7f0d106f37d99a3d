"""A file becomes a layer: the same file twice changes nothing, a bad one leaves everything as it was."""

import json

import pytest
import shapely
from django.core.management import CommandError, call_command

from citygrid import tabular
from citygrid.maps import importing
from citygrid.maps.models import Layer
from citygrid.maps.problems import LayerError
from citygrid.tabular import TableError
from tests.maps.world import LAT, LON, NOW, signed

ROWS = [["A1", "路灯", "007", "2.5"], ["A2", "路灯", "008", ""], ["A3", "井盖", "9", "1.0"]]
SHAPES = [shapely.Point(LON + i / 1000, LAT) for i in range(3)]


@pytest.fixture(params=["csv", "xlsx", "gpkg", "zip", "geojson"])
def file(request, tmp_path):
    path = tmp_path / f"lamps.{request.param}"
    tabular.write_table(path, ["no", "kind", "code", "height"], ROWS, SHAPES)
    return path


def brought(path, **wish):
    layer = Layer.objects.filter(code="lamps").first() or Layer(
        code="lamps", name="灯", kind="features", published=True
    )
    return importing.bring_in(layer, path, signed("steward1"), NOW, **wish)


def test_every_kind_of_file_gives_the_same_layer(world, file):
    done = brought(file, key="no")
    assert (done.kept, done.left_out, done.changed) == (3, 0, True)
    found = {one.key: one for one in Layer.objects.get(code="lamps").features.all()}
    assert set(found) == {"A1", "A2", "A3"} and found["A1"].properties["code"] == "007"
    assert found["A1"].properties["height"] == 2.5 and found["A3"].properties["kind"] == "井盖"
    assert abs(found["A2"].lon - SHAPES[1].x) < 1e-7 and abs(found["A2"].lat - LAT) < 1e-7
    ids = {one.pk for one in found.values()}
    again = brought(file, key="no")
    assert again.changed is False and again.kept == 3
    assert {one.pk for one in Layer.objects.get(code="lamps").features.all()} == ids


def test_rows_without_a_place_and_keys_that_come_twice_are_left_out_and_told(world, tmp_path):
    path = tmp_path / "lamps.csv"
    path.write_text("no,lon,lat\nA,121.5,31.24\nA,121.6,31.24\nB,,\nC,121.7,31.24\n")
    done = brought(path, key="no")
    assert done.kept == 2 and done.left_out == 2
    assert "key_twice" in {one.code for one in done.problems}


@pytest.mark.parametrize(
    ("text", "error", "code"),
    [
        ('{"type":"FeatureCollection","features":[]}', LayerError, "no_features"),
        ('{"type":"FeatureColl', TableError, None),
    ],
)
def test_a_bad_file_leaves_the_layer_as_it_was(world, tmp_path, text, error, code):
    good = tmp_path / "lamps.geojson"
    tabular.write_table(good, ["no", "kind", "code", "height"], ROWS, SHAPES)
    brought(good)
    before = Layer.objects.get(code="lamps").digest
    bad = tmp_path / "bad.geojson"
    bad.write_text(text)
    with pytest.raises(error) as refused:
        brought(bad)
    assert code is None or refused.value.code == code
    layer = Layer.objects.get(code="lamps")
    assert layer.digest == before and layer.features.count() == 3


def test_a_new_layer_from_a_bad_file_is_not_kept(world, tmp_path):
    bad = tmp_path / "bad.geojson"
    bad.write_text('{"type":"FeatureCollection","features":[]}')
    with pytest.raises(LayerError):
        brought(bad)
    assert not Layer.objects.filter(code="lamps").exists()


def test_a_layer_of_areas_takes_no_file(world, tmp_path):
    with pytest.raises(LayerError) as refused:
        importing.bring_in(Layer.objects.get(code="grid"), tmp_path / "x", signed("steward1"), NOW)
    assert refused.value.code == "not_kept_here"


def test_the_command_brings_in_lists_and_writes(world, tmp_path, capsys):
    path = tmp_path / "lamps.geojson"
    tabular.write_table(path, ["no", "kind", "code", "height"], ROWS, SHAPES)
    call_command("layers", "import", str(path), "--layer", "lamps", "--key", "no", "--by", "steward1")
    call_command("layers", "list")
    out = capsys.readouterr().out
    assert "lamps: 3 features, 0 rows left out, changed" in out and "lamps: lamps (features, not published" in out
    export = ("layers", "export", str(tmp_path / "o.geojson"), "--layer", "lamps", "--by", "steward1", "--for")
    with pytest.raises(CommandError, match="beyond_sharing_scope"):
        call_command(*export, "public")
    call_command(*export, "centre")
    found = json.loads((tmp_path / "o.geojson").read_text())
    assert [one["properties"]["key"] for one in found["features"]] == ["A1", "A2", "A3"]
    with pytest.raises(CommandError, match="no post"):
        call_command("layers", "import", str(path), "--layer", "lamps", "--by", "calltaker1")

"""The register and the base map as files of a city folder: the same bytes out as in; what is wrong changes nothing."""

import json
import shutil
from datetime import date

import pytest

from citygrid.maps import editing, folder, layer_file, register, toml_text
from citygrid.maps.models import Feature, Layer, LayerGroup
from tests.maps.world import DEMO, NOW, signed

DAY = date(2024, 1, 1)


@pytest.fixture
def copy(world, tmp_path):
    found = tmp_path / "city"
    for part in ("layers", "basemap"):
        shutil.copytree(DEMO / part, found / part)
    return found


def state():
    return register.current().mark, Layer.objects.count(), Feature.objects.count(), LayerGroup.objects.count()


def written(path):
    return {one.relative_to(path).as_posix(): one.read_bytes() for one in path.rglob("*") if one.is_file()}


def test_what_was_read_is_written_with_the_same_bytes(copy, tmp_path):
    folder.dump(tmp_path / "out", DAY)
    assert written(tmp_path / "out") == written(copy)


def test_a_changed_register_comes_back_the_same(copy, tmp_path):
    layer = Layer.objects.get(code="roads")
    layer.style = {"line": {"color": "#ff0000", "width": {"10": 0.5, "14": 2}}, "rules": [{"where": {"kind": ["a"]}}]}
    layer.roles, layer.refresh, layer.abstract = ["leader"], 30, 'Line one\n"quoted" \\ 中文'
    editing.save(layer, signed("steward1"), NOW)
    wms = Layer(code="sky", name="影像", kind="wms", address="https://maps.example.org/wms", options={"layers": "sky"})
    editing.save(wms, signed("steward1"), NOW)
    folder.dump(tmp_path / "out", DAY)
    facts = [{k: getattr(one, k) for k in layer_file.LAYER_KEYS} for one in Layer.objects.order_by("code")]
    assert folder.load(tmp_path / "out", DAY).problems == []
    again = [{k: getattr(one, k) for k in layer_file.LAYER_KEYS} for one in Layer.objects.order_by("code")]
    assert again == facts and Layer.objects.get(code="sky").group is None
    folder.dump(tmp_path / "twice", DAY)
    assert written(tmp_path / "twice") == written(tmp_path / "out")


def test_a_folder_without_layers_has_a_base_map(copy):
    shutil.rmtree(copy / "layers")
    assert folder.load(copy, DAY).ok
    roads = Layer.objects.get(code="roads")
    assert (roads.group.code, roads.base, roads.published, roads.sharing, roads.public) == (
        "base", True, True, "city", False,
    )  # fmt: skip
    assert roads.features.count() == 1310 and Layer.objects.get(code="grid").kind == "source"


def test_a_file_of_its_own_becomes_a_layer_and_goes_with_its_file(copy):
    shape = {"type": "Point", "coordinates": [121.5, 31.24]}
    row = {"type": "Feature", "properties": {"name": "井", "depth": 2.5, "open": True}, "geometry": shape}
    text = json.dumps({"type": "FeatureCollection", "features": [row]})
    (copy / "basemap" / "wells.geojson").write_text(text)
    assert folder.load(copy, DAY).ok
    wells = Layer.objects.get(code="wells")
    assert wells.fields == {"name": "text", "depth": "number", "open": "bool"} and wells.geometry == "point"
    (copy / "basemap" / "wells.geojson").unlink()
    assert folder.load(copy, DAY).ok
    assert not Layer.objects.filter(code="wells").exists() and not Feature.objects.filter(name="井").exists()


@pytest.mark.parametrize(
    ("file", "text", "code"),
    [
        ("basemap/roads.geojson", "{}", "not_geojson"),
        ("basemap/No Name.geojson", '{"type":"FeatureCollection","features":[]}', "bad_layer_name"),
        ("layers/base.toml", "x = [", "not_toml"),
        ("layers/base.toml", "colour = 'red'", "unknown_key"),
        ("layers/base.toml", "[layers.roads]\nshown = 'yes'", "wrong_type"),
        ("layers/base.toml", "[layers.roads]\npublic = true", "beyond_sharing_scope"),
        ("layers/base.toml", "[layers.roads]\nroles = ['nobody']", "unknown_role"),
        ("layers/new.toml", "[layers.x]\nkind = 'wms'\naddress = 'file:///etc'", "address_scheme"),
        ("layers/new.toml", "[layers.x]\nkind = 'source'\nsource = 'none'", "unknown_source"),
        ("layers/new.toml", "[layers.X]\n", "bad_layer_name"),
        ("layers/base.toml", b"\xff\xfe", "not_utf8"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_kept(copy, file, text, code):
    before = state()
    path = copy / file
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    report = folder.load(copy, DAY)
    assert code in {problem.code for problem in report.problems}
    assert before == (
        register.current().mark,
        Layer.objects.count(),
        Feature.objects.count(),
        LayerGroup.objects.count(),
    )


def test_the_same_folder_twice_changes_no_feature(copy):
    before = dict(Layer.objects.values_list("code", "digest"))
    ids = set(Feature.objects.values_list("pk", flat=True))
    assert folder.load(copy, DAY).ok
    assert dict(Layer.objects.values_list("code", "digest")) == before
    assert set(Feature.objects.values_list("pk", flat=True)) == ids


def test_plain_values_as_toml_are_read_back():
    import tomllib

    value = {"a": [1, 2.5, 'ä"\\\n\x7f'], "b c": {"10": True, "d": []}, "e": [{"x": 1}, {"y": date(2024, 1, 2)}]}
    text = "".join(f"{toml_text.key(k)} = {toml_text.value(v)}\n" for k, v in value.items())
    assert tomllib.loads(text) == value

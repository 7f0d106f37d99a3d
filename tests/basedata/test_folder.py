"""The city folder's basedata/: the same bytes come out; what is wrong is named with file and key."""

import shutil
from pathlib import Path

import pytest

from citygrid.basedata import classes, mappings
from citygrid.console.city import export_city, import_city
from tests.basedata.test_survey_round import LAMPS
from tests.basedata.town import DAY, LAMP, SECOND

FILES = {
    "classes.toml": f'# 杆\n[fields.height]\ntype = "number"\n[classes."{LAMP}"]\nfields = ["height"]\n',
    "units.csv": "given,body\n91990100MA0000000X,power\n老路灯所,power\n",
    "mappings/lamps.toml": "# as the power company writes it\n" + LAMPS.text(),
}


def city(tmp_path: Path, files: dict[str, str]) -> Path:
    folder = tmp_path / "city"
    shutil.copytree(SECOND, folder)
    shutil.rmtree(folder / "basedata", ignore_errors=True)
    for name, text in files.items():
        path = folder / "basedata" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.mark.django_db
def test_the_same_bytes_come_out(tmp_path: Path) -> None:
    folder = city(tmp_path, FILES)
    report = import_city(folder)
    assert report.ok, [str(one) for one in report.problems]
    export_city(tmp_path / "out", DAY)
    for name in FILES:
        assert (tmp_path / "out/basedata" / name).read_bytes() == (folder / "basedata" / name).read_bytes()
    found = classes.sheet(LAMP, DAY)
    assert found is not None and found.field("height") is not None
    assert mappings.find("lamps", DAY) == LAMPS
    assert [one.code for one in mappings.saved(mappings.COMPONENTS, DAY)] == ["lamps"]


BAD = [
    ("classes.toml", "[classes.\"*\"]\nfields = [\"unheard\"]\n", "unknown_word"),
    ("classes.toml", "[fields.owner]\ntype = \"text\"\n", "basic_field"),
    ("classes.toml", "[fields.colour]\ntype = \"choice\"\n", "no_choices"),
    ("classes.toml", "[classes.\"*\"]\naccuracy = \"Z\"\n", "unknown_word"),
    ("classes.toml", "not toml", "not_toml"),
    ("units.csv", "given,body\nx,unheard_of\n", "unknown_body"),
    ("units.csv", "a,b\n", "wrong_columns"),
    ("mappings/lamps.toml", LAMPS.text().replace('code = "lamps"', 'code = "other"'), "wrong_code"),
    ("mappings/lamps.toml", LAMPS.text().replace("state =", "unheard ="), "unknown_fact"),
    ("mappings/lamps.toml", LAMPS.text().replace('"components"', '"register:none"'), "unknown_target"),
]  # fmt: skip


@pytest.mark.django_db
def test_what_is_wrong_is_named_and_nothing_is_kept(tmp_path: Path) -> None:
    folder = city(tmp_path, {})
    for name, text, code in BAD:
        shutil.rmtree(folder / "basedata", ignore_errors=True)
        path = folder / "basedata" / name
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
        report = import_city(folder)
        assert code in {one.code for one in report.problems if one.file == f"basedata/{name}"}, (name, text)
    assert mappings.find("lamps", DAY) is None


def test_a_mapping_is_guessed_from_titles_standard_names_and_places() -> None:
    from citygrid.basedata.mappings import FileMapping, read
    from citygrid.standards.reports import Report

    report = Report()
    assert read("x", LAMPS.text(), report) == LAMPS and report.ok
    columns, values = {"location": ("a b", "c")}, {"state": {"亮 着": "intact"}}
    odd = FileMapping("odd", '引"号\\', columns=columns, values=values, swapped=True)
    assert read("x", odd.text(), report) == odd and report.ok


@pytest.mark.django_db
def test_columns_are_guessed(second: None) -> None:
    found = mappings.guess(["ObjID", "权属单位名称", "经度", "纬度", "ObjState", "whatever"], mappings.COMPONENTS, DAY)
    assert found.columns == {"code": ("ObjID",), "owner_name": ("权属单位名称",), "state": ("ObjState",)}
    assert found.place == {"x": "经度", "y": "纬度"}

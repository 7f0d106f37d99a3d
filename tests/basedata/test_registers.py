"""Registers of other departments: defined in the city's folder, found by number, day, place (S1-10, S2-45)."""

from datetime import date
from pathlib import Path

import pytest

from citygrid.basedata import publishing, registers, surveys
from citygrid.basedata.mappings import FileMapping
from citygrid.basedata.models import Register, RegisterEntry
from citygrid.maps import register as layers
from citygrid.maps.models import Layer
from citygrid.standards.reports import Report
from tests.basedata.people import at_desk, client
from tests.basedata.town import AT, DAY, colleague, owner, spots, write

PERMITS = FileMapping(
    "permits", "占道许可", target="register:permit", place={"x": "lon", "y": "lat"},
    columns={"code": ("no",), "name": ("who",), "valid_from": ("from",), "valid_to": ("to",), "metres": ("m",)},
)  # fmt: skip
COLUMNS = ("no", "who", "from", "to", "m", "lon", "lat")


def bring(path: Path, *rows: tuple[str, str, str, str, str]) -> None:
    lon, lat = spots(1)[0]
    said = [dict(zip(COLUMNS, (*row, lon, lat), strict=True)) for row in rows]
    survey = surveys.create(write(path, said, COLUMNS), PERMITS, by=owner(), at=AT, on=DAY)
    survey = surveys.run(survey.id, AT)
    assert survey.status == "checked" and not survey.counts["with_errors"], survey.counts
    publishing.submit(survey, owner(), AT)
    publishing.publish(survey.id, colleague(), AT)


@pytest.mark.django_db
def test_a_number_is_found_as_of_a_day(second: None, tmp_path: Path) -> None:
    bring(
        tmp_path / "permits.csv",
        ("P-1", "赭石建筑", "2026-01-01", "2026-02-01", "12"),
        ("P-1", "赭石建筑二队", "2026-02-01", "", "20"),
    )
    january, march = (registers.find("permit", "P-1", day) for day in (date(2026, 1, 15), date(2026, 3, 15)))
    assert january is not None and (january.name, january.data["metres"]) == ("赭石建筑", 12)
    assert march is not None and (march.name, march.data["metres"]) == ("赭石建筑二队", 20)
    assert registers.find("permit", "P-1", date(2025, 12, 31)) is None
    assert registers.find("permit", "P-2", DAY) is None and registers.find("none", "P-1", DAY) is None


@pytest.mark.django_db
def test_entries_are_found_near_a_place_nearest_first(second: None, tmp_path: Path) -> None:
    bring(tmp_path / "permits.csv", ("P-1", "近", "2026-01-01", "", "12"))
    lon, lat = spots(1)[0]
    found = registers.near(lon + 0.0001, lat, 50, AT)
    assert [one.entry.key for one in found] == ["P-1"] and 5 < found[0].metres < 15
    assert registers.near(lon + 0.01, lat, 50, AT) == [] and registers.near(lon, lat, 50, AT, "estate") == []


@pytest.mark.django_db
def test_the_page_shows_what_holds_on_the_day_and_finds_by_number(second: None, tmp_path: Path) -> None:
    bring(
        tmp_path / "permits.csv",
        ("P-1", "赭石建筑", "2020-01-01", "2020-02-01", "12"),
        ("P-2", "赭石市政", "2020-03-01", "", "5"),
    )
    steward = client("steward1")
    page = steward.get("/basedata/registers/permit/", {"on": "2020-01-15"}).text
    assert "赭石建筑" in page and "赭石市政" not in page
    assert "赭石建筑" in steward.get("/basedata/registers/permit/", {"on": "", "q": "P-1"}).text
    answer = steward.get("/basedata/components/find/", {"q": "P-2"})
    assert answer.status_code == 302 and answer.url.endswith("/basedata/registers/permit/P-2/")
    assert "占用长度" in steward.get(answer.url).text
    assert steward.get("/basedata/registers/permit/NONE/").status_code == 404


@pytest.mark.django_db
def test_a_register_for_some_roles_does_not_exist_for_others(second: None) -> None:
    estate = Register.objects.get(code="estate")
    assert registers.may_read(at_desk("shiftleader1"), estate) and registers.may_read(at_desk("steward1"), estate)
    assert not registers.may_read(at_desk("calltaker1"), estate) and not registers.may_read(None, estate)
    stranger = client("calltaker1")
    assert stranger.get("/basedata/registers/estate/").status_code == 404
    assert "房屋权属" not in stranger.get("/basedata/registers/").text
    assert "房屋权属" in client("shiftleader1").get("/basedata/registers/").text


@pytest.mark.django_db
def test_a_register_left_out_of_the_folder_keeps_its_entries(second: None, tmp_path: Path) -> None:
    bring(tmp_path / "permits.csv", ("P-1", "赭石建筑", "2026-01-01", "", "12"))
    report = Report()
    registers.load_registers('[estate]\nname = "房屋权属"\n', report)
    assert report.ok and not Register.objects.get(code="permit").active
    assert RegisterEntry.objects.filter(register__code="permit").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[a]\nname = 5", "wrong_type"),
        ("[a]", "missing_key"),
        ('[a]\nname = "x"\ndepartment = "nobody"', "unknown_body"),
        ('[a]\nname = "x"\nroles = ["king"]', "unknown_word"),
        ('[a]\nname = "x"\ncolour = "red"', "unknown_key"),
        ('[a]\nname = "x"\n[a.fields.code]\ntitle = "y"', "basic_field"),
        ('[a]\nname = "x"\n[a.fields.k]\ntype = "choice"', "no_choices"),
        ("[a", "not_toml"),
    ],
)
def test_a_wrong_definition_is_told_and_changes_nothing(second: None, text: str, code: str) -> None:
    before = list(Register.objects.values_list("code", "active"))
    report = Report()
    registers.load_registers(text, report)
    assert code in [one.code for one in report.problems]
    assert list(Register.objects.values_list("code", "active")) == before


@pytest.mark.django_db
def test_entries_are_drawn_by_a_layer_for_those_who_may_read_the_register(second: None, tmp_path: Path) -> None:
    bring(
        tmp_path / "permits.csv",
        ("P-1", "赭石建筑", "2020-01-01", "2020-02-01", "12"),
        ("P-2", "赭石市政", "2020-03-01", "", "5"),
    )
    Layer.objects.create(
        code="permits", name="占道许可", kind="source", source="register_entries", published=True, sharing="city"
    )
    layers.touch()

    def drawn(login: str) -> list[str]:
        answer = client(login).get("/ogc/collections/permits/items?limit=100&f=json")
        assert answer.status_code == 200, answer.text
        return [one["properties"]["number"] for one in answer.json()["features"]]

    assert drawn("steward1") == ["P-2"], "what holds today"
    before = registers.state()
    permits = Register.objects.get(code="permit")
    permits.definition["roles"] = ["call_taker"]
    permits.save()
    assert drawn("calltaker1") == ["P-2"] and drawn("shiftleader1") == []
    assert drawn("steward1") == ["P-2"], "whoever keeps base data"
    bring(tmp_path / "more.csv", ("P-3", "赭石电力", "2026-01-01", "", "3"))
    assert registers.state() != before

"""Each thing that may be wrong with a row has its own code (issue 3, bad input; GB/T 30428.2; S1-60, S1-62, S3-04)."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from citygrid.basedata import cityfiles, clashes, surveys
from citygrid.basedata.identifying import parts_of
from citygrid.basedata.mappings import FileMapping
from citygrid.basedata.models import Component, SurveyRow
from citygrid.basedata.problems import MESSAGES, WARNINGS, sentence
from citygrid.basedata.serials import prefix
from citygrid.standards.codes import CodeProfile
from tests.basedata.test_survey_round import LAMPS, published, staged
from tests.basedata.town import AT, COVER, DAY, LAMP, lamps, owner, spots, write

FULL = FileMapping(
    "full",
    place={"x": "lon", "y": "lat"},
    columns={name: (name,) for name in ("code", "class", "key", "grid", "owner", "state", "source", "accuracy",
                                        "surveyed_on", "note", "location", "on_fire")} | {"key": ("no",)},
)  # fmt: skip
WRONG: list[tuple[dict[str, object], dict[str, int]]] = [
    ({"class": ""}, {"class_missing": 1}),
    ({"class": "9999"}, {"class_unknown": 1}),
    ({"class": "井盖王"}, {"class_unknown": 1}),
    ({"code": "123"}, {"code_length": 1}),
    ({"code": "99010101180000O1"}, {"code_digits": 1}),
    ({"code": "9901010118000000"}, {"code_part": 1}),
    ({"code": "9901010101000001"}, {"code_class": 1}),
    ({"code": "9901020118000001"}, {"code_district": 1}),
    ({"grid": "99010101001999"}, {"grid_differs": 1}),
    ({"owner": "nobody"}, {"unit_unknown": 1}),
    ({"state": ""}, {"field_missing": 1}),
    ({"state": "坏透了"}, {"not_choice": 1}),
    ({"source": ""}, {"field_missing": 1}),
    ({"accuracy": "C", "class": COVER}, {"accuracy_low": 1}),
    ({"accuracy": "Z"}, {"not_choice": 1}),
    ({"surveyed_on": "2030-01-01"}, {"date_future": 1}),
    ({"surveyed_on": "soon"}, {"not_date": 1}),
    ({"note": "长" * 300}, {"text_long": 1}),
    ({"on_fire": "yes"}, {"field_unknown": 1}),
    ({"lon": 0.5, "lat": 0.5}, {"outside_area": 1}),
]


@pytest.fixture
def full(second: None) -> None:
    """A fact that only covers have."""
    text = f'[fields.on_fire]\ntype = "bool"\n[classes."{COVER}"]\nfields = ["on_fire"]\n'
    cityfiles.save(cityfiles.CLASSES, text, DAY.replace(year=2021))


def row(**changed: object) -> dict[str, object]:
    lon, lat = spots(1)[0]
    good = {
        "no": "P1",
        "lon": lon,
        "lat": lat,
        "class": LAMP,
        "state": "完好",
        "source": "实测",
        "owner": "赭石供电公司",
    }
    return good | changed


def columns() -> tuple[str, ...]:
    return ("no", "lon", "lat", *(name for name in FULL.columns if name != "key"))


@pytest.mark.django_db
def test_every_wrong_row_is_named_and_only_that(full: None, tmp_path: Path) -> None:
    good = row()
    for changed, expected in [({}, {}), *WRONG]:
        survey = staged(write(tmp_path / "a.csv", [good | changed], columns()), FULL)
        assert survey.counts["problems"] == expected, changed
        for one in SurveyRow.objects.get(survey=survey).problems:
            assert "%(" not in sentence(one)


@pytest.mark.django_db
def test_a_good_row_is_read_in_chinese_words_and_filled_up(full: None, tmp_path: Path) -> None:
    staged(
        write(tmp_path / "a.csv", [row(surveyed_on="20260105", location="桥头", **{"class": COVER})], columns()), FULL
    )
    found = SurveyRow.objects.get()
    assert (found.state, found.source, found.owner, found.accuracy) == ("intact", "survey", "power", "A")
    assert (str(found.surveyed_on), found.attributes, found.verdict) == ("2026-01-05", {"location": "桥头"}, "new")
    assert found.name and found.grid.startswith(found.community)


@pytest.mark.django_db
def test_a_surface_is_no_lamp_and_a_bowtie_is_no_shape(second: None, tmp_path: Path) -> None:
    lon, lat = spots(1)[0]
    bow = shapely.Polygon([(lon, lat), (lon + 1e-5, lat + 1e-5), (lon + 1e-5, lat), (lon, lat + 1e-5)])
    shapes = {"field": shapely.box(lon, lat, lon + 1e-5, lat + 1e-5), "bow": bow}
    path = tmp_path / "a.csv"
    path.write_text("no,geom,owner,state\n" + "".join(f'{n},"{s.wkt}",power,完好\n' for n, s in shapes.items()))
    survey = staged(path, replace(LAMPS, place={"wkt": "geom"}))
    found = {one.key: one for one in SurveyRow.objects.filter(survey=survey)}
    assert found["field"].kinds == ["geometry_kind"] and found["bow"].kinds == ["crosses_itself"]
    assert found["bow"].shape is not None, "what was drawn can be shown on the map"


@pytest.mark.django_db
def test_codes_and_numbers_that_come_twice_name_each_other(full: None, tmp_path: Path) -> None:
    rows = [row(no="A"), row(no="A", lon=spots(2)[1][0], lat=spots(2)[1][1])]
    staged(write(tmp_path / "a.csv", rows, columns()), FULL)
    first, second_row = SurveyRow.objects.order_by("number")
    assert first.problems[0]["params"] == {"text": "A", "row": second_row.number}
    assert second_row.problems[0]["params"] == {"text": "A", "row": first.number}
    assert first.verdict == "wrong"


@pytest.mark.django_db
def test_the_same_thing_twice_is_seen_within_the_tolerance_of_the_class(full: None, tmp_path: Path) -> None:
    """Class A is 0.5 m (3.4): 0.3 m is told, 0.9 m is not; other classes do not count."""
    lat = spots(1)[0][1]
    near, far = lat + 0.3 / 111_000, lat + 1.2 / 111_000
    rows = [
        row(no="A"),
        row(no="B", lat=round(near, 7)),
        row(no="C", lat=round(far, 7)),
        row(no="D", **{"class": COVER}),
    ]
    survey = staged(write(tmp_path / "a.csv", rows, columns()), FULL)
    assert survey.counts["problems"] == {"near_row": 1}
    told = SurveyRow.objects.get(key="B").problems[0]
    assert told["severity"] == "warning" and 0.2 < float(told["params"]["metres"]) < 0.4
    published(write(tmp_path / "b.csv", rows[2:3], columns()), FULL)
    other = staged(write(tmp_path / "c.csv", [row(no="E", lat=round(far, 7))], columns()), replace(FULL, code="others"))
    assert other.counts["problems"] == {"near_component": 1}


@pytest.mark.django_db
def test_a_component_that_moves_far_or_is_older_than_the_register_is_told(second: None, tmp_path: Path) -> None:
    rows = lamps(2)
    published(write(tmp_path / "a.csv", rows))
    (lon, lat), late = spots(3)[2], surveys
    moved = staged(write(tmp_path / "b.csv", [{**rows[0], "lon": lon, "lat": lat}]))
    assert moved.counts["problems"] == {"moved_far": 1}
    old = late.create(write(tmp_path / "c.csv", [{**rows[0], "state": "lost"}]), LAMPS, by=owner(), at=AT,
                      on=DAY.replace(year=2025))  # fmt: skip
    assert late.run(old.id, AT).counts["problems"] == {"older": 1}


@pytest.mark.django_db
def test_the_city_says_what_a_class_wants(second: None, tmp_path: Path) -> None:
    """S1-60: extra facts by class are data of the city, with types and what is required."""
    cityfiles.save(cityfiles.CLASSES, f"""
[basics]
required = ["owner"]
[fields.height]
title = "杆高"
type = "number"
least = 1
most = 40
[classes."{LAMP}"]
fields = ["height"]
required = ["height"]
apart = 3
""", DAY.replace(year=2021))  # fmt: skip
    mapping = replace(LAMPS, columns={**LAMPS.columns, "height": ("height",)})
    rows = [{**one, "height": high} for one, high in zip(lamps(4), ("8.5", "", "tall", "99"), strict=True)]
    rows[0]["owner"] = ""
    survey = staged(write(tmp_path / "a.csv", rows, ("no", "lon", "lat", "owner", "state", "height")), mapping)
    kinds = [one.kinds for one in SurveyRow.objects.filter(survey=survey).order_by("number")]
    assert kinds == [["field_missing"], ["field_missing"], ["not_number"], ["number_bounds"]]
    rows[0]["owner"] = "power"
    published(write(tmp_path / "b.csv", rows[:1], ("no", "lon", "lat", "owner", "state", "height")), mapping)
    assert Component.objects.get().attributes == {"height": 8.5}


def test_every_warning_has_a_sentence() -> None:
    assert set(MESSAGES) >= WARNINGS


PROFILES = [CodeProfile.standard(code) for code in ("gbt30428", "cjt214")]


@given(st.sampled_from(PROFILES), st.integers(100000, 999999), st.integers(1, 99), st.integers(1, 99))
def test_a_code_that_is_given_can_be_read_again(profile: CodeProfile, area: int, major: int, minor: int) -> None:
    parts = parts_of(profile)
    code = prefix(profile, str(area), f"{major:02}{minor:02}") + "000001"
    assert profile.check("component", code) is None
    assert (parts.class_code(code), code[parts.area]) == (f"{major:02}{minor:02}", str(area))


SPOT = st.tuples(st.integers(0, 60), st.integers(0, 60))


@given(
    st.lists(SPOT, max_size=20, unique=True), st.lists(SPOT, max_size=20, unique=True), st.sampled_from([0.5, 1.0, 7.3])
)
def test_near_pairs_are_those_that_a_person_would_measure(ours: list[Any], theirs: list[Any], apart: float) -> None:
    """On a net of 0.4 m: against measuring every pair."""
    import numpy as np

    def spots_of(found: list[Any]) -> clashes.Spots:
        at = np.array(found, dtype=float).reshape(-1, 2) * 0.4
        return clashes.Spots(at[:, 0], at[:, 1], np.zeros(len(at)), np.zeros(len(at)))

    def measured(a: list[Any], b: list[Any]) -> set[tuple[int, int]]:
        return {
            (i, j) for i, p in enumerate(a) for j, q in enumerate(b) if np.hypot(p[0] - q[0], p[1] - q[1]) * 0.4 < apart
        }

    one, other, _ = clashes.near_pairs(spots_of(ours), spots_of(theirs), apart)
    assert set(zip(one.tolist(), other.tolist(), strict=True)) == measured(ours, theirs)
    one, other, _ = clashes.near_pairs(spots_of(ours), None, apart)
    pairs = {tuple(sorted(pair)) for pair in zip(one.tolist(), other.tolist(), strict=True)}
    assert pairs == {(i, j) for i, j in measured(ours, ours) if i < j}

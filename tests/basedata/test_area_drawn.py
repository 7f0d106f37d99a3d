"""Lines and polygons as people give them: drawn, pasted, typed; what is none is told and kept out."""

import pytest
import shapely

from citygrid.basedata.gridding import drawn
from citygrid.process.refusal import Refused

LINE = shapely.LineString([(121.5, 31.24), (121.51, 31.25)])


@pytest.mark.parametrize(
    "text",
    [
        "121.5 31.24, 121.51 31.25",
        "121.5,31.24 121.51,31.25",
        "121.5，31.24；121.51，31.25",
        "121.5 31.24\n121.51 31.25",
        "LINESTRING (121.5 31.24, 121.51 31.25)",
        '{"type":"LineString","coordinates":[[121.5,31.24,7],[121.51,31.25,8]]}',
        '{"type":"Feature","properties":{},"geometry":{"type":"LineString","coordinates":[[121.5,31.24],[121.51,31.25]]}}',
    ],
)
def test_a_line_is_understood_however_it_is_given(text: str) -> None:
    found = drawn.line(text)
    assert found.equals_exact(LINE) and not found.has_z


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "shape_not_line"),
        ("along the river", "shape_unreadable"),
        ("121.5 31.24 121.51", "shape_unreadable"),
        ("121.5 31.24, 121.5 31.24", "shape_not_line"),
        ("POINT (1 2)", "shape_not_line"),
        ("31.24 121.5, 31.25 121.51", "shape_out_of_range"),
        ("{not json", "shape_unreadable"),
        ('{"type":"LineString","coordinates":"x"}', "shape_unreadable"),
        ("LINESTRING EMPTY", "shape_unreadable"),
    ],
)
def test_what_is_no_line_is_told(text: str, code: str) -> None:
    with pytest.raises(Refused) as told:
        drawn.line(text)
    assert told.value.refusal.code == code


def test_a_polygon_closes_itself_and_must_not_cross_itself() -> None:
    assert drawn.polygon("0 0, 1 0, 1 1, 0 1").area == 1
    with pytest.raises(Refused) as told:
        drawn.polygon("0 0, 1 1, 1 0, 0 1")
    assert told.value.refusal.code == "shape_crosses_itself"
    with pytest.raises(Refused) as told:
        drawn.polygon("0 0, 1 0")
    assert told.value.refusal.code == "shape_not_polygon"

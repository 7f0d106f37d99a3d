"""Filters: read alike as text and as JSON, and the same rows by SQL as by hand (OGC 21-065r2)."""

import json

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from citygrid.maps import cql, cql_sql, cql_text, listing, reading, register
from citygrid.maps.cql import CqlError, Op, Prop
from citygrid.maps.features import Draft
from citygrid.maps.reading import Ask
from tests.maps.world import LAT, LON


def same(shape):
    return shape


def text(of):
    return cql_text.parse_text(of, same)


@pytest.mark.parametrize(
    ("as_text", "as_json"),
    [
        ("a = 1", {"op": "=", "args": [{"property": "a"}, 1]}),
        ("1 < a", {"op": "<", "args": [1, {"property": "a"}]}),
        ("a <> 'it''s'", {"op": "<>", "args": [{"property": "a"}, "it's"]}),
        ('"a b" >= 2.5', {"op": ">=", "args": [{"property": "a b"}, 2.5]}),
        ("名称 LIKE '井%'", {"op": "like", "args": [{"property": "名称"}, "井%"]}),
        ("a NOT LIKE 'x_'", {"op": "not", "args": [{"op": "like", "args": [{"property": "a"}, "x_"]}]}),
        ("a BETWEEN 1 AND 2 AND b IS NULL", {"op": "and", "args": [
            {"op": "between", "args": [{"property": "a"}, 1, 2]}, {"op": "isNull", "args": [{"property": "b"}]}]}),
        ("a IN ('x','y') or not (b = true)", {"op": "or", "args": [
            {"op": "in", "args": [{"property": "a"}, ["x", "y"]]},
            {"op": "not", "args": [{"op": "=", "args": [{"property": "b"}, True]}]}]}),
        ("d > DATE('2024-05-01')", {"op": ">", "args": [{"property": "d"}, {"date": "2024-05-01"}]}),
        ("d = TIMESTAMP('2024-05-01T08:00:00Z')",
         {"op": "=", "args": [{"property": "d"}, {"timestamp": "2024-05-01T08:00:00Z"}]}),
        ("S_INTERSECTS(geometry, POINT(1 2))",
         {"op": "s_intersects", "args": [{"property": "geometry"}, {"type": "Point", "coordinates": [1, 2]}]}),
        ("S_WITHIN(geometry, BBOX(1,2,3,4))",
         {"op": "s_within", "args": [{"property": "geometry"}, {"bbox": [1, 2, 3, 4]}]}),
        ("S_CONTAINS(POLYGON((0 0,1 0,1 1,0 0)), geometry)", {"op": "s_contains", "args": [
            {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}, {"property": "geometry"}]}),
        ("true", True),
        ("TRUE and not FALSE", {"op": "and", "args": [True, {"op": "not", "args": [False]}]}),
    ],
)  # fmt: skip
def test_text_and_json_say_the_same(as_text, as_json):
    assert text(as_text) == cql_text.parse_json(json.dumps(as_json), same)


def test_and_binds_before_or_and_not_before_and():
    found = text("a=1 or b=2 and not c=3")
    assert found.name == "or" and found.args[1].name == "and" and found.args[1].args[1].name == "not"


@pytest.mark.parametrize(
    "wrong",
    [
        "", "a", "a =", "= 1", "a = 1 b = 2", "a = 1)", "(a = 1", "a LIKE 5", "a IN ()", "a BETWEEN 1", "'x'", "1 = 2",
        "a IS 5", "S_INTERSECTS(geometry)", "S_INTERSECTS(geometry, 5)", "S_INTERSECTS(geometry, POINT(1))",
        "S_INTERSECTS(geometry, BBOX(3,2,1,4))", "a = DATE('May')", "a like 'x\\'", "a ~ 1", "a = 1 and", "not",
        "a; drop",
        "S_INTERSECTS(geometry, POLYGON((0 0, 1 1, 0 1, 1 0, 0 0)))", "(" * 200 + "a=1" + ")" * 200,
        "S_NEAR(geometry, 1)",
    ],
)  # fmt: skip
def test_what_is_no_filter_is_refused_with_a_sentence(wrong):
    with pytest.raises(CqlError) as refused:
        text(wrong)
    assert len(str(refused.value)) > 10


@pytest.mark.parametrize(
    "wrong",
    [
        "{", "5", "[]", '{"op":"="}', '{"op":"magic","args":[]}', '{"op":"and","args":[true]}',
        '{"op":"=","args":[{"property":"a"},{"x":1}]}', '{"op":"=","args":[null,1]}',
    ],
)  # fmt: skip
def test_what_is_no_json_filter_is_refused(wrong):
    with pytest.raises(CqlError):
        cql_text.parse_json(wrong, same)


@pytest.mark.parametrize(
    ("wrong", "part"),
    [
        ("colour = 'red'", "colour"),
        ("height = 'tall'", "height"),
        ("kind > 5", "kind"),
        ("lit = 1", "lit"),
        ("height LIKE 'x'", "LIKE"),
        ("kind = height", "types"),
        ("S_INTERSECTS(place, POINT(1 2))", "place"),
    ],
)
def test_a_filter_that_does_not_fit_the_layer_is_refused(world, wrong, part):
    world.layer("lamps", world.points(3))
    source = reading.source_of(register.current().layers["lamps"])
    with pytest.raises(CqlError, match=part):
        cql_sql.check(text(wrong), source.properties)


SQUARE = shapely.box(LON - 0.003, LAT - 0.003, LON + 0.004, LAT + 0.002)
SIGNS = st.sampled_from(sorted(cql.COMPARE))
SCALARS = st.one_of(
    st.builds(lambda o, v: Op(o, (Prop("height"), v)), SIGNS, st.sampled_from([0, 2.5, 4, 9])),
    st.builds(lambda o, v: Op(o, (Prop("kind"), v)), SIGNS, st.sampled_from(["lamp", "tree", "Z"])),
    st.builds(lambda v: Op("like", (Prop("name"), v)), st.sampled_from(["点1%", "%5", "点__", "%", "点\\%", "x%"])),
    st.builds(lambda v: Op("=", (Prop("lit"), v)), st.booleans()),
    st.just(Op("between", (Prop("height"), 1, 4.5))),
    st.just(Op("in", (Prop("kind"), "lamp", "tree"))),
    st.just(Op("in", (Prop("height"), 1, 2.5))),
    st.just(Op("isnull", (Prop("kind"),))),
    st.just(Op("=", (Prop("kind"), Prop("name")))),
    st.sampled_from([Op("true"), Op("false")]),
)  # fmt: skip
PLACES = st.builds(
    lambda name, shape: Op(name, (Prop("geometry"), shape)),
    st.sampled_from(sorted(cql.SPATIAL)),
    st.sampled_from([SQUARE, SQUARE.centroid, SQUARE.exterior, SQUARE.buffer(0.01)]),
)
FILTERS = st.recursive(
    st.one_of(SCALARS, PLACES),
    lambda inner: st.one_of(
        st.builds(lambda a, b: Op("and", (a, b)), inner, inner),
        st.builds(lambda a, b: Op("or", (a, b)), inner, inner),
        st.builds(lambda a: Op("not", (a,)), inner),
    ),
    max_leaves=5,
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=FILTERS)
def test_sql_and_hand_find_the_same_rows(world, where):
    """Half of the rows lack the kind: a comparison with nothing is neither true nor false, in both."""
    drafts = [
        Draft(d.key, {k: v for k, v in d.properties.items() if k != "kind" or i % 2}, d.shape)
        for i, d in enumerate(world.points(60))
    ]
    if "lamps" not in register.current().layers:
        world.layer("lamps", drafts)
    view = listing.view_of(register.current().layers["lamps"])
    cql_sql.check(where, view.source.properties)
    page = reading.page(Ask(view.layer, view.source, None, reading.today(), where=where, limit=1000))
    assert [one.key for one in page.items] == [d.key for d in drafts if cql.holds(where, d.properties, d.shape)]


def test_a_text_with_quotes_and_percent_signs_stays_a_text(world, owner):
    name = 'o\'Brien%s \\ "x"'
    world.layer(
        "odd", [Draft("1", {"it's %s": name}, shapely.Point(LON, LAT)), Draft("2", {}, shapely.Point(LON, LAT))]
    )
    answer = owner.get("/ogc/collections/odd/items", {"it's %s": name})
    assert [one["id"] for one in answer.json()["features"]] == ["1"]
    answer = owner.get("/ogc/collections/odd/items", {"filter": "\"it's %s\" = 'o''Brien%s \\ \"x\"'"})
    assert [one["id"] for one in answer.json()["features"]] == ["1"]

"""The benches of areas run and give their figures; how fast they are, they say themselves (script/bench)."""

from bench import areas, dividing


def test_locate_is_measured(db):
    rows = {name: (value, bare) for name, value, _, bare, _ in areas.rows(calls=500)}
    value, bare = rows["locate"]
    assert value > 0 and bare is not None


def test_dividing_is_measured():
    rows = {name: (value, bare) for name, value, _, bare, _ in dividing.rows(communities=2)}
    value, bare = rows["divide communities"]
    assert value > 0 and bare is not None

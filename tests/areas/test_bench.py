"""The bench of `locate` runs, and one by one it is faster than the issue asks even on a busy machine."""

from bench import areas, dividing


def test_locate_is_measured(db):
    rows = {name: (value, bare) for name, value, _, bare, _ in areas.rows(calls=2000)}
    value, bare = rows["locate"]
    assert value > 10_000 and bare is not None


def test_dividing_is_measured():
    rows = {name: (value, bare) for name, value, _, bare, _ in dividing.rows(communities=2)}
    value, bare = rows["divide communities"]
    assert value > 0 and bare is not None

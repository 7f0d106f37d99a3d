"""What is wrong with a photo: each kind at its bound, and switched off by the city (asks 17, S0-58)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from citygrid.collection.evidence.judging import AFTER, BEFORE, WORDS, Seen, judge
from citygrid.collection.evidence.rules import made, shipped
from citygrid.messages.rules import merged

RULES = made(shipped())
AT = datetime(2026, 3, 1, 4, tzinfo=UTC)
CASE, PHOTO = UUID(int=1), UUID(int=2)
FINE = Seen(
    BEFORE, made_at=AT, exif_made_at=AT, received_at=AT + timedelta(hours=3), case_received_at=AT, mock=False,
    accuracy=8, metres_case=20, metres_fix=15, fix_minutes=1, tracked=True, on_duty=True, series=1,
)  # fmt: skip


def kinds(seen, rules=RULES):
    return [mark.kind for mark in judge(seen, rules)]


def test_a_photo_that_waited_for_a_signal_is_fine():
    assert kinds(FINE) == []
    assert kinds(Seen(BEFORE)) == [], "nothing known is nothing wrong"


WRONG = [
    ("mock", {"mock": True}, {"mock": None}),
    ("same_photo", {"same": (CASE, PHOTO)}, {}),
    ("near_photo", {"alike": (CASE, PHOTO, 7)}, {}),
    ("before_after", {"stage": AFTER, "before": (PHOTO, 4)}, {"stage": AFTER, "before": (PHOTO, 5)}),
    ("far", {"metres_case": 108.1}, {"metres_case": 108.0}),
    ("fix_far", {"metres_fix": 208.1}, {"metres_fix": 208.0}),
    ("no_fix", {"fix_minutes": 10.1}, {"fix_minutes": 10.0}),
    ("no_fix", {"fix_minutes": None}, {"fix_minutes": None, "tracked": False}),
    ("time_apart", {"exif_made_at": AT - timedelta(minutes=31)}, {"exif_made_at": AT - timedelta(minutes=30)}),
    ("time_apart", {"made_at": AT + timedelta(hours=4), "exif_made_at": None}, {"received_at": AT}),
    ("accuracy", {"accuracy": 100.5}, {"accuracy": 100}),
    ("shared_device", {"shared": True}, {}),
    ("quick_series", {"series": 6}, {"series": 5}),
    ("off_duty", {"on_duty": False}, {"on_duty": None}),
]


@pytest.mark.parametrize(("kind", "wrong", "right"), WRONG)
def test_each_kind_begins_at_its_bound(kind, wrong, right):
    assert kinds(replace(FINE, **wrong)) == [kind]
    assert kinds(replace(FINE, **right)) == []


@pytest.mark.parametrize("kind", WORDS)
def test_a_city_switches_a_kind_off(kind):
    wrong = next(given for code, given, _right in WRONG if code == kind)
    off = made(merged(shipped(), {"kinds": {kind: {"on": False}}}))
    assert kinds(replace(FINE, **wrong), off) == []


def test_the_bound_is_the_citys():
    near = made(merged(shipped(), {"kinds": {"far": {"most": 10, "severity": 3}}}))
    (mark,) = judge(replace(FINE, metres_case=30), near)
    assert (mark.kind, mark.severity, mark.value, mark.bound) == ("far", 3, 30, 18), "10 m and the device's own 8"


def test_the_same_photo_is_not_told_twice():
    seen = replace(FINE, same=(CASE, PHOTO), alike=(CASE, PHOTO, 0))
    assert kinds(seen) == ["same_photo"]


def test_a_photo_after_handling_is_not_older_than_the_case():
    seen = replace(FINE, stage=AFTER, made_at=None, exif_made_at=AT - timedelta(days=2))
    assert kinds(seen) == ["time_apart"]
    assert kinds(replace(seen, stage=BEFORE)) == []


def test_an_inaccurate_place_does_not_make_it_far():
    assert kinds(replace(FINE, accuracy=300, metres_case=390)) == ["accuracy"]

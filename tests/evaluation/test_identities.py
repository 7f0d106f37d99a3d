"""The identities of the foundation, over lives that nobody thought of (issue 2, Done when; GB/T 30428.4).

done on time + done late + open overdue + not yet due = opened; among cases ever filed closed + voided + merged + open
= filed; bodies by main assignment, with "none", = areas = city. Each for every subject and at any cut."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from citygrid.evaluation.definitions import shipped
from citygrid.evaluation.periods import Period, period
from tests.evaluation.lives import ALWAYS, LATER, SHANGHAI, cells, table
from tests.process.walker import Walk

START = date(2026, 3, 2)
FAMILIES = sorted(key.removesuffix("_opened") for key in shipped().all if key.endswith("_opened"))
MEMBERS = ("opened", "due", "", "on_time", "late", "overdue", "not_due", "to_do", "ended")
FILED = ("filed_cases", "filings", "filed_closings", "voidings", "merged_cases", "closings_to_do")


def cuts() -> Iterator[Period]:
    """From the beginning up to many days, the last one in the middle of a day, and for good."""
    for days in (0, 3, 11, 30, 45):
        yield period(date(2020, 1, 1), START + timedelta(days=days), SHANGHAI, LATER)
    yield period(date(2020, 1, 1), date(2026, 12, 31), SHANGHAI, datetime(2026, 3, 20, 4, 11, tzinfo=UTC))
    yield ALWAYS


def family(values: dict[str, object], stem: str) -> list[int]:
    return [int(str(values[f"{stem}_{m}" if m else stem])) for m in MEMBERS]


@pytest.mark.parametrize("by", ["unit", "area", "post", "class", "source"])
def test_what_was_opened_is_done_or_owed_or_ended(walked: list[Walk], db: None, by: str) -> None:
    seen = 0
    for cut in cuts():
        rows = table(by, [f"{s}_{m}" if m else s for s in FAMILIES for m in MEMBERS], of=cut)
        for row in (*rows.rows, rows.total):
            for stem in FAMILIES:
                opened, due, done, on_time, late, overdue, not_due, to_do, ended = family(dict(row.values), stem)
                assert on_time + late + overdue + not_due + ended == opened, (stem, by, row.key, cut)
                assert on_time + late == done
                assert overdue + not_due == to_do
                assert done + overdue == due
                seen += opened
    assert seen > 5_000


@pytest.mark.parametrize("by", ["unit", "post", "class"])
def test_what_was_to_do_before_and_came_up_is_done_ended_or_still_to_do(walked: list[Walk], db: None, by: str) -> None:
    """S4-32. From the 21st to the 20th: carried over + opened = done + ended + carried on, for each subject."""
    first, last = date(2026, 3, 21), date(2026, 4, 20)
    before = period(date(2020, 1, 1), first - timedelta(days=1), SHANGHAI, LATER)
    within = period(first, last, SHANGHAI, LATER)
    keys = [f"{s}{m}" for s in FAMILIES for m in ("_opened", "", "_ended", "_to_do")]
    old, new = cells(table(by, keys, of=before)), cells(table(by, keys, of=within))
    carried = 0
    for subject in {*old, *new}:
        was, now = old.get(subject, {}), new.get(subject, {})
        for stem in FAMILIES:
            to_do = was.get(f"{stem}_to_do", 0)
            came, done, ended, left = (now.get(f"{stem}{m}", 0) for m in ("_opened", "", "_ended", "_to_do"))
            assert to_do + came == done + ended + left, (stem, subject)
            carried += int(str(to_do))
    assert carried > 3, "something was carried over"


@pytest.mark.parametrize("by", ["unit", "area", "class", "source"])
def test_filed_is_closed_or_voided_or_merged_or_open(walked: list[Walk], db: None, by: str) -> None:
    for cut in cuts():
        found = table(by, FILED, of=cut)
        for row in (*found.rows, found.total):
            filed, filings, closed, voided, merged, still = (row.values[key] for key in FILED)
            assert filed == filings
            assert filed == closed + voided + merged + still, (row.key, cut)
    total = table(by, FILED).total.values
    assert all(int(str(total[key])) > 0 for key in FILED), "every way to end happened"


def test_bodies_with_none_are_areas_are_the_city(walked: list[Walk], db: None) -> None:
    """S0-24, S2-14: units are counted by their main assignment."""
    known = shipped()
    common = [k for k in known.all if {"unit", "area", "class", "source"} <= set(known.subjects_of(k))]
    assert len(common) > 150
    for cut in cuts():
        totals = [table(by, common, of=cut).total.values for by in ("unit", "class", "source")]
        totals += [
            table("area", common, of=cut, level=level).total.values for level in ("district", "street", "community")
        ]
        assert all(one == totals[0] for one in totals)
    keys = cells(table("unit", ["reports"]))
    assert (None,) in keys, "cases that never had a unit have a row"


def test_posts_are_the_city_for_work_items(walked: list[Walk], db: None) -> None:
    """S1-17, S1-18, S3-23: collectors and the posts of the centre are counted too."""
    known = shipped()
    common = [k for k in known.all if {"unit", "post"} <= set(known.subjects_of(k))]
    assert table("post", common).total.values == table("unit", common).total.values

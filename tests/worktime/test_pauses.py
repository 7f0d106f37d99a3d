"""Pauses and extensions (domain/workflow.md section 7, point 5; section 6)."""

from datetime import timedelta

import pytest

from citygrid.worktime import Limit, LimitError, Unit
from tests.worktime.calendars import at, calendar, wall

OFFICE = calendar("office")


@pytest.mark.parametrize(
    ("due", "paused", "resumed", "unit", "expected"),
    [
        # two work hours remained on Monday; they go on from Thursday
        ("2026-11-02 18:00", "2026-11-02 16:00", "2026-11-05 09:00", Unit.WORK_HOUR, "2026-11-05 11:00"),
        ("2026-11-02 18:00", "2026-11-02 16:00", "2026-11-05 19:00", Unit.WORK_DAY, "2026-11-06 10:00"),
        # a pause at night takes no working time
        ("2026-11-03 09:00", "2026-11-02 20:00", "2026-11-03 07:00", Unit.WORK_HOUR, "2026-11-03 09:00"),
        # but it takes clock time
        ("2026-11-03 09:00", "2026-11-02 20:00", "2026-11-03 07:00", Unit.URGENT_HOUR, "2026-11-03 20:00"),
        ("2026-11-05 09:00", "2026-11-02 09:00", "2026-11-07 09:00", Unit.NATURAL_DAY, "2026-11-10 09:00"),
        # a due that had passed stays
        ("2026-11-02 15:00", "2026-11-02 16:00", "2026-11-05 09:00", Unit.WORK_HOUR, "2026-11-02 15:00"),
        ("2026-11-02 15:00", "2026-11-02 16:00", "2026-11-05 09:00", Unit.URGENT_HOUR, "2026-11-02 15:00"),
        # nothing remained at the very moment of the due: it is due again on resuming
        ("2026-11-02 15:00", "2026-11-02 15:00", "2026-11-05 09:00", Unit.WORK_HOUR, "2026-11-05 09:00"),
        ("2026-11-02 15:00", "2026-11-02 15:00", "2026-11-05 09:00", Unit.URGENT_HOUR, "2026-11-05 09:00"),
        # an old due outside the periods (set by hand) is not brought forward
        ("2026-11-02 20:00", "2026-11-02 17:00", "2026-11-02 17:00", Unit.WORK_HOUR, "2026-11-02 20:00"),
    ],
)
def test_what_remained_goes_on_when_resumed(due: str, paused: str, resumed: str, unit: Unit, expected: str) -> None:
    assert wall(OFFICE.resume(at(due), at(paused), at(resumed), unit).at) == expected


def test_a_pause_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(LimitError) as error:
        OFFICE.resume(at("2026-11-03 09:00"), at("2026-11-02 16:00"), at("2026-11-02 15:00"), Unit.WORK_HOUR)
    assert error.value.code == "pause_order"
    with pytest.raises(LimitError) as error:
        OFFICE.elapsed(
            at("2026-11-02 09:00"),
            at("2026-11-02 18:00"),
            Unit.WORK_HOUR,
            [(at("2026-11-02 16:00"), at("2026-11-02 15:00"))],
        )
    assert error.value.code == "pause_order"
    assert "before it begins" in str(error.value)


def test_an_extension_counts_from_the_old_due() -> None:
    assert wall(OFFICE.extend(at("2026-11-06 18:00"), Limit.parse("1 work_hour")).at) == "2026-11-09 09:00"
    assert wall(OFFICE.extend(at("2026-11-06 18:00"), Limit.parse("1 urgent_hour")).at) == "2026-11-06 19:00"


@pytest.mark.parametrize(
    ("unit", "pauses", "hours"),
    [
        (Unit.WORK_HOUR, [], 16),
        (Unit.WORK_HOUR, [("2026-11-02 10:00", "2026-11-02 15:00")], 13),  # lunch was no working time
        (Unit.WORK_HOUR, [("2026-11-02 10:00", "2026-11-02 15:00")] * 2, 13),
        (
            Unit.WORK_HOUR,
            [("2026-11-02 10:00", "2026-11-02 15:00"), ("2026-11-02 09:00", "2026-11-02 11:00")],
            12,
        ),
        (
            Unit.WORK_HOUR,
            [("2026-11-01 00:00", "2026-11-02 09:00"), ("2026-11-03 17:00", "2026-11-09 00:00")],
            14,
        ),
        (Unit.WORK_HOUR, [("2026-10-01 00:00", "2026-12-01 00:00")], 0),
        (Unit.WORK_HOUR, [("2026-10-01 00:00", "2026-10-02 00:00")], 16),  # before it all
        (Unit.URGENT_HOUR, [("2026-11-02 10:00", "2026-11-02 15:00")], 29),
        (
            Unit.URGENT_HOUR,
            [("2026-11-01 10:00", "2026-11-02 15:00"), ("2026-11-02 12:00", "2026-11-02 16:00")],
            26,
        ),
    ],
)
def test_pauses_are_cut_out_once(unit: Unit, pauses: list[tuple[str, str]], hours: int) -> None:
    """From Monday 08:00 to Tuesday 18:00: 34 hours on the clock, 16 working hours."""
    start, end = at("2026-11-02 08:00"), at("2026-11-03 18:00")
    cut = [(at(a), at(b)) for a, b in pauses]
    assert OFFICE.elapsed(start, end, unit, cut) == timedelta(hours=hours)
    assert OFFICE.elapsed(end, start, unit, cut) == -timedelta(hours=hours)

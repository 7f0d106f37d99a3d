"""高发时段: the hour of the day and the hour of the week in which most came (GB/T 30428.4, vendors' peakHour)."""

from hypothesis import given
from hypothesis import strategies as st

from citygrid.evaluation.insight.peaks import Peak, peaks

CELLS = st.dictionaries(
    st.tuples(st.integers(1, 7).map(str), st.integers(0, 23).map(str)), st.integers(1, 50), max_size=40
)


def test_the_hour_of_the_day_need_not_be_that_of_the_week() -> None:
    """Nine o'clock on three days has more than Monday at eight, which is the fullest hour of the week."""
    counted = {("1", "8"): 5, ("1", "9"): 3, ("2", "9"): 4, ("5", "9"): 2}
    assert peaks(counted) == [Peak(None, 9, 9, 14), Peak(1, 8, 5, 14)]


def test_of_equals_the_first_and_of_nothing_none() -> None:
    assert peaks({("3", "14"): 2, ("2", "15"): 2}) == [Peak(None, 14, 2, 4), Peak(2, 15, 2, 4)]
    assert peaks({}) == []


@given(CELLS)
def test_no_hour_has_more(counted: dict[tuple[str, str], int]) -> None:
    hours = [sum(n for (_day, hour), n in counted.items() if int(hour) == h) for h in range(24)]
    for peak in peaks(counted):
        assert peak.cases == (max(hours) if peak.day is None else max(counted.values()))
        assert peak.of == sum(counted.values())

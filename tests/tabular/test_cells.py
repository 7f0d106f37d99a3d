"""Surveyor: dates as people write them are dates; what is none stays what it is."""

import pytest

from citygrid.tabular import as_day, as_number


@pytest.mark.parametrize(
    "text",
    [
        "2024-05-01", "2024年5月1日", "2024 年 5 月 1 日", "2024/5/1", "2024.5.1", "20240501", "45413",
        "2024-05-01 08:30:00",
        "2024-05-01T08:30:00Z", "２０２４／５／１", " 2024年05月01日 ", "2024-05-01 08:30:00.000+08:00",
    ],
)  # fmt: skip
def test_dates_in_all_forms(text: str) -> None:
    assert as_day(text) == "2024-05-01"


@pytest.mark.parametrize(
    "text", ["", "x", "2024-13-01", "20241301", "2023-02-29", "5/1/2024", "1", "12345", "99999", "2024"]
)
def test_what_is_no_date(text: str) -> None:
    assert as_day(text) is None


@pytest.mark.parametrize(("text", "value"), [("1", 1.0), (" -2.5 ", -2.5), ("１２．５", 12.5), ("1e3", 1000.0)])
def test_numbers(text: str, value: float) -> None:
    assert as_number(text) == value


@pytest.mark.parametrize("text", ["", "x", "inf", "nan", "1,5", "12米"])
def test_what_is_no_number(text: str) -> None:
    assert as_number(text) is None

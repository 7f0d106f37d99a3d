"""Typed limits parse, print and refuse (domain/workflow.md section 7, point 2)."""

import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citygrid.worktime import Limit, LimitError, Unit


@given(st.integers(1, 10_000_000), st.sampled_from(Unit))
def test_what_is_printed_is_parsed_back(value: int, unit: Unit) -> None:
    limit = Limit(value, unit)
    assert str(limit) == f"{value} {unit}"
    assert Limit.parse(str(limit)) == limit
    assert pickle.loads(pickle.dumps(limit)) == limit


def test_urgent_units_and_natural_days_run_on_the_clock() -> None:
    assert [unit for unit in Unit if unit.clock] == [Unit.URGENT_MINUTE, Unit.URGENT_HOUR, Unit.NATURAL_DAY]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "limit_text"),
        ("2", "limit_text"),
        ("two work_day", "limit_text"),
        ("2.5 work_day", "limit_text"),
        ("-2 work_day", "limit_text"),
        ("٢ work_day", "limit_text"),
        ("2 work_day extra", "limit_text"),
        ("9999999999 work_day", "limit_text"),
        ("2 fortnight", "limit_unit"),
        ("0 work_day", "limit_value"),
        ("10000001 work_day", "limit_value"),
    ],
)
def test_a_text_that_is_no_limit_is_refused_with_a_sentence(text: str, code: str) -> None:
    with pytest.raises(LimitError) as error:
        Limit.parse(text)
    assert error.value.code == code
    assert str(error.value) == error.value.message % error.value.params


@pytest.mark.parametrize("value", [0, -1, True, 1.0, "2", None, 10_000_001])
def test_a_value_that_is_no_positive_whole_number_is_refused(value: Any) -> None:
    with pytest.raises(LimitError):
        Limit(value, Unit.WORK_DAY)


def test_a_unit_given_by_its_name_becomes_the_unit() -> None:
    row: dict[str, Any] = {"value": 2, "unit": "work_day"}
    assert Limit(**row).unit is Unit.WORK_DAY
    with pytest.raises(LimitError):
        Limit(**row | {"unit": "day"})

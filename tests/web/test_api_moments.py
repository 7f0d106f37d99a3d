"""Moments that programs send: with an offset, whatever offset, and within the calendar."""

from datetime import UTC, datetime

import pytest
from pydantic import TypeAdapter, ValidationError

from citygrid.web.api_reading import Moment

READER = TypeAdapter(Moment)


def test_an_offset_that_no_database_takes_is_worked_in() -> None:
    read = READER.validate_python("2026-01-31T13:05:35-17:55")
    assert (read, read.tzinfo) == (datetime(2026, 2, 1, 7, 0, 35, tzinfo=UTC), UTC)


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00", "2026-01-31T13:05:35"])
def test_what_lies_outside_the_calendar_or_has_no_offset_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        READER.validate_python(text)

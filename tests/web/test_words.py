"""Moments, spans and lights as the office writes them (DESIGN section 6; lights: workflow section 7)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from citygrid.web import words
from citygrid.web.lights import light

NOON = datetime(2026, 11, 22, 4, 5, tzinfo=UTC)


def test_a_moment_is_written_in_the_citys_time_and_the_readers_language() -> None:
    with translation.override("zh-hans"):
        assert words.office_moment(NOON) == "2026年11月22日 12:05"
        assert words.office_day(NOON) == "2026年11月22日"
    with translation.override("en"):
        assert words.office_moment(NOON) == "22 Nov 2026, 12:05"


@pytest.mark.parametrize(
    ("length", "zh", "en"),
    [
        (timedelta(minutes=5, seconds=59), "5 分", "5 min"),
        (timedelta(hours=2, minutes=13), "2 小时 13 分", "2 h 13 min"),
        (timedelta(days=3, hours=4, minutes=59), "3 天 4 小时", "3 d 4 h"),
    ],
)
def test_a_span_shows_its_two_largest_units(length: timedelta, zh: str, en: str) -> None:
    with translation.override("zh-hans"):
        assert words.span(length) == zh
    with translation.override("en"):
        assert words.span(length) == en


def test_time_left_turns_into_time_over() -> None:
    with translation.override("zh-hans"):
        assert words.left(NOON + timedelta(hours=2, minutes=13), NOON) == "还剩 2 小时 13 分"
        assert words.left(NOON - timedelta(days=1, hours=3), NOON) == "超期 1 天 3 小时"


def test_the_light_changes_at_the_warning_and_after_the_due_moment() -> None:
    warn, due = NOON + timedelta(hours=1), NOON + timedelta(hours=2)
    assert light(due, warn, NOON).color == "green"
    assert light(due, warn, warn).color == "yellow"
    assert light(due, warn, due).color == "yellow", "the due moment itself is still in time"
    assert light(due, warn, due + timedelta(microseconds=1)).color == "red"
    assert light(due, warn, NOON, paused=True).color == "paused"
    assert light(None, None, NOON).color == "none"


def test_something_done_keeps_the_light_of_the_moment_when_it_was_done() -> None:
    due = NOON + timedelta(hours=2)
    assert light(due, NOON, NOON + timedelta(days=9), done_at=due).color == "green"
    assert light(due, NOON, NOON, done_at=due + timedelta(seconds=1)).color == "red"

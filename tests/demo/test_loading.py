"""The line that says how far the demo city is told: there while the job works, gone when all is told."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from citygrid.bulletins.models import Report
from citygrid.demo import appraising, pages
from citygrid.demo.models import DemoProgress


@pytest.fixture
def story(db, monkeypatch):
    monkeypatch.setattr(pages.Told, "all", False)
    end = datetime(2026, 3, 1, tzinfo=UTC)
    return DemoProgress.objects.create(done=5000, total=20000, seed=1, days=60, edition="e", until=end)


def test_it_says_how_far_and_asks_again(story):
    text = Client().get("/demo/loading/").content.decode()
    assert "25 %" in text and 'hx-trigger="every 5s"' in text
    assert pages.Told.wanted()


def test_it_says_that_months_are_closed(story):
    """All is told, and the whole months of the story are not closed yet."""
    DemoProgress.objects.update(done=20000)
    text = Client().get("/demo/loading/", headers={"accept-language": "en"}).content.decode()
    assert "last months are being closed" in text and 'hx-trigger="every 5s"' in text
    assert pages.Told.wanted()


def test_it_goes_when_all_is_told_and_closed(story):
    DemoProgress.objects.update(done=20000)
    last = {"kind": "month", "lang": "en", "first": story.until, "last": story.until, "schemes": []}
    Report.objects.create(id=appraising.last_id(story), asked_at=story.until, **last)
    assert Client().get("/demo/loading/").content.strip() == b""
    assert not pages.Told.wanted()


def test_a_story_without_a_whole_month_has_none_to_close(story):
    DemoProgress.objects.update(done=20000, days=12)
    assert not appraising.wanted()
    assert Client().get("/demo/loading/").content.strip() == b""

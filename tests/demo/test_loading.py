"""The line that says how far the demo city is told: there while the job works, gone when all is told."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from citygrid.demo import pages
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


def test_it_goes_when_all_is_told(story):
    DemoProgress.objects.update(done=20000)
    assert Client().get("/demo/loading/").content.strip() == b""
    assert not pages.Told.wanted()

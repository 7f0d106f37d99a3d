"""The demo's months are closed by its people through the house's own steps: evidence, entries, appeals, money, papers,
public results; a second time adds nothing, and what was cut off goes on (S1-25, S1-27, S2-13)."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client, override_settings
from django.urls import reverse

from citygrid.bulletins import open_data_kept
from citygrid.bulletins.models import Report
from citygrid.demo import appraising, inventory, telling
from citygrid.demo.folder import appraisal
from citygrid.demo.scene import Scene
from citygrid.evaluation import closing, closing_appeals
from citygrid.evaluation.closing_models import FrozenVersion, PeriodClose, ScoreAppeal
from citygrid.evaluation.entry_models import Entry
from citygrid.evaluation.standing import city_files
from citygrid.evaluation.standing_models import FundCheck, StandingCheck, StandingReport
from citygrid.evaluation.upkeep import funds
from citygrid.trust.models import AuditRecord
from tests.demo.conftest import UNTIL, forget

pytestmark = [pytest.mark.django_db, pytest.mark.long]
SMALL = {"seed": 11, "days": 92, "total": 120}
TABLES = (PeriodClose, FrozenVersion, ScoreAppeal, Entry, FundCheck, StandingCheck, StandingReport, Report, AuditRecord)


def counted() -> list[int]:
    return [table._default_manager.count() for table in TABLES]


@pytest.fixture(scope="module")
def story(city: Path, django_db_blocker: Any) -> Iterator[int]:
    """160 problems in 92 days up to 20 November: September and October are whole. How many periods were published."""
    with django_db_blocker.unblock(), override_settings(MEDIA_STORE=city / "media", DATA=city), transaction.atomic():
        forget()
        _surveyed()
        telling.start(UNTIL, **SMALL)
        telling.tell(say=len)
        yield appraising.bring(say=len)
        transaction.set_rollback(True)
    forget()


def _surveyed() -> None:
    """Some components that have a price in the maintenance fund."""
    scene, rules = Scene(UNTIL, {}), funds.rules_at(UNTIL.date())
    assert rules is not None
    priced = {price.class_id for price in rules.prices}
    items = [one for one in inventory.draw(scene, SMALL["seed"], UNTIL) if one.class_id in priced]
    inventory.bring(scene, items[:: max(1, len(items) // 60)], UNTIL - timedelta(days=SMALL["days"]))


@pytest.fixture
def told(story: int, demo: Path) -> int:
    return story


def test_two_months_are_published_through_every_step(told: int) -> None:
    """Four schemes, two months: opened, shown to those who are judged, frozen after the window, then published."""
    closed = PeriodClose.objects.filter(state="published")
    assert told == closed.count() == 8
    assert set(closed.values_list("period", flat=True)) == {"2026-09", "2026-10"}
    for one in closed:
        version = closing.newest(one)
        assert version is not None and one.window_ends is not None
        assert one.opened_at < one.appeals_at < one.window_ends < version.made_at < one.published_at < UNTIL
        shown = [row.shown for row in closing.scores_of(version).rows() if row.shown is not None]
        assert shown and len(set(shown)) > len(shown) // 3, f"{one}: scores differ as those of a city do"
    assert set(closed.filter(public=True).values_list("scheme", flat=True)) == {"department", "district", "area"}


def test_one_appeal_waits_and_one_was_refused(told: int) -> None:
    states = {appeal.close.period: appeal.state for appeal in ScoreAppeal.objects.select_related("close")}
    assert states.pop("2026-W46") == "filed" and set(states.values()) == {"refused"}
    waiting = ScoreAppeal.objects.get(state="filed")
    assert waiting.close.state == "appeals" and waiting.close.window_ends > UNTIL
    assert [one.pk for one in closing_appeals.undecided(waiting.close)] == [waiting.pk]
    assert waiting.filed_at < UNTIL


def test_what_people_enter_has_its_evidence_and_a_second_person(told: int) -> None:
    inputs = set(Entry.objects.values_list("input", flat=True))
    assert inputs == {one["input"] for one in [*appraisal()["score"], *appraisal()["entry"]]}
    for entry in Entry.objects.exclude(state="proposed"):
        assert entry.evidence is not None and entry.decided_by not in (None, entry.made_by)
        assert entry.day <= UNTIL.date() and entry.made_at < entry.decided_at < UNTIL
    assert {entry.evidence.mime for entry in Entry.objects.all()} <= {"application/pdf", "image/jpeg"}


def test_standing_duties_have_evidence_and_checks(told: int) -> None:
    """Each duty has some; a few are late or missing, a few checks found something."""
    assert set(StandingReport.objects.values_list("duty", flat=True)) == set(city_files.book_at(UNTIL.date()).duties)
    assert StandingReport.objects.filter(at__gte=UNTIL).count() == 0
    checks = list(StandingCheck.objects.all())
    assert any(one.failed for one in checks) and any(not one.failed for one in checks)
    assert all(one.photos for one in checks)


def test_money_is_confirmed_by_a_second_person_and_one_draft_waits(told: int) -> None:
    rows = FundCheck.objects.order_by("first")
    assert {row.first for row in rows} == {date(2026, 9, 1), date(2026, 10, 1)}
    assert [row.first for row in rows if row.state == "proposed"] == [date(2026, 10, 1)]
    assert max(row.amount for row in rows) > 100
    done = [row for row in rows if row.state == "confirmed"]
    assert done and all(funds.genuine(row) and row.confirmed_by_id != row.by_id for row in done)


def test_papers_are_asked_for_and_the_public_reads_it(told: int) -> None:
    """Two bulletins of the schedule with their numbers and one in English; results and open data for everybody."""
    asked = {(row.kind, row.lang, row.first, row.schedule) for row in Report.objects.all()}
    assert asked == {
        ("month", "zh", date(2026, 9, 1), "monthly"), ("month", "zh", date(2026, 10, 1), "monthly"),
        ("month", "en", date(2026, 10, 1), ""),
    }  # fmt: skip
    page = Client().get(reverse("bulletins:results"), headers={"accept-language": "en"})
    assert "2026-10" in page.content.decode() and page.context["one"].scores.rows()
    release = open_data_kept.newest()
    assert release is not None and release.results > 0


def test_a_second_time_adds_nothing(told: int) -> None:
    before = counted()
    assert not appraising.wanted()
    assert appraising.bring(say=len) == told
    assert counted() == before


def test_what_was_cut_off_is_wanted_again(told: int) -> None:
    """The last paper is the mark: without it the worker takes the months up again, and brings just that."""
    Report.objects.filter(lang="en").delete()
    before = counted()
    assert appraising.wanted()
    appraising.bring(say=len)
    assert not appraising.wanted() and sum(counted()) == sum(before) + 2, "the paper, and its line in the audit"

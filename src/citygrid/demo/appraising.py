"""The demo's closed months: people enter what is not counted, periods are closed through appeals to publication, money
is drafted and confirmed, bulletins are asked for, open data are made. Every step is the house's own, by somebody who
may, at its own moment; a second time adds nothing, and what was cut off goes on."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from citygrid.bulletins import open_data_kept, ordering, scheduling
from citygrid.bulletins.content import Span
from citygrid.bulletins.models import Report
from citygrid.bulletins.rules_kept import current
from citygrid.demo import disputing, judging, keeping, upholding
from citygrid.demo.folder import appraisal
from citygrid.demo.holders import holder
from citygrid.demo.judging import Month
from citygrid.demo.models import DemoProgress
from citygrid.evaluation import closing, closing_seeing, cycles, jobs
from citygrid.evaluation.asking import zone_at
from citygrid.evaluation.closing_models import PeriodClose
from citygrid.evaluation.periods import Named, before, holding
from citygrid.organization.seats import Signed
from citygrid.process.refusal import Refused
from citygrid.rulebook.slices import profile_at, rules_at
from citygrid.worktime import CalendarGap, Limit

log = logging.getLogger(__name__)
State = PeriodClose.State
Say = Callable[[str], Any]
ANSWERED = timedelta(days=2)
"""From an appeal to its answer."""


def wanted() -> bool:
    """Whether the story is told and its months are not closed yet."""
    row = DemoProgress.objects.order_by("pk").first()
    if row is None or row.done < row.total or not _whole(row, zone_at(row.until)):
        return False
    return not Report.objects.filter(pk=last_id(row)).exists()


def bring(say: Say = log.info) -> int:
    """Close the months of the story of this database; how many periods are published. Safe to be killed and called
    again."""
    row = DemoProgress.objects.get()
    until, zone = row.until, zone_at(row.until)
    say(f"demo data: {jobs.bring_over(until)} cases are counted")
    reports, checks = keeping.keep(row.seed, until, zone)
    say(f"demo data: {reports} pieces of evidence and {checks} checks of standing duties")
    closed = [_month(row, one, zone) for one in _whole(row, zone)]
    for month in [*closed, _month(row, holding("month", until.astimezone(zone).date()), zone)]:
        say(f"demo data: {judging.enter(month)} entries of {month.of.name}")
    for month in closed:
        for scheme in cycles.current(until.astimezone(zone).date()).closings:
            _close(scheme, month, row)
        say(f"demo data: {upholding.bring(month)} months of the maintenance fund of {month.of.name}")
    _week(row, zone)
    open_data_kept.make(until)
    _papers(closed, row)
    return PeriodClose.objects.filter(state=State.PUBLISHED).count()


def _month(row: DemoProgress, of: Named, zone: ZoneInfo) -> Month:
    return Month(row.seed, of, row.until, zone, profile_at(row.until).data["name"])


def _whole(row: DemoProgress, zone: ZoneInfo) -> list[Named]:
    """The whole months of the story, the oldest first."""
    begins = (row.until - timedelta(days=row.days)).astimezone(zone).date()
    one, found = holding("month", row.until.astimezone(zone).date()), list[Named]()
    while len(found) < appraisal()["months"]:
        one = before(one)
        if one.first <= begins:
            break
        found.append(one)
    return found[::-1]


def _close(scheme: str, month: Month, row: DemoProgress) -> None:
    """From the preview to the publication of a period, each step when its time has come, as far as the story goes."""
    at = month.moment(month.of.last + timedelta(days=1), appraisal()["public_hour"])
    office = holder(closing_seeing.CLOSE, at)
    if office is None or at > row.until:
        return
    try:
        close = closing.open_close(month.id("close", scheme), scheme, month.of.name, office.person, at)
        if close.state == State.PREVIEW and at + timedelta(hours=2) <= row.until:
            close = closing.open_appeals(close.pk, office.person, at + timedelta(hours=2))
        if close.state == State.APPEALS:
            close = _frozen(close, month, office, row)
        if close.state == State.FROZEN and (after := _worked(close, hours=3)) <= row.until:
            closing.publish(close.pk, office.person, after)
    except (Refused, CalendarGap) as why:
        log.warning("The demo's %s %s is not closed: %s", scheme, month.of.name, why)


def _frozen(close: PeriodClose, month: Month, office: Signed, row: DemoProgress) -> PeriodClose:
    assert close.appeals_at is not None
    if close.scheme == appraisal()["appeals"]["scheme"] and close.appeals_at + ANSWERED < row.until:
        disputing.refused(close, month, close.appeals_at + timedelta(hours=5), close.appeals_at + ANSWERED)
    at = _worked(close, hours=1)
    if at <= row.until:
        closing.freeze(close.pk, office.person, at)
        close.refresh_from_db()
    return close


def _worked(close: PeriodClose, hours: int) -> datetime:
    """So many working hours after the window for appeals."""
    assert close.window_ends is not None
    calendar = rules_at(close.window_ends).calendar_for(None)
    return calendar.due(close.window_ends, Limit.parse(f"{hours} work_hour")).at


def _week(row: DemoProgress, zone: ZoneInfo) -> None:
    """The last whole week of the departments, whose window for appeals is open, with an appeal that waits."""
    told = appraisal()["appeals"]
    one = before(holding("week", row.until.astimezone(zone).date()))
    month = _month(row, one, zone)
    at = max(row.until - timedelta(hours=20), month.moment(one.last + timedelta(days=1), 0) + timedelta(minutes=5))
    office = holder(closing_seeing.CLOSE, at)
    if office is None or at > row.until:
        return
    try:
        close = closing.open_close(month.id("close", "week"), told["scheme"], one.name, office.person, at)
        if close.state == State.PREVIEW:
            close = closing.open_appeals(close.pk, office.person, at)
        disputing.waiting(close, month, at + (row.until - at) / 2)
    except Refused as refused:
        log.warning("The demo's week %s has no window: %s", one.name, refused.refusal)


def _papers(closed: list[Month], row: DemoProgress) -> None:
    """What the schedule owed on the day after each month was published; last the newest month in English."""
    rules = current()
    for month in closed:
        published = PeriodClose.objects.filter(period=month.of.name, published_at__isnull=False)
        last = published.order_by("-published_at").values_list("published_at", flat=True).first()
        if last is not None:
            scheduling.follow(rules, min(row.until, last + timedelta(days=1)))
    if closed:
        of, schemes = closed[-1].of, tuple(appraisal()["paper"]["schemes"])
        day = row.until.astimezone(closed[-1].zone).date()
        ordering.ask(last_id(row), "month", Span(of.first, of.last), schemes, rules, None, row.until, day, "en")


def last_id(row: DemoProgress) -> UUID:
    """Of the last thing that is asked for: when it is there, all is there."""
    return uuid5(judging.NAMESPACE, f"{row.seed}:{row.until.isoformat()}:last")

"""升级: the ladder of urging and supervising, as data (workflow 7.7; asks 30). Each rung once for a due. Pure.

A rung's moment hangs on the clock of its work item: the yellow light, the due, or so long after it. The item carries
the next moment, so that an index finds what is due and nothing is ever scanned."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from citygrid.process.model import Case, WorkItem
from citygrid.process.rules import Rules, Rung, Variant

CLOCKLESS = frozenset({"resume"})
"""Items whose due is an appointment, not a limit: nobody is late on them."""


def rungs(variant: Variant, item: WorkItem) -> Iterator[Rung]:
    """The rungs that hold for an item and were not climbed for its due, in the order of the ladder."""
    if item.due is None or item.kind in CLOCKLESS:
        return
    for rung in variant.ladder:
        if rung.item in ("*", item.kind) and rung.code not in item.climbed:
            yield rung


def moment_of(rules: Rules, item: WorkItem, rung: Rung) -> datetime | None:
    """When a rung is due for an item; None when its clock has no such moment."""
    base = item.warn_at if rung.at == "warn" else item.due
    if base is None or rung.after is None:
        return base
    calendar = rules.calendars[item.calendar] if item.calendar else rules.calendar_for(item.holder.body)
    return calendar.due(base, rung.after).at


def next_rung(rules: Rules, variant: Variant, item: WorkItem) -> tuple[datetime, Rung] | None:
    """The rung that is due first, and when; None while the clock stands."""
    if item.paused_at is not None:
        return None
    found = ((moment_of(rules, item, rung), rung) for rung in rungs(variant, item))
    dated = [(at, rung) for at, rung in found if at is not None]
    return min(dated, key=lambda one: one[0]) if dated else None


def timed(rules: Rules, variant: Variant, item: WorkItem) -> WorkItem:
    """The item with the moment of its next rung."""
    found = next_rung(rules, variant, item)
    at = found[0] if found is not None else None
    return item if item.rung_at == at else replace(item, rung_at=at)


def waiting(case: Case, rules: Rules, now: datetime) -> Iterator[tuple[str, WorkItem, str | None]]:
    """What the clock has to do on a case now: act, item, rung (None: resume, lapse), the earliest first.

    A lapse notes all items that are over at once, so it is named once."""
    variant = rules.variant(case.place.district if case.place is not None else None)
    lapse = False
    for item in sorted(case.work, key=lambda i: (i.due is None, i.due, i.no)):
        if item.due is None or item.paused_at is not None:
            continue
        over = now > item.due
        if item.kind == "resume":
            if now >= item.due:
                yield "resume", item, None
            continue
        if over and not item.lapsed and not lapse:
            lapse = True
            yield "lapse", item, None
        found = next_rung(rules, variant, item)
        if found is not None and found[0] <= now:
            yield found[1].act, item, found[1].code

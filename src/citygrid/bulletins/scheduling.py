"""Which reports are owed now: each schedule's newest period that is over, from its day and hour on, once."""

from datetime import date, datetime
from uuid import UUID, uuid5

from citygrid.bulletins import ordering, spans
from citygrid.bulletins.content import Span
from citygrid.bulletins.models import Report
from citygrid.bulletins.rules_files import Rules, Schedule
from citygrid.bulletins.spans import shifted
from citygrid.evaluation import closing
from citygrid.evaluation.asking import zone_at

ROOM = UUID("6c0f3c51-6a05-4b8f-9b1d-6e1c1c0a4f6e")


def owed(rules: Rules, now: datetime) -> list[tuple[Schedule, Span]]:
    """What is to be asked for at this moment."""
    local = now.astimezone(zone_at(now))
    found = []
    for one in rules.schedule:
        span = spans.newest_over(one.kind, local.date(), rules.begins)
        day = first_on(one.day, span.last)
        if (local.date(), local.hour) < (day, one.hour):
            continue
        made = Report.objects.filter(schedule=one.key, first=span.first, last=span.last).exists()
        if not made and (not one.after_freeze or all(frozen(code, span) for code in one.schemes)):
            found.append((one, span))
    return found


def first_on(number: int, after: date) -> date:
    """The first day after that one that is the so-manieth of its month, or its last where the month is shorter."""
    month = after.replace(day=1)
    while True:
        day = month.replace(day=min(number, (shifted(month, 1) - spans.DAY).day))
        if day > after:
            return day
        month = shifted(month, 1)


def frozen(code: str, span: Span) -> bool:
    """Whether the scores of a scheme over these days are frozen."""
    return closing.standing(code, span.first, span.last) is not None


def follow(rules: Rules, now: datetime) -> list[Report]:
    """Ask for everything that is owed; a second worker at the same moment finds the same ids."""
    day = now.astimezone(zone_at(now)).date()
    return [
        ordering.ask(
            uuid5(ROOM, f"{one.key} {span.first} {span.last}"), one.kind, span, one.schemes, rules, None, now, day,
            one.lang, schedule=one.key, area=one.area,
        )
        for one, span in owed(rules, now)
    ]  # fmt: skip

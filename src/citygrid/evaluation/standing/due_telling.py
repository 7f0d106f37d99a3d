"""The unit hears when evidence of a period is due: on the period's last day, and when it was missed; each once."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from citygrid.evaluation.standing import city_files, standings
from citygrid.evaluation.standing.spans import OVERDUE
from citygrid.messages import events, sending
from citygrid.messages.events import Event, Told
from citygrid.messages.models import Notice
from citygrid.messages.people import To
from citygrid.organization.models import Body, Post
from citygrid.rulebook.slices import localday
from citygrid.web.words import office_day, say

DUE, MISSED = "standing_due", "standing_missed"
NAMES = frozenset({"duty", "due"})
PAGE = "/evaluation/standing/duties/{duty}/"
BACK = timedelta(days=100)
FRESH = timedelta(days=14)
"""What was missed longer ago is no news any more."""
RIGHT = "standing.file"


def declare() -> None:
    """Called when the app starts."""
    for code, label in ((DUE, _("Evidence of a standing duty is due")), (MISSED, _("A standing duty was missed"))):
        events.declare(
            Event(code, label, NAMES, frozenset({"unit"}), _words, _sample,
                  lambda told: PAGE.format(duty=told.params["duty"]))
        )  # fmt: skip


def tell(now: datetime) -> int:
    """Tells the units of what is due today or has been missed; how many notices were meant. Telling twice is once."""
    today = localday(now)
    drafts = []
    there = _told(now)
    for one in standings.owed(today - BACK, today, today):
        missed = one.state == OVERDUE
        soon = not one.settled and not missed and one.span.last <= today
        event = MISSED if missed else DUE
        if ((missed and one.span.due >= today - FRESH) or soon) and (event, *_what(one)) not in there:
            drafts.append(_draft(one, event))
    return sending.send([draft for draft in drafts if draft.to["unit"]], now) if drafts else 0


def _told(now: datetime) -> set[tuple[str, str, str]]:
    """(event, duty, due) of the notices that are there already: an hour later nobody hears of the same again."""
    rows = Notice.objects.filter(code__in=[DUE, MISSED], at__gte=now - BACK).values_list("code", "params")
    return {(code, params.get("duty", ""), params.get("due", "")) for code, params in rows}


def _what(one: standings.Owed) -> tuple[str, str]:
    return one.duty.code, one.span.due.isoformat()


def _draft(one: standings.Owed, event: str) -> sending.Draft:
    posts = Post.objects.filter(body__code=one.duty.unit, active=True, role__rights__contains=[RIGHT])
    to = [To(post=post) for post in posts.order_by("pk").values_list("pk", flat=True)]
    params = {"duty": one.duty.code, "due": one.span.due.isoformat()}
    key = f"{one.duty.code}:{one.span.first.isoformat()}"
    bodies = tuple(Body.objects.filter(code=one.duty.unit).values_list("pk", flat=True))
    return sending.Draft(event, key, {"unit": to}, None, params, bodies)


def _words(told: Sequence[Told]) -> list[dict[str, str]]:
    found = []
    for one in told:
        duty = city_files.newest(one.params["duty"])
        due = office_day(date.fromisoformat(one.params["due"]))
        found.append({"duty": say(duty.names) if duty else one.params["duty"], "due": due})
    return found


def _sample() -> dict[str, str]:
    return {"duty": "–", "due": office_day(timezone.now())}

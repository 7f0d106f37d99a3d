"""Notices of closing: those who are judged hear that they may appeal, reviewers that somebody did, who filed what
became of it; when the window ends, who closes hears what is left."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from citygrid.evaluation.closing_models import PeriodClose, ScoreAppeal
from citygrid.evaluation.results import Scores
from citygrid.evaluation.subjects import BODIES, PEOPLE
from citygrid.messages import events, sending
from citygrid.messages.events import Event, Told
from citygrid.messages.people import To
from citygrid.organization.models import Body, Post
from citygrid.web.words import office_moment, say

OPENED, FILED, REVIEWED, ENDED = "scores_window", "scores_appeal", "scores_reviewed", "scores_window_over"
NAMES = frozenset({"scheme", "period", "until", "decision", "amount"})
RIGHT = "scores.appeal"
LABELS: dict[str, Any] = {
    OPENED: (_("My figures can be appealed against"), "judged"),
    FILED: (_("An appeal against figures waits for review"), "reviewers"),
    REVIEWED: (_("My appeal against figures was reviewed"), "filer"),
    ENDED: (_("The window for appeals against figures is over"), "closers"),
}
DECISIONS = {
    "filed": ("待初审", "waits for the first review"), "proposed": ("初审通过，待复审", "passed the first review"),
    "refused": ("不成立", "refused"), "granted": ("成立", "granted"),
}  # fmt: skip


def declare() -> None:
    """Called when the app starts."""
    for code, (label, audience) in LABELS.items():
        events.declare(Event(code, label, NAMES, frozenset({audience}), _words, _sample, _page))


def opened(close: PeriodClose, scores: Scores, now: datetime) -> None:
    """Each unit's posts that may appeal, or each person who is judged."""
    subjects = [row.subject for row in scores.rows()]
    if scores.by in BODIES:
        ids = [int(one) for one in subjects if one.isdigit()]
        posts = Post.objects.filter(body__in=ids, active=True, role__rights__contains=[RIGHT])
        to = [To(post=post) for post in posts.order_by("pk").values_list("pk", flat=True)]
    elif scores.by in ("post", *PEOPLE):
        people = [one.split(":")[1] if scores.by == "post" else one for one in subjects]
        to = [To(person=int(one)) for one in dict.fromkeys(people) if one.isdigit()]
    else:
        to = []
    _send(OPENED, close, f"{close.pk}", {"judged": to}, now)


def filed(row: ScoreAppeal, now: datetime) -> None:
    _send(FILED, row.close, f"{row.pk}:filed", {"reviewers": _having("scores.review")}, now, row)


def reviewed(row: ScoreAppeal, now: datetime) -> None:
    """The unit reads the state after each review; after the first that passes, reviewers hear that a second waits."""
    _send(REVIEWED, row.close, f"{row.pk}:{row.state}", {"filer": [To(person=row.filed_by_id)]}, now, row)
    if row.state == ScoreAppeal.State.PROPOSED:
        _send(FILED, row.close, f"{row.pk}:second", {"reviewers": _having("scores.review")}, now, row)


def ended(close: PeriodClose, undecided: int, now: datetime) -> None:
    _send(ENDED, close, f"{close.pk}:ended", {"closers": _having("scores.close")}, now, amount=undecided)


def _having(right: str) -> list[To]:
    posts = Post.objects.filter(Q(body__in=Body.objects.all()), active=True, role__rights__contains=[right])
    return [To(post=post) for post in posts.order_by("pk").values_list("pk", flat=True)]


def _send(
    code: str, close: PeriodClose, key: str, to: dict[str, list[To]], now: datetime, row: ScoreAppeal | None = None,
    amount: int = 0,
) -> None:  # fmt: skip
    params = {
        "close": str(close.pk), "scheme": close.scheme, "period": close.period, "amount": amount,
        "until": close.window_ends.isoformat() if close.window_ends else "", "appeal": str(row.pk) if row else "",
        "state": row.state if row else "",
    }  # fmt: skip
    if any(to.values()):
        sending.send([sending.Draft(code, f"{key}:{code}", to, None, params)], now)


def _words(told: Sequence[Told]) -> list[dict[str, str]]:
    return [_of(one.params) for one in told]


def _of(params: Any) -> dict[str, str]:
    until = params["until"]
    return {
        "scheme": _scheme(params["scheme"]), "period": params["period"], "amount": str(params["amount"]),
        "until": office_moment(datetime.fromisoformat(until)) if until else "–",
        "decision": say(DECISIONS[params["state"]]) if params["state"] else "",
    }  # fmt: skip


def _scheme(code: str) -> str:
    from citygrid.evaluation.catalogue import catalogue  # noqa: PLC0415 - asked when a notice is read, not at start

    scheme = catalogue(timezone.localdate()).schemes.get(code)
    return say(scheme.names) if scheme is not None else code


def _sample() -> dict[str, str]:
    return {
        "scheme": say(("部门评价", "Departments")), "period": "2026-03", "amount": "2",
        "until": office_moment(timezone.now()), "decision": say(DECISIONS["granted"]),
    }  # fmt: skip


def _page(told: Told) -> str:
    appeal = told.params.get("appeal")
    return f"/evaluation/appeals/{appeal}/" if appeal else f"/evaluation/closes/{told.params['close']}/"

"""Words of patrols: findings, states, minutes."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from citygrid.collection.patrol import attendance, track

FINDINGS: dict[str, Promise] = {
    attendance.LATE: gettext_lazy("%(amount)d min late"),
    attendance.LEFT_EARLY: gettext_lazy("left %(amount)d min early"),
    attendance.NOT_OUT: gettext_lazy("not signed out"),
    attendance.MISSING: gettext_lazy("nobody signed in"),
    attendance.OFF_ROSTER: gettext_lazy("not on the roster"),
    attendance.FAR: gettext_lazy("signed in %(amount)d m from the duty grid"),
}
STATES: dict[str, Promise] = {
    track.ACTIVE: pgettext_lazy("of a patrol", "active"),
    track.IDLE: pgettext_lazy("of a patrol", "idle"),
    track.GAP: pgettext_lazy("of a patrol", "no fixes"),
}


def finding(one: attendance.Finding) -> str:
    """A finding in words."""
    return str(FINDINGS[one.code]) % {"amount": one.amount}


def minutes(seconds: Any) -> int:
    """Whole minutes, rounded."""
    return round(float(seconds or 0) / 60)


def percent(share: float | None) -> str:
    """A share as a number of percent, a dash where there is none."""
    return "–" if share is None else f"{share:.0%}"


def span(starts: float, state: str, inside: bool | None) -> str:
    """What a span of the timeline says."""
    where = "" if inside is None else _("inside the duty grid") if inside else _("outside the duty grid")
    return f"{STATES[state]}, {where}" if where else str(STATES[state])

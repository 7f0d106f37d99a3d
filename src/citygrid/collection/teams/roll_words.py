"""The notice of a roll call: whoever is called hears of it at once, also on the device."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from citygrid.messages import events
from citygrid.messages.events import Event, Told
from citygrid.organization.models import Person
from citygrid.web.words import short_moment

EVENT = "roll_called"
NAMES = frozenset({"by", "due"})
PAGE = "/collector/#/me/roll/{call}"
"""The screen of the app that answers it."""


def declare() -> None:
    events.declare(
        Event(EVENT, _("I am called by a roll call"), NAMES, frozenset({"called"}), _words, _sample,
              lambda told: PAGE.format(call=told.params["call"]))
    )  # fmt: skip


def _words(told: Sequence[Told]) -> list[dict[str, str]]:
    names = Person.objects.in_bulk([one.params["by"] for one in told])
    return [
        {
            "by": str(names.get(one.params["by"], "–")),
            "due": short_moment(datetime.fromisoformat(one.params["due"])),
        }
        for one in told
    ]


def _sample() -> dict[str, str]:
    return {"by": "–", "due": short_moment(timezone.now())}

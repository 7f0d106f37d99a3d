"""Events of the house itself, and the organization as the book of who is there."""

from collections.abc import Sequence

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from citygrid.messages import events, people, stuck
from citygrid.messages.events import Event, Told
from citygrid.organization.notifying.present import Directory


def register() -> None:
    """Called when the house starts."""
    people.register(Directory())
    events.declare(
        Event(stuck.STUCK, _("Messages do not get out"), frozenset({"amount"}), frozenset(), _stuck, _sample, _page)
    )


def _stuck(told: Sequence[Told]) -> list[dict[str, str]]:
    return [{"amount": str(one.params.get("number", ""))} for one in told]


def _sample() -> dict[str, str]:
    return {"amount": "3"}


def _page(told: Told) -> str:
    try:
        return reverse("console:messages")
    except NoReverseMatch:
        return ""

"""Which bodies somebody plans for, and what pages of rosters share: days and moments of a form, sentences."""

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from django.utils import timezone
from django.utils.translation import gettext as _

from citygrid.organization import tree
from citygrid.organization.models import Body
from citygrid.organization.rights import may
from citygrid.organization.rosters import cityclock
from citygrid.organization.seats import Signed
from citygrid.process.refusal import Refusal


def bodies(signed: Signed) -> frozenset[int]:
    """The signed-in post's body and those below it."""
    return tree.descendants([signed.body.pk])


def may_plan(signed: Signed | None, body: Body | None = None) -> bool:
    """Whether the post plans rosters (of this body)."""
    return signed is not None and may(signed, "rosters.edit") and (body is None or body.pk in bodies(signed))


def may_grant(signed: Signed | None, body: Body | None = None) -> bool:
    """Whether the post grants leave (in this body)."""
    return signed is not None and may(signed, "leave.grant") and (body is None or body.pk in bodies(signed))


def leads(signed: Signed | None) -> bool:
    """Whether the bar shows rosters."""
    return may_plan(signed) or may_grant(signed)


def today() -> date:
    """The city's day."""
    return cityclock.day_of(timezone.now())


def day(text: str, otherwise: date | None = None) -> date | None:
    """A day of a form or an address; `otherwise` when it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return otherwise


def moment(text: str, now: datetime) -> datetime | None:
    """A moment of a form (`2026-05-06T08:00`), by the city's clock; None when it is none."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=cityclock.zone(now))


def monday(of: date) -> date:
    """The Monday of a day's week."""
    return of - timedelta(days=of.weekday())


def client_id(text: str) -> UUID:
    """The id that a form was given when it was shown; a new one where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return uuid4()


def told(refusal: Refusal | None) -> str:
    """The sentence of a refusal in the reader's language."""
    return _(refusal.message) % refusal.params if refusal is not None else ""

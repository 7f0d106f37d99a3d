"""Words of the commission's pages and papers."""

from datetime import datetime

from django.utils.translation import gettext as _

from citygrid.coordination.disputes.pages import grounds_in_words


def kind_words() -> dict[str, str]:
    return {"referred": _("referred to the commission"), "disputed": _("disputed for long"), "hung": _("suspended")}


def ground_words(at: datetime) -> dict[str, str]:
    """Grounds of a referral by code."""
    return grounds_in_words(at)

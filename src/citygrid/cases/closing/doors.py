"""What this room shows in the bar and on the case page."""

from django.utils.translation import gettext_lazy as _

from citygrid.cases import panels
from citygrid.cases.closing import check_pages, closing_pages
from citygrid.web import navigation


def register() -> None:
    """Called once, when the app starts."""
    navigation.add(navigation.Entry("cases:closing", _("Closing"), "checkup-list", 24, closing_pages.in_bar))
    panels.add(panels.Panel("cases:check", _("Compare and answer"), "link", 10, "photo-check", check_pages.may_check))

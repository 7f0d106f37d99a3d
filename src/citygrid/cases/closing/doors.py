"""What this room shows in the bar and on the case page."""

from django.utils.translation import gettext_lazy as _

from citygrid.cases import panels
from citygrid.cases.closing import archive_pages, check_pages, closing_pages, follow_up_pages, inspection_pages
from citygrid.web import navigation


def register() -> None:
    """Called once, when the app starts."""
    navigation.add(navigation.Entry("cases:closing", _("Closing"), "checkup-list", 24, closing_pages.in_bar))
    panels.add(panels.Panel("cases:check", _("Compare and answer"), "link", 10, "photo-check", check_pages.may_check))
    panels.add(panels.Panel("cases:about_dossier", _("Dossier"), "link", 90, "file-text"))
    navigation.add(navigation.Entry("cases:archive", _("Archive"), "archive", 60, archive_pages.in_bar))
    navigation.add(
        navigation.Entry("cases:follow_ups", _("Follow-up calls"), "phone-check", 26, follow_up_pages.in_bar)
    )
    navigation.add(navigation.Entry("cases:inspections", _("Inspections"), "zoom-check", 28, inspection_pages.in_bar))

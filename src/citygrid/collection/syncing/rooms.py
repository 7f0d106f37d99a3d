"""What this room brings when the app starts."""

from django.utils.translation import gettext_lazy as _

from citygrid.collection.syncing import base_sections, case_kinds, device_pages, task_section
from citygrid.organization import key_scopes
from citygrid.organization.key_scopes import READING, Door, KeyScope
from citygrid.web import navigation

WRITING = READING | {"POST", "PUT"}
ADDRESSES = ("sync", "files", "pack", "session", "positions", "near", "patrols")


def register() -> None:
    """Kinds of entries, sections of the pack, what a key may open, the page of phones."""
    case_kinds.register()
    base_sections.register()
    task_section.register()
    doors = (*(Door(f"/api/v1/collection/{one}", WRITING) for one in ADDRESSES), Door("/media"))
    what = _("field work: send reports, answers, files and positions, get the pack")
    key_scopes.add(KeyScope("collection.field", what, doors, writes=True, order=30))
    phones = navigation.Entry(
        "collection:devices", _("Phones in the field"), "device-mobile-off", 76, device_pages.may_open
    )
    navigation.add(phones)

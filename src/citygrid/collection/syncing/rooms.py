"""What this room brings when the app starts."""

from django.utils.translation import gettext_lazy as _

from citygrid.collection.syncing import base_sections, case_kinds, task_section
from citygrid.organization import key_scopes
from citygrid.organization.key_scopes import Door, KeyScope


def register() -> None:
    """Kinds of entries, sections of the pack, and what a key may open."""
    case_kinds.register()
    base_sections.register()
    task_section.register()
    doors = (
        Door("/api/v1/collection", frozenset(("GET", "HEAD", "OPTIONS", "POST", "PUT"))),
        Door("/media", frozenset(("GET", "HEAD", "OPTIONS"))),
    )
    what = _("field work: send reports, answers, files and positions, get the pack")
    key_scopes.add(KeyScope("collection.field", what, doors, writes=True, order=30))

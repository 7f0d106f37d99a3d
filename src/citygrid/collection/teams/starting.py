"""What teams bring when the app starts: kinds of entries, sections of the pack, an event, a page in the bar."""

from django.utils.translation import gettext_lazy as _

from citygrid.collection.teams import pack_sections, roll_words, seeing, sending
from citygrid.web import navigation


def register() -> None:
    """Called once."""
    sending.register()
    pack_sections.register()
    roll_words.declare()
    seeing.register()
    navigation.add(navigation.Entry("collection:team", _("Teams"), "users-group", 44, seeing.may_look))

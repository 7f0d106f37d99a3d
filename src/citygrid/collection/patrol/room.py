"""What this room brings when the app starts: kinds of entries, a section of the pack, a key's scope, a page in the
bar."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from citygrid.collection.patrol import mine, signing
from citygrid.collection.patrol.seeing import may_look
from citygrid.collection.syncing import kinds, pack
from citygrid.organization import key_scopes
from citygrid.organization.key_scopes import Door, KeyScope
from citygrid.organization.seats import Signed
from citygrid.web import navigation


def register() -> None:
    """Called once."""
    kinds.register("sign_in", signing.sign_in)
    kinds.register("sign_out", signing.sign_out)
    kinds.register("day_log", signing.day_log)
    pack.section("patrol", _section)
    doors = (Door("/api/v1/collection/things", frozenset(("POST",))),)
    key_scopes.add(KeyScope("positions.send", _("positions: send where vehicles are"), doors, True, 31))
    navigation.add(navigation.Entry("collection:patrols", _("Patrols"), "walk", 45, may_look))


def _section(signed: Signed, now: datetime) -> Any:
    """Rules, the person's next shift, the open patrol: what the device needs to sign in without a network."""
    return mine.packed(signed, now)

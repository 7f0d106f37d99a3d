"""Who sees where others are: whoever leads collectors or looks after an area on the supervising side. The side that
handles never does: collectors judge its work; everybody sees their own."""

from typing import Any

from citygrid.organization.models import ScopeKind
from citygrid.organization.seats import Signed
from citygrid.organization.visibility import Scope
from citygrid.process.states import Side

WIDE = {ScopeKind.UNIT_TREE, ScopeKind.AREA, ScopeKind.AREA_TREE, ScopeKind.ALL}


def may_look(signed: Any) -> bool:
    """Whether the post in use may look at patrols and positions of others; at which, its scope says."""
    return signed is not None and signed.side == Side.SUPERVISING and ScopeKind(signed.role.scope) in WIDE


def scope_of(signed: Signed) -> Scope:
    """The scope of the post for patrols and positions: that of the post, or the person alone."""
    if may_look(signed):
        return signed.scope
    return Scope(False, frozenset(), frozenset(), signed.person.pk, signed.post.pk)

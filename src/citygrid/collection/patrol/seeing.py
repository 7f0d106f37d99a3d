"""Who sees where others are and were: a right of the post, as far as its scope reaches; everybody sees their own."""

from citygrid.organization.rights import may
from citygrid.organization.seats import Signed
from citygrid.organization.visibility import Scope

SEE, LEAD = "teams.see", "teams.lead"


def may_look(signed: Signed | None) -> bool:
    """Whether the post in use may look at patrols and positions of others; at which, its scope says."""
    return may(signed, SEE) or may(signed, LEAD)


def scope_of(signed: Signed) -> Scope:
    """The scope of the post for patrols and positions: that of the post, or the person alone."""
    if may_look(signed):
        return signed.scope
    return Scope(False, frozenset(), frozenset(), signed.person.pk, signed.post.pk)

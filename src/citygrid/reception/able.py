"""Which acts a post may do at all, in the variants in force: who has a desk's page is data, never a role's name."""

from datetime import datetime

from citygrid.cases.delegations import variants_at
from citygrid.organization.seats import Signed


def able(who: Signed | None, at: datetime, *acts: str) -> bool:
    """Whether the post's role may do one of these acts in a variant in force. False before a city is loaded."""
    if who is None:
        return False
    return any(who.role.code in one.acts.get(act, frozenset()) for one in variants_at(at) for act in acts)

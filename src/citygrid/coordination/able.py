"""Which acts a post may do at all, in the variants in force: a desk's pages are for those who do its main act."""

from datetime import datetime

from citygrid.cases.delegations import variants_at
from citygrid.organization.seats import Signed


def able(who: Signed | None, at: datetime, *acts: str) -> bool:
    """Whether the post's role may do one of these acts in a variant in force. False before a city is loaded."""
    if who is None:
        return False
    role = who.role.code
    return any(role in one.acts.get(act, frozenset()) for one in variants_at(at) for act in acts)


def acts_of(who: Signed, at: datetime, *acts: str) -> frozenset[str]:
    """Those of these acts that the post's role may do."""
    return frozenset(act for act in acts if able(who, at, act))

"""Who may hold which post: handling and judging never meet in one pair of hands (S0-04, S3-19). Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from citygrid.process.refusal import Refusal

HANDLING, SUPERVISING, NEUTRAL = "handling", "supervising", "neutral"
UNDER_NOBODY = frozenset(("centre", "unit"))


@dataclass(frozen=True, slots=True)
class PostFacts:
    """What the rules look at. `above` are the kinds of the bodies above the post's body, without its own."""

    post: str
    body: str
    body_side: str
    role: str
    role_side: str
    judging: bool = False
    exclusive: str = ""
    outside: bool = False
    above: frozenset[str] = frozenset()

    @property
    def side(self) -> str:
        """The side on which whoever holds the post acts: the role's, or for a neutral role the body's."""
        return side_of(self.role_side, self.body_side)


def side_of(role_side: str, body_side: str) -> str:
    """The role's side, or for a neutral role the body's."""
    return body_side if role_side == NEUTRAL else role_side


def post_fault(post: PostFacts) -> Refusal | None:
    """Why a post may not exist like this, or None."""
    params = {"post": post.post, "body": post.body, "role": post.role}
    if post.judging and post.body_side == HANDLING:
        message = "The post %(post)s of the handling body %(body)s cannot have the judging role %(role)s."
        return Refusal("handling_post_judges", message, params)
    if {post.role_side, post.body_side} == {HANDLING, SUPERVISING}:
        message = "The role %(role)s of the post %(post)s is not on the side of the body %(body)s."
        return Refusal("side_mismatch", message, params)
    if post.outside and post.above & UNDER_NOBODY:
        message = "The post %(post)s inspects: its body %(body)s may lie under no centre and no unit."
        return Refusal("inspector_under_inspected", message, params)
    return None


def holder_fault(held: Iterable[PostFacts], new: PostFacts) -> Refusal | None:
    """Why a person who holds these posts may not hold the new one as well, or None."""
    for old in held:
        params = {"post": new.post, "held": old.post}
        if (old.side == HANDLING and new.judging) or (new.side == HANDLING and old.judging):
            message = "Whoever handles never judges: %(post)s cannot be held together with %(held)s."
            return Refusal("handles_and_judges", message, params)
        if new.exclusive and new.exclusive == old.exclusive and new.role != old.role:
            message = "%(post)s and %(held)s must be held by different people."
            return Refusal("different_people", message, params)
    return None

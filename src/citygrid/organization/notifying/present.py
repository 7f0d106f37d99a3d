"""Who is there to hear a message now: the person, else whoever holds the post that they left, else their role's people
(asks 13: a message for somebody who is gone is not lost)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q

from citygrid.messages.people import To
from citygrid.organization.models import Person, Seat


class Held(NamedTuple):
    """A seat held now by somebody who can sign in."""

    person: int
    post: int
    body: int
    role: str
    rights: list[str]


class Directory:
    """The organization as `messages` asks it."""

    def present(self, wanted: Sequence[To], at: datetime) -> list[list[int]]:
        """See `messages.people.Book`: two or three questions to the database, however many are asked for."""
        named = {to.person for to in wanted if to.person is not None}
        held = _held(wanted, named, at)
        there = {one.person for one in held}
        lost = named - there
        posts = _left(lost)
        if posts:
            held += _held([To(post=post) for some in posts.values() for post in some], set(), at)
        active = set(Person.objects.filter(pk__in=lost, is_active=True).values_list("pk", flat=True)) if lost else set()
        return [self._of(to, held, there, posts, active) for to in wanted]

    @staticmethod
    def _of(to: To, held: Sequence[Held], there: set[int], posts: dict[int, list[int]], active: set[int]) -> list[int]:
        if to.person is not None:
            if to.person in there:
                return [to.person]
            found = _people(one for one in held if one.post in posts.get(to.person, ()))
            alone = [to.person] if to.body is None and to.person in active else []
            if found or alone:
                return found or alone
        return _people(one for one in held if _meant(to, one))


def _meant(to: To, one: Held) -> bool:
    """Whether a seat is of the post, has the right, or is of the role (in the body) that a recipient names."""
    if to.post is not None:
        return one.post == to.post
    if to.right:
        return to.right in one.rights
    return bool(to.role) and one.role == to.role and to.body in (None, one.body)


def _people(held: Iterable[Held]) -> list[int]:
    return sorted({one.person for one in held})


def _held(wanted: Sequence[To], named: set[int], at: datetime) -> list[Held]:
    which = Q(person__in=named)
    which |= Q(post__in={to.post for to in wanted if to.post is not None})
    which |= Q(post__role__code__in={to.role for to in wanted if to.role and to.body is None})
    pairs = {(to.body, to.role) for to in wanted if to.role and to.body is not None}
    if pairs:
        which |= Q(post__body__in={body for body, _ in pairs}, post__role__code__in={role for _, role in pairs})
    rights = sorted({to.right for to in wanted if to.right})
    if rights:
        which |= Q(post__role__rights__overlap=rights)
    seats = Seat.objects.filter(Q(until=None) | Q(until__gt=at), which, since__lte=at, post__active=True)
    rows = seats.filter(person__is_active=True).values_list(
        "person", "post", "post__body", "post__role__code", "post__role__rights"
    )
    return [Held(*row) for row in rows]


def _left(persons: Iterable[int]) -> dict[int, list[int]]:
    """The posts that each held last; newest first."""
    found: dict[int, list[int]] = {}
    rows = Seat.objects.filter(person__in=set(persons), stand_in_for=None).order_by("-until", "-pk")
    for person, post in rows.values_list("person", "post"):
        found.setdefault(person, []).append(post)
    return {person: posts[:1] for person, posts in found.items()}

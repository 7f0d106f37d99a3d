"""Stand-ins (顶岗): a person takes another's post from a moment to another and acts in its name; it ends by itself.

The record says who stood in for whom: a timeline by the entry's own fact, the audit by the seat.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from citygrid.organization import assignment
from citygrid.organization.models import Person, Post, Seat
from citygrid.organization.seats import Signed
from citygrid.process.refusal import Refusal

LONGEST = timedelta(days=366)
MESSAGES: dict[str, str] = {
    "bad_span": "Standing in goes from a moment to a later one, at most %(most)s days.",
    "past_span": "Nobody stands in for a time that is over.",
    "not_the_holder": "%(person)s does not hold the post %(post)s then.",
    "themselves": "Nobody stands in for themselves.",
    "own_post": "Nobody gives a post to themselves.",
    "stands_in_too": "%(person)s only stands in at this post: name whom they stand in for.",
    "closed_account": "The account of %(person)s is closed.",
    "over": "This has ended already.",
}


def give(
    absent: Person, post: Post, person: Person, since: datetime, until: datetime, by: Signed, at: datetime
) -> Seat | Refusal:
    """Let `person` stand in for `absent` on a post; the separation of duties is asked as for any seat. The same once
    more gives the same seat."""
    known = Seat.objects.filter(person=person, post=post, stand_in_for=absent, since=since, until=until).first()
    if known is not None:
        return known
    fault = _fault(absent, post, person, since, until, by, at)
    if fault is not None:
        return fault
    return assignment.assign(person, post, since, until=until, stand_in_for=absent, by=by.person, at=at)


def _fault(
    absent: Person, post: Post, person: Person, since: datetime, until: datetime, by: Signed, at: datetime
) -> Refusal | None:
    if not since < until <= since + LONGEST:
        return _refuse("bad_span", most=LONGEST.days)
    if until <= at:
        return _refuse("past_span")
    return _person_fault(absent, person, by) or _post_fault(absent, post, since, until)


def _person_fault(absent: Person, person: Person, by: Signed) -> Refusal | None:
    if person.pk == absent.pk:
        return _refuse("themselves")
    if person.pk == by.person.pk:
        return _refuse("own_post")
    return None if person.is_active else _refuse("closed_account", person=str(person))


def _post_fault(absent: Person, post: Post, since: datetime, until: datetime) -> Refusal | None:
    held = list(Seat.objects.filter(Q(until=None) | Q(until__gt=since), post=post, person=absent, since__lt=until))
    if not held:
        return _refuse("not_the_holder", person=str(absent), post=str(post))
    if all(seat.stand_in_for_id is not None for seat in held):
        return _refuse("stands_in_too", person=str(absent))
    return None


def end(seat: Seat, by: Signed, at: datetime) -> Refusal | None:
    """Let it end now; one that has not begun is taken away."""
    if seat.until is not None and seat.until <= at:
        return _refuse("over")
    assignment.release(seat, at, by.person)
    return None


def rows(at: datetime, bodies: frozenset[int] | None = None) -> QuerySet[Seat]:
    """Stand-ins that go on or are to come, and those of the last month; of these bodies or of all."""
    found = Seat.objects.filter(stand_in_for__isnull=False, until__gt=at - timedelta(days=30))
    if bodies is not None:
        found = found.filter(post__body__in=bodies)
    return found.select_related("person", "post__body", "stand_in_for").order_by("-until", "id")


def _refuse(code: str, **params: Any) -> Refusal:
    return Refusal(code, MESSAGES[code], params)

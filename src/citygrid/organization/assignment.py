"""Giving posts to people and taking them back, with the separation of duties checked (S0-04, S3-19)."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from citygrid.organization import keys, kinds
from citygrid.organization.models import Body, Person, Post, Seat
from citygrid.organization.separation import PostFacts, holder_fault, post_fault
from citygrid.organization.tree import ancestors
from citygrid.process.refusal import Refusal
from citygrid.trust import audit


def facts_of(post: Post) -> PostFacts:
    """What the separation of duties looks at."""
    above = Body.objects.filter(id__in=ancestors([post.body_id]) - {post.body_id})
    natures = kinds.natures()
    return PostFacts(
        post=post.code,
        body=post.body.code,
        body_side=post.body.side,
        role=post.role.code,
        role_side=post.role.side,
        judging=post.role.judging,
        exclusive=post.role.exclusive,
        outside=post.role.outside,
        above=frozenset(natures.get(kind, kind) for kind in above.values_list("kind", flat=True)),
    )


def assign(
    person: Person,
    post: Post,
    since: datetime,
    *,
    until: datetime | None = None,
    stand_in_for: Person | None = None,
    by: Person | None = None,
    at: datetime | None = None,
) -> Seat | Refusal:
    """A seat for the person, or why not; a refusal is in the audit and leaves nothing else behind. `at`: when it is
    given, where that is not when it begins."""
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        fault = _fault(person, post, since, until)
        if fault is None:
            seat = Seat.objects.create(person=person, post=post, since=since, until=until, stand_in_for=stand_in_for)
    outcome, code = (audit.REFUSED, fault.code) if fault else (audit.DONE, "")
    params: dict[str, object] = {"post": post.code}
    if stand_in_for is not None:
        params |= {"stand_in_for": stand_in_for.pk, "since": str(since), "until": str(until)}
    audit.record(
        at or since,
        "assign_post",
        subject=("person", str(person.pk)),
        outcome=outcome,
        code=code,
        params=params,
        person=by.pk if by else None,
    )
    return fault or seat


def release(seat: Seat, at: datetime, by: Person | None = None) -> None:
    """Ends the seat at that moment; one that had not begun is taken away."""
    with transaction.atomic():
        if seat.since >= at:
            seat.delete()
        else:
            seat.until = at
            seat.save(update_fields=["until"])
            keys.revoke_of([seat.pk], at, by)
        audit.record(
            at,
            "release_post",
            subject=("person", str(seat.person_id)),
            params={"post": seat.post.code},
            person=by.pk if by else None,
        )


def _fault(person: Person, post: Post, since: datetime, until: datetime | None) -> Refusal | None:
    new = facts_of(post)
    at_the_same_time = Q(until=None) | Q(until__gt=since)
    if until is not None:
        at_the_same_time &= Q(since__lt=until)
    held = Seat.objects.filter(at_the_same_time, person=person).select_related("post__body", "post__role")
    if any(seat.post_id == post.pk for seat in held):
        message = "%(person)s already holds the post %(post)s."
        return Refusal("already_held", message, {"person": person.login, "post": post.code})
    return post_fault(new) or holder_fault([facts_of(seat.post) for seat in held], new)

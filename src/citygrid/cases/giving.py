"""Giving and withdrawing a delegation: what the office may delegate, to whom, and what is refused (S1-20).

Handling and judging never meet: nothing is delegated to the handling side, nor to oneself (S0-04, S3-19)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_noop

from citygrid.areas import tree as area_tree
from citygrid.areas.models import Area
from citygrid.cases import delegations
from citygrid.cases.delegation_models import Delegation
from citygrid.cases.telling import delegating
from citygrid.media.models import File, Upload
from citygrid.organization.models import Body, Post, Role, Seat
from citygrid.organization.rights import may
from citygrid.organization.seats import Signed
from citygrid.organization.separation import HANDLING, side_of
from citygrid.process.acts import REQUEST_KINDS
from citygrid.process.refusal import Refusal, Refused
from citygrid.rulebook.models import ManagedClass
from citygrid.rulebook.slices import localday
from citygrid.trust import audit
from citygrid.worktime import Limit, LimitError

MOST_NAMED = 200  # classes or areas in one delegation
MESSAGES: dict[str, str] = {
    "delegation_right": gettext_noop("Your post may not delegate approvals."),
    "delegation_no_power": gettext_noop("Your post does not hold the power to approve, so it cannot give it."),
    "delegation_other_body": gettext_noop("This id belongs to another delegation already."),
    "delegation_to": gettext_noop("Choose to whom: a post, or a role in a body."),
    "delegation_handles": gettext_noop("Whoever handles never judges: %(to)s is on the handling side."),
    "delegation_not_asked": gettext_noop("%(to)s does not approve anything, so nothing can be delegated there."),
    "delegation_holds": gettext_noop("%(to)s holds this power already."),
    "delegation_self": gettext_noop("You hold this post yourself: nobody delegates to themselves."),
    "delegation_kinds": gettext_noop("Choose at least one kind of request."),
    "delegation_longest": gettext_noop("%(value)s is no limit such as 5 work_day."),
    "delegation_classes": gettext_noop("There is no class %(value)s."),
    "delegation_areas": gettext_noop("There is no area %(value)s in the area of your post."),
    "delegation_many": gettext_noop("At most %(most)s classes and areas can be named."),
    "delegation_days": gettext_noop("The last day is before the first."),
    "delegation_past": gettext_noop("A delegation begins today or later."),
    "delegation_document": gettext_noop("Give the number of the document by which it is delegated."),
    "delegation_file": gettext_noop("The document that you named is not here, or is not yours."),
    "no_delegation": gettext_noop("There is no such delegation."),
    "delegation_elsewhere": gettext_noop("This was delegated by another office."),
    "delegation_is_over": gettext_noop("This delegation is over already."),
}


@dataclass(frozen=True, slots=True)
class Giving:
    """A delegation as somebody asks for it. `code`: the client's. `post`, or `role` and `body`: codes of the recipient.
    `longest`: a typed limit, empty for any. `classes`: ids, or prefixes that end in `*`. `areas`: codes."""

    code: str
    kinds: tuple[str, ...]
    first_day: date
    last_day: date | None = None
    post: str = ""
    role: str = ""
    body: str = ""
    longest: str = ""
    classes: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    document: str = ""
    file: UUID | None = None


def give(asked: Giving, signed: Signed, at: datetime, address: str | None = None) -> tuple[Delegation, bool]:
    """Keep a delegation of the office; (it, whether it was there already). Raises Refused, and then nothing is kept."""
    if not may(signed, "delegations.give"):
        raise refused("delegation_right")
    if not delegations.holds_power(signed.role.code, at):
        raise refused("delegation_no_power")
    row = checked(asked, at)
    row.giver_post, row.giver, row.given_at = signed.post, signed.person, at
    _of_giver(asked, row, signed, at)
    row.areas = list(asked.areas or _own_areas(signed))
    known = Delegation.objects.filter(code=asked.code).first()
    if known is None:
        try:
            with transaction.atomic():
                row.save(force_insert=True)
                _note("give_delegation", row, signed, at, address)
                delegating.tell(row, at)
            return row, False
        except IntegrityError:
            known = Delegation.objects.get(code=asked.code)
    if content(known) != content(row) or known.giver_id != signed.person.pk:
        raise refused("delegation_other_body")
    return known, True


def withdraw(code: str, signed: Signed, at: datetime, address: str | None = None) -> Delegation:
    """It holds no longer; what was approved under it stays. A second time changes nothing. Raises Refused."""
    if not may(signed, "delegations.give"):
        raise refused("delegation_right")
    with transaction.atomic():
        row = Delegation.objects.select_for_update(of=("self",)).select_related("giver_post").filter(code=code).first()
        if row is None:
            raise refused("no_delegation")
        if row.giver_post.body_id != signed.body.pk:
            raise refused("delegation_elsewhere")
        if row.withdrawn_at is not None:
            return row
        if delegations.state_of(row, at) == delegations.ENDED:
            raise refused("delegation_is_over")
        row.withdrawn_at, row.withdrawn_by = at, signed.person
        row.save(update_fields=["withdrawn_at", "withdrawn_by"])
        _note("withdraw_delegation", row, signed, at, address)
    return row


def content(row: Delegation) -> tuple[Any, ...]:
    """What a delegation says; the same code with other content is another one."""
    return (
        row.post_id, row.body_id, row.role, sorted(row.kinds), row.longest, sorted(row.classes), sorted(row.areas),
        row.first_day, row.last_day, row.document, row.file_id,
    )  # fmt: skip


def checked(asked: Giving, at: datetime) -> Delegation:
    """The row, not kept, without a giver. Raises Refused with the first thing that is wrong."""
    for refusal in _faults(asked):
        raise Refused(refusal)
    post, body, role = _recipient(asked, at)
    return Delegation(
        code=asked.code,
        post=post,
        body=body,
        role=role,
        kinds=sorted(set(asked.kinds)),
        longest=str(Limit.parse(asked.longest)) if asked.longest else "",
        classes=sorted(set(asked.classes)),
        areas=sorted(set(asked.areas)),
        first_day=asked.first_day,
        last_day=asked.last_day,
        document=asked.document.strip()[:80],
        file_id=asked.file,
    )


def _faults(asked: Giving) -> Iterator[Refusal]:
    if not asked.kinds or set(asked.kinds) - set(REQUEST_KINDS):
        yield refused("delegation_kinds", field="kinds").refusal
    if asked.longest and not _limit(asked.longest):
        yield refused("delegation_longest", field="longest", value=asked.longest).refusal
    if len(asked.classes) + len(asked.areas) > MOST_NAMED:
        yield refused("delegation_many", field="classes", most=MOST_NAMED).refusal
    for pattern in asked.classes:
        if not _known_class(pattern):
            yield refused("delegation_classes", field="classes", value=pattern).refusal
    for code in asked.areas:
        if not Area.objects.filter(code=code).exists():
            yield refused("delegation_areas", field="areas", value=code).refusal
    if asked.last_day is not None and asked.last_day < asked.first_day:
        yield refused("delegation_days", field="last_day").refusal
    if not asked.document.strip():
        yield refused("delegation_document", field="document").refusal


def _limit(text: str) -> bool:
    try:
        Limit.parse(text)
    except LimitError:
        return False
    return True


def _known_class(pattern: str) -> bool:
    rows = ManagedClass.objects.filter(
        Q(class_id__startswith=pattern[:-1]) if pattern.endswith("*") else Q(class_id=pattern)
    )
    return len(pattern) > 1 and rows.exists()


def _recipient(asked: Giving, at: datetime) -> tuple[Post | None, Body | None, str]:
    """To whom: the post, or the body and the role's code. Not to who handles, does not approve, or holds the power."""
    post = Post.objects.select_related("body", "role").filter(code=asked.post, active=True).first()
    body = Body.objects.filter(code=asked.body).first()
    role = post.role if post is not None else Role.objects.filter(code=asked.role).first()
    where = post.body if post is not None else body
    twice = bool(asked.post) and bool(asked.role or asked.body)
    if role is None or where is None or twice:
        raise refused("delegation_to", field="to")
    name = str(post) if post is not None else f"{role} · {where}"
    if side_of(role.side, where.side) == HANDLING:
        raise refused("delegation_handles", field="to", to=name)
    if delegations.holds_power(role.code, at):
        raise refused("delegation_holds", field="to", to=name)
    if not delegations.approves(role.code, at):
        raise refused("delegation_not_asked", field="to", to=name)
    return (post, None, "") if post is not None else (None, body, role.code)


def _of_giver(asked: Giving, row: Delegation, signed: Signed, at: datetime) -> None:
    """What only concerns somebody who gives now: not to oneself, not back in time, within their own area."""
    held = Seat.objects.filter(Q(until=None) | Q(until__gt=at), person=signed.person)
    to = Q(post=row.post) if row.post_id is not None else Q(post__body=row.body, post__role__code=row.role)
    if held.filter(to).exists():
        raise refused("delegation_self", field="to")
    if asked.first_day < localday(at):
        raise refused("delegation_past", field="first_day")
    for code in asked.areas:
        if not signed.scope.holds(areas=area_tree.ids_by_code([code])):
            raise refused("delegation_areas", field="areas", value=code)
    if asked.file is not None:
        own = File.objects.filter(pk=asked.file, uploader=signed.person.pk).exists()
        if not own and not Upload.objects.filter(file=asked.file, person=signed.person.pk).exists():
            raise refused("delegation_file", field="file")


def _own_areas(signed: Signed) -> list[str]:
    """An office of a part of the city delegates for that part; one of the whole city needs to name nothing."""
    codes = sorted(signed.post.areas or signed.body.areas)
    if signed.scope.everything or Area.objects.filter(code__in=codes, parent=None).exists():
        return []
    return codes


def refused(code: str, **params: Any) -> Refused:
    """The exception with the message of its code."""
    return Refused(Refusal(code, MESSAGES[code], params))


def _note(act: str, row: Delegation, signed: Signed, at: datetime, address: str | None) -> None:
    params: Mapping[str, Any] = {
        "to": row.post.code if row.post is not None else f"{row.role}@{row.body.code if row.body else ''}",
        "kinds": " ".join(row.kinds),
    }
    audit.record(
        at, act, subject=("delegation", row.code), params=params, person=signed.person.pk, seat=signed.seat.pk,
        post=signed.post.pk, address=address,
    )  # fmt: skip

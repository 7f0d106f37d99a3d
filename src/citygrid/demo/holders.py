"""Who of the demo's people does something: whoever sits on a post with the right for it."""

from collections.abc import Collection
from datetime import datetime

from citygrid.organization.models import Body, Seat
from citygrid.organization.seats import Signed, signed


def holder(
    right: str, at: datetime, body: Body | None = None, but: Collection[int] = (), roles: Collection[str] = ()
) -> Signed | None:
    """Somebody of the demo on a post with that right (in the body; none of the people `but`; on one of the roles);
    those of the whole city first, always the same one."""
    rows = Seat.objects.filter(until=None, person__demo=True, post__role__rights__contains=[right], post__active=True)
    if body is not None:
        rows = rows.filter(post__body=body)
    if roles:
        rows = rows.filter(post__role__code__in=list(roles))
    rows = rows.exclude(person__in=list(but)).select_related("person", "post__body", "post__role")
    seat = rows.order_by("post__body__level", "person__login", "pk").first()  # city, district, street
    return signed(seat.person, seat, at) if seat is not None else None

"""Which live topics a person may listen to; the server decides, never the page."""

from django.db.models import Q
from django.utils import timezone

from citygrid.organization.models import Seat


def topics(person_id: int, seat: Seat | None = None) -> list[str]:
    """`person:<id>`, and `post:<id>`, `body:<id>`, `queue:<body>:<role>` (the work list of the post) of the seat;
    without one, of all seats that the person holds now.

    A seat of somebody else gives nothing. Topics carry ids only: what changed is asked for by a page with
    its scope.
    """
    if seat is None:
        now = timezone.now()
        held = Seat.objects.filter(Q(until=None) | Q(until__gt=now), person=person_id, since__lte=now)
        pairs = list(held.filter(post__active=True).values_list("post_id", "post__body_id", "post__role__code"))
    else:
        pairs = [(seat.post_id, seat.post.body_id, seat.post.role.code)] if seat.person_id == person_id else []
    found = [f"person:{person_id}"]
    for post, body, role in pairs:
        found += [f"post:{post}", f"body:{body}", f"queue:{body}:{role}"]
    return list(dict.fromkeys(found))

"""Who asks, as the process wants to know it."""

from citygrid.organization.seats import Signed
from citygrid.process import Actor
from citygrid.process.states import Side


def actor_of(signed: Signed) -> Actor:
    """The signed-in person on the post in use; with whom they stand in for, when they do."""
    absent = signed.seat.stand_in_for_id
    return Actor(signed.person.pk, signed.post.pk, signed.body.pk, signed.role.code, Side(signed.side), absent)

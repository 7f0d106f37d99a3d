"""Named people of the second city at the pages of base data, on their posts."""

from django.test import Client

from citygrid.organization.models import Person
from citygrid.organization.seats import Signed, seats_of
from citygrid.organization.seats import signed as signed_on
from tests.basedata.town import AT


def at_desk(login: str, post: str = "") -> Signed:
    """The person on a post, as the pages know them."""
    person = Person.objects.get(login=login)
    seats = seats_of(person, AT)
    seat = seats.get(post__code=post) if post else seats.first()
    assert seat is not None, login
    return signed_on(person, seat, AT)


def client(login: str, post: str = "") -> Client:
    """A browser of that person."""
    one = at_desk(login, post)
    browser = Client()
    browser.force_login(one.person)
    browser.post("/posts/", {"seat": one.seat.pk})
    return browser

"""Who may send and see files: whoever is signed in to the end, on a post, with an own password (for `media`)."""

from django.http import HttpRequest

from citygrid.organization import seats


def comes_in(request: HttpRequest) -> bool:
    """The same question as `seats.seat_required`, for packages below this one; a program needs a key for files."""
    who = seats.current(request)
    return who is not None and not who.person.must_change_password

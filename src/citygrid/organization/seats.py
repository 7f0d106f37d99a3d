"""The seat of whoever is signed in: a person with several posts acts in one of them at a time."""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, update_wrapper
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlsplit

from django.contrib import auth
from django.contrib.auth.views import redirect_to_login
from django.db import connection
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from citygrid.organization import keys
from citygrid.organization.models import Body, Person, Post, Role, Seat
from citygrid.organization.separation import side_of
from citygrid.organization.signing import sign_ins
from citygrid.organization.visibility import Scope, covers, scope_at, scope_of

P = ParamSpec("P")
SESSION_KEY = "seat"
FACTOR_KEY = "second_factor"
"""In the session of somebody who signed in with a second factor."""
_KEPT = "citygrid.signed"
_OWED = "citygrid.owed"
_HELD = "citygrid.held"


@dataclass(frozen=True, slots=True)
class Signed:
    """Who asks: the person, the seat in use, and what follows from it. `scope` is at the moment of the
    request."""

    person: Person
    seat: Seat
    post: Post
    body: Body
    role: Role
    side: str
    scope: Scope


def seats_of(person: Person, at: datetime) -> QuerySet[Seat]:
    """The seats that the person holds at that moment, on active posts."""
    held = Seat.objects.filter(Q(until=None) | Q(until__gt=at), person=person, since__lte=at)
    if person.only_seat is not None:
        held = held.filter(pk=person.only_seat)
    return held.filter(post__active=True).select_related("person", "post__body", "post__role").order_by("id")


def current(request: HttpRequest) -> Signed | None:
    """Who is signed in, with the chosen seat or the only one; None when nobody is, no seat is chosen, or something is
    `owed` first."""
    if _KEPT not in request.META:
        request.META[_KEPT] = _found(request, timezone.now())
    signed: Signed | None = request.META[_KEPT]
    return signed


def held(request: HttpRequest) -> list[Seat]:
    """All seats of whoever is signed in by a session, as they were found for this request."""
    current(request)
    return list(request.META.get(_HELD, ()))


def forget(request: HttpRequest) -> None:
    """What was found of this request is asked anew: somebody signed in meanwhile, or took another post."""
    request.META.pop(_KEPT, None)
    request.META.pop(_OWED, None)
    request.META.pop(_HELD, None)


def owed(request: HttpRequest) -> str:
    """The route of what the person must do before anything else: a password of their own, a second factor that a role
    asks for. Empty when there is nothing."""
    current(request)
    route: str = request.META.get(_OWED, "")
    return route


def person_required(
    view: Callable[Concatenate[HttpRequest, Person, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A page for whoever is signed in, on a post or not: it gets `(request, person, ...)`."""

    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if "Authorization" in request.headers or not isinstance(request.user, Person):
            return redirect_to_login(request.get_full_path())
        route = owed(request)
        return redirect(route) if route else view(request, request.user, *args, **kwargs)

    update_wrapper(guarded, view)
    return guarded


def choose(request: HttpRequest, seat_id: int) -> Seat | None:
    """Takes one of the person's own seats for this session; None (and nothing changes) for any other id."""
    if not isinstance(request.user, Person):
        return None
    seat = seats_of(request.user, timezone.now()).filter(pk=seat_id).first()
    if seat is not None:
        request.session[SESSION_KEY] = seat.pk
        forget(request)
    return seat


def signed(person: Person, seat: Seat, at: datetime) -> Signed:
    """What follows from a seat."""
    post, role = seat.post, seat.post.role
    return Signed(person, seat, post, post.body, role, side_of(role.side, post.body.side), scope_of(seat, at))


def seat_required(
    view: Callable[Concatenate[HttpRequest, Signed, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A page that needs a seat: it gets `(request, signed, ...)`; others are sent to sign in or to choose a
    post."""

    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        who = current(request)
        if who is not None:
            return view(request, who, *args, **kwargs)
        if request.user.is_authenticated:
            return _whole_page(request, redirect(owed(request) or "organization:posts"))
        return _whole_page(request, redirect_to_login(request.get_full_path()))

    update_wrapper(guarded, view)
    return guarded


def _whole_page(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """A part of a page that is asked anew (a list that is open while the post ended) sends the whole page there: a
    redirect would be followed into the part, which then stands empty."""
    if not request.headers.get("HX-Request"):
        return answer
    target = request.headers.get("HX-Current-URL", "")
    back = urlsplit(target)._replace(scheme="", netloc="", fragment="").geturl() if target else request.get_full_path()
    route = answer.url if request.user.is_authenticated else redirect_to_login(back).url  # type: ignore[attr-defined]  # a redirect
    return HttpResponse(status=204, headers={"HX-Redirect": route})


def _found(request: HttpRequest, at: datetime) -> Signed | None:
    """One plain question to the database for what may have changed; the seats themselves are kept in memory."""
    if "Authorization" in request.headers:
        return _by_key(request, at)
    person_id = _person_id(request)
    marks = Marks.of(person_id) if person_id is not None else None
    if person_id is None or marks is None or not marks.active:
        return None
    held = [one for one in _kept(person_id, marks.organization) if covers(one, at)]
    request.META[_OWED], request.META[_HELD] = _owing(request, marks, held), held
    if not held:
        return None
    person = copy(held[0].person)
    person.password, person.must_change_password = marks.password, marks.must_change_password
    if not _same_password(request, person) or request.META[_OWED]:
        return None
    sign_ins.touch(request, [one.post.role for one in held], at)
    wanted = request.session.get(SESSION_KEY) if hasattr(request, "session") else None
    seat = next((one for one in held if one.pk == wanted), held[0] if len(held) == 1 else None)
    if seat is None:
        return None
    post, role = seat.post, seat.post.role
    scope = scope_at(seat, at, marks.organization, marks.areas)
    return Signed(person, seat, post, post.body, role, side_of(role.side, post.body.side), scope)


def _owing(request: HttpRequest, marks: "Marks", held: list[Seat]) -> str:
    """A first password is changed with the second factor set up already: whoever has only the password gets no
    further with it. Who came by single sign-on need not know it."""
    session: Any = getattr(request, "session", {})
    asked = any(one.post.role.second_factor for one in held)
    if asked and hasattr(request, "session") and not session.get(FACTOR_KEY):
        return "organization:second_step"
    by_password = session.get(sign_ins.WAY_KEY, sign_ins.PASSWORD) == sign_ins.PASSWORD
    return "organization:password" if marks.must_change_password and by_password else ""


def _by_key(request: HttpRequest, at: datetime) -> Signed | None:
    """A program with an access key; a request that carries one never falls back on a session."""
    seat = keys.holder(request, at)
    if seat is None or not covers(seat, at) or seat.person.must_change_password:
        return None
    return signed(seat.person, seat, at)


@dataclass(frozen=True, slots=True)
class Marks:
    """What a request must know anew each time: is the account active, its password's hash, and the states of the
    organization and the areas on which seats and scopes kept in memory rest."""

    active: bool
    password: str
    must_change_password: bool
    organization: int
    areas: str

    @classmethod
    def of(cls, person: int) -> "Marks | None":
        with connection.cursor() as cursor:
            cursor.execute(
                "select is_active, password, must_change_password,"
                " (select number from organization_version where id = 1),"
                " (select digest from areas_areaversion order by id desc limit 1)"
                " from organization_person where id = %s",
                [person],
            )
            row = cursor.fetchone()
        return cls(row[0], row[1], row[2], row[3] or 0, row[4] or "") if row else None


@lru_cache(maxsize=2048)
def _kept(person: int, organization: int) -> tuple[Seat, ...]:
    """All seats of a person as the organization stands; a change of it makes another key."""
    held = Seat.objects.filter(person=person, post__active=True)
    return tuple(held.select_related("person", "post__body", "post__role").order_by("id"))


def _person_id(request: HttpRequest) -> int | None:
    """Who the session says is signed in; a request without a session (a token's, a test's) brings a user."""
    if not hasattr(request, "session"):
        user: Any = request.user
        return user.pk if isinstance(user, Person) else None
    try:
        return int(request.session[auth.SESSION_KEY])
    except (KeyError, ValueError):
        return None


def _same_password(request: HttpRequest, person: Person) -> bool:
    """A session ends when the password changes; Django checks it for `request.user`, here it is checked the same."""
    if not hasattr(request, "session"):
        return True
    known = request.session.get(auth.HASH_SESSION_KEY, "")
    hashes = [person.get_session_auth_hash(), *person.get_session_auth_fallback_hash()]
    return any(constant_time_compare(known, one) for one in hashes)

"""Signing in, choosing a post, changing the password, signing out."""

from django.conf import settings
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from citygrid.organization import seats
from citygrid.organization.addresses import address_of
from citygrid.organization.models import Person
from citygrid.trust import audit


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page; whoever is signed in already goes on."""
    if request.method == "GET" and request.user.is_authenticated:
        return redirect(_next(request))
    form = AuthenticationForm(request, data=request.POST or None)
    if request.method == "POST":
        if form.is_valid():
            person = form.get_user()
            login(request, person)
            _note(request, "sign_in", person.pk)
            return redirect(_after_sign_in(request, person))
        tried = Person.objects.filter(login=request.POST.get("username", "")[:60]).first()
        code = "wrong_password" if tried else "unknown_login"
        _note(request, "sign_in", tried.pk if tried else None, audit.REFUSED, code)
    context = {"form": form, "next": _next(request)}
    return render(request, "organization/sign_in.html", context, status=422 if form.errors else 200)


def locked(request: HttpRequest, *_words: object, **_facts: object) -> HttpResponse:
    """Instead of the sign-in page while a login is locked for this address; says when to come back."""
    tried = Person.objects.filter(login=request.POST.get("username", "")[:60]).first()
    _note(request, "sign_in", tried.pk if tried else None, audit.REFUSED, "locked")
    seconds = int(settings.AXES_COOLOFF_TIME.total_seconds())
    sentence = _("Too many wrong passwords. Try again in %(minutes)d minutes, or ask your administrator.")
    context = {
        "form": AuthenticationForm(request),
        "next": _next(request),
        "locked": sentence % {"minutes": seconds // 60},
    }
    answer = render(request, "organization/sign_in.html", context, status=429)
    answer["Retry-After"] = str(seconds)
    return answer


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session."""
    if request.user.is_authenticated:
        _note(request, "sign_out", request.user.pk)
    logout(request)
    return redirect("organization:sign_in")


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def posts(request: HttpRequest) -> HttpResponse:
    """The person's posts, to choose the one to act in."""
    person = request.user
    assert isinstance(person, Person)
    refused = ""
    if request.method == "POST":
        wanted = request.POST.get("seat", "")
        seat = seats.choose(request, int(wanted)) if wanted.isascii() and wanted.isdigit() else None
        if seat is not None:
            _note(request, "choose_post", person.pk, post=seat.post_id, seat=seat.pk)
            return redirect(_next(request))
        refused = _("This post is not yours, or no longer.")
        _note(request, "choose_post", person.pk, audit.REFUSED, "not_your_post")
    context = {
        "held": seats.seats_of(person, timezone.now()),
        "signed": seats.current(request),
        "next": _next(request),
        "refused": refused,
    }
    return render(request, "organization/posts.html", context, status=403 if refused else 200)


@sensitive_post_parameters()
@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Changing one's own password."""
    person = request.user
    assert isinstance(person, Person)
    form = PasswordChangeForm(person, data=request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        person.must_change_password = False
        person.save(update_fields=["must_change_password"])
        update_session_auth_hash(request, person)
        _note(request, "change_password", person.pk)
        return redirect("/")
    return render(
        request,
        "organization/password.html",
        {"form": form, "must": person.must_change_password},
        status=422 if form.errors else 200,
    )


def _after_sign_in(request: HttpRequest, person: Person) -> str:
    if person.must_change_password:
        return "organization:password"
    if seats.current(request) is None:
        return "organization:posts"
    return _next(request)


def _next(request: HttpRequest) -> str:
    """Where to go on: the address that was asked for when it is one of ours, else the start page."""
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else "/"


def _note(
    request: HttpRequest,
    act: str,
    person: int | None,
    outcome: str = audit.DONE,
    code: str = "",
    *,
    post: int | None = None,
    seat: int | None = None,
) -> None:
    audit.record(
        timezone.now(),
        act,
        outcome=outcome,
        code=code,
        person=person,
        post=post,
        seat=seat,
        address=address_of(request),
    )

"""Signing in, choosing a post, changing the password, signing out."""

from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from citygrid.organization import landing, seats
from citygrid.organization.addresses import address_of
from citygrid.organization.models import Person
from citygrid.organization.signing import entering, locks, sign_ins
from citygrid.trust import audit


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page; whoever is signed in already goes on."""
    if request.method == "GET" and request.user.is_authenticated:
        return redirect(entering.next_of(request))
    form = AuthenticationForm(request, data=request.POST or None)
    if request.method == "POST":
        if form.is_valid():
            person = form.get_user()
            assert isinstance(person, Person)
            return entering.go_on(request, person, entering.next_of(request))
        tried = _tried(request)
        sign_ins.note(request, "sign_in", tried, audit.REFUSED, "wrong_password" if tried else "unknown_login")
    return entering.door(request, status=422 if form.errors else 200, form=form)


def locked(request: HttpRequest, *_words: object, **_facts: object) -> HttpResponse:
    """Instead of the sign-in page while a login is locked for this address; says when to come back."""
    sign_ins.note(request, "sign_in", _tried(request), audit.REFUSED, "locked")
    answer = entering.door(request, locks.refusal(), status=429)
    answer["Retry-After"] = str(locks.minutes() * 60)
    return answer


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session."""
    if isinstance(request.user, Person):
        sign_ins.note(request, "sign_out", request.user)
    logout(request)
    return redirect("organization:sign_in")


@never_cache
@require_http_methods(["GET", "POST"])
@seats.person_required
def posts(request: HttpRequest, person: Person) -> HttpResponse:
    """The person's posts, to choose the one to act in."""
    refused = ""
    if request.method == "POST":
        wanted = request.POST.get("seat", "")
        seat = seats.choose(request, int(wanted)) if wanted.isascii() and wanted.isdigit() else None
        if seat is not None:
            _note(request, "choose_post", person.pk, post=seat.post_id, seat=seat.pk)
            return redirect(landing.after(request, entering.next_of(request)))
        refused = _("This post is not yours, or no longer.")
        _note(request, "choose_post", person.pk, audit.REFUSED, "not_your_post")
    context = {
        "held": seats.seats_of(person, timezone.now()),
        "signed": seats.current(request),
        "next": entering.next_of(request),
        "refused": refused,
    }
    return render(request, "organization/posts.html", context, status=403 if refused else 200)


@sensitive_post_parameters()
@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Changing one's own password; all other sessions end with the old one."""
    person = request.user
    assert isinstance(person, Person)
    if seats.owed(request) not in ("", "organization:password"):
        return redirect(seats.owed(request))
    if request.method == "POST" and locks.locked(request, person.login):
        return locked(request)
    form = PasswordChangeForm(person, data=request.POST or None)
    if "old_password" in form.errors:
        locks.count(request, person.login)
    if request.method == "POST" and form.is_valid():
        form.save()
        person.must_change_password = False
        person.save(update_fields=["must_change_password"])
        update_session_auth_hash(request, person)
        sign_ins.end_all(person, "password", timezone.now(), but=request.session.session_key)
        _note(request, "change_password", person.pk)
        return redirect("/")
    return render(
        request,
        "organization/password.html",
        {"form": form, "must": person.must_change_password},
        status=422 if form.errors else 200,
    )


def _tried(request: HttpRequest) -> Person | None:
    return Person.objects.filter(login=request.POST.get("username", "")[:60]).first()


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

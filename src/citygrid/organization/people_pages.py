"""People: who has an account, which posts they hold; made by one administrator, given posts by another (三员分立)."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Replace
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citygrid.organization import accounts, assignment
from citygrid.organization.models import Person, Post, Seat
from citygrid.organization.rights import may, right_required
from citygrid.organization.seats import Signed
from citygrid.organization.signing import care_pages
from citygrid.organization.signing.reauthentication import recent_sign_in_required
from citygrid.process.refusal import Refusal

PAGE = 50
READERS = ("accounts.edit", "posts.assign", "audit.read")


def may_read(signed: Signed | None) -> bool:
    """Whether the bar shows people."""
    return any(may(signed, right) for right in READERS)


@never_cache
@require_safe
@right_required(*READERS)
def people(request: HttpRequest, signed: Signed) -> HttpResponse:
    """All accounts by login; searched by login, name, pinyin or post."""
    words, after = request.GET.get("q", "").strip()[:60], request.GET.get("after", "")[:60]
    found = _found(words).filter(login__gt=after).order_by("login")
    rows = list(found[: PAGE + 1])
    held = _held(rows[:PAGE], timezone.now())
    context = {
        "q": words,
        "rows": [{"person": one, "seats": held.get(one.pk, [])} for one in rows[:PAGE]],
        "after": rows[PAGE - 1].login if len(rows) > PAGE else None,
        "may_make": may(signed, "accounts.edit"),
    }
    return render(request, "organization/people.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required("accounts.edit")
@recent_sign_in_required
def new(request: HttpRequest, signed: Signed) -> HttpResponse:
    """A new account; its password is shown this once."""
    refusal: Refusal | None = None
    if request.method == "POST":
        login, name = request.POST.get("login", "").strip(), request.POST.get("name", "")
        answer = accounts.make(login, name, signed.person, timezone.now())
        if not isinstance(answer, Refusal):
            return shown(request, signed, answer[0], password=answer[1])
        refusal = answer
    context = {"refusal": _told(refusal), "typed": request.POST}
    return render(request, "organization/new_person.html", context, status=422 if refusal else 200)


@never_cache
@require_safe
@right_required(*READERS)
def person(request: HttpRequest, signed: Signed, pk: int) -> HttpResponse:
    """One account and its posts, now and before."""
    return shown(request, signed, get_object_or_404(Person, pk=pk))


@require_POST
@right_required("accounts.edit")
@recent_sign_in_required
def account(request: HttpRequest, signed: Signed, pk: int) -> HttpResponse:
    """A new password, or the account closed or opened (`act`: password, close, open)."""
    one, act = get_object_or_404(Person, pk=pk), request.POST.get("act")
    if act == "password":
        return shown(request, signed, one, password=accounts.new_password(one, signed.person, timezone.now()))
    if act not in ("close", "open"):
        return HttpResponse(status=400)
    refusal = accounts.set_active(one, act == "open", signed.person, timezone.now())
    return shown(request, signed, one, refusal) if refusal else redirect("organization:person", pk)


@require_POST
@right_required("posts.assign")
@recent_sign_in_required
def assign(request: HttpRequest, signed: Signed, pk: int) -> HttpResponse:
    """Give a post, from now; the separation of duties is asked, and nobody gives one to themselves."""
    one = get_object_or_404(Person, pk=pk)
    post = Post.objects.filter(code=request.POST.get("post", "").strip(), active=True).first()
    refusal: Refusal | None
    if one.pk == signed.person.pk:
        refusal = Refusal("own_post", "Nobody gives a post to themselves.", {})
    elif post is None:
        refusal = Refusal("no_such_post", "There is no such post.", {})
    else:
        answer = assignment.assign(one, post, timezone.now(), by=signed.person)
        refusal = answer if isinstance(answer, Refusal) else None
    if refusal is not None:
        return shown(request, signed, one, refusal)
    messages.success(request, _("The post is given."))
    return redirect("organization:person", pk)


@require_POST
@right_required("posts.assign")
@recent_sign_in_required
def release(request: HttpRequest, signed: Signed, pk: int, seat: int) -> HttpResponse:
    """Take a post back, from now."""
    held = get_object_or_404(Seat, pk=seat, person=pk, until=None)
    assignment.release(held, timezone.now(), signed.person)
    messages.success(request, _("The post is taken back."))
    return redirect("organization:person", pk)


def shown(
    request: HttpRequest, signed: Signed, one: Person, refusal: Refusal | None = None, password: str = ""
) -> HttpResponse:
    """The person's page, with why something was refused or a password to hand over."""
    now = timezone.now()
    seats = (
        Seat.objects.filter(person=one).select_related("post__body", "post__role", "stand_in_for").order_by("-since")
    )
    context = {
        "person": one,
        "seats": seats,
        "now": now,
        "refusal": _told(refusal),
        "password": password,
        "typed": request.POST,
        "posts": _posts() if may(signed, "posts.assign") else [],
        "may_assign": may(signed, "posts.assign") and one.pk != signed.person.pk,
        "may_edit": may(signed, "accounts.edit"),
        "own": one.pk == signed.person.pk,
        **care_pages.facts(one, now),
    }
    return render(request, "organization/person.html", context, status=422 if refusal else 200)


def _told(refusal: Refusal | None) -> str:
    return _(refusal.message) % refusal.params if refusal else ""


def _posts() -> QuerySet[Post]:
    return Post.objects.filter(active=True).select_related("body").order_by("body__code", "code")


def _found(words: str) -> QuerySet[Person]:
    if not words:
        return Person.objects.all()
    spelled = "".join(words.casefold().split())
    named = Q(login__icontains=words) | Q(name__icontains=words) | Q(spelled__contains=spelled)
    posted = Q(seats__post__name__icontains=words, seats__until=None) | Q(seats__post__code=words, seats__until=None)
    together = Replace("pinyin", Value(" "), Value(""))
    return Person.objects.annotate(spelled=together).filter(named | posted).distinct()


def _held(rows: list[Person], now: datetime) -> dict[int, list[Any]]:
    held: dict[int, list[Any]] = {}
    seats = Seat.objects.filter(Q(until=None) | Q(until__gt=now), person__in=rows, since__lte=now, post__active=True)
    for seat in seats.select_related("post__body").order_by("id"):
        held.setdefault(seat.person_id, []).append(seat)
    return held

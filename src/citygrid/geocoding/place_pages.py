"""Keeping places: the list, a place with its history, adding, changing, naming otherwise, retiring."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citygrid.geocoding import keeping, texts
from citygrid.geocoding.keeping import KeepError, Who
from citygrid.geocoding.models import Kind, Place, Term
from citygrid.geocoding.place_forms import PlaceForm, centre, of_place
from citygrid.organization.rights import may, right_required
from citygrid.organization.seats import Signed, seat_required

RIGHT = "geocoding.edit"
PAGE = 50


@require_safe
@seat_required
def places(request: HttpRequest, signed: Signed) -> HttpResponse:
    """All places by code, by kind and by the beginning of a name."""
    kind, q, after = (request.GET.get(name, "").strip()[:100] for name in ("kind", "q", "after"))
    rows = _listed(kind, q, request.GET.get("state", "") == "retired")
    page = list(rows.filter(code__gt=after).order_by("code").defer("shape")[: PAGE + 1])
    context = {
        "rows": page[:PAGE], "after": page[PAGE - 1].code if len(page) > PAGE else None, "kinds": Kind.choices,
        "asked": {"kind": kind, "q": q, "state": request.GET.get("state", "")}, "may_edit": may(signed, RIGHT),
    }  # fmt: skip
    return render(request, "geocoding/places.html", context)


def _listed(kind: str, q: str, retired: bool) -> QuerySet[Place]:
    today = timezone.localdate()
    gone = Q(valid_to__lte=today)
    rows = Place.objects.filter(gone) if retired else Place.objects.exclude(gone)
    if kind in Kind.values:
        rows = rows.filter(kind=kind)
    text = texts.numbered(texts.normal(q))
    if not text:
        return rows
    # No `distinct`: PostgreSQL's points have no equality.
    named = Term.objects.filter(text__startswith=text).values("place_id")
    return rows.filter(Q(pk__in=named) | Q(code=q))


@require_http_methods(["GET", "POST"])
@right_required(RIGHT)
def new(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Add a place; the form's own id makes it only once."""
    if request.method == "GET":
        initial = {name: request.GET[name] for name in ("lon", "lat", "name", "kind") if name in request.GET}
        return _form(request, PlaceForm(initial=initial), None, str(uuid4()))
    form = PlaceForm(request.POST)
    key = _uuid(request.POST.get("id", ""))
    if not form.is_valid():
        return _form(request, form, None, key)
    return _save(request, signed, form, None, f"p{UUID(key).hex}")


@require_http_methods(["GET", "POST"])
@seat_required
def place(request: HttpRequest, signed: Signed, code: str) -> HttpResponse:
    """A place with its history; with the right, its form."""
    known = get_object_or_404(Place.objects.select_related("parent"), code=code)
    if request.method == "GET":
        return _show(request, signed, known, PlaceForm(initial=of_place(known)))
    if not may(signed, RIGHT):
        raise Http404
    form = PlaceForm(request.POST)
    if not form.is_valid():
        return _show(request, signed, known, form)
    return _save(request, signed, form, known, code)


@require_POST
@right_required(RIGHT)
def alias(request: HttpRequest, signed: Signed, code: str) -> HttpResponse:
    """Give a place another name, or take one away."""
    name, remove = request.POST.get("alias", "").strip(), "remove" in request.POST
    if not texts.normal(name) or len(name) > 200:
        messages.error(request, _("Type another name of at most 200 characters."))
    else:
        try:
            keeping.name_otherwise(code, name, Who(signed), timezone.now(), remove=remove)
        except KeepError as error:
            raise Http404 from error
        said = _("“%(name)s” is no name of it any more.") if remove else _("It is found by “%(name)s” as well now.")
        messages.success(request, said % {"name": name})
    return redirect("geocoding:place", code=code)


@require_POST
@right_required(RIGHT)
def retire(request: HttpRequest, signed: Signed, code: str) -> HttpResponse:
    """The place exists no longer from a day on."""
    try:
        last = date.fromisoformat(request.POST.get("last", ""))
    except ValueError:
        messages.error(request, _("Say from which day on it exists no longer."))
        return redirect("geocoding:place", code=code)
    try:
        keeping.retire(code, last, Who(signed, request.POST.get("why", "")[:300]), timezone.now())
        messages.success(request, _("The place is retired; its history stays."))
    except KeepError as error:
        if error.code == "unknown_place":
            raise Http404 from error
        messages.error(request, _(error.message) % error.params)
    return redirect("geocoding:place", code=code)


def _save(request: HttpRequest, signed: Signed, form: PlaceForm, known: Place | None, code: str) -> HttpResponse:
    version = request.POST.get("version", "")
    expected = int(version) if known is not None and version.isdecimal() else (None if known is None else 0)
    try:
        who = Who(signed, form.cleaned_data["why"])
        saved = keeping.save(code, form.draft(known), expected, who, timezone.now())
    except KeepError as error:
        form.add_error(None, _(error.message) % error.params)
        return _show(request, signed, known, form) if known is not None else _form(request, form, None, str(uuid4()))
    messages.success(request, _("Saved: %(name)s.") % {"name": saved.name})
    return redirect("geocoding:place", code=saved.code)


def _form(request: HttpRequest, form: PlaceForm, known: Place | None, key: str) -> HttpResponse:
    context = {"form": form, "key": key, "centre": centre(), "point": _point(form), "place": known}
    return render(request, "geocoding/new.html", context, status=422 if form.is_bound else 200)


def _show(request: HttpRequest, signed: Signed, known: Place, form: PlaceForm) -> HttpResponse:
    today = timezone.localdate()
    context: dict[str, Any] = {
        "place": known, "form": form, "may_edit": may(signed, RIGHT), "point": _point(form), "today": today,
        "versions": known.versions.order_by("-version")[:50],
        "over": known.valid_to is not None and known.valid_to <= today,
        "kind": known.get_kind_display(), "centre": centre(),
    }  # fmt: skip
    return render(request, "geocoding/place.html", context, status=422 if form.is_bound else 200)


def _point(form: PlaceForm) -> tuple[str, str]:
    return str(form["lon"].value() or ""), str(form["lat"].value() or "")


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise Http404 from None

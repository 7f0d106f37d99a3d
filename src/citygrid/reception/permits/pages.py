"""Pages of permits: list with map, one with what was refused under it, entering, changing, taking back (S2-45)."""

import json
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import shapely
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citygrid.cases import naming
from citygrid.media import storing
from citygrid.media.checking import MediaError
from citygrid.media.limits import largest
from citygrid.media.models import File
from citygrid.organization.addresses import address_of
from citygrid.organization.rights import may, right_required
from citygrid.organization.seats import Signed, seat_required
from citygrid.reception.models import Permit, PermitKind
from citygrid.reception.permits import hours, keeping, refused, seeing, valid
from citygrid.reception.permits.forms import PermitForm
from citygrid.reception.permits.seeing import EDIT
from citygrid.rulebook.slices import NoRules, localday, profile_at
from citygrid.web.sent import uuid_of

PAGE = 50


@require_safe
@seat_required
def listed(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Permits in force on a day (`on`, empty: all), of a kind, by the beginning of a number; the last to end first."""
    if not seeing.may_read(signed):
        raise PermissionDenied
    today = localday(timezone.now())
    said = request.GET.get("on", today.isoformat())
    day = _day(said)
    rows = Permit.objects.select_related("kind") if day is None else seeing.in_force(day).select_related("kind")
    typed, kind = request.GET.get("q", "").strip()[:60], request.GET.get("kind", "")
    rows = rows.filter(number__istartswith=typed) if typed else rows
    rows = rows.filter(kind__code=kind) if kind else rows
    key = _key(request.GET.get("after", ""))
    if key is not None:
        rows = rows.filter(last_day__gte=key[0]).exclude(last_day=key[0], pk__lte=key[1])
    found = list(rows.order_by("last_day", "id")[:PAGE])
    shown = words_of(found)
    last = found[-1] if len(found) == PAGE else None
    context = {
        "rows": shown,
        "shapes": _shapes(shown),
        "kinds": PermitKind.objects.filter(active=True).order_by("code"),
        "kind": kind, "typed": typed, "on": said, "today": today,
        "after": f"{last.last_day.isoformat()}~{last.pk}" if last else None,
        "may_edit": may(signed, EDIT),
    }  # fmt: skip
    return render(request, "reception/permits/list.html", context)


def words_of(rows: list[Permit]) -> list[dict[str, Any]]:
    """Permits in the reader's words."""
    texts = valid.texts_of(rows)
    return [
        {"row": row, "holder": texts.get(row.holder, ""), "what": texts.get(row.what, ""),
         "hours": hours.words(row.starts, row.ends), "metres": valid.radius(row)} for row in rows
    ]  # fmt: skip


def _shapes(shown: list[dict[str, Any]]) -> dict[str, Any]:
    features = []
    for one in shown:
        row: Permit = one["row"]
        geometry = json.loads(shapely.to_geojson(shapely.from_wkb(bytes(row.shape))))
        properties = {"tone": "present", "title": row.number, "rows": [[_("Holder"), one["holder"]]],
                      "url": reverse("reception:permit", args=[row.pk])}  # fmt: skip
        features.append({"type": "Feature", "id": str(row.pk), "geometry": geometry, "properties": properties})
    return {"type": "FeatureCollection", "features": features}


@require_safe
@seat_required
def one(request: HttpRequest, signed: Signed, pk: int) -> HttpResponse:
    """One permit, and the reports that were refused under it as far as the post may see them."""
    if not seeing.may_read(signed):
        raise PermissionDenied
    row = _row(pk)
    shown = words_of([row])
    under = refused.under(row.code, signed.scope)
    context = {
        **shown[0],
        "shapes": _shapes(shown),
        "classes": naming.classes(row.classes or row.kind.classes),
        "covers": row.classes or row.kind.classes,
        "under": [{"row": one, "title": naming.class_words(one.class_id)} for one in under],
        "may_edit": may(signed, EDIT),
        "over": row.ended_at is not None or row.last_day < localday(timezone.now()),
    }
    return render(request, "reception/permits/one.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(EDIT)
def new(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Enter a permit. The same form sent twice is one permit; what is wrong stands at its field."""
    if request.method != "POST":
        given = {name: request.GET[name] for name in ("kind", "lon", "lat") if name in request.GET}
        return _form(request, PermitForm(initial=given), uuid4(), None)
    uid = uuid_of(request.POST.get("uid", ""))
    if uid is None:
        raise Http404
    return _keep(request, signed, uid, None)


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(EDIT)
def change(request: HttpRequest, signed: Signed, pk: int) -> HttpResponse:
    """Correct a permit that was not taken back."""
    row = _row(pk)
    if row.ended_at is not None:
        raise Http404
    if request.method != "POST":
        return _form(request, PermitForm(initial=keeping.cells_of(row)), row.uid, row)
    return _keep(request, signed, row.uid, row)


def _keep(request: HttpRequest, signed: Signed, uid: UUID, row: Permit | None) -> HttpResponse:
    now = timezone.now()
    form = PermitForm(request.POST)
    file, wrong = _document(request, signed)
    good = form.is_valid()
    draft = form.draft
    if draft is not None and draft.kind is not None and row is not None:
        other = Permit.objects.filter(kind=draft.kind, number=draft.number).exclude(pk=row.pk).exists()
        if other:
            form.add_error("number", _("There is a permit of this kind with this number already."))
            good = False
    if not good or wrong or draft is None:
        return _form(request, form, uid, row, file, wrong)
    known = Permit.objects.filter(kind=draft.kind, number=draft.number).exclude(uid=uid).exists()
    if row is None and known:
        form.add_error("number", _("There is a permit of this kind with this number already."))
        return _form(request, form, uid, row, file)
    kept = keeping.keep(
        draft, now, signed.person.pk, uid=uid, row=row, document=file, address=address_of(request)
    )  # fmt: skip
    messages.success(request, _("Permit %(number)s is kept.") % {"number": kept.number})
    return redirect("reception:permit", kept.pk)


@require_POST
@right_required(EDIT)
def take_back(request: HttpRequest, signed: Signed, pk: int) -> HttpResponse:
    """It holds no longer from now on."""
    row = _row(pk)
    keeping.take_back(row, timezone.now(), signed.person.pk, address_of(request))
    messages.success(request, _("Taken back: it is no longer proposed."))
    return redirect("reception:permit", row.pk)


def _form(
    request: HttpRequest, form: PermitForm, uid: UUID, row: Permit | None, file: File | None = None, wrong: str = ""
) -> HttpResponse:
    context = {"form": form, "uid": uid, "row": row, "file": file, "wrong": wrong, "centre": _centre()}
    return render(request, "reception/permits/form.html", context, status=422 if form.is_bound else 200)


def _document(request: HttpRequest, signed: Signed) -> tuple[File | None, str]:
    """The document: sent now, or with an earlier try of the same form; with what was wrong with it."""
    sent = request.FILES.get("file")
    if sent is None:
        known = uuid_of(request.POST.get("file_id", ""))
        return File.objects.filter(pk=known, uploader=signed.person.pk).first() if known else None, ""
    if (sent.size or 0) > largest():
        words = _("The file has %(size)s bytes; at most %(most)s are taken.")
        return None, words % {"size": sent.size, "most": largest()}
    try:
        return storing.store(sent.read(), sent.name or "", signed.person.pk, timezone.now()), ""
    except MediaError as error:
        return None, _(error.message) % error.params


def _row(pk: int) -> Permit:
    row = Permit.objects.select_related("kind", "made_by", "ended_by", "document").filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def _centre() -> tuple[str, str] | None:
    try:
        known = profile_at(timezone.now()).data.get("map", {})
    except NoRules:
        return None
    return (str(known["lon"]), str(known["lat"])) if "lon" in known and "lat" in known else None


def _key(text: str) -> tuple[date, int] | None:
    day, _tilde, pk = text.partition("~")
    found = _day(day)
    return (found, int(pk)) if found is not None and pk.isascii() and pk.isdigit() and len(pk) < 18 else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None

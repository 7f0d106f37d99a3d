"""Change requests: asking for one from the field, the list, one request with what it would change, deciding on it."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citygrid.basedata import asking, component_words, listing, photos, problems, seeing, survey_asking
from citygrid.basedata.asking import Asked, Kind, Status
from citygrid.basedata.classes import classes_at
from citygrid.basedata.component_frame import frame
from citygrid.basedata.models import ChangeRequest, Component
from citygrid.basedata.sheets import Field
from citygrid.organization.rights import may, right_required
from citygrid.organization.seats import Signed
from citygrid.process.refusal import Refused
from citygrid.rulebook.slices import profile_at
from citygrid.web.refusals import Told
from citygrid.web.sent import uuid_of
from citygrid.web.words import chinese

OF_KNOWN = (Kind.STATE, Kind.ATTRIBUTES, Kind.MOVE, Kind.MISSING)


@require_safe
@right_required("basedata.request", "basedata.publish")
def listed(request: HttpRequest, signed: Signed) -> HttpResponse:
    """One's own requests; for whoever decides, those of their areas. `?status=`; open ones first shown to a steward."""
    decides = may(signed, "basedata.publish")
    status = request.GET.get("status", "open" if decides else "")
    rows = asking.page(signed, status if status in Status.values else "", after=request.GET.get("after", ""))
    today = timezone.localdate()
    names = component_words.class_names((row.class_id for row in rows), today)
    context = {
        "rows": [(row, names[row.class_id]) for row in rows], "status": status, "states": Status.choices,
        "after": f"{rows[-1].asked_at.isoformat()}~{rows[-1].pk}" if len(rows) == asking.PAGE else None,
        "decides": decides, **frame(signed, "requests"),
    }  # fmt: skip
    return render(request, "basedata/requests/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@right_required("basedata.request", "basedata.publish")
def new(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Ask for a change of a component (`?code=`), or report a new one. Refused: the form again, as it was typed."""
    said = request.POST if request.method == "POST" else request.GET
    code = said.get("code", "").strip()[:32]
    known = listing.one(code, seeing.components(signed)) if code else None
    if code and known is None:
        raise Http404
    refusal: Told | None = None
    if request.method == "POST":
        try:
            row, _again = asking.ask(_asked(said, request, known), signed, timezone.now())
            messages.success(request, _("Sent. You will see here what becomes of it."))
            return redirect("basedata:request", row.pk)
        except Refused as refused:
            refusal = _tell(refused, known.class_id if known else said.get("class_id", ""))
    context = _form(said, request, signed, known) | {"refusal": refusal}
    return render(request, "basedata/requests/new.html", context, status=422 if refusal else 200)


@require_safe
@right_required("basedata.request", "basedata.publish")
def one(request: HttpRequest, signed: Signed, pk: UUID) -> HttpResponse:
    """One request: who asks what and why, what it would change, the photos; the decision."""
    row = get_object_or_404(ChangeRequest.objects.select_related("asked_by", "asked_body", "decided_by"), pk=pk)
    if not asking.visible(row, signed):
        raise Http404
    return render(request, "basedata/requests/request.html", _context(row, signed) | {"answer": ""})


@require_POST
@right_required("basedata.request", "basedata.publish")
def act(request: HttpRequest, signed: Signed, pk: UUID, name: str) -> HttpResponse:
    """approve, refuse (with a reason), withdraw. Refused: the page again, with what was typed."""
    answer = request.POST.get("answer", "")[:400]
    try:
        if name == "withdraw":
            row = asking.take_back(pk, signed, timezone.now())
        else:
            row = asking.decide(pk, name == "approve", answer, signed, timezone.now())
    except Refused as refused:
        if refused.refusal.code == "no_such_request":
            raise Http404 from refused
        if refused.refusal.code == "request_decides":
            raise PermissionDenied from refused
        row = get_object_or_404(ChangeRequest, pk=pk)
        context = _context(row, signed) | {"refusal": _tell(refused, row.class_id), "answer": answer}
        return render(request, "basedata/requests/request.html", context, status=422)
    said = {Status.APPROVED: _("Approved."), Status.REFUSED: _("Refused."), Status.WITHDRAWN: _("Withdrawn.")}
    messages.success(request, said[Status(row.status)])
    return redirect("basedata:request", pk)


def _asked(said: Any, request: HttpRequest, known: Component | None) -> Asked:
    """What the form asks for; numbers and ids that are none are left out, and then missed by `asking`."""
    kind = said.get("kind", "") if known is not None else Kind.NEW
    class_id = known.class_id if known is not None else said.get("class_id", "")
    return Asked(
        id=uuid_of(said.get("request", "")) or uuid4(), kind=kind, code=known.code if known else "", class_id=class_id,
        lon=_degrees(said.get("lon", "")) if kind in asking.WITH_PLACE else None,
        lat=_degrees(said.get("lat", "")) if kind in asking.WITH_PLACE else None,
        cells=_cells(said, kind, class_id, known), reason=said.get("reason", ""),
        photos=tuple(found for text in request.POST.getlist("photos") if (found := uuid_of(text)) is not None),
    )  # fmt: skip


def _cells(said: Any, kind: str, class_id: str, known: Component | None) -> dict[str, str]:
    """Facts that were typed otherwise than they are known; of a state, a move or a loss only what belongs to it."""
    found = {}
    for field in asking.fields_for(class_id, timezone.now()):
        typed = said.get(f"cell:{field.name}")
        wanted = kind in (Kind.NEW, Kind.ATTRIBUTES) or (kind == Kind.STATE and field.name == "state")
        if typed is None or not wanted or typed.strip() == (_text(known, field) if known else ""):
            continue
        found[field.name] = typed.strip()
    return found


def _form(said: Any, request: HttpRequest, signed: Signed, known: Component | None) -> dict[str, Any]:
    now, today = timezone.now(), timezone.localdate()
    class_id = known.class_id if known else said.get("class_id", "")
    fields = [
        {"field": one, "title": component_words.title_of(one), "odd": "", "wrong": [], "bad": False,
         "value": said.get(f"cell:{one.name}", _text(known, one) if known else ""),
         "choices": [(c.code, one.say(c.code, chinese())) for c in one.choices]}
        for one in (asking.fields_for(class_id, now) if class_id in classes_at(today).sheets else ())
    ]  # fmt: skip
    place = (said.get("lon", ""), said.get("lat", ""))
    if not any(place) and known is not None and known.lon is not None and known.lat is not None:
        place = (f"{known.lon:.7f}", f"{known.lat:.7f}")
    centre = profile_at(now).data.get("map", {})
    ids = [found for text in request.POST.getlist("photos") if (found := uuid_of(text))]
    return {
        "known": known, "said": said, "class_id": class_id, "place": place, "may_correct": True,
        "class_name": component_words.class_name(class_id, today) if class_id else "",
        "request_id": said.get("request") or uuid4(),
        "kind": said.get("kind", "") or (Kind.STATE if known else Kind.NEW),
        "kinds": [(one.value, one.label) for one in OF_KNOWN], "centre": (centre.get("lon", ""), centre.get("lat", "")),
        "state": [one for one in fields if one["field"].name == "state"],
        "fields": [one for one in fields if one["field"].name != "state"], "pictures": photos.pictures(ids),
        "upload_url": reverse("media:upload"), **frame(signed, "requests"),
    }  # fmt: skip


def _context(row: ChangeRequest, signed: Signed) -> dict[str, Any]:
    today = timezone.localdate()
    known = Component.objects.filter(code=row.code).first() if row.code else None
    fields = {one.name: one for one in asking.fields_for(row.class_id, row.asked_at)}
    changes = [
        (component_words.title_of(fields[name]), _shown(known, fields[name]) if known else "",
         fields[name].say(_value(fields[name], text), chinese()))
        for name, text in row.cells.items() if name in fields
    ]  # fmt: skip
    decides = may(signed, "basedata.publish")
    looked = asking.looked_at(row, timezone.now()) if decides and row.status == Status.OPEN else []
    return {
        "looked": [(one["severity"], problems.sentence(one)) for one in looked],
        "row": row, "known": known, "class_name": component_words.class_name(row.class_id, today), "changes": changes,
        "pictures": photos.pictures(row.photos), "mine": row.asked_by_id == signed.person.pk, "decides": decides,
        "moved_on": bool(known and row.status == Status.OPEN and row.based_on and known.version != row.based_on),
        "shapes": _shapes(row, known), **frame(signed, "requests"),
    }  # fmt: skip


def _shapes(row: ChangeRequest, known: Component | None) -> dict[str, Any]:
    """Where it is known to be, and where the request says that it is."""
    features = []
    for tone, title, at in (("present", _("as known"), known), ("proposed", _("as asked for"), row)):
        if at is not None and at.lon is not None and at.lat is not None:
            geometry = {"type": "Point", "coordinates": [at.lon, at.lat]}
            said = {"tone": tone, "title": title, "label": title, "rows": []}
            features.append({"type": "Feature", "id": tone, "geometry": geometry, "properties": said})
    return {"type": "FeatureCollection", "features": features}


def _tell(refused: Refused, class_id: str) -> Told:
    """The sentence, with the fact that it is about named as the form names it."""
    told = survey_asking.tell(refused.refusal)
    title = {one.name: component_words.title_of(one) for one in asking.fields_for(class_id, timezone.now())}
    if told.field in title:
        return Told(told.code, f"{title[told.field]}: {told.sentence}", told.field)
    return told


def _text(known: Component, field: Field) -> str:
    if field.name in known.attributes:
        return field.write(known.attributes[field.name])
    value = getattr(known, field.name, "")
    return field.write(value) if isinstance(value, str) else str(value or "")


def _shown(known: Component, field: Field) -> str:
    text = _text(known, field)
    return field.say(_value(field, text), chinese()) if text else ""


def _value(field: Field, text: str) -> Any:
    """A stored text as its field reads it; what it cannot read stays a text."""
    if not text:
        return None
    read = field.read(text)
    return text if type(read).__name__ == "Wrong" else read


def _degrees(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if -180 <= value <= 180 else None

"""The layer manager (图层控制, 专题数据管理, 符号化管理; right maps.manage): list, order, one layer, groups, files."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citygrid.maps import editing, external, importing, listing, reading, register
from citygrid.maps.manager_forms import LayerForm, NewGroup, NewLayer
from citygrid.maps.models import EXTERNAL, Kind, Layer, LayerGroup, Sharing
from citygrid.maps.problems import LayerError
from citygrid.media import scanning
from citygrid.media.checking import MediaError
from citygrid.organization.models import Role
from citygrid.organization.rights import right_required
from citygrid.organization.seats import Signed
from citygrid.tabular import TableError
from citygrid.trust import audit
from citygrid.web import policy

RIGHT = "maps.manage"
SHOWN = 10
LONGEST_NAME = 60
"""Signs of a file's name; four bytes each are less than a file system takes."""


@dataclass(frozen=True, slots=True)
class Line:
    """A layer in the list. `seen_by`: names of roles, empty for everybody within the scope. `due`: days too old."""

    layer: Layer
    seen_by: list[str]
    scope: str
    due: int
    works: bool


@require_safe
@right_required(RIGHT)
def layers(request: HttpRequest, signed: Signed) -> HttpResponse:
    """All layers by group, in the order in which they are drawn."""
    found = register.current()
    roles = {role.code: str(role) for role in Role.objects.all()}
    today = timezone.localdate()
    lines = [_line(layer, roles, today) for layer in found.layers.values()]
    groups = [
        {"group": group, "lines": [one for one in lines if one.layer.group_id == group.pk]} for group in found.groups
    ]
    loose = [one for one in lines if one.layer.group_id is None]
    if loose:
        groups.append({"group": None, "lines": loose})
    return render(request, "maps/manager.html", {"groups": groups, "count": len(lines), "new_group": NewGroup()})


def _line(layer: Layer, roles: dict[str, str], today: Any) -> Line:
    seen_by = [roles.get(code, code) for code in layer.roles]
    works = layer.kind in EXTERNAL or reading.source_of(layer) is not None
    return Line(layer, seen_by, str(Sharing(layer.sharing).label), listing.overdue(layer, today), works)


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(RIGHT)
def new(request: HttpRequest, signed: Signed) -> HttpResponse:
    """A new layer. What a file holds is brought in on the layer's own page afterwards."""
    form = NewLayer(request.POST or None, initial={"kind": Kind.SOURCE, "group": request.GET.get("group")})
    if request.method == "POST" and form.is_valid():
        layer = form.layer()
        try:
            editing.save(layer, signed, timezone.now())
        except LayerError as error:
            form.refuse(error)
        else:
            messages.success(
                request, _("The layer is in the register, not published yet. Give it a style and say who sees it.")
            )
            return redirect("maps:layer", code=layer.code)
    return render(request, "maps/new_layer.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(RIGHT)
def layer(request: HttpRequest, signed: Signed, code: str) -> HttpResponse:
    """One layer: style with a preview, who sees it, what is known of its data."""
    found = _found(code)
    form = LayerForm(found, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            editing.save(form.apply(), signed, timezone.now())
        except LayerError as error:
            form.refuse(error)
        else:
            messages.success(request, _("Kept. The maps show it from now on."))
            return redirect("maps:layer", code=code)
    status = 422 if form.is_bound else 200
    kept = _found(code)
    view = listing.view_of(kept)
    context = {
        "layer": kept,
        "form": form,
        "entry": listing.facts_of(view) | {"shown": True} if view else None,
        "external": kept.kind in EXTERNAL,
        "features": kept.kind == Kind.FEATURES,
        "count": kept.features.count() if kept.kind == Kind.FEATURES else None,
        "due": listing.overdue(kept, timezone.localdate()),
    }
    answer = render(request, "maps/layer.html", context, status=status)
    if kept.kind in EXTERNAL and not kept.published:
        policy.admit(answer, external.origins(kept))
    return answer


@require_POST
@right_required(RIGHT)
def order(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Put the layers of a group into another order: `codes` as they shall stand, or `move` one by a place."""
    group = LayerGroup.objects.filter(code=request.POST.get("group", "")).first()
    codes = request.POST.getlist("codes") or list(
        Layer.objects.filter(group=group).order_by("order", "code").values_list("code", flat=True)
    )
    move = request.POST.get("move")
    if move in codes:
        at = codes.index(move)
        to = max(0, min(len(codes) - 1, at + (-1 if request.POST.get("by") == "up" else 1)))
        codes.insert(to, codes.pop(at))
    editing.reorder(codes, signed, timezone.now(), group)
    if request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(status=204)
    answer = redirect("maps:manager")
    answer["Location"] += f"#layer-{quote(move, safe='')}" if move else ""
    return answer


@require_POST
@right_required(RIGHT)
def group(request: HttpRequest, signed: Signed) -> HttpResponse:
    """A new group at the end of the list."""
    form = NewGroup(request.POST)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, " ".join(map(str, errors)))
        return redirect("maps:manager")
    with transaction.atomic():
        last = LayerGroup.objects.order_by("-order").values_list("order", flat=True).first() or 0
        made = LayerGroup.objects.create(**form.cleaned_data, order=last + 10)
        register.touch()
        audit.record(
            timezone.now(),
            "layer_group_added",
            subject=("layer_group", made.code),
            person=signed.person.pk,
            seat=signed.seat.pk,
            post=signed.post.pk,
        )
    messages.success(request, _("The group is there. Layers are put into it on their own pages."))
    return redirect("maps:manager")


@require_POST
@right_required(RIGHT)
def remove(request: HttpRequest, signed: Signed, code: str) -> HttpResponse:
    """Take a layer out of the register. The word of the code must be typed: features kept with it go too."""
    found = _found(code)
    if request.POST.get("confirm", "").strip() != found.code:
        messages.error(request, _("Type the layer's code to remove it."))
        return redirect("maps:layer", code=code)
    editing.remove(found, signed, timezone.now())
    messages.success(request, _("%(name)s is no longer in the register.") % {"name": found})
    return redirect("maps:manager")


def _found(code: str) -> Layer:
    found = Layer.objects.select_related("group").filter(code=code).first()
    if found is None:
        raise Http404
    return found


@require_POST
@right_required(RIGHT)
def file(request: HttpRequest, signed: Signed, code: str) -> HttpResponse:
    """Replace the features of a layer by those of a file: all at once, or nothing changes."""
    found, sent = _found(code), request.FILES.get("file")
    if sent is None:
        messages.error(request, _("Choose a file."))
        return redirect("maps:layer", code=code)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / (Path(sent.name or "").name[-LONGEST_NAME:] or "file")
        with path.open("wb") as to:
            to.writelines(sent.chunks())
        crs, sheet, key = (request.POST.get(name, "").strip() for name in ("crs", "sheet", "key"))
        try:
            scanning.cleared(path, signed.person.pk, timezone.now())
            done = importing.bring_in(
                found, path, signed, timezone.now(), key=key, sheet=sheet or None, crs=crs or None
            )
        except (LayerError, MediaError, TableError) as error:
            messages.error(request, _(error.message) % error.params)
            return redirect("maps:layer", code=code)
    for one in done.problems[:SHOWN]:
        messages.warning(
            request, (_("Row %(row)s: ") % {"row": one.line} if one.line else "") + _(one.message) % dict(one.params)
        )
    if not done.changed:
        messages.success(request, _("The layer holds exactly these features already."))
    elif done.left_out:
        words = {"count": done.kept, "left_out": done.left_out}
        messages.warning(
            request, _("%(count)s features are in the layer now, %(left_out)s rows were left out.") % words
        )
    else:
        messages.success(request, _("%(count)s features are in the layer now.") % {"count": done.kept})
    return redirect("maps:layer", code=code)

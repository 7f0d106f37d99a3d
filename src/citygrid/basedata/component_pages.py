"""The register of components (部件): list, one component with its history and cases, finding one by its number."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import shapely
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from citygrid.areas.models import Area, DutyMembership
from citygrid.basedata import asking, component_words, listing, photos, registers, seeing, survey_asking, versions
from citygrid.basedata.classes import classes_at
from citygrid.basedata.component_frame import frame
from citygrid.basedata.identifying import BY_PLACE
from citygrid.basedata.listing import Query
from citygrid.basedata.models import Component, Facts
from citygrid.organization.models import Body
from citygrid.organization.rights import may, right_required
from citygrid.organization.seats import Signed, seat_required
from citygrid.process.refusal import Refusal, Refused
from citygrid.rulebook.search import find_classes
from citygrid.web.words import chinese

NEAR_METRES = 30
"""How near register entries must be to stand on a component's page."""
HISTORY = 100
FILTERS = ("q", "class_id", "area", "state", "owner", "after")
UNDO_REASON = gettext_noop("Say why the change is taken back.")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of the list says, as a query and as what stands in the form."""

    query: Query
    class_words: str
    area: str
    typed: dict[str, str]

    @property
    def address(self) -> str:
        """The filter without the page, for links."""
        return urlencode({name: value for name, value in self.typed.items() if value and name != "after"})


def asked(request: HttpRequest) -> Asked:
    """Read the filter; what is no filter is passed over."""
    typed = {name: request.GET.get(name, "").strip()[:100] for name in FILTERS}
    typed["ended"] = "1" if request.GET.get("ended") else ""
    level, _colon, code = typed["area"].partition(":")
    area = (level, code) if level in seeing.LEVELS and code else None
    grids: tuple[str, ...] = ()
    if level == "duty_grid" and code:
        rows = DutyMembership.objects.filter(duty_grid__code=code, valid_to=None)
        grids = tuple(rows.values_list("grid__code", flat=True)) or ("-",)
    query = Query(
        text=typed["q"], class_id=typed["class_id"], area=area, grids=grids, state=typed["state"], owner=typed["owner"],
        ended=bool(typed["ended"]), after=typed["after"],
    )  # fmt: skip
    today = timezone.localdate()
    words = component_words.class_name(query.class_id, today) if query.class_id else ""
    return Asked(query, words, typed["area"], typed)


def guard(signed: Signed) -> None:
    """The register as a whole is for those who keep base data or supervise (403)."""
    if not seeing.may_open(signed):
        raise PermissionDenied


@require_safe
@seat_required
def components(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The list with its filter, counts by class, and the page's rows on the map."""
    guard(signed)
    found, seen, today = asked(request), seeing.components(signed), timezone.localdate()
    rows = listing.page(found.query, seen)
    names = component_words.class_names([row.class_id for row in rows], today)
    areas, units = component_words.area_names(rows), component_words.bodies(rows)
    shown = [_line(row, names, areas, units) for row in rows]
    context = {
        "asked": found, "rows": shown, "shapes": shapes(shown),
        "after": rows[-1].code if len(rows) == listing.PAGE else None,
        "counts_address": f"{reverse('basedata:component_counts')}?{found.address}",
        "areas": _areas(signed), "states": _states(), "owners": _owners(), **frame(signed, "components"),
    }  # fmt: skip
    return render(request, "basedata/components/list.html", context)


@require_safe
@seat_required
def counts(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Counts by class of what was asked for: a fragment, because counting a million takes a moment."""
    guard(signed)
    found = asked(request)
    numbers, more = listing.counts(found.query, seeing.components(signed))
    names = component_words.class_names(numbers, timezone.localdate())
    base = {name: value for name, value in found.typed.items() if value and name not in ("class_id", "after")}
    lines = [
        {"name": names[one], "number": number, "chosen": one == found.query.class_id,
         "address": f"{reverse('basedata:components')}?{urlencode(base | {'class_id': one})}"}
        for one, number in numbers.items()
    ]  # fmt: skip
    context = {"lines": lines, "total": sum(numbers.values()), "more": more}
    return render(request, "basedata/components/counts.html", context)


@require_safe
@seat_required
def component(request: HttpRequest, signed: Signed, code: str) -> HttpResponse:
    """One component: what and where it is, whose, photos, history, cases, requests. 404 for one out of sight."""
    row = listing.one(code, seeing.components(signed))
    if row is None:
        raise Http404
    now, today = timezone.now(), timezone.localdate()
    history = versions.history(row.code)[:HISTORY]
    sheet = classes_at(today).sheets.get(row.class_id)
    context = {
        "row": row, "class_name": component_words.class_name(row.class_id, today), "sheet": sheet,
        "name": component_words.own_name(row, today),
        "state": component_words.state_name(row.state, today), "facts": component_words.facts(row, today),
        "areas": _path(row), "units": _whose(row), "outline": outline(row),
        "steps": component_words.steps(history, today), "photos": photos.of_component(row.code),
        "requests": asking.page(signed, code=row.code, most=5), "near": _near(row, signed, now) if row.lon else [],
        "cases_address": _cases(row.code), "may_request": _may_request(signed), "whole": seeing.may_open(signed),
        **frame(signed, "components"),
    }  # fmt: skip
    return render(request, "basedata/components/component.html", context)


@require_POST
@right_required("basedata.publish")
def undo(request: HttpRequest, signed: Signed, code: str) -> HttpResponse:
    """Take the newest change back, with a reason: a new version with the facts of the one before."""
    row = listing.one(code, seeing.components(signed))
    if row is None:
        raise Http404
    reason = request.POST.get("reason", "").strip()
    try:
        if not reason:
            raise Refused(Refusal("undo_reason", UNDO_REASON, {"field": "reason"}))
        made = versions.undo(code, signed.person, timezone.now(), reason)
        messages.success(request, _("Taken back: version %(version)s.") % {"version": made.version})
    except Refused as refused:
        messages.error(request, survey_asking.tell(refused.refusal).sentence)
    return redirect("basedata:component", code)


@require_safe
@seat_required
def find(request: HttpRequest, signed: Signed) -> HttpResponse:
    """From a number to its page: a component's code, its owner's number, or a number of a register."""
    typed = request.GET.get("q", "").strip()[:100]
    seen = seeing.components(signed)
    if typed and listing.one(typed, seen) is not None:
        return redirect("basedata:component", typed)
    codes = listing.one_by_key(typed, seen) if typed else []
    if len(codes) == 1:
        return redirect("basedata:component", codes[0])
    today = timezone.localdate()
    entries = [
        entry for one in registers.readable(signed) if typed and (entry := registers.find(one.code, typed, today))
        and registers.sees(signed, entry)
    ]  # fmt: skip
    if len(entries) == 1 and not codes:
        return redirect("basedata:register_entry", entries[0].register.code, entries[0].key)
    if not seeing.may_open(signed):
        raise Http404
    rows = [row for code in codes if (row := listing.one(code, seen))]
    names = component_words.class_names([row.class_id for row in rows], today)
    context = {"typed": typed, "entries": entries, "rows": [(row, names[row.class_id]) for row in rows]}
    context |= frame(signed, "")
    return render(request, "basedata/components/found.html", context)


@require_safe
@seat_required
def pick_class(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Classes of components by name, pinyin initials or code, while typing."""
    typed = request.GET.get("words", "")[:60]
    rows = find_classes(typed, timezone.now(), kind="component", most=12)
    picks = [(one.class_id, one.name if chinese() or not one.name_en else one.name_en, f"{one.code} · {one.major_name}")
             for one in rows]  # fmt: skip
    return render(request, "basedata/components/picks.html", {"picks": picks, "typed": typed})


def shapes(lines: list[dict[str, Any]]) -> dict[str, Any]:
    """The rows of a list as a GeoJSON collection for the map."""
    features = [
        {"type": "Feature", "id": line["row"].code,
         "geometry": {"type": "Point", "coordinates": [line["row"].lon, line["row"].lat]},
         "properties": {"tone": "ended" if line["row"].valid_to else "present", "title": line["class_name"],
                        "url": reverse("basedata:component", args=[line["row"].code]),
                        "rows": [[_("Code"), line["row"].code], [_("Name"), line["row"].name],
                                 [_("State"), line["state"]]]}}
        for line in lines if line["row"].lon is not None
    ]  # fmt: skip
    return {"type": "FeatureCollection", "features": features}


def outline(row: Facts) -> dict[str, Any]:
    """The component's own shape for the map; empty for a point (its mark is enough)."""
    if row.shape is None:
        return {"type": "FeatureCollection", "features": []}
    shape = shapely.from_wkb(bytes(row.shape))
    feature = {"type": "Feature", "id": row.code, "geometry": shapely.geometry.mapping(shape),
               "properties": {"tone": "present", "title": row.code, "rows": []}}  # fmt: skip
    return {"type": "FeatureCollection", "features": [feature]}


def _line(row: Component, names: dict[str, str], areas: dict[str, str], units: dict[str, str]) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "row": row, "key": shown_key(row), "class_name": names[row.class_id],
        "name": component_words.own_name(row, today), "state": component_words.state_name(row.state, today),
        "where": " ".join(areas[c] for c in (row.street, row.community) if c in areas),
        "owner": component_words.unit(row, "owner", units) or component_words.unit(row, "maintainer", units),
    }  # fmt: skip


def shown_key(row: Facts) -> str:
    """The owner's number; empty where there is none and the place stands for it."""
    return "" if row.key.startswith(BY_PLACE) else row.key


def _states() -> list[tuple[str, str]]:
    field = classes_at(timezone.localdate()).basic("state")
    return [(one.code, field.say(one.code, chinese())) for one in field.choices] if field else []


def _owners() -> list[tuple[str, str]]:
    """Bodies that may own or keep components: those that handle, and those in force."""
    rows = Body.objects.filter(side__in=("handling", "neutral"), active_until=None).order_by("name")
    return [(row.code, str(row)) for row in rows]


def _areas(signed: Signed) -> list[tuple[str, str, int]]:
    """Districts and streets within the post's sight, for the filter: value, name, depth."""
    seen = seeing.sight(signed)
    rows = Area.objects.filter(kind__in=("district", "street"), valid_to=None).order_by("code")
    allowed = dict(seen.areas)
    found = []
    for row in rows.select_related("parent"):
        inside = seen.everything or row.code in allowed.get(row.kind, ())
        inside = inside or (row.parent is not None and row.parent.code in allowed.get("district", ()))
        if inside:
            found.append((f"{row.kind}:{row.code}", row.name or row.code, int(row.kind == "street")))
    return sorted(found, key=lambda one: (one[0].partition(":")[2], one[2]))


def _path(row: Facts) -> list[tuple[str, str]]:
    names = component_words.area_names([row])
    return [(code, names.get(code, code)) for code in (row.district, row.street, row.community) if code]


def _whose(row: Facts) -> list[tuple[str, str]]:
    names = component_words.bodies([row])
    roles = (("department", _("Supervising department")), ("owner", _("Owner")), ("maintainer", _("Maintainer")))
    found = [(title, component_words.unit(row, role, names)) for role, title in roles]
    return [one for one in found if one[1]]


def _near(row: Facts, signed: Signed, now: Any) -> list[registers.Near]:
    """What the registers say here, as far as the post may read them."""
    open_to = {one.pk for one in registers.readable(signed)}
    assert row.lon is not None and row.lat is not None
    found = registers.near(row.lon, row.lat, NEAR_METRES, now)
    return [one for one in found if one.entry.register_id in open_to]


def _cases(code: str) -> str:
    """Where the cases of a component stand; a package above offers them."""
    try:
        return reverse("cases:of_component", args=[code])
    except NoReverseMatch:
        return ""


def _may_request(signed: Signed) -> bool:
    return may(signed, "basedata.request") or may(signed, "basedata.publish")

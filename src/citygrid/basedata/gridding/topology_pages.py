"""The topology report (拓扑检查): every fault of the areas of a day, by kind, on the map, and as a file."""

import csv
import io
from collections import Counter
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from citygrid.areas import geojson, topology
from citygrid.areas.topology import Fault
from citygrid.basedata.gridding import asked, shapes
from citygrid.basedata.gridding.words import FAULTS, told
from citygrid.organization.rights import right_required
from citygrid.organization.seats import Signed
from citygrid.tabular import guarded

SHOWN = 500
"""Faults in the list and on the map; the files have all."""


@require_safe
@right_required(*asked.READERS)
def report(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The faults of a day; `?kind=` shows one kind of them."""
    at = asked.day(request)
    found = [_line(number, one) for number, one in enumerate(topology.faults(at), start=1)]
    kinds = Counter(str(line["kind"]) for line in found)
    kind = request.GET.get("kind", "")
    lines = [line for line in found if line["kind"] == kind] if kind in kinds else found
    context = {
        "tab": "topology",
        "kinds": [(key, FAULTS.get(key, key), count) for key, count in kinds.most_common()],
        "kind": kind if kind in kinds else "",
        "lines": lines[:SHOWN],
        "count": len(found),
        "left": max(0, len(lines) - SHOWN),
        "shapes": shapes.collection(_drawn(line) for line in lines[:SHOWN] if line["fault"].shape is not None),
        "kept": [("kind", kind)] if kind in kinds else [],
        **asked.days(request, at),
    }
    return render(request, "basedata/areas/topology.html", context)


def _line(number: int, fault: Fault) -> dict[str, Any]:
    said = told(fault.code, fault.message, fault.params)
    return {
        "key": f"fault:{number}",
        "kind": fault.code,
        "name": FAULTS.get(fault.code, fault.code),
        "codes": list(fault.codes),
        "sentence": said.sentence,
        "area_m2": fault.area_m2,
        "fault": fault,
    }


def _drawn(line: dict[str, Any]) -> shapes.Drawn:
    rows = [(str(line["name"]), str(line["sentence"]))]
    return shapes.feature("fault", line["fault"].shape, line["key"], ", ".join(line["codes"]), "", rows)


@require_safe
@right_required(*asked.READERS)
def file(request: HttpRequest, signed: Signed, kind: str) -> HttpResponse:
    """All faults of a day as CSV, or with their shapes as GeoJSON."""
    at = asked.day(request)
    lines = [_line(number, one) for number, one in enumerate(topology.faults(at), start=1)]
    if kind == "csv":
        answer = HttpResponse(_csv(lines), content_type="text/csv; charset=utf-8")
    elif kind == "geojson":
        answer = HttpResponse(_geojson(lines), content_type="application/geo+json")
    else:
        raise Http404
    answer["Content-Disposition"] = content_disposition_header(True, f"topology-{at.isoformat()}.{kind}")
    return answer


def _csv(lines: list[dict[str, Any]]) -> str:
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow([_("Kind"), _("Areas"), _("What is wrong"), "m²", _("Longitude"), _("Latitude")])
    for line in lines:
        shape = line["fault"].shape
        point = shape.representative_point() if shape is not None and not shape.is_empty else None
        place = (f"{point.x:.7f}", f"{point.y:.7f}") if point is not None else ("", "")
        surface = "" if line["area_m2"] is None else f"{line['area_m2']:.2f}"
        texts = (str(line["name"]), " ".join(line["codes"]), str(line["sentence"]))
        writer.writerow([*map(guarded, texts), surface, *place])
    return out.getvalue()


def _geojson(lines: list[dict[str, Any]]) -> str:
    return geojson.text(
        (
            {"kind": line["kind"], "codes": line["codes"], "message": line["sentence"], "area_m2": line["area_m2"]},
            line["fault"].shape,
        )
        for line in lines
    )

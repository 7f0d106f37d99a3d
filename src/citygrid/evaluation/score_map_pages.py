"""The areas of a scheme on the map in the colours of their grades, each with its letter; a click leads to its score
(GB/T 30428.4: results in five colours on the map; issue 7, item 7)."""

import json
from typing import Any
from urllib.parse import urlencode

import shapely
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from citygrid.areas.models import Area
from citygrid.evaluation import score_drawing
from citygrid.evaluation.results import SubjectScore
from citygrid.evaluation.rounding import NOTHING
from citygrid.evaluation.score_pages import WHYS
from citygrid.evaluation.score_view import View, context_of, view_of
from citygrid.organization.seats import Signed, seat_required
from citygrid.web.words import say

LEVELS = {
    "district": gettext_lazy("District"),
    "street": gettext_lazy("Street"),
    "community": gettext_lazy("Community"),
}
FINE = 0.00002
"""Degrees (about two metres): what is finer is not seen on a screen with all areas."""


@require_safe
@seat_required
def page(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The map and its legend; `level` judges larger or smaller areas than the scheme's own by it."""
    view = view_of(request, signed)
    context = context_of(view)
    if view.scores is None:
        return render(request, "evaluation/score_map.html", context, status=view.status)
    if view.scheme.by != "area":
        raise Http404
    rows = [row for group in view.scores.groups for row in group.rows]
    context |= {
        "shapes": _shapes(view, rows), "legend": _legend(view, rows), "level": view.scheme.level,
        "levels": [(level, str(words)) for level, words in LEVELS.items()], "rows": [_row(view, row) for row in rows],
        "area_schemes": [(code, say(one.names)) for code, one in view.book.schemes.items() if one.by == "area"],
    }  # fmt: skip
    return render(request, "evaluation/score_map.html", context)


def _address(view: View, row: SubjectScore) -> str:
    return f"{reverse('evaluation:score')}?{view.query}&{urlencode({'subject': row.subject})}"


def _row(view: View, row: SubjectScore) -> dict[str, Any]:
    return {
        "row": row, "band": score_drawing.band(view.scheme, row.grade), "why": WHYS.get(row.why, row.why),
        "shown": NOTHING if row.shown is None else str(row.shown), "address": _address(view, row),
    }  # fmt: skip


def _shapes(view: View, rows: list[SubjectScore]) -> dict[str, Any]:
    """Each area with its colour as tone, letter and score as label."""
    wanted = {int(row.subject): row for row in rows if row.subject.isdigit()}
    features = []
    for area in Area.objects.filter(pk__in=wanted).order_by("code"):
        row = wanted[area.pk]
        found = score_drawing.band(view.scheme, row.grade)
        shape = shapely.from_wkb(bytes(area.geometry)).simplify(FINE)
        shown = NOTHING if row.shown is None else str(row.shown)
        told = [[_("Score"), shown], [_("Grade"), say(found.names) if found else str(WHYS.get(row.why, row.why))]]
        features.append({
            "type": "Feature", "geometry": json.loads(shapely.to_geojson(shape)),
            "properties": {
                "key": row.subject, "tone": f"grade_{found.colour}" if found else "plain", "title": row.name,
                "label": f"{row.name} {row.grade} {shown}", "url": _address(view, row),
                "rows": told + ([[_("Rank"), row.rank]] if row.rank else []),
            },
        })  # fmt: skip
    return {"type": "FeatureCollection", "features": features}


def _legend(view: View, rows: list[SubjectScore]) -> list[dict[str, Any]]:
    """The grades from best to worst with how many areas each has."""
    found = [
        {"band": grade, "least": f"{float(grade.least):g}", "count": sum(row.grade == grade.code for row in rows)}
        for grade in view.scheme.grades
    ]
    without = sum(row.shown is None for row in rows)
    return [*found, {"band": None, "least": "", "count": without}] if without else found

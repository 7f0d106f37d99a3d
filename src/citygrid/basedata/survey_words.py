"""A survey in staging for a reader: counts, kinds of problems, rows with their sentences, shapes for the map."""

from collections.abc import Iterable, Mapping
from typing import Any

import shapely
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from citygrid.basedata import component_words, mappings, problems, survey_asking
from citygrid.basedata.identifying import BY_PLACE
from citygrid.basedata.models import Survey, SurveyRow
from citygrid.process.refusal import Refusal

MESSAGES: dict[str, str] = {
    "send_back_reason": gettext_noop("Say what is to be corrected."),
    "row_place": gettext_noop("“%(value)s” is no place: longitude and latitude in degrees, or WKT."),
    "accept_reason": gettext_noop("Say why the warning may stand."),
}
KINDS: Mapping[str, Any] = {
    "class_missing": gettext_lazy("Class missing"), "class_unknown": gettext_lazy("Class unknown"),
    "class_ambiguous": gettext_lazy("Class ambiguous"), "code_length": gettext_lazy("Code too long or short"),
    "code_digits": gettext_lazy("Code is not digits"), "code_part": gettext_lazy("Part of the code is wrong"),
    "code_class": gettext_lazy("Code and class differ"), "code_district": gettext_lazy("Code and district differ"),
    "code_moved": gettext_lazy("Moved to another district"), "code_twice": gettext_lazy("Code twice"),
    "code_retired": gettext_lazy("Code of something gone"), "code_full": gettext_lazy("No code left"),
    "key_missing": gettext_lazy("Number missing"), "key_twice": gettext_lazy("Number twice"),
    "key_other_code": gettext_lazy("Number of another component"), "place_missing": gettext_lazy("No place"),
    "place_wrong": gettext_lazy("Shape cannot be used"), "geometry_kind": gettext_lazy("Wrong kind of shape"),
    "outside_area": gettext_lazy("Outside the area"), "outside_service_area": gettext_lazy("Outside the service area"),
    "grid_differs": gettext_lazy("Grid differs"), "unit_unknown": gettext_lazy("Unit unknown"),
    "accuracy_low": gettext_lazy("Accuracy too low"), "near_row": gettext_lazy("Near another row"),
    "near_component": gettext_lazy("Near a known component"), "moved_far": gettext_lazy("Moved far"),
    "older": gettext_lazy("Older than the register"), "class_changed": gettext_lazy("Class changed"),
    "field_missing": gettext_lazy("Fact missing"), "field_unknown": gettext_lazy("Fact not wanted"),
    "text_long": gettext_lazy("Text too long"), "not_number": gettext_lazy("No number"),
    "number_bounds": gettext_lazy("Number out of bounds"), "not_date": gettext_lazy("No date"),
    "date_future": gettext_lazy("Date in the future"), "dates_order": gettext_lazy("Ends before it begins"),
    "not_bool": gettext_lazy("Neither yes nor no"), "not_choice": gettext_lazy("Unknown word"),
    "not_listed": gettext_lazy("Not in the file"), "unreadable": gettext_lazy("Cannot be read"),
}  # fmt: skip
"""Short names of the kinds of problems, for the list by kind."""
NUMBERS: tuple[tuple[str, str, Any], ...] = (
    ("rows", "", gettext_lazy("rows")),
    ("with_errors", "errors", gettext_lazy("with errors")),
    ("with_warnings", "warnings", gettext_lazy("with warnings")),
    ("new", "new", gettext_lazy("new")),
    ("changed", "changed", gettext_lazy("changed")),
    ("same", "same", gettext_lazy("the same")),
    ("removed", "removed", gettext_lazy("gone?")),
    ("left_out", "left_out", gettext_lazy("left out")),
)
TONES = {"new": "new", "changed": "changed", "same": "same", "removed": "ended", "wrong": "fault"}


def refusal(code: str, **params: Any) -> Refusal:
    return Refusal(code, MESSAGES[code], params)


def numbers(counts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The counts on top of the report, each with the filter that shows its rows."""
    return [
        {"number": counts.get(name, 0), "show": show, "words": words, "name": name}
        for name, show, words in NUMBERS
        if name in ("rows", "with_errors", "new") or counts.get(name)
    ]


def kinds(counts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Kinds of problems with their counts, errors first, then the most frequent."""
    found = [
        {"code": code, "count": count, "name": KINDS.get(code, code), "severity": problems.severity(code)}
        for code, count in counts.get("problems", {}).items()
    ]
    return sorted(found, key=lambda one: (one["severity"] != problems.ERROR, -one["count"], one["code"]))


def notes(counts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What reading the file told about the file as a whole, or about rows that stay usable."""
    return [
        {"line": one.get("line"), "sentence": told.sentence}
        for one in counts.get("notes", ())
        if (told := survey_asking.told(one)) is not None
    ]


def sentence(problem: Mapping[str, Any]) -> str:
    """The problem in the reader's language; what reading the file told brings its own sentence."""
    if "message" in problem:
        told = survey_asking.told(dict(problem))
        return told.sentence if told else ""
    return problems.sentence(problem)


def titles(survey: Survey) -> dict[str, str]:
    """Titles of the facts, by name."""
    target = mappings.REGISTER + survey.register.code if survey.register else mappings.COMPONENTS
    found = {one.name: component_words.title_of(one) for one in mappings.fields(target, survey.on)}
    return {"place": _("Place"), **found}


def said(problem: Mapping[str, Any], named: Mapping[str, str]) -> dict[str, Any]:
    """One problem of a row: sentence, its fact's title, whether it is accepted."""
    field = problem.get("field", "")
    return {
        "code": problem["code"], "field": field, "title": named.get(field, field), "sentence": sentence(problem),
        "severity": problem.get("severity", problems.ERROR), "accepted": problem.get("accepted"),
    }  # fmt: skip


def lines(rows: Iterable[SurveyRow], survey: Survey) -> list[dict[str, Any]]:
    """Rows of the report with their sentences."""
    named = titles(survey)
    names: dict[str, str] = {}
    found = []
    for row in rows:
        if row.class_id and row.class_id not in names:
            names[row.class_id] = component_words.class_name(row.class_id, survey.on)
        found.append({
            "row": row, "class_name": names.get(row.class_id, ""),
            "problems": [said(one, named) for one in row.problems],
            "key": row.code or ("" if row.key.startswith(BY_PLACE) else row.key),
            "url": reverse("basedata:survey_row", args=[survey.pk, row.number]),
        })  # fmt: skip
    return found


def shapes(rows: Iterable[SurveyRow], survey: Survey) -> dict[str, Any]:
    """The rows of a page for the map; the key of a shape is the row's number."""
    features = []
    for row in rows:
        geometry = geometry_of(row)
        if geometry is None:
            continue
        tone = "fault" if row.errors else "warning" if row.warnings else TONES[row.verdict]
        properties = {
            "tone": "same" if row.left_out else tone, "title": _("Row %(number)s") % {"number": row.number},
            "label": str(row.number), "url": reverse("basedata:survey_row", args=[survey.pk, row.number]), "rows": [],
        }  # fmt: skip
        features.append({"type": "Feature", "id": str(row.number), "geometry": geometry, "properties": properties})
    return {"type": "FeatureCollection", "features": features}


def geometry_of(row: Any) -> dict[str, Any] | None:
    """The place of a row as GeoJSON; None where it has none."""
    if row.shape is not None:
        return dict(shapely.geometry.mapping(shapely.from_wkb(bytes(row.shape))))
    if row.lon is None or row.lat is None:
        return None
    return {"type": "Point", "coordinates": [row.lon, row.lat]}

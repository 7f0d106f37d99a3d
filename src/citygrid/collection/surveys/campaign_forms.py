"""The form in which a special survey is made: rows of questions, places one a line."""

import re
from datetime import datetime
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from citygrid.collection.models import Campaign
from citygrid.collection.surveys import campaigns
from citygrid.collection.surveys.refusals import refused
from citygrid.organization.seats import Signed

ROWS = 8
KINDS = (("choice", _("choice")), ("yes_no", _("yes or no")), ("number", _("number")), ("text", _("text")))
MOST_POINTS = 2000
_BETWEEN = r"[\s,，;；]+"
_LINE = re.compile(
    rf"\s*(?P<name>.*?){_BETWEEN}(?P<lon>-?\d{{1,3}}(?:\.\d+)?){_BETWEEN}(?P<lat>-?\d{{1,2}}(?:\.\d+)?)\s*"
)


class CampaignForm(forms.Form):
    """What stands above the questions."""

    title = forms.CharField(label=_("Title"), max_length=120)
    purpose = forms.CharField(
        label=_("Purpose of the survey"), max_length=1000, required=False, widget=forms.Textarea({"rows": 2})
    )
    first_day = forms.DateField(label=_("From"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    last_day = forms.DateField(label=_("To"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    target = forms.ChoiceField(label=_("What is looked at"))
    class_id = forms.CharField(label=_("Class of the components"), max_length=80, required=False)
    points = forms.CharField(
        label=_("Places"), required=False, widget=forms.Textarea({"rows": 4}),
        help_text=_("One a line: name, longitude, latitude."),
    )  # fmt: skip
    areas = forms.MultipleChoiceField(
        label=_("Where"), required=False, widget=forms.SelectMultiple({"size": 8}),
        help_text=_("Nothing chosen: the whole ground of your post."),
    )  # fmt: skip
    photos = forms.IntegerField(label=_("Photos needed"), min_value=0, max_value=9, initial=1)
    report_class = forms.CharField(
        label=_("Class of a report out of it"), max_length=80, required=False,
        help_text=_("Collectors report a finding with one tap when a class stands here."),
    )  # fmt: skip

    def __init__(self, signed: Signed, now: datetime, data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial, auto_id="survey_%s")
        offered = [(c, w) for c, w in Campaign.Target.choices if c != Campaign.Target.CASES]
        cast(forms.ChoiceField, self.fields["target"]).choices = offered
        areas = [(row.code, f"{row.name or row.code} {row.code}") for row in campaigns.choosable(signed, now)]
        cast(forms.MultipleChoiceField, self.fields["areas"]).choices = areas
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "form-select" if name in ("target", "areas") else "form-control"

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if said.get("target") == Campaign.Target.COMPONENTS and not said.get("class_id"):
            self.add_error("class_id", _("Choose the class of the components."))
        if said.get("target") == Campaign.Target.POINTS and not said.get("points", "").strip():
            self.add_error("points", _("Write at least one place."))
        return said


def initial_of(row: Campaign) -> dict[str, Any]:
    """What the form shows of a draft."""
    names = ("title", "purpose", "first_day", "last_day", "target", "class_id", "areas", "photos", "report_class")
    lines = "\n".join(f"{name}, {lon:.6f}, {lat:.6f}" for name, lon, lat in row.points)
    return {name: getattr(row, name) for name in names} | {"points": lines}


def points_of(text: str) -> list[list[Any]]:
    """[[name, lon, lat]] of the lines. Raises Refused with the line that cannot be read."""
    found: list[list[Any]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        read = _LINE.fullmatch(line)
        lon, lat = (float(read["lon"]), float(read["lat"])) if read is not None else (0.0, 0.0)
        if read is None or not abs(lon) <= 180 or not abs(lat) <= 90 or len(found) >= MOST_POINTS:
            raise refused("survey_points", line=number, field="points")
        found.append([read["name"].strip()[:200], lon, lat])
    return found


def questions(said: QueryDict) -> list[dict[str, Any]]:
    """The questions that were typed; empty rows are left out. Choices are parted by commas."""
    found = []
    for n in range(ROWS):
        label = said.get(f"q{n}_label", "").strip()
        if not label:
            continue
        texts = re.split(r"[,，;；、\n]+", said.get(f"q{n}_choices", ""))
        names = [one.strip() for one in texts if one.strip()]
        found.append(
            {
                "name": f"q{n + 1}", "label": label, "kind": said.get(f"q{n}_kind", ""),
                "required": bool(said.get(f"q{n}_required")),
                "choices": [{"code": f"c{k}", "name": one} for k, one in enumerate(names, 1)],
            }
        )  # fmt: skip
    return found


def rows_of(said: QueryDict | None, row: Campaign | None) -> list[dict[str, Any]]:
    """The rows of questions for the page: as typed, else as kept, and empty ones up to the number of rows."""
    if said is not None:
        return [
            {"n": n, "label": said.get(f"q{n}_label", ""), "kind": said.get(f"q{n}_kind", ""),
             "required": bool(said.get(f"q{n}_required")), "choices": said.get(f"q{n}_choices", "")}
            for n in range(ROWS)
        ]  # fmt: skip
    kept = row.fields if row is not None else []
    shown = [
        {"n": n, "label": one["label"], "kind": one["kind"], "required": one["required"],
         "choices": ", ".join(c["name"] for c in one["choices"])}
        for n, one in enumerate(kept[:ROWS])
    ]  # fmt: skip
    empty = [{"n": n, "label": "", "kind": "", "required": False, "choices": ""} for n in range(len(shown), ROWS)]
    return shown + empty

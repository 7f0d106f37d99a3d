"""The forms of the pages of areas. Each carries the number of its plan, so that sending it twice makes one plan."""

import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from citygrid.areas.models import LADDER
from citygrid.basedata.gridding import drawn
from citygrid.basedata.gridding.words import KINDS, tell
from citygrid.process.refusal import Refused

BETWEEN = re.compile(r"[\s,;，；、]+")


def codes_of(text: str) -> list[str]:
    """Codes typed with blanks, commas or lines between, each once, in the order typed."""
    return list(dict.fromkeys(one for one in BETWEEN.split(text) if one))


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(attrs={"class": "form-control", **attrs}, format="%Y-%m-%d")


def text_input(**attrs: Any) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "form-control", **attrs})


def text_area(rows: int = 3, **attrs: Any) -> forms.Textarea:
    return forms.Textarea(attrs={"class": "form-control bd-codes", "rows": rows, "spellcheck": "false", **attrs})


class PlanForm(forms.Form):
    """What every plan asks: from which day, and why."""

    plan = forms.UUIDField(widget=forms.HiddenInput)
    from_day = forms.DateField(label=_("Holds from"), widget=DayInput())
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=text_input(),
        help_text=_("Document or cause; it stays with the change."),
    )

    @classmethod
    def fresh(cls) -> uuid.UUID:
        """The number of a new plan."""
        return uuid.uuid4()

    def refuse(self, error: Refused, field: str | None = None) -> None:
        """Show a refusal at a field, or above the form."""
        self.add_error(field if field in self.fields else None, tell(error.refusal).sentence)


class GridsForm(PlanForm):
    """Grids by their codes: chosen on the map or in the list, or typed."""

    grids = forms.CharField(
        label=_("Unit grids"), widget=text_area(), help_text=_("Codes, with blanks or commas between.")
    )
    least = 1

    field_order = ("grids", "line", "from_day", "reason")

    def clean_grids(self) -> list[str]:
        codes = codes_of(self.cleaned_data["grids"])
        if len(codes) < self.least:
            raise forms.ValidationError(_("Choose two unit grids or more."))
        return codes


class MergeForm(GridsForm):
    least = 2


class RetireForm(GridsForm):
    pass


class SplitForm(GridsForm):
    """One grid and the line that cuts it."""

    grids = forms.CharField(label=_("Unit grid"), widget=text_input(autocomplete="off"))
    line = forms.CharField(
        label=_("Line of the cut"),
        widget=text_area(),
        help_text=_("Draw it on the map from outside to outside, or type longitude and latitude point by point."),
    )

    def clean_grids(self) -> list[str]:
        codes = codes_of(self.cleaned_data["grids"])
        if len(codes) != 1:
            raise forms.ValidationError(_("Choose one unit grid."))
        return codes

    def clean_line(self) -> str:
        text: str = self.cleaned_data["line"]
        try:
            drawn.line(text)
        except Refused as error:
            raise forms.ValidationError(tell(error.refusal).sentence) from error
        return text


ROLES = (
    ("", _("not used")),
    ("table", _("by kind of feature")),
    ("line", _("grids run along it")),
    ("building", _("never cut")),
    ("yard", _("closed yards: not cut if possible")),
)


class DivideForm(PlanForm):
    """Parameters of a division, and which layer of the map is which kind of barrier."""

    cell_m2 = forms.IntegerField(
        label=_("Size wanted (m²)"),
        min_value=400,
        max_value=1_000_000,
        widget=forms.NumberInput(attrs={"class": "form-control"}),
    )
    least = forms.FloatField(
        label=_("Least share"),
        min_value=0.01,
        max_value=0.9,
        widget=forms.NumberInput(attrs={"class": "form-control", "step": "any"}),
    )
    most = forms.FloatField(
        label=_("Most share"),
        min_value=1.1,
        max_value=10,
        widget=forms.NumberInput(attrs={"class": "form-control", "step": "any"}),
    )

    def __init__(self, data: Any = None, *, layers: Iterable[tuple[str, str, str]] = (), **kwargs: Any) -> None:
        """`layers`: code, name and suggested role of each layer that may be a barrier."""
        super().__init__(data, **kwargs)
        self.layer_codes = []
        for code, name, role in layers:
            self.layer_codes.append(code)
            self.fields[f"layer_{code}"] = forms.ChoiceField(
                label=name,
                choices=ROLES,
                required=False,
                initial=role,
                widget=forms.Select(attrs={"class": "form-select"}),
            )

    def layer_fields(self) -> list[forms.BoundField]:
        return [self[f"layer_{code}"] for code in self.layer_codes]

    def barriers(self) -> dict[str, str]:
        """Layer code -> role, of those used."""
        chosen = {code: self.cleaned_data.get(f"layer_{code}", "") for code in self.layer_codes}
        return {code: role for code, role in chosen.items() if role}


class DutyForm(PlanForm):
    """A duty grid: its code, its name, its shift, and the unit grids that belong to it."""

    code = forms.RegexField(
        r"^[A-Za-z0-9_-]{1,32}$",
        label=_("Code"),
        widget=text_input(autocomplete="off"),
        help_text=_("Letters and digits, 32 at most; cities number duty grids freely."),
    )
    name = forms.CharField(label=_("Name"), max_length=100, required=False, widget=text_input())
    shift = forms.CharField(
        label=_("Shift"),
        max_length=16,
        required=False,
        widget=text_input(list="bd_shifts", autocomplete="off"),
        help_text=_("Empty: for every shift."),
    )
    grids = forms.CharField(
        label=_("Unit grids"), widget=text_area(6), help_text=_("Codes, with blanks or commas between.")
    )
    field_order = ("code", "name", "shift", "grids", "from_day", "reason")

    def clean_grids(self) -> list[str]:
        return codes_of(self.cleaned_data["grids"])


class ServiceForm(PlanForm):
    """The service area with its approval: drawn, typed, or from a file."""

    code = forms.RegexField(r"^[^\s/]{1,32}$", label=_("Code"), widget=text_input(autocomplete="off"))
    name = forms.CharField(label=_("Name"), max_length=100, required=False, widget=text_input())
    approval = forms.CharField(
        label=_("Approval"),
        max_length=500,
        widget=text_area(2),
        help_text=_("Who approved it, and the number of the document."),
    )
    approved_on = forms.DateField(label=_("Approved on"), widget=DayInput())
    shape = forms.CharField(
        label=_("Outline"),
        widget=text_area(4),
        required=False,
        help_text=_("Draw it on the map, or give longitude and latitude point by point, GeoJSON or WKT."),
    )
    file = forms.FileField(
        label=_("or a file"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"class": "form-control"}),
        help_text=_("GeoPackage, GeoJSON, zipped Shapefile, or CSV with WKT; its polygons together are the area."),
    )
    document = forms.FileField(
        label=_("Approval document"), required=False, widget=forms.ClearableFileInput(attrs={"class": "form-control"})
    )
    field_order = ("code", "name", "approval", "approved_on", "document", "shape", "file", "from_day", "reason")

    def clean_shape(self) -> str:
        text: str = self.cleaned_data["shape"]
        try:
            if text.strip():
                drawn.polygon(text)
        except Refused as error:
            raise forms.ValidationError(tell(error.refusal).sentence) from error
        return text

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if "shape" in found and not found["shape"].strip() and not found.get("file"):
            self.add_error("shape", _("Draw the outline, type it, or choose a file."))
        return found


FIELD_NAMES: dict[str, Any] = {"code": _("Code"), "name": _("Name"), "parent": _("Code of the area above")}


class ImportForm(PlanForm):
    """A file of areas of one kind."""

    kind = forms.ChoiceField(
        label=_("Kind of area"),
        choices=[(kind, KINDS[kind]) for kind in LADDER],
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    file = forms.FileField(
        label=_("File"),
        widget=forms.ClearableFileInput(attrs={"class": "form-control"}),
        help_text=_("GeoPackage, GeoJSON, zipped Shapefile, or CSV or XLSX with WKT."),
    )
    field_order = ("kind", "file", "from_day", "reason")


class MappingForm(forms.Form):
    """Which column of a file means what; sheet and coordinate system where the file does not say."""

    sheet = forms.ChoiceField(
        label=_("Sheet or layer"), required=False, widget=forms.Select(attrs={"class": "form-select"})
    )
    crs = forms.CharField(
        label=_("Coordinate system"),
        required=False,
        max_length=100,
        widget=text_input(list="bd_crs", autocomplete="off"),
        help_text=_("Empty: as the file says. For example EPSG:4490, EPSG:4549, GCJ-02, BD-09."),
    )
    swapped = forms.BooleanField(label=_("Latitude stands before longitude"), required=False)
    ending = forms.ChoiceField(
        label=_("Areas that the file does not have"),
        choices=[
            ("siblings", _("end, where the file has others beside them")),
            ("none", _("stay as they are")),
            ("all", _("end")),
        ],
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        fields: Mapping[str, bool],
        columns: Sequence[str],
        sheets: Sequence[str],
        **kwargs: Any,
    ) -> None:
        """`fields`: what a column may mean -> whether it must be there."""
        super().__init__(data, **kwargs)
        sheet = self.fields["sheet"]
        assert isinstance(sheet, forms.ChoiceField), "declared above"
        sheet.choices = [("", "–"), *((name, name) for name in sheets)]
        self.names = list(fields)
        for name, needed in fields.items():
            self.fields[f"column_{name}"] = forms.ChoiceField(
                label=FIELD_NAMES.get(name, name),
                required=needed,
                choices=[("", _("none")), *((column, column) for column in columns)],
                initial=self.initial.get(name, ""),
                widget=forms.Select(attrs={"class": "form-select"}),
            )

    def column_fields(self) -> list[forms.BoundField]:
        return [self[f"column_{name}"] for name in self.names]

    def mapping(self) -> dict[str, str]:
        """What -> column, of those chosen."""
        found = {name: self.cleaned_data[f"column_{name}"] for name in self.names}
        return {name: column for name, column in found.items() if column}

    def wishes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("sheet", "crs", "swapped", "ending")}

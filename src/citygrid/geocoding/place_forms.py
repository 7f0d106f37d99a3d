"""The form of a place: what was typed, checked, as a draft."""

from typing import Any

import shapely
from django import forms
from django.utils.translation import gettext_lazy as _

from citygrid.geocoding.drafts import Draft
from citygrid.geocoding.models import Kind, Place
from citygrid.geocoding.pages import centre

FIELDS = ("kind", "name", "address", "road", "number", "category", "weight", "note")


class PlaceForm(forms.Form):
    """Facts of a place. A gathered shape stays as it is; only its point may be moved by hand."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices)
    name = forms.CharField(label=_("Name"), max_length=200)
    lon = forms.FloatField(label=_("Longitude"), min_value=-180, max_value=180)
    lat = forms.FloatField(label=_("Latitude"), min_value=-90, max_value=90)
    road = forms.CharField(label=_("Street or lane"), max_length=100, required=False, help_text=_("Of a door plate."))
    number = forms.CharField(
        label=_("House number"), max_length=60, required=False, help_text=_("Of a door plate: 88号, 88弄12号.")
    )
    address = forms.CharField(
        label=_("Standard address"),
        max_length=300,
        required=False,
        help_text=_("Empty: made from the areas and the name."),
    )
    category = forms.CharField(label=_("Category"), max_length=100, required=False)
    weight = forms.IntegerField(
        label=_("Weight"), min_value=0, max_value=100, initial=0, required=False,
        help_text=_("0 to 100: how well known it is; of two that fit the same the better known comes first."),
    )  # fmt: skip
    aliases = forms.CharField(
        label=_("Other names"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One on each line."),
    )
    note = forms.CharField(label=_("Note"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    why = forms.CharField(label=_("Reason for the change"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "form-select" if name == "kind" else "form-control"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("kind") == Kind.DOOR_PLATE:
            for name in ("road", "number"):
                if not cleaned.get(name):
                    self.add_error(name, _("A door plate has a street and a number."))
        return cleaned

    def clean_aliases(self) -> list[str]:
        names = [line.strip() for line in self.cleaned_data["aliases"].splitlines()]
        if any(len(name) > 200 for name in names):
            raise forms.ValidationError(_("A name has at most 200 characters."))
        return list(dict.fromkeys(name for name in names if name))

    def draft(self, known: Place | None) -> Draft:
        """What was typed, with what the form does not show."""
        given = self.cleaned_data
        facts = {name: given[name] for name in FIELDS} | {"weight": given["weight"] or 0}
        made = Draft(lon=given["lon"], lat=given["lat"], aliases=given["aliases"], **facts)
        if known is not None:
            made.shape = shapely.from_wkb(bytes(known.shape)) if known.shape is not None else None
            made.source, made.source_key = known.source, known.source_key
            made.since, made.until = known.valid_from, known.valid_to
            # An address that was made from areas and name is made again when these change.
            if given["address"] == known.address and (known.name, known.road, known.number) != (
                made.name, made.road, made.number
            ):  # fmt: skip
                made.address = ""
        return made


def of_place(place: Place) -> dict[str, Any]:
    """The initial values of the form for a place."""
    return {name: getattr(place, name) for name in FIELDS} | {
        "lon": f"{place.lon:.7f}", "lat": f"{place.lat:.7f}", "aliases": "\n".join(place.aliases),
    }  # fmt: skip


__all__ = ["PlaceForm", "centre", "of_place"]

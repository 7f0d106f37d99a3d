"""The form of a permit: cells as they are typed; `keeping.read` says what is wrong with them."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from citygrid.reception.models import PermitKind
from citygrid.reception.permits import keeping
from citygrid.reception.permits.keeping import COLUMNS, Draft, Wrong

LABELS: dict[str, Any] = {
    "kind": gettext_lazy("Kind"),
    "number": pgettext_lazy("permit", "Permit number"),
    "holder": gettext_lazy("Holder"),
    "what": gettext_lazy("What is allowed"),
    "lon": gettext_lazy("Longitude"),
    "lat": gettext_lazy("Latitude"),
    "shape": gettext_lazy("Line or area"),
    "metres": gettext_lazy("Metres around it"),
    "first_day": gettext_lazy("First day"),
    "last_day": gettext_lazy("Last day"),
    "hours": gettext_lazy("Hours of day"),
    "classes": gettext_lazy("Classes"),
}
HINTS: dict[str, Any] = {
    "shape": gettext_lazy("Drawn on the map; a point needs only longitude and latitude."),
    "metres": gettext_lazy("Empty: as its kind says."),
    "hours": gettext_lazy("Like 22:00-06:00; empty: all day."),
    "classes": gettext_lazy("Ids of classes, or a prefix with *; empty: those of its kind."),
}


class PermitForm(forms.Form):
    """All cells are texts; the first fault of a cell stands at its field."""

    def __init__(self, data: Any = None, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=dict(initial or {}), auto_id="permit_%s")
        self.draft: Draft | None = None
        for name in COLUMNS:
            self.fields[name] = forms.CharField(
                label=LABELS[name], help_text=HINTS.get(name, ""), required=False, widget=_widget(name)
            )
        for name in ("kind", "number", "holder", "first_day", "last_day"):
            self.fields[name].required = True  # the mark beside the label
            self.fields[name].error_messages["required"] = _(keeping.MESSAGES["missing"])

    def clean(self) -> None:
        cells = {name: str(self.data.get(name, "")) for name in COLUMNS}
        self.draft = keeping.read(cells, keeping.kinds_by_words())
        for wrong in self.draft.wrong:
            if wrong.column not in self.errors:
                self.add_error(wrong.column, sentence(wrong))


def sentence(wrong: Wrong) -> str:
    """What is wrong, in the reader's language."""
    return _(keeping.MESSAGES[wrong.code]) % wrong.params


def _widget(name: str) -> forms.Widget:
    if name == "kind":
        kinds = [(row.code, str(row)) for row in PermitKind.objects.filter(active=True).order_by("code")]
        return forms.Select(choices=[("", "—"), *kinds], attrs={"class": "form-select"})
    if name == "shape":
        return forms.Textarea(attrs={"class": "form-control", "rows": 2})
    attrs = {"class": "form-control", "maxlength": str(keeping.LONGEST.get(name, 4000))}
    if name in ("first_day", "last_day"):
        return forms.DateInput(attrs={**attrs, "type": "date"})
    if name in ("lon", "lat", "metres"):
        attrs["inputmode"] = "decimal"
    return forms.TextInput(attrs=attrs)

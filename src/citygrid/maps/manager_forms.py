"""The forms of the layer manager: a new layer, everything that a layer says of itself, its features from a file."""

import json
import re
from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from citygrid.maps import sources, styles
from citygrid.maps.models import EXTERNAL, Kind, Layer, LayerGroup, Sharing
from citygrid.maps.problems import MESSAGES, LayerError
from citygrid.organization.models import Body, Role

LINE = re.compile(r"^\s*([^=:\s][^=:]*?)\s*[=:]\s*(.*?)\s*$")
METADATA = (
    "abstract",
    "data_date",
    "accuracy",
    "steward",
    "legal_basis",
    "refresh",
    "origin",
    "licence",
    "attribution",
)
PLAIN = (
    "name",
    "name_en",
    "order",
    "base",
    "shown",
    "min_zoom",
    "max_zoom",
    "public",
    "published",
    "sharing",
    *METADATA,
)
# Where a refusal of the register belongs among the fields.
FIELD_OF = {
    "beyond_sharing_scope": "sharing", "bodies_missing": "bodies", "unknown_property": "filter",
    "unknown_source": "source", "zooms_not_in_order": "max_zoom", "options_missing": "options",
    "style_not_a_table": "style",
}  # fmt: skip


def _offer(field: forms.Field, choices: list[tuple[str, Any]]) -> None:
    """What there is to choose now."""
    cast(forms.ChoiceField, field).choices = choices


def _text(**attrs: Any) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "form-control", **attrs})


def _area(rows: int, **attrs: Any) -> forms.Textarea:
    return forms.Textarea(attrs={"class": "form-control", "rows": rows, **attrs})


def _number(**attrs: Any) -> forms.NumberInput:
    return forms.NumberInput(attrs={"class": "form-control", **attrs})


def lines_of(table: Mapping[str, Any]) -> str:
    """`kind = primary, trunk`: one line for each name."""
    shown = {name: ", ".join(map(str, value)) if isinstance(value, list) else value for name, value in table.items()}
    return "\n".join(f"{name} = {value}" for name, value in shown.items())


def table_of(text: str, lists: bool) -> dict[str, Any]:
    """Lines `name = value` back into a table. ValueError with the line that is none."""
    found: dict[str, Any] = {}
    for line in filter(str.strip, text.splitlines()):
        match = LINE.match(line)
        if match is None:
            raise ValueError(line.strip())
        values = [one for one in re.split(r"\s*[,，;；]\s*", match[2]) if one]
        found[match[1]] = (values if len(values) > 1 else values[0] if values else "") if lists else match[2]
    return found


class Told(forms.Form):
    """A form that can show a refusal of the register at its field."""

    def refuse(self, error: LayerError) -> None:
        sentence = gettext(error.message) % error.params
        field = FIELD_OF.get(error.code, "address" if error.code.startswith("address_") else None)
        self.add_error(field if field in self.fields else None, forms.ValidationError(sentence, code=error.code))


class NewLayer(Told):
    """What a layer needs to be: its code and where its picture comes from. It begins unpublished."""

    name = forms.CharField(label=_("Name"), max_length=100, widget=_text())
    code = forms.SlugField(
        label=_("Code"), max_length=60, widget=_text(pattern="[a-z][a-z0-9_-]*"),
        help_text=_("Small letters, digits, - and _. It stands in the addresses of the services and never changes."),
    )  # fmt: skip
    group = forms.ModelChoiceField(
        LayerGroup.objects, label=pgettext_lazy("of layers", "Group"), required=False,
        widget=forms.Select(attrs={"class": "form-select"})
    )
    kind = forms.ChoiceField(label=_("Draws from"), choices=Kind.choices, widget=forms.RadioSelect)
    source = forms.ChoiceField(
        label=_("Data of the system"), required=False, widget=forms.Select(attrs={"class": "form-select"})
    )
    address = forms.CharField(
        label=_("Address"), max_length=500, required=False, widget=_text(spellcheck="false", inputmode="url"),
        help_text=_("XYZ: with {x}, {y}, {z}. A key is written as {key}; its value stays on the server."),
    )  # fmt: skip
    options = forms.CharField(label=_("Options"), required=False, widget=_area(3, spellcheck="false"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["source"], [("", "–"), *((one.code, one.title) for one in sources.every())])
        self.fields["options"].help_text = _("One a line, such as layers = roads or matrix_set = w.")

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].lower()
        if Layer.objects.filter(code=code).exists():
            raise forms.ValidationError(gettext("There is a layer with this code."), code="code_taken")
        return code

    def clean_options(self) -> dict[str, Any]:
        return _table(self.cleaned_data["options"], lists=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("kind") == Kind.SOURCE and not data.get("source"):
            self.add_error("source", gettext("Choose the data that the layer shows."))
        if data.get("kind") in EXTERNAL and not data.get("address"):
            self.add_error("address", gettext(MESSAGES["address_missing"]))
        return data

    def layer(self) -> Layer:
        """The new layer, not kept yet."""
        data = self.cleaned_data
        kind = data["kind"]
        layer = Layer(code=data["code"], name=data["name"], group=data["group"], kind=kind, sharing=Sharing.CENTRE)
        if kind == Kind.SOURCE:
            layer.source = data["source"]
        elif kind in EXTERNAL:
            layer.address, layer.options, layer.base = data["address"], data["options"], True
        return layer


class LayerForm(Told):
    """All that may be changed of a layer; what is of no use for its kind is left out."""

    name = forms.CharField(label=_("Name"), max_length=100, widget=_text())
    name_en = forms.CharField(label=_("Name in English"), max_length=100, required=False, widget=_text())
    group = forms.ModelChoiceField(
        LayerGroup.objects, label=pgettext_lazy("of layers", "Group"), required=False,
        widget=forms.Select(attrs={"class": "form-select"})
    )
    order = forms.IntegerField(
        label=_("Order in the group"), widget=_number(), help_text=_("The smallest number lies on top.")
    )
    base = forms.BooleanField(label=_("Part of the base map"), required=False)
    shown = forms.BooleanField(label=_("Switched on from the start"), required=False)
    min_zoom = forms.IntegerField(label=_("From zoom"), min_value=0, max_value=24, widget=_number(min=0, max=24))
    max_zoom = forms.IntegerField(label=_("To zoom"), min_value=0, max_value=24, widget=_number(min=0, max=24))
    filter = forms.CharField(
        label=_("Shows only"), required=False, widget=_area(3, spellcheck="false"),
        help_text=_("One property a line: class_id = a, b. Empty: everything."),
    )  # fmt: skip
    address = forms.CharField(
        label=_("Address"), max_length=500, required=False, widget=_text(spellcheck="false", inputmode="url")
    )
    options = forms.CharField(
        label=_("Options"),
        required=False,
        widget=_area(3, spellcheck="false"),
        help_text=_("One a line, such as layers = roads or matrix_set = w."),
    )
    style = forms.CharField(
        label=_("Style as text (JSON)"), required=False, widget=_area(12, spellcheck="false", **{"data-style": ""})
    )
    published = forms.BooleanField(label=_("Published"), required=False)
    roles = forms.MultipleChoiceField(
        label=_("Roles that see it"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: every role within the sharing scope."),
    )
    public = forms.BooleanField(label=_("The public sees it too, without signing in"), required=False)
    sharing = forms.ChoiceField(
        label=_("Sharing scope"),
        choices=Sharing.choices,
        widget=forms.Select(attrs={"class": "form-select"}),
        help_text=_("How far the owner of the data lets it go. Whatever goes beyond is refused."),
    )
    bodies = forms.MultipleChoiceField(label=_("Listed bodies"), required=False, widget=forms.CheckboxSelectMultiple)
    abstract = forms.CharField(label=_("What it shows"), required=False, widget=_area(2))
    data_date = forms.DateField(
        label=_("Date of the data"),
        required=False,
        widget=forms.DateInput(attrs={"class": "form-control", "type": "date"}, format="%Y-%m-%d"),
    )
    accuracy = forms.CharField(label=_("Accuracy"), max_length=100, required=False, widget=_text())
    steward = forms.CharField(label=_("Steward"), max_length=100, required=False, widget=_text())
    legal_basis = forms.CharField(label=_("Legal basis"), max_length=200, required=False, widget=_text())
    refresh = forms.IntegerField(
        label=_("Renewed every (days)"),
        min_value=0,
        max_value=36500,
        widget=_number(min=0),
        help_text=_("0: no rule. Data older than this is shown as due."),
    )
    origin = forms.CharField(label=_("Source of the data"), max_length=300, required=False, widget=_text())
    licence = forms.CharField(label=_("Licence"), max_length=100, required=False, widget=_text())
    attribution = forms.CharField(label=_("Credit shown on the map"), max_length=300, required=False, widget=_text())

    def __init__(self, layer: Layer, data: Any = None) -> None:
        self.layer = layer
        initial: dict[str, Any] = {name: getattr(layer, name) for name in PLAIN}
        initial |= {
            "group": layer.group_id, "filter": lines_of(layer.filter), "address": layer.address,
            "options": lines_of(layer.options), "style": json.dumps(layer.style, ensure_ascii=False, indent=1),
            "roles": layer.roles, "bodies": layer.bodies,
        }  # fmt: skip
        super().__init__(data, initial=initial)
        _offer(self.fields["roles"], [(one.code, str(one)) for one in Role.objects.order_by("id")])
        _offer(self.fields["bodies"], [(one.code, str(one)) for one in Body.objects.order_by("code")])
        for name in self._without(layer):
            del self.fields[name]

    @staticmethod
    def _without(layer: Layer) -> tuple[str, ...]:
        if layer.kind in EXTERNAL:
            return ("filter", "style")
        return ("address", "options") if layer.kind == Kind.SOURCE else ("address", "options", "filter")

    def clean_style(self) -> dict[str, Any]:
        text = self.cleaned_data["style"].strip() or "{}"
        try:
            style = json.loads(text)
        except ValueError as error:
            raise forms.ValidationError(gettext("This is no JSON: %(why)s") % {"why": error}, code="not_json") from None
        found = styles.faults(style)
        if found:
            raise forms.ValidationError(
                [forms.ValidationError(gettext(MESSAGES[c]) % {"where": where}, code=c) for c, where in found[:5]]
            )
        checked: dict[str, Any] = style
        return checked

    def clean_filter(self) -> dict[str, Any]:
        return _table(self.cleaned_data["filter"], lists=True)

    def clean_options(self) -> dict[str, Any]:
        return _table(self.cleaned_data["options"], lists=False)

    def apply(self) -> Layer:
        """The layer as the form says, not kept yet."""
        for name in (*PLAIN, "group", "roles", "bodies", "filter", "address", "options", "style"):
            if name in self.cleaned_data:
                setattr(self.layer, name, self.cleaned_data[name])
        return self.layer


def _table(text: str, lists: bool) -> dict[str, Any]:
    try:
        return table_of(text, lists)
    except ValueError as error:
        raise forms.ValidationError(
            gettext("Write name = value: %(line)s") % {"line": error}, code="not_a_line"
        ) from None


class NewGroup(forms.Form):
    code = forms.SlugField(max_length=60)
    name = forms.CharField(max_length=100)
    name_en = forms.CharField(max_length=100, required=False)

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if LayerGroup.objects.filter(code=code).exists():
            raise forms.ValidationError(gettext("There is a group with this code."), code="code_taken")
        return code

"""Forms made from the field table of `process/acts.py`: one kind of form field per type of content.

What a form gives back (`content`) is what `submission.Submission` wants: texts plain, moments and limits as text.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _

from citygrid.cases import naming, options, parts, wording
from citygrid.cases.photos import pictures, upload_address
from citygrid.organization.seats import Signed
from citygrid.process import Case
from citygrid.process.acts import ActSpec, Field
from citygrid.process.moments import stamp
from citygrid.rulebook.slices import rules_at
from citygrid.web.words import say

# Fields that people do not fill in: they come from elsewhere, or only imports have them.
LEFT_OUT = {
    ("dispatch", "due"), ("settle", "due"), ("report", "outer_due"), ("self_report", "outer_due"),
    ("report", "caller"), ("report", "phone"), ("urge", "rung"), ("supervise", "rung"), ("dispatch", "rule"),
    ("report", "distinct"), ("report", "moved"), ("self_report", "moved"),
}  # fmt: skip
# Fields of one part of an act, for those who may do that part.
PART_OF = {("finding", "finding"): "propose", ("finding", "person"): "propose", ("finding", "confirms"): "propose",
           ("finding", "undoes"): "undo"}  # fmt: skip
HIDDEN = frozenset(("split_from", "reopen_of"))
# What was done to the culprit is asked only where the class wants it (S1-59).
ENFORCEMENT = frozenset(("culprit", "measure", "document", "amount"))
SHORT = frozenset(("caller", "phone", "transferred_to", "address"))
MONEY: dict[str, tuple[str, str]] = {"cost": ("费用（元）", "Cost (yuan)"), "amount": ("处罚金额（元）", "Fine (yuan)")}
# Fields of a request that only some kinds of request have: the page hides the others.
WHEN = {"mode": "suspend", "limit": "extend suspend", "until": "extend suspend", "suggested": "return"}
# A new case is asked for in the order in which a caller tells it.
ORDER = ["source", "class_id", "text", "lon", "lat", "address", "media", "after_media", "caller", "phone"]
RARE = frozenset(("kind", "component", "outer_due", "transfer"))


@dataclass(frozen=True, slots=True)
class Asked:
    """Who fills in which act on which case, and what is on offer."""

    spec: ActSpec
    signed: Signed
    at: datetime
    case: Case | None = None
    offered: tuple[str, ...] = ()


class MediaInput(forms.SelectMultiple):
    """Ids of files that were sent already, and the way to send more."""

    template_name = "cases/media_input.html"

    def __init__(self, person: Any = None) -> None:
        super().__init__()
        self.person = person

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["pictures"] = pictures(tuple(value or ()), self.person)
        context["upload_url"] = upload_address()
        return context

    def optgroups(self, name: str, value: list[str], attrs: Any = None) -> list[Any]:
        return []


class PickInput(forms.TextInput):
    """A value that is found by typing: the value is hidden, the words are seen."""

    template_name = "cases/pick_input.html"

    def __init__(self, words: Callable[[str], str], url: str, *, free: bool = False) -> None:
        super().__init__()
        self.words, self.url, self.free = words, url, free

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["words"] = self.words(value) if value else ""
        context["url_name"] = self.url
        context["free"] = self.free
        return context


class MediaField(forms.Field):
    widget = MediaInput

    def to_python(self, value: Any) -> list[str]:
        found = []
        for one in dict.fromkeys(value or ()):
            try:
                found.append(str(UUID(str(one))))
            except ValueError as error:
                raise forms.ValidationError(_("This is not a file of ours.")) from error
        return found


class LimitInput(forms.MultiWidget):
    """A number and a unit side by side."""

    def decompress(self, value: Any) -> list[Any]:
        return str(value).split(" ", 1) if value else [None, None]


class LimitField(forms.MultiValueField):
    """A number and a unit: `2 work_day`."""

    def __init__(self, **kwargs: Any) -> None:
        units = [("work_day", ""), ("work_hour", ""), ("natural_day", ""), ("urgent_hour", "")]
        pairs = [(value, say(wording.UNITS[value])) for value, _words in units]
        parts = (
            forms.IntegerField(min_value=1, max_value=9999, required=False),
            forms.ChoiceField(choices=pairs, required=False),
        )
        # One label stands above both: each says for itself what it is.
        number = forms.NumberInput(attrs={"class": "form-control", "min": 1, "aria-label": _("How long")})
        unit = forms.Select(choices=pairs, attrs={"class": "form-select", "aria-label": _("Unit of time")})
        widget = LimitInput([number, unit])
        super().__init__(fields=parts, widget=widget, require_all_fields=False, **kwargs)

    def compress(self, data_list: list[Any]) -> str:
        return f"{data_list[0]} {data_list[1]}" if data_list and data_list[0] else ""


class LocalMoment(forms.DateTimeField):
    widget = forms.DateTimeInput(attrs={"type": "datetime-local", "class": "form-control"}, format="%Y-%m-%dT%H:%M")


class ActForm(forms.Form):
    """The form of one act. Unbound values come from `initial`; whatever was typed is kept when it is refused."""

    def __init__(self, asked: Asked, data: Any = None, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=dict(initial or {}), auto_id=f"{asked.spec.name}_%s")
        self.asked = asked
        enforced = _enforced(asked)
        for field in asked.spec.fields:
            if (asked.spec.name, field.name) in LEFT_OUT or (field.name in ENFORCEMENT and not enforced):
                continue
            if (part := PART_OF.get((asked.spec.name, field.name))) is not None and part not in asked.offered:
                continue
            self.fields[field.name] = _make(field, asked)
        if asked.spec.creates:
            self.order_fields(ORDER)
        for name, kinds in WHEN.items():
            if asked.spec.name == "request" and name in self.fields:
                self.fields[name].widget.attrs["data-when"] = kinds  # the page's script reads it

    def usual(self) -> list[forms.BoundField]:
        """The fields that most people fill in."""
        return [one for one in self.visible_fields() if not self._rare(one)]

    def rare(self) -> list[forms.BoundField]:
        """The others of a long form; they stand behind a line that opens."""
        return [one for one in self.visible_fields() if self._rare(one)]

    def rare_open(self) -> bool:
        return any(one.errors or one.value() for one in self.rare())

    def _rare(self, one: forms.BoundField) -> bool:
        return self.asked.spec.creates and one.name in RARE

    def content(self, act_id: UUID) -> dict[str, Any]:
        """The content of the act; what was left empty is left out."""
        found = {}
        for field in self.asked.spec.fields:
            if field.name in self.cleaned_data:
                value = _content(field, self.cleaned_data[field.name], act_id)
                if value is not None:
                    found[field.name] = value
        return found

    def refuse(self, field: str, sentence: str) -> bool:
        """Puts a refusal's sentence at its field; False when the form does not have that field."""
        if field not in self.fields:
            return False
        self.add_error(field, sentence)
        return True


def _photos_needed(field: Field, asked: Asked) -> str:
    """How many photos the class asks for here, when that is known."""
    rule = rules_at(asked.at).classes.get(asked.case.class_id or "") if asked.case is not None else None
    wanted = {"feed_back": rule.after_photos, "check": rule.check_photos} if rule is not None else {}
    count = wanted.get(asked.spec.name, 0)
    return _("This class needs %(count)s photo(s) here.") % {"count": count} if count else ""


def _enforced(asked: Asked) -> bool:
    rule = rules_at(asked.at).classes.get(asked.case.class_id or "") if asked.case is not None else None
    return rule is not None and rule.enforcement


def _make(field: Field, asked: Asked) -> forms.Field:
    label = say(MONEY.get(field.name, (field.zh, field.en)))
    common: dict[str, Any] = {"label": label, "required": field.required or field.name == "culprit"}
    if field.name in HIDDEN:
        return forms.UUIDField(required=False, widget=forms.HiddenInput())
    maker = _BY_NAME.get(field.name) or _BY_TYPE[field.type]
    return maker(field, asked, common)


def _text(field: Field, asked: Asked, common: dict[str, Any]) -> forms.Field:
    if field.name in SHORT:
        return forms.CharField(max_length=200, widget=forms.TextInput(attrs={"class": "form-control"}), **common)
    rows = 3 if field.required or field.name == "text" else 2
    return forms.CharField(
        max_length=4000, widget=forms.Textarea(attrs={"rows": rows, "class": "form-control"}), **common
    )


def _choice(choices: options.Choices, common: dict[str, Any], *, radio: bool = False) -> forms.Field:
    if radio:
        buttons = forms.RadioSelect(attrs={"class": "form-check-input"})
        return forms.ChoiceField(choices=choices, widget=buttons, **common)
    if not common["required"] and (not choices or choices[0][0] != ""):
        choices = [("", "—"), *choices]
    return forms.ChoiceField(choices=choices, widget=forms.Select(attrs={"class": "form-select"}), **common)


def _body(field: Field, asked: Asked, common: dict[str, Any]) -> forms.Field:
    choices = options.units(asked.case if field.name == "body" else None, asked.spec.name, asked.signed, asked.at)
    suggested = bool(choices) and isinstance(choices[0][1], list)
    if not suggested and len(choices) > 1:
        choices = [("", "—"), *choices]  # nobody is named by the order of names
    return _choice(choices, common)


def _bodies(field: Field, asked: Asked, common: dict[str, Any]) -> forms.Field:
    flat = [one for one in options.units(None, asked.spec.name, asked.signed, asked.at)]
    return forms.MultipleChoiceField(
        choices=flat, widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}), **common
    )


def _condition(field: Field, asked: Asked, common: dict[str, Any]) -> forms.Field:
    class_id = asked.case.class_id if asked.case is not None else None
    found = ConditionField(widget=forms.RadioSelect(attrs={"class": "form-check-input"}), **common)
    found.choices = options.conditions(class_id, asked.at)
    return found


class ConditionField(forms.ChoiceField):
    """Which conditions there are depends on the class in the same form: the process checks the answer."""

    def valid_value(self, value: Any) -> bool:
        return True


def _bool(field: Field, asked: Asked, common: dict[str, Any]) -> forms.Field:
    if not field.required:
        return forms.BooleanField(widget=forms.CheckboxInput(attrs={"class": "form-check-input"}), **common)
    choices = [("yes", wording.answer(field.name, True)), ("no", wording.answer(field.name, False))]
    return _choice(choices, common, radio=True)


def _int(field: Field, asked: Asked, common: dict[str, Any]) -> forms.Field:
    numeric = {"class": "form-control"}
    if field.name in MONEY:
        return forms.DecimalField(
            min_value=0, max_digits=12, decimal_places=2, widget=forms.NumberInput(attrs=numeric), **common
        )
    if field.name == "request" and asked.case is not None:
        kinds = {str(r.no): wording.choice(r.kind) for r in asked.case.requests}
        return _choice([(no, kinds.get(no, no)) for no in asked.offered], common, radio=True)
    if field.name == "confirms" and asked.case is not None:
        open_ones = [f for f in asked.case.findings if f.state == "proposed"]
        return _choice([(str(f.no), f"{f.no} · {wording.choice(f.kind)}") for f in open_ones], common)
    if field.name == "undoes" and asked.case is not None:
        open_ones = [f for f in asked.case.findings if f.state == "confirmed"]
        return _choice([(str(f.no), f"{f.no} · {wording.choice(f.kind)}") for f in open_ones], common)
    return forms.IntegerField(min_value=0, widget=forms.NumberInput(attrs=numeric), **common)


def _case(field: Field, asked: Asked, common: dict[str, Any]) -> forms.Field:
    assert asked.case is not None
    near = options.merge_targets(asked.case, asked.signed, asked.at)
    return CaseField(choices=near, widget=PickInput(_case_words, "cases:pick_case"), **common)


def _case_words(value: str) -> str:
    return value


class CaseField(forms.ChoiceField):
    """A case by id; which may be taken is the process's matter."""

    def valid_value(self, value: Any) -> bool:
        try:
            return bool(UUID(str(value)))
        except ValueError:
            return False


def _class(field: Field, asked: Asked, common: dict[str, Any]) -> forms.Field:
    if asked.case is None and asked.spec.name in ("report", "self_report", "warn"):
        common["required"] = True
    return forms.CharField(widget=PickInput(naming.class_words, "cases:pick_class"), **common)


def _plain(field: Field, asked: Asked, common: dict[str, Any]) -> forms.Field:
    return forms.CharField(max_length=64, widget=forms.TextInput(attrs={"class": "form-control"}), **common)


def _component(field: Field, asked: Asked, common: dict[str, Any]) -> forms.Field:
    """A code of the register, picked; one that the register lacks is taken as it was typed."""
    return forms.CharField(max_length=64, widget=PickInput(str, "cases:pick_component", free=True), **common)


def _ground(field: Field, asked: Asked, common: dict[str, Any]) -> forms.Field:
    """A ground from the city's list where it is a code; else in words."""
    if field.type != "code":
        return _text(field, asked, common)
    grounds = options.grounds(asked.case, asked.at)
    return _choice(grounds, {**common, "required": bool(grounds)})


def _degrees(field: Field, asked: Asked, common: dict[str, Any]) -> forms.Field:
    most = 180 if field.type == "lon" else 90
    typed = forms.TextInput(attrs={"class": "form-control", "inputmode": "decimal"})
    return forms.DecimalField(min_value=-most, max_value=most, widget=typed, **common)


def _parts(field: Field, asked: Asked, common: dict[str, Any]) -> forms.Field:
    return parts.PartsField(help_text=_("Each part becomes a case of its own; empty rows are left out."), **common)


_Maker = Callable[[Field, Asked, dict[str, Any]], forms.Field]
_BY_TYPE: dict[str, _Maker] = {
    "text": _text,
    "body": _body,
    "bodies": _bodies,
    "person": lambda f, a, c: _choice(options.people(a.case, a.spec.name, a.signed, a.at), c),
    "class": _class,
    "condition": _condition,
    "moment": lambda f, a, c: LocalMoment(**c),
    "limit": lambda f, a, c: LimitField(**c),
    "bool": _bool,
    "int": _int,
    "choice": lambda f, a, c: _choice(
        options.narrowed(a.spec.name, f.name, f.choices, a.offered), c, radio=bool(c["required"])
    ),
    "code": _plain,
    "media": lambda f, a, c: MediaField(help_text=_photos_needed(f, a), widget=MediaInput(a.signed.person), **c),
    "case": _case,
    "lon": _degrees,
    "lat": _degrees,
    "parts": _parts,
}
_BY_NAME: dict[str, _Maker] = {
    "source": lambda f, a, c: _choice(options.sources(a.spec.name, a.signed.role.code, a.at), c),
    "ground": _ground,
    "component": _component,
}


def _content(field: Field, value: Any, act_id: UUID) -> Any:
    """A cleaned value as the field table wants it; None for nothing."""
    if value in (None, "", []):
        return None
    converted = _CONVERT.get(field.type)
    if field.name in MONEY:
        return int(Decimal(value) * 100)
    if field.type == "parts":
        return parts.content(value, act_id)
    if field.type == "bool":
        return (value == "yes") if field.required else (True if value else None)
    return converted(value) if converted is not None else value


_CONVERT: dict[str, Callable[[Any], Any]] = {
    "body": int,
    "person": int,
    "int": int,
    "bodies": lambda v: [int(one) for one in v],
    "moment": lambda v: stamp(v if timezone.is_aware(v) else timezone.make_aware(v)),
    "lon": lambda v: f"{v:.7f}",
    "lat": lambda v: f"{v:.7f}",
    "case": str,
}

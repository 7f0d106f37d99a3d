"""Forms of meetings: calling one, deciding on a point."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from citygrid.cases import directory
from citygrid.cases.forms import LocalMoment
from citygrid.web.words import chinese


class CallForm(forms.Form):
    """A meeting to be held."""

    title = forms.CharField(label=_("Title"), max_length=200, widget=forms.TextInput(attrs={"class": "form-control"}))
    held_at = LocalMoment(label=_("When it is held"))
    place = forms.CharField(
        label=_("Where it is held"), max_length=200, required=False,
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )  # fmt: skip


class DecisionForm(forms.Form):
    """What was decided on one point."""

    decision = forms.CharField(
        label=_("Decision"), max_length=4000, widget=forms.Textarea(attrs={"class": "form-control", "rows": 2})
    )
    body = forms.TypedChoiceField(
        label=_("Followed up by"), required=False, coerce=int, empty_value=None,
        widget=forms.Select(attrs={"class": "form-select"}),
    )  # fmt: skip
    due = forms.DateField(
        label=_("Until"), required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        book = directory.current()
        names = book.names if chinese() else book.names_en
        known = sorted(((pk, names[pk]) for pk, body in book.bodies.items() if body.active), key=lambda one: one[1])
        cast(forms.ChoiceField, self.fields["body"]).choices = [("", "—"), *known]

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if found.get("due") and not found.get("body"):
            self.add_error("body", _("Say who follows it up until then."))
        return found

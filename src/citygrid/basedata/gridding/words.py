"""Words for areas on pages: kinds, and refusals of the areas' rules as sentences."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from citygrid.process.refusal import Refusal
from citygrid.web.refusals import Told

KINDS: Mapping[str, Any] = {
    "city": gettext_lazy("City"),
    "district": gettext_lazy("District"),
    "street": gettext_lazy("Subdistrict"),
    "community": gettext_lazy("Community"),
    "grid": gettext_lazy("Unit grid"),
    "duty_grid": gettext_lazy("Duty grid"),
    "service_area": gettext_lazy("Service area"),
}
VERDICTS: Mapping[str, Any] = {
    "present": gettext_lazy("as it is now"),
    "new": gettext_lazy("new"),
    "changed": gettext_lazy("changed"),
    "ended": gettext_lazy("ends"),
    "same": gettext_lazy("the same"),
    "wrong": gettext_lazy("wrong, stays out"),
}
"""What becomes of an area by a plan."""


FAULTS: Mapping[str, Any] = {
    "bad_shape": gettext_lazy("Outline crosses itself"),
    "code_twice": gettext_lazy("Code given twice"),
    "shape_twice": gettext_lazy("Same surface twice"),
    "orphan": gettext_lazy("Without an area above"),
    "outside_parent": gettext_lazy("Outside the area above"),
    "overlap": gettext_lazy("Overlap"),
    "gap": gettext_lazy("Gap"),
    "sliver": gettext_lazy("Sliver"),
    "too_small": gettext_lazy("Too small"),
    "too_large": gettext_lazy("Too large"),
    "numbering": gettext_lazy("Number out of order"),
}
"""Kinds of faults of the topology report."""


def tell(refusal: Refusal) -> Told:
    """A refusal of a plan or of the areas' rules, for a page."""
    return told(refusal.code, refusal.message, refusal.params)


def told(code: str, message: str, params: Mapping[str, Any]) -> Told:
    """The sentence in the reader's language; a kind of area is named."""
    shown = {name: _shown(name, value) for name, value in params.items()}
    return Told(code, _(message) % shown, str(params.get("field", "")))


def _shown(name: str, value: Any) -> str:
    if name in {"kind", "above"} and str(value) in KINDS:
        return str(KINDS[str(value)])
    if isinstance(value, list | tuple | set | frozenset):
        return pgettext("between items", ", ").join(str(one) for one in value)
    return str(value)

"""The sheets of decision support that there are."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from citygrid.evaluation.insight import sheets_closing, sheets_heat, sheets_recurring, sheets_working
from citygrid.evaluation.insight.asking import Asked
from citygrid.evaluation.insight.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Kind:
    """`about`: what it answers; `days`: how far it looks back unless somebody says otherwise."""

    title: Any
    about: Any
    make: Callable[[Asked], Sheet]
    days: int


SHEETS = {
    "breaching": Kind(
        _("Will breach soon"), _("Which running cases are due in the next hours, and how likely each ends late."),
        sheets_working.soon, 1,
    ),
    "load": Kind(
        _("Workload and capacity"),
        _("What each unit has in hand, what comes, what it can do, and when it would be through."),
        sheets_working.units, 28,
    ),
    "closing": Kind(
        _("True closing rate"), _("How many closings are truly solved, as far as somebody looked again."),
        sheets_closing.closing, 92,
    ),
    "recurrences": Kind(
        _("Recurrences"), _("What came back at the same place after a closing: who had handled and checked it."),
        sheets_recurring.recurrences, 30,
    ),
    "places": Kind(
        _("Recurring places"), _("Where cases come again and again."), sheets_recurring.recurring_places, 90
    ),
    "heat": Kind(_("Heat of problem classes"), _("Which classes come when and where."), sheets_heat.warmth, 56),
}  # fmt: skip

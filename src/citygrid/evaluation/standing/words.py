"""What pages call the parts of standing duties."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from citygrid.evaluation.standing.spans import DUE, FILED, LATE, OPEN, OVERDUE

SORTS: dict[str, Any] = {
    "place": _("Place"), "route": _("Route"), "components": _("Group of components"), "market": _("Market"),
}  # fmt: skip
EVERY: dict[str, Any] = {
    "day": _("every day"), "week": _("every week"), "month": _("every month"), "quarter": _("every quarter"),
}  # fmt: skip
STATES: dict[str, Any] = {
    OPEN: _("runs"), DUE: _("evidence wanted"), OVERDUE: _("not filed in time"), FILED: _("filed"),
    LATE: _("filed late"),
}  # fmt: skip
LIGHTS = {OPEN: "none", DUE: "yellow", OVERDUE: "red", FILED: "green", LATE: "yellow"}
HOW: dict[str, Any] = {"check": _("Spot check"), "late": _("Evidence filed late"), "missed": _("No evidence in time")}

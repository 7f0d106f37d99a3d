"""Where decision support is told of: the bar of those who have no evaluation, the city map, the case page, the desks'
forms."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from citygrid.cases import panels
from citygrid.evaluation.insight import asking, heat_layer
from citygrid.maps import map_page
from citygrid.organization.seats import Signed
from citygrid.process import Case
from citygrid.web import navigation


def register() -> None:
    """Called when the app starts."""
    heat_layer.register()
    map_page.add("evaluation/insight/over_map.html")
    entry = navigation.Entry("evaluation:insight", _("Decision support"), "bulb", 62, _in_bar,
                             work_of=frozenset({"evaluator", "leader"}))  # fmt: skip
    navigation.add(entry)
    panels.add(panels.Panel("evaluation:insight_beside", _("Recurrence"), "side", 45, may=_may))
    for_acts = ("file_case", "dispatch", "sign", "check")
    panels.add(panels.Panel("evaluation:insight_above", "", "act", 45, may=_may, acts=for_acts))


def _in_bar(signed: Any) -> bool:
    """Those who read the evaluation find it there."""
    return asking.may_see(signed) and signed.role.code not in asking.TABLE


def _may(signed: Signed, case: Case) -> bool:
    """Whoever may see the case may see what it comes of."""
    return True

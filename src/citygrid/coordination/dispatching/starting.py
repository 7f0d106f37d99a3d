"""What dispatching adds when the program starts: the bar, the case page, what stands in the way of ending a body."""

from django.utils.translation import gettext_lazy as _

from citygrid.cases import panels
from citygrid.coordination.dispatching import desk_pages, handing_over, why_pages, work_order_pages
from citygrid.organization import ending
from citygrid.web import navigation


def start() -> None:
    navigation.add(
        navigation.Entry("coordination:dispatch", _("Dispatch desk"), "send", 11, desk_pages.may_open, key="p")
    )
    panels.add(panels.Panel("coordination:why_unit", _("Why this unit"), "side", 40, may=why_pages.may_ask))
    panels.add(
        panels.Panel("coordination:work_order", _("Work order"), "link", 30, "printer", work_order_pages.may_print)
    )
    ending.add(handing_over.objections)

"""What the rooms of disputes add when the program starts: the keeping of precedents, words above forms, doors."""

from django.utils.translation import gettext_lazy as _

from citygrid.cases import panels
from citygrid.coordination import doors
from citygrid.coordination.disputes import cost_pages, pages, precedents
from citygrid.messages import relay
from citygrid.organization.seats import Signed
from citygrid.process import Case


def start() -> None:
    relay.register(precedents.TOPIC, precedents.keep)
    panels.add(panels.Panel("coordination:like", "", "act", 10, may=_settles, acts=("settle",)))
    panels.add(panels.Panel("coordination:meaning", "", "act", 20, may=_settles, acts=("order_first",)))
    told = _("Returns that wait, cases referred to the commission, what is repaired first")
    doors.add(doors.Door("coordination:disputes", _("Disputed duties"), "gavel", told, 10, pages.may_open))
    told = _("What was decided before, and still holds")
    doors.add(doors.Door("coordination:precedents", _("Precedents"), "books", told, 20, pages.may_open))
    told = _("Without an owner, rapid disposal, repaired first: list, cost, who bears it")
    doors.add(doors.Door("coordination:public_cost", _("Public cost"), "coin-yuan", told, 30, cost_pages.may_open))


def _settles(signed: Signed, case: Case) -> bool:
    return pages.may_open(signed)

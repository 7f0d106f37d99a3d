"""The door of the ledger."""

from django.utils.translation import gettext_lazy as _

from citygrid.coordination import doors
from citygrid.coordination.ledger import pages


def start() -> None:
    told = _("Every return, extension, suspension, voiding: who asked, who decided, on what ground")
    doors.add(doors.Door("coordination:ledger", _("Ledger of requests"), "notebook", told, 40, pages.may_open))

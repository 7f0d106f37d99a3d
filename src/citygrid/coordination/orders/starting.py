"""The door of orders."""

from django.utils.translation import gettext_lazy as _

from citygrid.coordination import doors
from citygrid.coordination.orders import pages


def start() -> None:
    told = _("Supervision orders and their answers, urging, instructions")
    doors.add(doors.Door("coordination:orders", _("Orders"), "speakerphone", told, 50, pages.may_open))

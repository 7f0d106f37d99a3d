"""The doors of the commission's rooms."""

from django.utils.translation import gettext_lazy as _

from citygrid.coordination import doors
from citygrid.coordination.commission import library_pages
from citygrid.organization.rights import may
from citygrid.organization.seats import Signed


def start() -> None:
    told = _("Suspended, referred and long disputed cases, and the reports on them")
    doors.add(doors.Door("coordination:library", _("Problem library"), "archive", told, 60, library_pages.may_open))
    told = _("Agenda, decisions, minutes and what follows from them")
    doors.add(doors.Door("coordination:meetings", _("Meetings of the commission"), "users-group", told, 70, reads))


def reads(signed: Signed | None) -> bool:
    return may(signed, library_pages.READ) or may(signed, library_pages.EDIT)

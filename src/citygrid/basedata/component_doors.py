"""What components, surveys, requests and registers put into the bar and on the start page of base data."""

from django.utils.translation import gettext_lazy as _

from citygrid.basedata import asking, doors, photos, registers, seeing, survey_asking
from citygrid.media import permission
from citygrid.organization.rights import may
from citygrid.organization.seats import Signed
from citygrid.web import navigation


def register() -> None:
    """Called once when the app starts."""
    permission.register(photos.may_see)
    navigation.add(navigation.Entry("basedata:components", _("Components"), "lamp", 65, seeing.may_open, "o"))
    doors.add(
        doors.Door(
            "basedata:components",
            _("Components"),
            _("Manhole covers, lamps, trees, signs: search, page of each, history, labels, export"),
            "lamp",
            20,
            seeing.may_open,
        )
    )
    doors.add(
        doors.Door(
            "basedata:surveys",
            _("Surveys"),
            _("Files of components and registers: read, check, correct, review, publish"),
            "upload",
            22,
            lambda signed: may(signed, "basedata.survey") or may(signed, "basedata.publish"),
            survey_asking.waiting,
            _("to review"),
        )
    )
    doors.add(
        doors.Door(
            "basedata:requests",
            _("Change requests"),
            _("From the field: new, changed, moved, broken or gone"),
            "edit",
            24,
            lambda signed: may(signed, "basedata.request") or may(signed, "basedata.publish"),
            _open,
            _("to decide"),
        )
    )
    doors.add(
        doors.Door(
            "basedata:registers",
            _("Registers of other departments"),
            _("Lamp-pole numbers, shops, permits: found by number, as of a day"),
            "notebook",
            26,
            lambda signed: bool(registers.readable(signed)),
        )
    )


def _open(signed: Signed) -> int | None:
    return asking.open_count(signed) if may(signed, "basedata.publish") else None

"""What the rooms of units add when the program starts: entries of the bar, what stands above the form of a request."""

from django.utils.translation import gettext_lazy as _

from citygrid.cases import panels
from citygrid.coordination import doors
from citygrid.coordination.units import field_pages, pages
from citygrid.organization.seats import Signed
from citygrid.process import Case
from citygrid.web import navigation


def start() -> None:
    navigation.add(navigation.Entry("coordination:unit", _("Unit desk"), "building-factory", 12, pages.is_unit, "u"))
    navigation.add(
        navigation.Entry("coordination:field", _("Field work"), "device-mobile", 13, field_pages.in_field, "f")
    )
    navigation.add(navigation.Entry("coordination:start", _("Coordination"), "arrows-shuffle", 45, doors.any_open))
    panels.add(panels.Panel("coordination:request_limits", "", "act", 10, may=_handles, acts=("request",)))


def _handles(signed: Signed, case: Case) -> bool:
    return any(one.body == signed.body.pk for one in case.assignments)

"""What the rooms of reception put into the bar, on the case page and below the bar."""

from django.utils.translation import gettext_lazy as _

from citygrid.cases import panels, showing
from citygrid.reception.intake import pages as intake
from citygrid.reception.intake import verification
from citygrid.reception.permits import panels as permit_panels
from citygrid.reception.permits import seeing, valid
from citygrid.reception.safety import pages as safety
from citygrid.reception.shifts import board_pages
from citygrid.web import context, navigation


def register() -> None:
    """Called once, when the program starts."""
    navigation.add(navigation.Entry("reception:intake", _("Intake"), "inbox", 12, intake.may_open, key="i"))
    navigation.add(navigation.Entry("reception:board", _("Board"), "layout-board", 14, board_pages.may_lead, key="b"))
    navigation.add(navigation.Entry("reception:safety", _("Public safety"), "shield-exclamation", 46, safety.in_bar))
    navigation.add(navigation.Entry("reception:permits", _("Permits"), "certificate", 47, seeing.may_read))
    showing.know("permit", lambda code: valid.number_of(str(code)))
    context.Notes.add_for("reception:alarm", safety.rings_for)
    panels.add(panels.Panel("reception:permits_of_case", _("Permits"), "side", 20, may=permit_panels.on_case))
    panels.add(panels.Panel("reception:permits_at_act", _("Permits"), "act", 20, may=permit_panels.on_case,
                            acts=("accept", "file_case", "refuse", "refuse_filing")))  # fmt: skip
    panels.add(panels.Panel("reception:verification", _("Verification"), "under", 20, may=verification.on_case))

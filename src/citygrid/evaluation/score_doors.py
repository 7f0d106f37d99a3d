"""What the rooms around scores add when the program starts: the bar of units, the case page."""

from django.utils.translation import gettext_lazy as _

from citygrid.cases import panels
from citygrid.evaluation import case_pages, score_seeing, waiting_pages
from citygrid.web import context, navigation


def register() -> None:
    entry = navigation.Entry("evaluation:my_score", _("My score"), "award", 14, score_seeing.is_unit)
    navigation.add(entry)
    context.Notes.add_for("evaluation:waiting", waiting_pages.wanted)
    label = _("Whom it counts for")
    panels.add(panels.Panel("evaluation:of_case", label, "link", 80, "chart-bar", case_pages.may_ask))

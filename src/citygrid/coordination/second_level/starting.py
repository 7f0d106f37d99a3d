"""What the second-level centre adds when the program starts."""

from django.utils.translation import gettext_lazy as _

from citygrid.coordination.second_level import pages
from citygrid.web import navigation


def start() -> None:
    entry = navigation.Entry("coordination:second_level", _("Second-level centre"), "hierarchy-3", 14, pages.may_open)
    navigation.add(entry)

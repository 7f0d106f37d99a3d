"""What the supervising department's desk adds when the program starts."""

from django.utils.translation import gettext_lazy as _

from citygrid.coordination.supervising import pages
from citygrid.web import navigation


def start() -> None:
    navigation.add(navigation.Entry("coordination:supervising", _("Supervision"), "binoculars", 15, pages.may_open))

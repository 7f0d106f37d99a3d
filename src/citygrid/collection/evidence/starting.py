"""What this room adds when the program starts: hearers, the watermark, pages in the bar, the panel of the case page."""

from django.utils.translation import gettext_lazy as _

from citygrid.cases import panels
from citygrid.collection.evidence import anomaly_pages, finding_pages, findings, keeping, marking, telling
from citygrid.collection.syncing import pack
from citygrid.media import marked, permission
from citygrid.messages import relay
from citygrid.organization.seats import Signed
from citygrid.process import Case
from citygrid.web import navigation


def register() -> None:
    """Called once, when the app starts."""
    relay.register(keeping.TOPIC, keeping.hear)
    relay.register(findings.TOPIC, findings.hear)
    telling.register()
    permission.register(findings.may_see_file)
    marked.register(marking.mark_of)
    pack.section("findings", finding_pages.section)
    panels.add(panels.Panel("collection:evidence_of_case", _("Evidence"), "under", 40, may=_supervises))
    navigation.add(
        navigation.Entry("collection:anomalies", _("Anomalies"), "photo-exclamation", 29, anomaly_pages.may_open)
    )
    navigation.add(navigation.Entry("collection:findings", _("Findings"), "gavel", 30, finding_pages.may_open))
    navigation.add(
        navigation.Entry("collection:my_findings", _("My findings"), "gavel", 30, finding_pages.is_collector)
    )


def _supervises(signed: Signed, case: Case) -> bool:
    return anomaly_pages.supervises(signed)

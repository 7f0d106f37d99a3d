"""What the hotline puts into the bar and on the case page, what access keys may open of it, who may hear recordings."""

from django.utils.translation import gettext_lazy as _

from citygrid.cases import panels
from citygrid.media import permission
from citygrid.organization import key_scopes
from citygrid.organization.seats import Signed
from citygrid.personal import beyond
from citygrid.process import Case
from citygrid.reception.call_models import Call
from citygrid.reception.hotline import forgetting, pages, recordings, replies, reply_pages
from citygrid.reception.knowledge import pages as knowledge
from citygrid.web import navigation


def register() -> None:
    """Called once, when the program starts."""
    navigation.add(navigation.Entry("reception:hotline", _("Hotline"), "headset", 11, pages.may_open, key="h"))
    navigation.add(navigation.Entry("reception:knowledge", _("Knowledge base"), "book", 48, knowledge.may_open))
    door = key_scopes.Door("/api/v1/calls", frozenset(("GET", "HEAD", "OPTIONS", "POST")))
    key_scopes.add(key_scopes.KeyScope("calls.connect", _("telephone: tell of calls"), (door,), True, 25))
    permission.register(recordings.may_see_file)
    panels.add(panels.Panel("reception:calls_of_case", _("Calls"), "side", 40, may=_has_calls))
    panels.add(panels.Panel("reception:hotline_reply", _("Reply to the caller"), "link", 40, "message-forward",
                            may=reply_pages.may_reply))  # fmt: skip
    beyond.add(forgetting.Calls())
    replies.declare()


def _has_calls(signed: Signed, case: Case) -> bool:
    return Call.objects.filter(case_id=case.id).exists()

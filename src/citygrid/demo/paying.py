"""The demo's settled statements: the last whole month of each collection company, drafted, agreed to and settled by the
people whose posts may."""

from datetime import datetime, timedelta

from citygrid.collection.models import PriceList, Statement
from citygrid.collection.teams import seeing, spans, statements
from citygrid.demo.holders import holder
from citygrid.organization.models import Body
from citygrid.organization.seats import Signed
from citygrid.process.refusal import Refusal
from citygrid.web.papers import PaperError

LONG = timedelta(hours=26)
"""From the draft to the settling."""


def bring(at: datetime) -> int:
    """Settles the month before `at` for each company with a price list; how many were. A second time adds nothing; a
    server that cannot print has the drafts alone."""
    if not PriceList.objects.exists():
        return 0
    month = spans.month_of(spans.month_of(None, at).before, at)
    when = max(month.end + timedelta(days=2), at - timedelta(days=3))
    maker, settler = holder(seeing.MAKE, at), holder(seeing.SETTLE, at)
    if maker is None or settler is None or when + LONG > at or maker.person.pk == settler.person.pk:
        return 0
    return sum(_one(body, month.month, maker, settler, when) for body in seeing.contractor_bodies(maker))


def _one(body: Body, month: str, maker: Signed, settler: Signed, at: datetime) -> bool:
    own = holder(seeing.OBJECT, at, body)
    if own is None or Statement.objects.filter(body=body).exists():
        return False
    made = statements.draft(body, month, maker, at)
    if isinstance(made, Refusal) or not isinstance(statements.agree(made.pk, own, at + timedelta(hours=5)), Statement):
        return False
    try:
        return isinstance(statements.settle(made.pk, made.total, settler, at + LONG), Statement)
    except PaperError:
        return False


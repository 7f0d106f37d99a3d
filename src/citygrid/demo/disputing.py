"""Appeals in the demo city: one that was refused in a closed month, one that waits for its first review."""

from datetime import datetime

from citygrid.demo.folder import appraisal
from citygrid.demo.holders import holder
from citygrid.demo.judging import Month
from citygrid.evaluation import closing, closing_appeals, closing_seeing
from citygrid.evaluation.closing_models import PeriodClose, ScoreAppeal
from citygrid.evaluation.results import SubjectScore
from citygrid.organization.models import Body


def refused(close: PeriodClose, month: Month, at: datetime, answered: datetime) -> None:
    """A unit appeals, and the first review says no."""
    row = _filed(close, month, "refused", at)
    if row is None:
        return
    roles = close.rules.get("first_review") or ()
    reviewer = holder(closing_seeing.REVIEW, answered, but=[row.filed_by_id], roles=roles)
    if reviewer is not None and closing_appeals.may_review(row, reviewer, answered):
        closing_appeals.review_first(row.pk, False, appraisal()["appeals"]["refused_words"], None, None, reviewer,
                                     answered)  # fmt: skip


def waiting(close: PeriodClose, month: Month, at: datetime) -> None:
    """A unit appeals; nobody has looked at it yet."""
    _filed(close, month, "open", at)


def _filed(close: PeriodClose, month: Month, which: str, at: datetime) -> ScoreAppeal | None:
    told = appraisal()["appeals"]
    body = Body.objects.filter(code=told["unit"][which]).first()
    filer = holder(closing_seeing.APPEAL, at, body) if body is not None else None
    id = month.id("appeal", close.scheme, which)
    known = ScoreAppeal.objects.filter(pk=id).first()
    if known is not None or filer is None or body is None or close.state != PeriodClose.State.APPEALS:
        return known
    own = next((row for row in closing.figures(close, at).scores.rows() if row.code == body.code), None)
    if own is None:
        return None
    words = told[which] % {"term": _name(own, told["term"])}
    return closing_appeals.file_term(id, close.pk, (own.subject, own.code), told["term"], words, None, filer, at)


def _name(own: SubjectScore, key: str) -> str:
    return next((term.names[0] for term in own.terms if term.key == key), key)

"""What the pages of closing share: the closing that a post may look at, its figures, its names."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from citygrid.evaluation import closing, closing_seeing
from citygrid.evaluation.asking import zone_at
from citygrid.evaluation.catalogue import Catalogue, catalogue
from citygrid.evaluation.closing import Figures
from citygrid.evaluation.closing_models import FrozenVersion, PeriodClose
from citygrid.evaluation.closing_naming import in_words
from citygrid.evaluation.results import Scores
from citygrid.organization.seats import Signed
from citygrid.process.refusal import Refused
from citygrid.web.refusals import tell
from citygrid.web.sent import uuid_of
from citygrid.web.words import say

MOST = 200
"""So many closings, differing lines, and rows, are shown."""


def close_for(signed: Signed, pk: UUID) -> PeriodClose:
    if not closing_seeing.may_look(signed):
        raise PermissionDenied
    return get_object_or_404(closing_seeing.closes(signed), pk=pk)


def head_of(row: PeriodClose) -> dict[str, Any]:
    book = book_now()
    known = book.schemes.get(row.scheme)
    return {"close": row, "name": scheme_name(book, row.scheme), "grades": known.grades if known else ()}


def is_open(row: PeriodClose, now: Any) -> bool:
    return row.state == PeriodClose.State.APPEALS and row.window_ends is not None and now < row.window_ends


def scores_for(row: PeriodClose, version: FrozenVersion | None, now: Any) -> Scores:
    try:
        return in_words(closing.scores_of(version)) if version is not None else closing.live(row, now)
    except Refused as error:
        raise Http404 from error


def figures_for(row: PeriodClose, version: FrozenVersion | None, now: Any) -> Figures:
    """The same with the rows behind, which take longer to find."""
    if version is not None:
        return Figures(closing.scores_of(version), closing.rows_of(version))
    try:
        return closing.figures(row, now)
    except Refused as error:
        raise Http404 from error


def scheme_name(book: Catalogue, code: str) -> str:
    return say(book.schemes[code].names) if code in book.schemes else code


def book_now() -> Catalogue:
    now = timezone.now()
    return catalogue(now.astimezone(zone_at(now)).date())


def uid_of(request: HttpRequest) -> UUID:
    uid = uuid_of(request.POST.get("uid"))
    if uid is None:
        raise Http404
    return uid


def sentence(error: Refused) -> str:
    """A refusal in the reader's language."""
    return tell(error.refusal, "appeal").sentence

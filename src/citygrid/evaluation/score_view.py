"""What a page of scores is asked for: the scheme, the period, and the scores that the post may see."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from citygrid.evaluation import closing, score_seeing, score_trend
from citygrid.evaluation.asked import Asked, Refused, read, spans
from citygrid.evaluation.asking import zone_at
from citygrid.evaluation.catalogue import Catalogue, catalogue
from citygrid.evaluation.closing_models import FrozenVersion
from citygrid.evaluation.closing_naming import in_words
from citygrid.evaluation.computing import computed
from citygrid.evaluation.counting import LEVELS, Question
from citygrid.evaluation.pages import may_open
from citygrid.evaluation.results import Scores
from citygrid.evaluation.scheme import Scheme
from citygrid.organization.seats import Signed
from citygrid.web.words import office_day, say

MISSING = frozenset({"no_scheme", "no_subject", "no_such_word"})
"""Refusals that say that something is not there."""


@dataclass(frozen=True, slots=True)
class View:
    """What is looked at: the scheme, the period, and the scores that this post may see."""

    asked: Asked
    book: Catalogue
    scheme: Scheme
    scores: Scores | None
    refusal: Refused | None
    level: str = ""
    """Areas of another level than the scheme's own."""
    frozen: FrozenVersion | None = None
    """The frozen version that the scores are read from."""
    live: bool = False
    """Counted now, although the period may be frozen."""

    @property
    def unknown(self) -> str:
        """A scheme that was asked for and is not there on that day."""
        return self.asked.scheme if self.asked.scheme not in ("", self.scheme.code) else ""

    @property
    def status(self) -> int:
        """Of the answer: 404 for what is not there, 422 for what cannot be read."""
        if self.refusal is None:
            return 200
        return 404 if self.refusal.code in MISSING else 422

    @property
    def query(self) -> str:
        words = {"scheme": self.scheme.code, "from": self.asked.first, "to": self.asked.last}
        return urlencode(words | ({"level": self.level} if self.level else {}) | ({"live": 1} if self.live else {}))

    @property
    def last(self) -> date:
        """The last day of the scores; ValueError where there are none."""
        return date.fromisoformat(self.scores.last if self.scores else "")


def view_of(request: HttpRequest, signed: Signed, *, own: bool = False) -> View:
    """What the address asks for, within the scope. PermissionDenied for who does not read the evaluation; `own`: whose
    own score is asked for may read that. Without a scheme it is the first; one that is not there is told."""
    if not may_open(signed) and not (own and score_seeing.is_unit(signed)):
        raise PermissionDenied
    now = timezone.now()
    found = read(request.GET, now)
    question = found.question(signed.scope)
    day = now.astimezone(zone_at(now)).date()
    book = catalogue(min(question.period.last, day) if isinstance(question, Question) else day)
    scheme = book.schemes.get(found.scheme) or next(iter(book.schemes.values()))
    level = request.GET.get("level", "")
    if isinstance(question, Question) and found.scheme and found.scheme != scheme.code:
        question = _no_scheme(found.scheme, min(question.period.last, day))
    if scheme.by == "area" and level in LEVELS and level != scheme.level:
        book = score_trend.at_level(book, scheme.code, level)
        scheme = book.schemes[scheme.code]
    else:
        level = ""
    if isinstance(question, Refused):
        return View(found, book, scheme, None, question, level)
    live, period = bool(request.GET.get("live")), question.period
    frozen = None if live or level else closing.standing(scheme.code, period.first, period.last)
    whole = in_words(closing.scores_of(frozen[1])) if frozen else computed(scheme.code, period, now, book)
    seen = score_seeing.seen(whole, signed)
    return View(found, book, scheme, seen, None, level, frozen[1] if frozen else None, live)


def _no_scheme(typed: str, day: date) -> Refused:
    words = {"typed": typed, "day": office_day(day)}
    return Refused("no_scheme", _("No scheme “%(typed)s” is in force on %(day)s.") % words)


def context_of(view: View) -> dict[str, Any]:
    """What every page of scores shows."""
    return {
        "asked": view.asked, "scheme": view.scheme, "name": view.unknown or say(view.scheme.names), "query": view.query,
        "schemes": [(code, say(one.names)) for code, one in view.book.schemes.items()], "refusal": view.refusal,
        "unknown": view.unknown, "frozen": view.frozen, "live": view.live,
        "spans": spans(timezone.localdate(view.asked.now), view.scheme.code), "scores": view.scores,
        "problems": [str(problem) for problem in view.book.report.problems],
    }  # fmt: skip

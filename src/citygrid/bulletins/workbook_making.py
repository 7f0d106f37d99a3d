"""A workbook for whoever asks: the scores of a period as they run, within what the post may see."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from citygrid.bulletins.workbook import Cover, workbook
from citygrid.bulletins.workbook_entries import Line
from citygrid.bulletins.workbook_figures import Raw, terms_of
from citygrid.evaluation import entry_seeing
from citygrid.evaluation.catalogue import Catalogue
from citygrid.evaluation.computing import Judged, judged, within
from citygrid.evaluation.periods import Period
from citygrid.evaluation.results import Scores
from citygrid.organization.visibility import Scope
from citygrid.web.context import Names
from citygrid.web.words import chinese


def running(code: str, period: Period, scope: Scope, now: datetime, book: Catalogue) -> tuple[Scores, bytes]:
    """The scores as they are now, and their workbook. NoSchemeError where there is no such scheme."""
    found = judged(code, period, now, book)
    scores = within(found.scores(), scope)
    state = _("Running: it changes with the cases until the period is frozen.")
    cover = Cover(Names.of_city(chinese()), state, "", now, limited=not scope.everything)
    return scores, workbook(scores, found.scheme, found.definitions, raw_of(found), entries(scores, scope), cover)


def raw_of(found: Judged) -> Raw:
    """The counts by the text of each object."""
    numbers = {text: found.counted.numbers.get(key, {}) for text, key in found.keys.items()}
    derived = {
        text: frozenset(count for whose, count in found.counted.derived if whose == key)
        for text, key in found.keys.items()
    }
    return Raw(numbers, derived)


def entries(scores: Scores, scope: Scope) -> dict[str, Line]:
    """The approved entries that these scores rest on and the post may see, by id."""
    rows = entry_seeing.seen(scope).filter(pk__in=list(_given(scores)), value__isnull=False)
    return {
        str(row.pk): Line(
            str(row.pk), row.day.isoformat(), row.item, row.value, row.sample, row.reason, row.source,
            str(row.evidence_id or ""),
        )
        for row in rows if row.value is not None
    }  # fmt: skip


def _given(scores: Scores) -> Iterable[str]:
    return {one for row in scores.rows() for term in terms_of(row) for one in term.given}

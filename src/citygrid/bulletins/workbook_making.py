"""A workbook for whoever asks: what was frozen of a closed period, else the scores as they run, within their scope."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from citygrid.bulletins import workbook_months
from citygrid.bulletins.workbook import Cover, workbook
from citygrid.bulletins.workbook_entries import Line
from citygrid.bulletins.workbook_figures import Raw, terms_of
from citygrid.evaluation import closing, entry_seeing
from citygrid.evaluation.catalogue import Catalogue
from citygrid.evaluation.computing import Judged, judged, scored, within
from citygrid.evaluation.definitions import Count, Definitions
from citygrid.evaluation.periods import Period
from citygrid.evaluation.results import Scores
from citygrid.organization.visibility import Scope
from citygrid.web.context import Names
from citygrid.web.words import chinese


def running(
    code: str, period: Period, scope: Scope, now: datetime, book: Catalogue, *, instead: int = 0
) -> tuple[Scores, bytes]:
    """The scores as they are now, and their workbook. NoSchemeError where there is no such scheme. `instead`: of which
    frozen version, whose formulas can no longer be written."""
    found = judged(code, period, now, book)
    scores = within(scored(found, period, now), scope)
    state = _("Running: it changes with the cases until the period is frozen.")
    if instead:
        text = _(
            "Not the frozen version %(number)s: the scheme of these days was changed since. "
            "These are the figures of now."
        )
        state = text % {"number": instead}
    cover = Cover(Names.of_city(chinese()), state, "", now, limited=not scope.everything)
    months = workbook_months.of(code, period, scope, now, found.definitions)
    lines = entries(scores, scope)
    return scores, workbook(scores, found.scheme, found.definitions, raw_of(found), lines, cover, months)


def asked(code: str, period: Period, scope: Scope, now: datetime, book: Catalogue) -> tuple[Scores, bytes]:
    """Of a closed period what was frozen, with the rows that were frozen with it; else the scores as they are now."""
    held = closing.standing(code, period.first, period.last)
    if held is None:
        return running(code, period, scope, now, book)
    close, version = held
    scores = closing.scores_of(version)
    scheme = book.schemes[code]
    if scheme.hash != scores.hash:  # another text stands for those days now: only what is running can be followed
        return running(code, period, scope, now, book, instead=version.number)
    found = judged(code, period, now, book)
    scores = within(scores, scope)
    words = {"number": version.number, "state": close.get_state_display()}
    state = _("Frozen, version %(number)s (%(state)s)") % words
    cover = Cover(Names.of_city(chinese()), state, version.hash, now, limited=not scope.everything)
    raw = _frozen_raw(raw_of(found), closing.rows_of(version), found.definitions)
    months = workbook_months.of(code, period, scope, now, found.definitions)
    return scores, workbook(scores, scheme, found.definitions, raw, entries(scores, scope), cover, months)


def _frozen_raw(now: Raw, rows: Mapping[str, Mapping[str, Sequence[object]]], known: Definitions) -> Raw:
    """The counts as they were frozen: as many as there are rows behind them. A sum (of hours, of money) is no number of
    rows: that of now is taken, and not shown where it does not make the frozen value (`workbook_figures`)."""
    numbers = {}
    for subject, by_key in rows.items():
        mine = {key: n for key, n in now.numbers.get(subject, {}).items() if _is_sum(known, key)}
        numbers[subject] = mine | {key: len(found) for key, found in by_key.items() if not _is_sum(known, key)}
    return Raw({**now.numbers, **numbers}, now.derived)


def _is_sum(known: Definitions, key: str) -> bool:
    one = known.all.get(key)
    return isinstance(one, Count) and bool(one.sum)


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

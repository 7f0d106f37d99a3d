"""The months of a quarter or year: what was counted in each, and what each object scored in those that were closed.

Counts of whole months come from the roll-ups, scores from what was frozen: nothing is scored twelve times."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from citygrid.bulletins.content import MONTHLY, Month, Span
from citygrid.evaluation import closing
from citygrid.evaluation.asking import ask, zone_at
from citygrid.evaluation.counting import Question
from citygrid.evaluation.definitions import Definitions
from citygrid.evaluation.periods import period
from citygrid.organization.visibility import Scope

Scored = Sequence[Mapping[str, Decimal | None]]
"""For each month the printed score of each object; nothing of a month that was not closed."""


def counted(
    spans: Iterable[Span], keys: Iterable[str], scope: Scope | None, now: datetime, known: Definitions
) -> tuple[Month, ...]:  # fmt: skip
    """The months that have begun, with these indicators."""
    zone, wanted = zone_at(now), [key for key in keys if key in known.all]
    found = []
    for span in spans:
        of = period(span.first, span.last, zone, now)
        if of.start <= now:
            answer = ask(Question(of, "source", scope=scope), wanted, known)
            found.append(Month(span, {key: answer.total.values[key] for key in wanted}, of.end <= now))
    return tuple(found)


def told(spans: Iterable[Span], scope: Scope | None, now: datetime, known: Definitions) -> tuple[Month, ...]:
    """As the papers tell them."""
    return counted(spans, MONTHLY, scope, now, known)


def scored(scheme: str, spans: Iterable[Span]) -> Scored:
    """The frozen scores of each month; empty where none was closed. Whose may be seen is the caller's to say."""
    held = [closing.standing(scheme, span.first, span.last) for span in spans]
    if not any(held):
        return []
    kept = [[] if one is None else closing.scores_of(one[1]).rows() for one in held]
    return [{row.subject: row.shown for row in rows} for rows in kept]

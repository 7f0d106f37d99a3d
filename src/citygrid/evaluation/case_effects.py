"""What a case does to whom: in which counts of which units, areas and people it counts in a period, and which terms of
which schemes rest on them (issue 7, item 5: "and back"). The same conditions as any number, of one case only."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from citygrid.cases.database import Connection
from citygrid.evaluation import conditions, counting
from citygrid.evaluation.catalogue import Catalogue
from citygrid.evaluation.counting import LEVELS, Key, Question
from citygrid.evaluation.definitions import Count, Definitions
from citygrid.evaluation.periods import Period
from citygrid.organization.visibility import Scope

WHOM = ("unit", "in_charge", "post", "collector", "contractor", "area")
"""Whom a case says something about, in the order of the page."""


@dataclass(frozen=True, slots=True)
class Effect:
    """One subject, and how often the case counts in each of its counts (a sum where the count is one)."""

    by: str
    level: str
    key: Key
    counts: Mapping[str, int]


def effects(
    connection: Connection, case: UUID, known: Definitions, period: Period, scope: Scope | None
) -> list[Effect]:
    """The effects of a case within a scope (None: everything), by subject."""
    found: list[Effect] = []
    for by in WHOM:
        counts = [one for one in known.all.values() if isinstance(one, Count) and by in one.by]
        for level in LEVELS if by == "area" else LEVELS[:1]:
            question = Question(period, by, level, scope)
            rows = _of(connection, case, counts, question)
            found += [Effect(by, level, key, numbers) for key, numbers in rows.items()]
    return found


def terms_by_count(book: Catalogue, by: str) -> dict[str, list[tuple[str, str]]]:
    """Count -> scheme and term that rest on it, of the schemes that judge this sort of object."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for code, scheme in book.schemes.items():
        for key, term in scheme.terms.items() if scheme.by == by else ():
            for one in book.definitions[code].counts_of(term.value.names if term.value else ()):
                found[one.key].append((code, key))
    return found


def _of(connection: Connection, case: UUID, counts: Iterable[Count], question: Question) -> dict[Key, dict[str, int]]:
    by_facts: dict[str, list[Count]] = defaultdict(list)
    for one in counts:
        by_facts[one.facts].append(one)
    found: dict[Key, dict[str, int]] = defaultdict(dict)
    subject = counting.subject_columns(question.by, question.level)
    for facts, group in by_facts.items():
        params: dict[str, Any] = {"start": question.period.start, "cut": question.period.cut, "case": case}
        told = counting.columns(group, params, conditions.of_row, "", with_derived=False)[: len(group)]
        text = f"""select {", ".join([*subject, *told])} from evaluation_{facts}
            where case_id = %(case)s and {counting.seen(question, params)}
            group by {counting.ordinals(len(subject))}"""  # noqa: S608 - columns of ours
        for row in connection.execute(text.encode(), _used(text, params)).fetchall():
            key, numbers = row[: len(subject)], row[len(subject) :]
            if any(part is not None for part in key):
                pairs = zip(group, numbers, strict=True)
                found[key].update({one.key: int(number) for one, number in pairs if number})
    return {key: numbers for key, numbers in found.items() if numbers}


def _used(text: str, params: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in params.items() if f"%({name})s" in text}

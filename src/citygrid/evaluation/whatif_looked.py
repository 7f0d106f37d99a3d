"""What a change starts from: of a closed period the figures that were frozen, else those counted now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import Http404

from citygrid.evaluation import closing, closing_text, score_seeing
from citygrid.evaluation.asked import Asked, Refused
from citygrid.evaluation.asking import zone_at
from citygrid.evaluation.catalogue import Catalogue, catalogue
from citygrid.evaluation.closing_models import FrozenVersion
from citygrid.evaluation.closing_naming import in_words
from citygrid.evaluation.computing import judged
from citygrid.evaluation.definitions import Definitions
from citygrid.evaluation.periods import Period
from citygrid.evaluation.results import Scores, SubjectScore
from citygrid.evaluation.scheme import Scheme
from citygrid.evaluation.scoring import Known, Span
from citygrid.evaluation.whatif import needed
from citygrid.evaluation.whatif_frozen import start_of
from citygrid.organization.seats import Signed


@dataclass(frozen=True, slots=True)
class Looked:
    """One object of a scheme: its group, its row and its counts before any change.

    `version`: what is frozen of the period; `frozen_row`: what it says of the object. `starts_frozen`: the row and the
    counts are those of the version; else they were counted now, because that was asked (`live`) or the version cannot
    be put together again."""

    scheme: Scheme
    definitions: Definitions
    span: Span
    group: str
    members: Sequence[Known]
    row: SubjectScore
    numbers: Mapping[str, int]
    derived: frozenset[str]
    version: FrozenVersion | None = None
    frozen_row: SubjectScore | None = None
    starts_frozen: bool = False
    live: bool = False


def at(sent: Mapping[str, str], signed: Signed, asked: Asked) -> Looked:
    """What an address (`subject`, `live`, and what `asked` read) asks for. Http404 for what is not there, or not for
    this post."""
    question = asked.question(signed.scope)
    if isinstance(question, Refused):
        raise Http404
    day = min(question.period.last, asked.now.astimezone(zone_at(asked.now)).date())
    book = catalogue(day)
    if asked.scheme not in book.schemes:
        raise Http404
    subject, live = sent.get("subject", ""), bool(sent.get("live"))
    held = closing.standing(asked.scheme, question.period.first, question.period.last)
    version = held[1] if held else None
    found = None if version is None or live else _frozen(version, signed, asked.scheme, book, subject)
    return found or _counted(version, live, signed, asked, question.period, book, subject)


def _frozen(version: FrozenVersion, signed: Signed, code: str, book: Catalogue, subject: str) -> Looked | None:
    """From what was frozen; None where that cannot be put together again."""
    frozen = closing_text.read(version.text)
    start = start_of(frozen, book.schemes[code], book.definitions[code])
    if start is None:
        return None
    group, row = _seen(in_words(frozen.scores), signed, subject)
    return Looked(
        start.scheme, book.definitions[code], start.span, group, start.members[group], row, start.kept.numbers[subject],
        start.kept.doubtful.get(subject, frozenset()), version, row, starts_frozen=True,
    )  # fmt: skip


def _counted(
    version: FrozenVersion | None, live: bool, signed: Signed, asked: Asked, of: Period, book: Catalogue, subject: str
) -> Looked:
    """As it is counted now, with the frozen row beside it."""
    found = judged(asked.scheme, of, asked.now, book, more=lambda known, scheme: needed(scheme, known))
    group, row = _seen(found.scores(), signed, subject)
    key = found.keys[subject]
    derived = frozenset(one for whose, one in found.counted.derived if whose == key)
    rows = closing.scores_of(version).rows() if version else ()
    was = next((one for one in rows if one.subject == subject), None)
    return Looked(
        found.scheme, found.definitions, found.span, group, found.members[group], row,
        dict(found.counted.numbers.get(key, {})), derived, version, was, live=live,
    )  # fmt: skip


def _seen(found: Scores, signed: Signed, subject: str) -> tuple[str, SubjectScore]:
    for group in score_seeing.seen(found, signed).groups:
        for row in group.rows:
            if row.subject == subject:
                return group.key, row
    raise Http404

"""The names of frozen scores in the reader's language: frozen is the name as it was said when the period was closed."""

from dataclasses import replace

from django.utils.translation import override

from citygrid.evaluation.results import Scores
from citygrid.evaluation.subjects import key_of, named


def in_words(scores: Scores) -> Scores:
    """The same scores with the names of the active language. Whoever was renamed since keeps the frozen name: only a
    name that is one of today's in some language is said in another."""
    keys = {row.subject: key_of(scores.by, row.subject) for row in scores.rows()}
    here = named(scores.by, list(keys.values()))
    known: dict[str, set[str]] = {text: set() for text in keys}
    for language in ("zh-hans", "en"):
        with override(language):
            found = named(scores.by, list(keys.values()))
        for text, key in keys.items():
            known[text].add(found[key].name)
    names = {text: here[key].name for text, key in keys.items()}
    groups = (
        replace(group, rows=tuple(
            replace(row, name=names[row.subject] if row.name in known[row.subject] else row.name) for row in group.rows
        )) for group in scores.groups
    )  # fmt: skip
    return replace(scores, groups=tuple(groups))

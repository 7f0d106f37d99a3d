"""The names of frozen scores in the reader's language: frozen is the name as it was said when the period was closed."""

from dataclasses import replace

from django.utils.translation import override

from citygrid.evaluation.results import Scores
from citygrid.evaluation.subjects import key_of, named
from citygrid.web.words import chinese

LANGUAGES = ("zh-hans", "en")


def in_words(scores: Scores) -> Scores:
    """The same scores with the names of the active language. Whoever was renamed since keeps the frozen name: only a
    name that is one of today's in some language is said in another."""
    keys = {row.subject: key_of(scores.by, row.subject) for row in scores.rows()}
    said = {}
    for language in LANGUAGES:
        with override(language):
            said[language] = named(scores.by, list(keys.values()))
    here = said["zh-hans" if chinese() else "en"]
    known = {text: {said[language][key].name for language in LANGUAGES} for text, key in keys.items()}
    groups = (
        replace(group, rows=tuple(
            replace(row, name=here[keys[row.subject]].name if row.name in known[row.subject] else row.name)
            for row in group.rows
        )) for group in scores.groups
    )  # fmt: skip
    return replace(scores, groups=tuple(groups))

"""`citygrid verify` for frozen scores: each text gives its hash, each version follows the one before, the rows behind
are those that the text says, and what is frozen is there."""

from collections.abc import Iterator

from citygrid.evaluation import closing, closing_rows, closing_text
from citygrid.evaluation.closing_models import PeriodClose


def faults() -> Iterator[str]:
    """A line for each fault."""
    for close in PeriodClose.objects.order_by("pk").iterator():
        versions = list(close.versions.order_by("number"))
        if bool(versions) != close.is_frozen:
            yield f"{close.pk}: version_missing: {len(versions)} versions, state {close.state}"
        previous = ""
        for number, version in enumerate(versions, 1):
            where = f"{close.pk} version {version.number}"
            if version.number != number:
                yield f"{where}: version_missing: version {number} is not there"
            if closing_text.hash_of(version.text) != version.hash:
                yield f"{where}: text_altered: it does not give the hash beside it"
            try:
                said = closing_text.read(version.text)
            except (ValueError, KeyError, TypeError):
                yield f"{where}: text_unreadable"
                continue
            if (said.close, said.number, said.previous) != (close.pk, version.number, previous):
                yield f"{where}: chain_broken: it does not follow the version before"
            if closing_rows.digest(closing.rows_of(version)) != said.rows:
                yield f"{where}: rows_altered: the rows behind are not those that were frozen"
            previous = version.hash

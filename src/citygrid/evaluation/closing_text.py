"""The text that is frozen: scores as JSON, with the hash of the version before and of the rows behind the figures; its
SHA-256 is the version's hash, so a chain is altered nowhere without being seen (`citygrid verify`). Pure."""

import hashlib
import json
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from citygrid.evaluation.results import Scores, from_tree, printed_of, to_json


@dataclass(frozen=True, slots=True)
class Frozen:
    """What a frozen text says. `previous`: the hash of the version before, empty for the first; `rows`: the digest of
    the rows behind."""

    close: UUID
    number: int
    previous: str
    rows: str
    scores: Scores


def text_of(frozen: Frozen) -> str:
    """Keys in order, no spaces: the same content is the same text."""
    tree = {
        "close": str(frozen.close), "number": frozen.number, "previous": frozen.previous, "rows": frozen.rows,
        "scores": json.loads(to_json(frozen.scores)),
    }  # fmt: skip
    return json.dumps(tree, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def read(text: str) -> Frozen:
    """The inverse. ValueError or KeyError for what is no such text."""
    tree = json.loads(text)
    return Frozen(UUID(tree["close"]), tree["number"], tree["previous"], tree["rows"], from_tree(tree["scores"]))


def printed(text: str) -> dict[str, Decimal | None]:
    """Object -> printed score of such a text."""
    return printed_of(json.loads(text)["scores"])


def hash_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

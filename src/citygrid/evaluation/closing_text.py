"""The text that is frozen: scores as JSON, with the hash of the version before and of the rows behind the figures; its
SHA-256 is the version's hash, so a chain is altered nowhere without being seen (`citygrid verify`). Pure."""

import hashlib
import json
from dataclasses import dataclass
from uuid import UUID

from citygrid.evaluation.results import Scores, from_json, to_json


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
    scores = from_json(json.dumps(tree["scores"]))
    return Frozen(UUID(tree["close"]), tree["number"], tree["previous"], tree["rows"], scores)


def hash_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

"""The text that is frozen: scores as JSON, with the hash of the version before and of the rows behind the figures; its
SHA-256 is the version's hash, so a chain is altered nowhere without being seen (`citygrid verify`). Pure."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from citygrid.evaluation.results import Scores, from_tree, printed_of, to_json


@dataclass(frozen=True, slots=True)
class Kept:
    """The counts that a change of the figures may touch, beside those of the scheme's own terms (`whatif`): object ->
    count -> number, for every count that was counted; `doubtful`: object -> the counts that rest on derived acts."""

    numbers: Mapping[str, Mapping[str, int]]
    doubtful: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Frozen:
    """What a frozen text says. `previous`: the hash of the version before, empty for the first; `rows`: the digest of
    the rows behind; `kept`: None in texts that were frozen before counts were kept."""

    close: UUID
    number: int
    previous: str
    rows: str
    scores: Scores
    kept: Kept | None = None


def text_of(frozen: Frozen) -> str:
    """Keys in order, no spaces: the same content is the same text."""
    tree = {
        "close": str(frozen.close), "number": frozen.number, "previous": frozen.previous, "rows": frozen.rows,
        "scores": json.loads(to_json(frozen.scores)), **({} if frozen.kept is None else {"kept": _kept(frozen.kept)}),
    }  # fmt: skip
    return json.dumps(tree, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def read(text: str) -> Frozen:
    """The inverse. ValueError or KeyError for what is no such text."""
    tree = json.loads(text)
    return Frozen(UUID(tree["close"]), tree["number"], tree["previous"], tree["rows"], from_tree(tree["scores"]),
                  _kept_of(tree["kept"]) if "kept" in tree else None)  # fmt: skip


def printed(text: str) -> dict[str, Decimal | None]:
    """Object -> printed score of such a text."""
    return printed_of(json.loads(text)["scores"])


def hash_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _kept(kept: Kept) -> dict[str, Any]:
    """The keys once, then a list of numbers for each object."""
    keys = sorted({key for by_key in kept.numbers.values() for key in by_key})
    return {
        "keys": keys, "numbers": {subject: [by_key[key] for key in keys] for subject, by_key in kept.numbers.items()},
        "doubtful": {subject: sorted(some) for subject, some in kept.doubtful.items() if some},
    }  # fmt: skip


def _kept_of(tree: Mapping[str, Any]) -> Kept:
    numbers = {subject: dict(zip(tree["keys"], row, strict=True)) for subject, row in tree["numbers"].items()}
    return Kept(numbers, {subject: frozenset(some) for subject, some in tree["doubtful"].items()})

"""The editions of the class catalogues and the mapping between them."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

KINDS = ("component", "event", "warning")


class CatalogueError(ValueError):
    """A class or an edition that is not as it must be.

    Machine codes: `edition_unknown`, `class_unknown`, `class_kind`, `class_duplicate`, `class_extension`,
    `class_row`, `extension_full`. `message % params` is the English sentence.
    """

    def __init__(self, code: str, message: str, params: Mapping[str, object] | None = None) -> None:
        self.code = code
        self.message = message
        self.params: dict[str, object] = dict(params or {})
        super().__init__(message % self.params)


def editions() -> tuple[str, ...]:
    """The keys of the shipped editions."""
    return tuple(register()["editions"])


def extensions() -> dict[str, str]:
    """The shipped local extensions: key to the edition that it extends."""
    return {key: str(spec["extends"]) for key, spec in register()["extensions"].items()}


def accuracy_metres(accuracy: str) -> float | None:
    """Positional accuracy of a class (A, B, C) in metres either way; None when not known."""
    metres = register()["accuracy"].get(accuracy)
    return None if metres is None else float(metres)


def translate(kind: str, code: str, from_edition: str, to_edition: str) -> str | None:
    """The counterpart of a class (or of a major, two digits) in another edition; None when none is known.

    Rows marked `same` hold both ways, rows marked `into` only from the older to the newer edition: the
    newer class is wider. Never guesses by number: events 04 and 05 are swapped, and some classes moved.
    """
    for edition in (from_edition, to_edition):
        if edition not in editions():
            raise unknown_edition(edition)
    if kind not in KINDS:
        raise CatalogueError("class_kind", "There are no classes of the kind %(kind)s.", {"kind": kind})
    if from_edition == to_edition:
        return code
    return _mapping(from_edition, to_edition).get((kind, code))


def unknown_edition(edition: str) -> CatalogueError:
    return CatalogueError(
        "edition_unknown",
        "There is no edition “%(edition)s” of the classes; there are %(known)s.",
        {"edition": edition, "known": ", ".join(editions())},
    )


@cache
def register() -> dict[str, Any]:
    return tomllib.loads((resources.files(__package__) / "data" / "editions.toml").read_text("utf-8"))


@cache
def _mapping(from_edition: str, to_edition: str) -> dict[tuple[str, str], str]:
    folder = resources.files(__package__) / "data" / "mappings"
    found: dict[tuple[str, str], str] = {}
    forward = folder / f"{from_edition}--{to_edition}.csv"
    backward = folder / f"{to_edition}--{from_edition}.csv"
    if forward.is_file():
        for row in csv.DictReader(forward.read_text("utf-8").splitlines()):
            found[row["kind"], row["from_code"]] = row["to_code"]
    if backward.is_file():
        for row in csv.DictReader(backward.read_text("utf-8").splitlines()):
            if row["relation"] == "same":
                found[row["kind"], row["to_code"]] = row["from_code"]
    return found

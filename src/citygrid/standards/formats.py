"""The patterns of codes, read from a profile's tables and checked on the way in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class CodeError(ValueError):
    """A code (or a profile) that is not as it must be.

    `code` is for machines (`code_kind`, `code_text`, `code_length`, `code_digits`, `code_part`,
    `code_profile`), `message % params` is the English sentence.
    """

    def __init__(self, code: str, message: str, params: Mapping[str, object] | None = None) -> None:
        self.code = code
        self.message = message
        self.params: dict[str, object] = dict(params or {})
        super().__init__(message % self.params)


@dataclass(frozen=True, slots=True)
class PartFormat:
    """One part of a pattern: its length and the least and greatest number allowed in it."""

    name: str
    digits: int
    meaning: str
    least: int
    greatest: int

    def error(self, kind: str, digits: str) -> CodeError | None:
        if self.least <= int(digits) <= self.greatest:
            return None
        return CodeError(
            "code_part",
            "The part %(part)s of a code of the kind %(kind)s must be from "
            "%(least)s to %(greatest)s, not %(digits)s.",
            {
                "kind": kind,
                "part": self.name,
                "digits": digits,
                "least": str(self.least).zfill(self.digits),
                "greatest": self.greatest,
            },
        )


@dataclass(frozen=True, slots=True)
class Format:
    """The pattern of one kind of code."""

    kind: str
    parts: tuple[PartFormat, ...]
    length: int
    parent: str | None
    source: str

    @property
    def pattern(self) -> str:
        """For people, for example `6+3+3+3`."""
        return "+".join(str(part.digits) for part in self.parts)


def bad_profile(what: str) -> CodeError:
    return CodeError("code_profile", "The code profile cannot be used: %(what)s.", {"what": what})


def table_of(mapping: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    table = mapping.get(key, {})
    if not isinstance(table, Mapping) or not all(isinstance(row, Mapping) for row in table.values()):
        raise bad_profile(f"[{key}] must be a table of tables")
    return table


def format_of(kind: str, spec: Mapping[str, Any], parts: Mapping[str, Any]) -> Format:
    rows = spec.get("parts")
    if not isinstance(rows, list) or not rows:
        raise bad_profile(f"kind {kind}: parts must be a list of [name, digits]")
    formats = tuple(_part_format(kind, row, parts) for row in rows)
    if len({part.name for part in formats}) != len(formats):
        raise bad_profile(f"kind {kind}: a part is named twice")
    parent = spec.get("parent")
    return Format(
        kind,
        formats,
        sum(part.digits for part in formats),
        None if parent is None else str(parent),
        str(spec.get("source", "")),
    )


def _part_format(kind: str, row: Any, parts: Mapping[str, Any]) -> PartFormat:
    match row:
        case [str(name), int(digits)] if 0 < digits <= 18 and digits is not True:
            spec = parts.get(name, {})
        case _:
            raise bad_profile(f"kind {kind}: {row!r} is not [name, digits]")
    least, greatest = spec.get("least", 0), spec.get("greatest", 10**digits - 1)
    if not (isinstance(least, int) and isinstance(greatest, int) and 0 <= least <= greatest):
        raise bad_profile(f"part {name}: least and greatest must be numbers in order")
    return PartFormat(name, digits, str(spec.get("meaning", name)), least, min(greatest, 10**digits - 1))


def check_parent(spec: Format, formats: Mapping[str, Format]) -> None:
    if spec.parent is None:
        return
    if spec.parent not in formats:
        raise bad_profile(f"kind {spec.kind}: its parent {spec.parent} is not a kind")
    own = {part.name: part.digits for part in spec.parts}
    wanted = {part.name: part.digits for part in formats[spec.parent].parts}
    if len(wanted) >= len(own) or any(own.get(name) != digits for name, digits in wanted.items()):
        raise bad_profile(f"kind {spec.kind}: the parts of its parent {spec.parent} must be among its own")

"""Code formats of a city as types: parse, print, check, explain, build.

GB/T 30428.1 and .2 (older: CJ/T 213, CJ/T 214) say how areas, unit grids, components and classes are
numbered; cities deviate (requirements S0-03, S0-29, S3-04). So lengths and patterns are data: a profile
is a TOML table that names the parts of each kind of code in their order. Codes are ASCII digits only and
have a fixed length; nothing is trimmed or padded on the way in.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from citygrid.standards.formats import (
    CodeError,
    Format,
    PartFormat,
    bad_profile,
    check_parent,
    format_of,
    table_of,
)


class Part(NamedTuple):
    """One named part of a code, for example ("street", "003", "street")."""

    name: str
    digits: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Code:
    """A checked code. `str(code)` gives its digits back."""

    kind: str
    text: str
    parts: tuple[Part, ...]

    def __str__(self) -> str:
        return self.text

    def explain(self) -> list[tuple[str, str, str]]:
        """(part name, digits, meaning key) from left to right; `CodeProfile.word` gives the words."""
        return [(part.name, part.digits, part.meaning) for part in self.parts]

    def part(self, name: str) -> str:
        """The digits of one part; CodeError `code_part` when this kind has no such part."""
        for part in self.parts:
            if part.name == name:
                return part.digits
        raise CodeError(
            "code_part",
            "A code of the kind %(kind)s has no part %(part)s.",
            {"kind": self.kind, "part": name},
        )


@dataclass(frozen=True, slots=True)
class CodeProfile:
    """How one city (or one edition of the standard) writes its codes. Immutable."""

    code: str
    name: str
    formats: Mapping[str, Format]
    words: Mapping[str, Mapping[str, str]]

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any]) -> CodeProfile:
        """A profile from a table as read from TOML (shape: `data/profiles/gbt30428.toml`).

        `base` names a standard profile whose parts, kinds and words are taken over; what the mapping
        gives itself goes before. Raises CodeError `code_profile` for a table that makes no sense.
        """
        if not isinstance(mapping, Mapping):
            raise bad_profile("a profile is a table")
        base = _standard_mapping(str(mapping["base"])) if "base" in mapping else {}
        tables = {
            key: {**table_of(base, key), **table_of(mapping, key)} for key in ("parts", "kinds", "words")
        }
        code = str(mapping.get("code", base.get("code", "")))
        if not code:
            raise bad_profile("a profile needs a code")
        formats = {kind: format_of(kind, spec, tables["parts"]) for kind, spec in tables["kinds"].items()}
        if not formats:
            raise bad_profile("a profile needs at least one kind of code")
        for spec in formats.values():
            check_parent(spec, formats)
        return cls(code, str(mapping.get("name", base.get("name", code))), formats, tables["words"])

    @classmethod
    def standard(cls, code: str) -> CodeProfile:
        """One of the shipped profiles (`standard_profiles()` lists them)."""
        return _standard(code)

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(self.formats)

    def format(self, kind: str) -> Format:
        """The pattern of a kind; CodeError `code_kind` when the profile has none."""
        found = self.formats.get(kind)
        if found is None:
            raise CodeError(
                "code_kind",
                "The code profile %(profile)s knows no codes of the kind %(kind)s.",
                {"profile": self.code, "kind": kind},
            )
        return found

    def check(self, kind: str, text: str) -> CodeError | None:
        """What is wrong with the text as a code of this kind, or None. Raises nothing."""
        try:
            self.parse(kind, text)
        except CodeError as error:
            return error
        return None

    def parse(self, kind: str, text: str) -> Code:
        """The code in the text; raises CodeError (the text must be the code and nothing else)."""
        pattern = self.format(kind)
        if not isinstance(text, str):
            raise CodeError(
                "code_text",
                "A code of the kind %(kind)s must be text, not %(type)s.",
                {"kind": kind, "type": type(text).__name__},
            )
        if len(text) != pattern.length:
            raise CodeError(
                "code_length",
                "A code of the kind %(kind)s has %(length)s digits (%(pattern)s); “%(text)s” has %(found)s.",
                {
                    "kind": kind,
                    "length": pattern.length,
                    "pattern": pattern.pattern,
                    "text": text[:40],
                    "found": len(text),
                },
            )
        if not (text.isascii() and text.isdigit()):
            raise CodeError(
                "code_digits",
                "A code of the kind %(kind)s is made of the digits 0 to 9; “%(text)s” has other signs.",
                {"kind": kind, "text": text},
            )
        return Code(kind, text, _cut(pattern, text))

    def build(self, kind: str, base: Code | None = None, /, **parts: str | int) -> Code:
        """A code from its parts, for example build("grid", community_code, number=7).

        Parts that `base` has too are taken from it. A number is padded with zeros to the length of its
        part; digits given as text must have that length. Raises CodeError.
        """
        pattern = self.format(kind)
        given: dict[str, str | int] = {part.name: part.digits for part in base.parts} if base else {}
        names = {part.name for part in pattern.parts}
        foreign = [name for name in parts if name not in names]
        given.update(parts)
        missing = [part.name for part in pattern.parts if part.name not in given]
        if foreign or missing:
            raise CodeError(
                "code_part",
                "A code of the kind %(kind)s has the parts %(parts)s; missing: "
                "%(missing)s; not known: %(foreign)s.",
                {
                    "kind": kind,
                    "parts": ", ".join(part.name for part in pattern.parts),
                    "missing": ", ".join(missing) or "-",
                    "foreign": ", ".join(foreign) or "-",
                },
            )
        return self.parse(kind, "".join(_digits(kind, part, given[part.name]) for part in pattern.parts))

    def narrow(self, code: Code, kind: str) -> Code:
        """The code of another kind that lies within this one, for example the class of a component."""
        wanted = self.format(kind)
        return self.parse(kind, "".join(code.part(part.name) for part in wanted.parts))

    def parent(self, code: Code) -> Code | None:
        """The code of what contains it: grid, community, street, area; None at the top."""
        kind = self.format(code.kind).parent
        return None if kind is None else self.narrow(code, kind)

    def word(self, meaning: str, language: str = "en") -> str:
        """The word for a meaning key in `en` or `zh`; the key itself when the profile gives none."""
        return str(self.words.get(meaning, {}).get(language, meaning))


def standard_profiles() -> tuple[str, ...]:
    """The codes of the shipped profiles."""
    folder = resources.files(__package__) / "data" / "profiles"
    names = (file.name for file in folder.iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


@cache
def _standard(code: str) -> CodeProfile:
    return CodeProfile.from_mapping(_standard_mapping(code))


def _standard_mapping(code: str) -> dict[str, Any]:
    if code not in standard_profiles():
        raise CodeError(
            "code_profile",
            "There is no code profile “%(profile)s”; there are %(known)s.",
            {"profile": code, "known": ", ".join(standard_profiles())},
        )
    file = resources.files(__package__) / "data" / "profiles" / f"{code}.toml"
    mapping = tomllib.loads(file.read_text("utf-8"))
    if "base" in mapping:  # a standard profile may build on another one
        base = _standard_mapping(mapping.pop("base"))
        mapping = {
            **base,
            **mapping,
            **{key: {**table_of(base, key), **table_of(mapping, key)} for key in ("parts", "kinds", "words")},
        }
    return mapping


def _cut(pattern: Format, text: str) -> tuple[Part, ...]:
    cut, start = [], 0
    for part in pattern.parts:
        digits = text[start : start + part.digits]
        start += part.digits
        error = part.error(pattern.kind, digits)
        if error is not None:
            raise error
        cut.append(Part(part.name, digits, part.meaning))
    return tuple(cut)


def _digits(kind: str, part: PartFormat, value: str | int) -> str:
    text = str(value).zfill(part.digits) if isinstance(value, int) and not isinstance(value, bool) else value
    if isinstance(text, str) and len(text) == part.digits and text.isascii() and text.isdigit():
        return text
    raise CodeError(
        "code_part",
        "In a code of the kind %(kind)s the part %(part)s has %(digits)s digits; “%(value)s” does not fit.",
        {"kind": kind, "part": part.name, "digits": part.digits, "value": value},
    )

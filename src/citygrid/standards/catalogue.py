"""The catalogues of classes (components, events, warnings) as versioned data.

CJ/T 214-2007 and GB/T 30428.2 differ in numbers, in majors (events 04 and 05 are swapped) and in how a
city adds classes of its own; so a class code means nothing without its edition (requirements S0-29, S3-21,
S1-60, S1-62, S4-36 to S4-39). Names whose number is not known are listed in `unnumbered`, never loaded as
classes. Where the rows come from: `data/PROVENANCE.md`.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache
from importlib import resources

from citygrid.standards.codes import CodeProfile
from citygrid.standards.editions import KINDS, CatalogueError, extensions, register, unknown_edition

GEOMETRIES = ("point", "line", "polygon")


@dataclass(frozen=True, slots=True)
class ClassEntry:
    """One class. `geometry` is its topology (拓扑类型), `accuracy` A, B, C or "" when not known.

    `confidence`: page (seen with this number), inferred, name-only (number not known), city
    (a city's own row).
    """

    kind: str
    edition: str
    major: str
    major_name: str
    minor: str
    minor_name: str
    gloss_en: str
    geometry: str
    accuracy: str = ""
    local: bool = False
    confidence: str = "city"
    middle: str = ""
    middle_name: str = ""

    @property
    def code(self) -> str:
        """major + (middle) + minor; for a name without a number only its major."""
        return self.major + self.middle + self.minor


@dataclass(frozen=True, slots=True)
class ExtensionRule:
    """How an edition lets a city number its own classes (see data/editions.toml)."""

    rule: str
    major: str = ""
    first: int = 99
    last: int = 1


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The classes of one edition, with or without local extensions. Immutable."""

    edition: str
    title: str
    profile: CodeProfile
    rule: ExtensionRule
    entries: tuple[ClassEntry, ...]
    unnumbered: tuple[ClassEntry, ...]
    _index: Mapping[tuple[str, str], ClassEntry] = field(repr=False, compare=False)

    @classmethod
    def load(cls, edition: str, *extensions: str) -> Catalogue:
        """A shipped edition, joined with shipped local extensions that extend it.

        Raises CatalogueError `edition_unknown` or `class_extension` (an extension of another edition).
        """
        return _load(edition, extensions)

    def get(self, kind: str, code: str) -> ClassEntry | None:
        return self._index.get((kind, code))

    def entry(self, kind: str, code: str) -> ClassEntry:
        """The class; CatalogueError `class_unknown` when this edition has none of this kind and code."""
        found = self._index.get((kind, code))
        if found is None:
            raise CatalogueError(
                "class_unknown",
                "%(edition)s has no class %(code)s of the kind %(kind)s.",
                {"edition": self.edition, "code": code, "kind": kind},
            )
        return found

    def of(self, kind: str) -> tuple[ClassEntry, ...]:
        """The classes of a kind, in the order of their codes."""
        return tuple(entry for entry in self.entries if entry.kind == kind)

    def majors(self, kind: str) -> dict[str, str]:
        """Major code to major name."""
        return {entry.major: entry.major_name for entry in self.of(kind)}

    @property
    def version(self) -> str:
        """Hash of the content: changes when any class changes."""
        text = "\n".join(repr(entry) for entry in (*self.entries, *self.unnumbered))
        return hashlib.sha256(f"{self.edition}\n{text}".encode()).hexdigest()[:16]

    def extended(self, rows: Iterable[ClassEntry]) -> Catalogue:
        """This catalogue with a city's own classes, each checked by the edition's numbering rule.

        Raises CatalogueError `class_row`, `class_duplicate` or `class_extension`; nothing is changed then.
        """
        fresh = [replace(row, edition=row.edition or self.edition, local=True) for row in rows]
        for row in fresh:
            self._check(row)
        return _make(
            self,
            [*self.entries, *(row for row in fresh if row.minor)],
            [*self.unnumbered, *(row for row in fresh if not row.minor)],
        )

    def next_local(self, kind: str, major: str) -> str:
        """The code that a new local class of this kind would get, counted on from the ones there.

        `major` is what the class belongs to; in editions with a major for extensions that one is used.
        Raises CatalogueError `class_extension` (a kind or major that takes none) or `extension_full`.
        """
        if kind == "warning" or self.rule.rule not in ("major", "down"):
            raise CatalogueError(
                "class_extension",
                "Local classes of the kind %(kind)s have no numbering rule.",
                {"kind": kind},
            )
        major = self.rule.major or major
        digits = self._minor_digits(kind)
        local = [int(e.minor) for e in self.of(kind) if e.major == major and e.local]
        if self.rule.rule == "major":
            number, free = max(local, default=0) + 1, 10**digits - 1
            fits = number <= free
        else:
            number = min(local, default=self.rule.first + 1) - 1
            fits = number >= self._floor(kind, major)
        if not fits:
            raise CatalogueError(
                "extension_full", "No number is left for a local class in major %(major)s.", {"major": major}
            )
        return f"{major}{number:0{digits}d}"

    def _minor_digits(self, kind: str) -> int:
        return self.profile.format(f"{kind}_class").parts[-1].digits

    def _floor(self, kind: str, major: str) -> int:
        """The least number that a class counted down may have: above every standard one."""
        standard = [int(e.minor) for e in self.of(kind) if e.major == major and not e.local]
        return max(self.rule.last, max(standard, default=0) + 1)

    def _check(self, row: ClassEntry) -> None:
        _check_row(row)
        if not row.minor:
            return
        problem = self.profile.check(f"{row.kind}_class", row.code)
        if problem is not None:
            raise CatalogueError(
                "class_row", "Class %(name)s: %(problem)s", {"name": row.minor_name, "problem": str(problem)}
            )
        if not self._rule_allows(row):
            raise CatalogueError(
                "class_extension",
                "%(code)s cannot be a local class of %(edition)s.",
                {"edition": self.edition, "code": row.code},
            )

    def _rule_allows(self, row: ClassEntry) -> bool:
        if row.kind == "warning":  # three levels: no numbering rule is known
            return True
        majors = self.majors(row.kind)
        if majors and row.major not in (*majors, self.rule.major):
            return True  # a major of the city's own, as one district has it
        if self.rule.rule == "major":
            return row.major == self.rule.major
        return self._floor(row.kind, row.major) <= int(row.minor) <= self.rule.first


@cache
def _load(edition: str, chosen: tuple[str, ...]) -> Catalogue:
    spec = register()["editions"].get(edition)
    if spec is None:
        raise unknown_edition(edition)
    rows = _rows(edition, local=False)
    empty = Catalogue(
        edition,
        str(spec["title"]),
        CodeProfile.standard(spec["profile"]),
        ExtensionRule(**spec["extension"]),
        (),
        (),
        {},
    )
    found = _make(empty, [row for row in rows if row.minor], [row for row in rows if not row.minor])
    for key in chosen:
        if extensions().get(key) != edition:
            raise CatalogueError(
                "class_extension", "%(key)s is no extension of %(edition)s.", {"key": key, "edition": edition}
            )
        found = found.extended(_rows(key, local=True))
    return found


def _make(base: Catalogue, entries: list[ClassEntry], unnumbered: list[ClassEntry]) -> Catalogue:
    index: dict[tuple[str, str], ClassEntry] = {}
    for entry in sorted(entries, key=lambda e: (KINDS.index(e.kind), e.code)):
        key = (entry.kind, entry.code)
        if key in index:
            raise CatalogueError(
                "class_duplicate",
                "The class %(code)s of the kind %(kind)s is there twice.",
                {"kind": entry.kind, "code": entry.code},
            )
        index[key] = entry
    return Catalogue(base.edition, base.title, base.profile, base.rule, tuple(index.values()), tuple(unnumbered), index)


def _rows(key: str, *, local: bool) -> list[ClassEntry]:
    file = resources.files(__package__) / "data" / "classes" / f"{key}.csv"
    if not file.is_file():
        return []
    names = {item.name for item in fields(ClassEntry)}
    rows = []
    for row in csv.DictReader(file.read_text("utf-8").splitlines()):
        known = {name: text for name, text in row.items() if name in names}
        rows.append(ClassEntry(edition=key, local=local, **known))
        _check_row(rows[-1])
    return rows


def _check_row(row: ClassEntry) -> None:
    for wrong, what in (
        (row.kind not in KINDS, f"unknown kind {row.kind}"),
        (row.geometry not in GEOMETRIES, f"unknown geometry {row.geometry}"),
        (row.accuracy not in ("", "A", "B", "C"), f"unknown accuracy {row.accuracy}"),
        (not row.minor_name, "a class without a name"),
    ):
        if wrong:
            raise CatalogueError(
                "class_row",
                "Class %(name)s: %(problem)s",
                {"name": row.minor_name or row.code, "problem": what},
            )

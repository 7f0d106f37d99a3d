"""Mappings: how a file with one row per case becomes rows of acts (docs/history.md has the language)."""

import csv
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

from citygrid.history.columns import COLUMNS
from citygrid.history.problems import FileFault
from citygrid.process.acts import ACTS

SHIPPED = Path(str(resources.files(__package__))) / "mappings"
_HOLE = re.compile(r"\{([^{}]+)\}")
_KEYS = {"about", "system", "encoding", "timezone", "crs", "case", "format", "moments", "person", "skip", "lookup",
         "act"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Skip:
    """Rows that are no cases here: any of `empty` is empty, `column` holds one of `values`, or the first moment of
    `earlier` lies before the second."""

    reason: str
    empty: tuple[str, ...] = ()
    column: str = ""
    values: frozenset[str] = frozenset()
    earlier: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lookup:
    """A table: the values of `by` -> further columns. Without a row: `missing` is the reason, or nothing is added."""

    name: str
    by: tuple[str, ...]
    table: Mapping[tuple[str, ...], Mapping[str, str]]
    missing: str = ""


@dataclass(frozen=True, slots=True)
class ActRule:
    """One act of each case. `at`: a moment, or two with `share` percent of the way between them. `told`: the source
    tells it; else it is derived. `cells`: columns of the own format, with {names} of the source's columns."""

    act: str
    at: tuple[str, ...]
    share: int = 0
    told: bool = False
    when: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)
    holes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CaseMapping:
    """A whole mapping, checked. `moments`: name -> column. `person`: a technical person (login, name) who stands for
    people whom the source does not name."""

    case: str
    moments: Mapping[str, str]
    acts: Sequence[ActRule]
    system: str = ""
    encoding: str = ""
    timezone: str = ""
    crs: str = ""
    pattern: str = ""
    skips: Sequence[Skip] = ()
    lookups: Sequence[Lookup] = ()
    person: tuple[str, str] | None = None

    def columns(self) -> set[str]:
        """The source's columns that the mapping needs."""
        made = {name for one in self.lookups for row in one.table.values() for name in row}
        found = {self.case, *self.moments.values()}
        found |= {name for one in self.lookups for name in one.by}
        found |= {name for one in self.skips for name in (*one.empty, *([one.column] if one.column else []))}
        found |= {name for one in self.acts for holes in one.holes.values() for name in holes}
        return found - made

    def check(self, names: Iterable[str]) -> None:
        """Every column that is needed is there. FileFault."""
        there = list(names)
        for name in sorted(self.columns()):
            if name not in there:
                raise FileFault("column_missing", column=name, columns=", ".join(there)[:200])


def load(path: Path) -> CaseMapping:
    """Read a mapping; one of the shipped ones by its name. FileFault `mapping_wrong` with the key."""
    if not path.exists() and (SHIPPED / f"{path.name}.toml").is_file():
        path = SHIPPED / f"{path.name}.toml"
    if not path.is_file():
        raise FileFault("no_file", file=path.name)
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _wrong(path, "–", str(error)) from None
    for key in data:
        if key not in _KEYS:
            raise _wrong(path, key, f"unknown; known are {', '.join(sorted(_KEYS))}.")
    try:
        return _mapping(path, data)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _wrong(path, "–", f"something is missing or of the wrong kind: {error!s}.") from None


def _wrong(path: Path, key: str, reason: str) -> FileFault:
    return FileFault("mapping_wrong", file=path.name, key=key, reason=reason)


def _mapping(path: Path, data: dict[str, Any]) -> CaseMapping:
    for key in ("case", "moments", "act"):
        if key not in data:
            raise _wrong(path, key, "is missing.")
    moments = {str(name): str(column) for name, column in data["moments"].items()}
    person = data.get("person")
    return CaseMapping(
        case=str(data["case"]),
        moments=moments,
        acts=[_act(path, one, moments) for one in data["act"]],
        system=str(data.get("system", "")),
        encoding=str(data.get("encoding", "")),
        timezone=str(data.get("timezone", "")),
        crs=str(data.get("crs", "")),
        pattern=str(data.get("format", "")),
        skips=[_skip(path, one, moments) for one in data.get("skip", [])],
        lookups=[_lookup(path, name, one) for name, one in data.get("lookup", {}).items()],
        person=(str(person["login"]), str(person["name"])) if person else None,
    )


def _act(path: Path, one: dict[str, Any], moments: Mapping[str, str]) -> ActRule:
    name = one.get("act", "")
    if name not in ACTS:
        raise _wrong(path, "act.act", f"there is no act named {name}.")
    at = one.get("at", "")
    ends = tuple(at) if isinstance(at, list) else (at,)
    if len(ends) not in (1, 2) or not all(end in moments for end in ends):
        raise _wrong(path, f"act.{name}.at", f"must be one or two of {', '.join(moments)}.")
    cells = {str(column): str(text) for column, text in one.get("cells", {}).items()}
    for column in cells:
        if column not in COLUMNS or column in ("case", "at", "act"):
            raise _wrong(path, f"act.{name}.cells", f"there is no column {column} to fill.")
    share = one.get("share", 50)
    if not isinstance(share, int) or not 0 <= share <= 100:
        raise _wrong(path, f"act.{name}.share", "must be a percentage from 0 to 100.")
    holes = {column: tuple(_HOLE.findall(text)) for column, text in cells.items()}
    when = str(one.get("when", ""))
    return ActRule(name, ends, share, bool(one.get("told", False)), when or ends[-1], cells, holes)


def _skip(path: Path, one: dict[str, Any], moments: Mapping[str, str]) -> Skip:
    reason = str(one.get("reason", ""))
    if not reason:
        raise _wrong(path, "skip.reason", "is missing.")
    earlier = tuple(one.get("earlier", ()))
    if earlier and (len(earlier) != 2 or not all(name in moments for name in earlier)):
        raise _wrong(path, f"skip.{reason}.earlier", f"must be two of {', '.join(moments)}.")
    column, values = str(one.get("column", "")), frozenset(map(str, one.get("values", ())))
    empty = tuple(map(str, one.get("empty", ())))
    if not (empty or earlier or (column and values)):
        raise _wrong(path, f"skip.{reason}", "says nothing: empty, column with values, or earlier.")
    return Skip(reason, empty, column, values, earlier)


def _lookup(path: Path, name: str, one: dict[str, Any]) -> Lookup:
    by = tuple(map(str, one.get("by", ())))
    file = path.parent / str(one.get("file", ""))
    if not by or not file.is_file():
        raise _wrong(path, f"lookup.{name}", "needs a file beside the mapping, and by = [columns].")
    with file.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        for column in by:
            if column not in (reader.fieldnames or ()):
                raise _wrong(path, f"lookup.{name}.by", f"{file.name} has no column {column}.")
        table: dict[tuple[str, ...], dict[str, str]] = {}
        for row in reader:
            key = tuple(row[column].strip() for column in by)
            if key in table:
                raise _wrong(path, f"lookup.{name}", f"{file.name} has {' / '.join(key)} twice.")
            table[key] = {k: v.strip() for k, v in row.items() if k not in by and v}
    return Lookup(name, by, table, str(one.get("missing", "")))

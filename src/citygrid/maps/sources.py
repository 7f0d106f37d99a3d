"""What a layer can draw from: each package says which of its tables (or what it holds in memory) is a source.

A package calls `add` in its `AppConfig.ready`. A source is declarative: the SQL is written once, in
`reading.py` for pages of features and in `thinning.py` for tiles. What a person may see of it is the source's to say
(`scope`); who may see a layer is the register's (`sharing.py`)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from citygrid.organization.seats import Signed

Geometry = Literal["point", "line", "polygon", "mixed"]
Type = Literal["text", "number", "integer", "bool", "date"]
Fragment = tuple[str, Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Property:
    """A column that clients see and may filter by. `sql`: over the alias `t`, such as `t.class_id` or
    `t.properties->>'kind'`. `open`: shown to people who are not signed in as well."""

    sql: str
    type: Type = "text"
    title: Any = ""
    open: bool = True


def everything(signed: Signed | None) -> Fragment:
    """The scope of a source that has no rows to hide."""
    return "true", ()


@dataclass(frozen=True, slots=True)
class Source:
    """One table (any FROM item, with the alias `t`).

    `key`: unique text that does not change, indexed (paging goes by it); with `at` it is unique on any one day.
    `shape`: SQL of WKB in degrees, None for bare points. `lon`, `lat`: SQL in degrees. `point`, `box`: native columns
    with GiST in metres of the city's projection; a source of points needs no box. `size`: SQL of the longer side in
    metres, for lines and polygons. `where`: which rows belong to it at all. `at`: columns of the first day and of the
    day after the last. `boxless_points`: rows that are points have no box. `state()`: another text whenever the data
    has changed; asked at every request, so cheap.
    `link`: address of a feature's own page, with {key}."""

    code: str
    title: Any
    table: str
    key: str
    kind: Geometry
    shape: str | None
    lon: str
    lat: str
    state: Callable[[], str]
    point: str
    box: str | None = None
    size: str | None = None
    properties: Mapping[str, Property] = field(default_factory=dict)
    where: str = "true"
    params: Sequence[Any] = ()
    scope: Callable[[Signed | None], Fragment] = everything
    at: tuple[str, str] | None = None
    link: str = ""
    boxless_points: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A feature in memory."""

    key: str
    shape: Any
    properties: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Held:
    """A source that its package holds in memory anyway. `rows(first, last)`: all that were there on any of these days,
    with keys that are unique among them; it is asked once for a state and a pair of days."""

    code: str
    title: Any
    kind: Geometry
    rows: Callable[[date, date], Sequence[Row]]
    state: Callable[[], str]
    properties: Mapping[str, Property] = field(default_factory=dict)
    link: str = ""
    reader: "Callable[[Signed | None, Mapping[str, str]], Held] | None" = None
    """Where the rows are not the same for everybody: the source as this post has it, with what it chose (`choices`);
    its `state` is another for every two that may differ."""
    choices: Sequence[str] = ()
    """Which parameters of an address a tile may carry."""


AnySource = Source | Held
_SOURCES: dict[str, AnySource] = {}


def add(source: AnySource) -> AnySource:
    """Put a source into the list; the same code a second time replaces the first."""
    _SOURCES[source.code] = source
    return source


def get(code: str) -> AnySource | None:
    """The source of that code."""
    return _SOURCES.get(code)


def every() -> list[AnySource]:
    """All sources, by code."""
    return [_SOURCES[code] for code in sorted(_SOURCES)]

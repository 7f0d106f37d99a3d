"""Components into a file, of the same kinds that are read; brought in again, such a file changes nothing (S1-10)."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.db import connection

from citygrid.basedata.classes import classes_at
from citygrid.basedata.identifying import BY_PLACE
from citygrid.basedata.knowing import shape_of
from citygrid.basedata.mappings import FileMapping
from citygrid.basedata.sheets import Field
from citygrid.tabular import write_table

MAPPING = "citygrid-export"
BATCH = 10_000
_COLUMNS = (
    "code", "class_id", "name", "key", "grid", "department", "department_name", "owner", "owner_name", "maintainer",
    "maintainer_name", "state", "accuracy", "source", "surveyed_on", "note",
)  # fmt: skip
_SELECT = f"{', '.join(f't.{name}' for name in _COLUMNS)}, t.attributes::text, t.shape, t.lon, t.lat"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which components: class ids, area codes (of any level), what they were on a day (None: as they are now), and a
    condition with parameters over the alias `t` (who may see what)."""

    classes: Sequence[str] = ()
    areas: Sequence[str] = ()
    day: date | None = None
    scope: tuple[str, Sequence[Any]] = ("true", ())
    codes: Sequence[str] = field(default=())


def export(path: Path, wanted: Wanted, today: date, kind: str | None = None, titles: str = "") -> int:
    """Write components with their shapes; how many. `titles`: headers in "zh" or "en" instead of the facts' names.

    Raises TableError for what the kind of file cannot hold (such as points and surfaces in one Shapefile)."""
    fields = columns(wanted, today)
    heads = [_head(one, titles) for one in fields]
    names = [one.name for one in fields[len(_COLUMNS) :]]
    shapes: list[Any] = []
    rows = _texts(wanted, names, shapes)
    return write_table(path, heads, rows, _drain(shapes), kind)


def mapping(wanted: Wanted, today: date) -> FileMapping:
    """How a file of `export` (with the facts' names) is read again."""
    return FileMapping(MAPPING, "CityGrid", columns={one.name: (one.name,) for one in columns(wanted, today)})


def columns(wanted: Wanted, today: date) -> list[Field]:
    """The basic facts, then all extra facts that the exported classes may have."""
    classes = classes_at(today)
    basic = [classes.basic("class" if name == "class_id" else name) for name in _COLUMNS]
    extra: dict[str, Field] = {}
    for class_id in _used(wanted):
        sheet = classes.sheets.get(class_id)
        for one in sheet.fields if sheet else ():
            extra.setdefault(one.name, one)
    return [one for one in basic if one is not None] + list(extra.values())


def _head(one: Field, titles: str) -> str:
    if titles == "zh":
        return one.title
    return one.title_en or one.name if titles == "en" else one.name


def _used(wanted: Wanted) -> list[str]:
    statement, params = _from(wanted)
    with connection.cursor() as cursor:
        cursor.execute(f"select distinct t.class_id {statement} order by 1", params)
        return [row[0] for row in cursor.fetchall()]


def _from(wanted: Wanted, after: str | None = None) -> tuple[str, list[Any]]:
    """FROM and WHERE of the components that are wanted."""
    params: list[Any] = []
    if wanted.day is None:
        table = "basedata_component t where t.valid_to is null"
    else:
        table = (
            "(select distinct on (v.code) v.* from basedata_componentversion v where v.valid_from <= %s"
            " order by v.code, v.version desc) t where not t.ended"
        )
        params.append(wanted.day)
    terms = [table, wanted.scope[0]]
    params += wanted.scope[1]
    if wanted.classes:
        terms.append("t.class_id = any(%s)")
        params.append(list(wanted.classes))
    if wanted.codes:
        terms.append("t.code = any(%s)")
        params.append(list(wanted.codes))
    if wanted.areas:
        terms.append("(t.grid = any(%s) or t.community = any(%s) or t.street = any(%s) or t.district = any(%s))")
        params += [list(wanted.areas)] * 4
    if after is not None:
        terms.append("t.code > %s")
        params.append(after)
    return " from " + " and ".join(terms), params


def _texts(wanted: Wanted, names: Sequence[str], shapes: list[Any]) -> Iterator[list[str]]:
    """Rows in the order of their codes; each one's shape is put into `shapes` before the row is given."""
    last = ""
    write = Field("", "", "").write
    while True:
        statement, params = _from(wanted, last)
        with connection.cursor() as cursor:
            cursor.execute(f"select {_SELECT} {statement} order by t.code limit %s", [*params, BATCH])
            found = cursor.fetchall()
        if not found:
            return
        last = found[-1][0]
        for row in found:
            *basic, attributes, shape, lon, lat = row
            extra = json.loads(attributes)
            texts = ["" if value is None else str(value) for value in basic]
            if texts[3].startswith(BY_PLACE):
                texts[3] = ""
            shapes.append(shape_of({"shape": shape, "lon": lon, "lat": lat}))
            yield [*texts, *(write(extra.get(name)) for name in names)]


def _drain(shapes: list[Any]) -> Iterator[Any]:
    """The shapes in the order of the rows, as far as rows have been given."""
    while shapes:
        yield shapes.pop(0)

"""The mapping of a file as a form: which column means what, constants, words and what they mean, place, coordinates.

The form is made from the facts of the target (`mappings.fields`) and the columns of the file; what it says is a
`FileMapping`. Names of its inputs: `column:FACT`, `constant:FACT`, `given:FACT:N` with `meant:FACT:N`."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as filled
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from citygrid.basedata import mappings
from citygrid.basedata.classes import Classes, classes_at
from citygrid.basedata.component_words import title_of
from citygrid.basedata.mappings import FileMapping
from citygrid.basedata.sheets import Field, Wrong
from citygrid.rulebook.slices import profile_at
from citygrid.standards.coordinates import CoordinateError, system
from citygrid.tabular import Table
from citygrid.web.words import chinese

PREVIEW = 20
LOOKED_AT = 5000
"""Rows in which words that need a meaning are looked for."""
MOST_WORDS = 60
JOIN = " + "
PLACE_KINDS = ("file", "xy", "wkt", "none")


@dataclass(slots=True)
class Word:
    """A word of the file that is none of the fact's own, how often it stands there, and what it is said to mean."""

    given: str
    count: int
    meant: str


@dataclass(slots=True)
class Line:
    """One fact in the form. `column`: column(s) chosen; `words`: what wants a meaning; `example`: a first value."""

    field: Field
    title: str
    column: str
    constant: str
    words: list[Word] = filled(default_factory=list)
    choices: list[tuple[str, str]] = filled(default_factory=list)
    example: str = ""
    used: bool = False


def first(table: Table, target: str, day: date, saved: FileMapping | None) -> dict[str, str]:
    """What the form says at first: a saved mapping as far as the file has its columns, else a guess."""
    guessed = mappings.guess(table.columns, target, day)
    use = saved if saved is not None else guessed
    said = {f"column:{name}": JOIN.join(c for c in used if c in table.columns) for name, used in use.columns.items()}
    said |= {f"constant:{name}": value for name, value in use.constants.items()}
    for name, words in use.values.items():
        for n, (given, meant) in enumerate(words.items()):
            said |= {f"given:{name}:{n}": given, f"meant:{name}:{n}": meant}
    place = {key: value for key, value in use.place.items() if value in table.columns}
    said |= {f"place_{key}": value for key, value in place.items()}
    kind = "file" if table.source.has_shapes else "wkt" if "wkt" in place else "xy" if place else "none"
    said |= {"place": kind, "crs": use.crs, "swapped": "1" if use.swapped else ""}
    if saved is not None:
        said |= {"code": saved.code, "mapping_title": saved.title, "encoding": saved.encoding}
    return {name: value for name, value in said.items() if value}


def read(said: Mapping[str, str], target: str, sheet: str, day: date) -> FileMapping:
    """What the form says, as a mapping; `check` and `mappings.check` say whether it can be used."""
    facts = [one.name for one in mappings.fields(target, day)]
    columns = {}
    for name in facts:
        used = tuple(part for part in said.get(f"column:{name}", "").split(JOIN) if part)
        if used:
            columns[name] = used
    constants = {name: said[f"constant:{name}"].strip() for name in facts if said.get(f"constant:{name}", "").strip()}
    kind = said.get("place", "none")
    keys = {"xy": ("x", "y"), "wkt": ("wkt",)}.get(kind, ())
    crs = said.get("crs_other", "").strip() if said.get("crs") == "other" else said.get("crs", "")
    return FileMapping(
        code=said.get("code", "").strip().lower(),
        title=said.get("mapping_title", "").strip()[:120],
        target=target,
        sheet=sheet,
        encoding=said.get("encoding", ""),
        crs=crs,
        swapped=bool(said.get("swapped")),
        place={key: said[f"place_{key}"] for key in keys if said.get(f"place_{key}")},
        columns=columns,
        constants={name: value for name, value in constants.items() if name not in columns},
        values=_values(said, columns),
    )


def _values(said: Mapping[str, str], columns: Iterable[str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for name in columns:
        words: dict[str, str] = {}
        numbers = sorted(int(m[1]) for key in said if (m := re.fullmatch(rf"given:{re.escape(name)}:(\d+)", key)))
        for n in numbers:
            meant = said.get(f"meant:{name}:{n}", "").strip()
            if meant:
                words[said[f"given:{name}:{n}"]] = meant
        if words:
            found[name] = words
    return found


def check(mapping: FileMapping, columns: Iterable[str]) -> dict[str, str]:
    """What the form still lacks: a sentence by input name."""
    wrong: dict[str, str] = {}
    known = set(columns)
    for name, used in mapping.columns.items():
        if set(used) - known:
            wrong[f"column:{name}"] = _("The file has no column “%(name)s”.") % {"name": JOIN.join(set(used) - known)}
    if mapping.crs:
        try:
            system(mapping.crs)
        except CoordinateError as error:
            wrong["crs"] = _(error.message) % error.params
    if not mapping.register and "class" not in mapping.mapped and "code" not in mapping.mapped:
        wrong["column:class"] = _("Say which class the components are of: a column, or one class for all.")
    if mapping.register and "code" not in mapping.columns:
        wrong["column:code"] = _("Say which column is the number.")
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,59}", mapping.code):
        wrong["code"] = _("A short word of small letters, digits, - and _: it says where the data comes from.")
    return wrong


def lines(mapping: FileMapping, table: Table, day: date) -> list[Line]:
    """The facts of the form with what the file holds for them."""
    known = classes_at(day)
    counts, examples = _looked(mapping, table)
    made = []
    for one in mappings.fields(mapping.target, day):
        line = Line(
            one, title_of(one), JOIN.join(mapping.columns.get(one.name, ())), mapping.constants.get(one.name, ""),
            example=examples.get(one.name, ""), used=one.name in mapping.mapped,
        )  # fmt: skip
        line.choices = _choices(one, known, mapping)
        if one.name in mapping.columns:
            line.words = _words(one, known, mapping, counts.get(one.name, {}))
        made.append(line)
    return made


def preview(
    mapping: FileMapping, table: Table, named: list[Line]
) -> tuple[list[str], list[tuple[int, list[str], str]]]:
    """Titles and the first rows as they will be understood: line, texts, place."""
    batch = next(table.batches(PREVIEW), None)
    used = [line for line in named if line.used]
    titles = [line.title for line in used]
    if batch is None:
        return titles, []
    cells = mapping.cells(batch.columns, len(batch))
    rows = []
    for at, number in enumerate(batch.numbers):
        texts = [_said(line, cells, mapping, at) for line in used]
        shape = batch.shapes[at] if batch.shapes is not None else None
        centre = shape.representative_point() if shape is not None and not shape.is_empty else None
        rows.append((number, texts, f"{centre.x:.6f}, {centre.y:.6f}" if centre is not None else ""))
    return titles, rows


def crs_choices(at: Any) -> list[tuple[str, str]]:
    """Systems of coordinates that a file may be in: the file's own word first, then what phones and cities use."""
    metres = str(profile_at(at).data["metric_crs"])
    return [
        ("", _("as the file says, else degrees (CGCS2000, WGS-84)")),
        ("GCJ-02", _("GCJ-02: Amap, Tencent and phones in China")),
        ("BD-09", _("BD-09: Baidu")),
        (metres, _("metres of the city (%(crs)s)") % {"crs": metres}),
        ("EPSG:4490", "CGCS2000 (EPSG:4490)"),
        ("EPSG:4326", "WGS-84 (EPSG:4326)"),
        ("other", _("another one, by its EPSG number")),
    ]


def named(mapping: FileMapping, code: str, title: str) -> FileMapping:
    """The mapping under a code and title, to be kept for the next file of its kind."""
    return replace(mapping, code=code, title=title)


def _looked(mapping: FileMapping, table: Table) -> tuple[dict[str, dict[str, int]], dict[str, str]]:
    """Words by fact with their counts in the first rows, as the file has them; a first value by fact."""
    counts: dict[str, dict[str, int]] = {}
    examples: dict[str, str] = {}
    plain = replace(mapping, values={})
    batch = next(table.batches(LOOKED_AT), None)
    if batch is None:
        return counts, examples
    for name, texts in plain.cells(batch.columns, len(batch)).items():
        found = counts.setdefault(name, {})
        for text in texts:
            if text:
                found[text] = found.get(text, 0) + 1
        examples[name] = next((text for text in texts if text), "")[:60]
    return counts, examples


def _words(one: Field, known: Classes, mapping: FileMapping, counts: Mapping[str, int]) -> list[Word]:
    """Words that are no choice of the fact (or no class), and those that have a meaning already."""
    if one.type != "choice" and one.name != "class":
        return []
    said = mapping.values.get(one.name, {})
    found = [Word(given, counts.get(given, 0), meant) for given, meant in said.items()]
    for text, count in sorted(counts.items(), key=lambda pair: -pair[1]):
        understood = len(known.find(text)) == 1 if one.name == "class" else not isinstance(one.read(text), Wrong)
        if text not in said and not understood and len(found) < MOST_WORDS:
            found.append(Word(text, count, ""))
    return found


def _choices(one: Field, known: Classes, mapping: FileMapping) -> list[tuple[str, str]]:
    """What a constant or a meaning may be: value and title."""
    zh = chinese()
    if one.name == "class" and not mapping.register:
        return [(id_, f"{s.code} {s.name if zh or not s.name_en else s.name_en}") for id_, s in known.sheets.items()]
    return [(choice.code, one.say(choice.code, zh)) for choice in one.choices]


def _said(line: Line, cells: Mapping[str, list[str]], mapping: FileMapping, at: int) -> str:
    text = cells[line.field.name][at] if line.field.name in cells else mapping.constants.get(line.field.name, "")
    return dict(line.choices).get(text, text)[:80]

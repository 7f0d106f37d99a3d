"""Checked rows into staging by COPY: lines of text made column by column (hot path: plain SQL)."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import shapely
from django.db import connection

from citygrid.basedata.chunks import Work
from citygrid.basedata.problems import Problem, open_warnings

NULL = "\\N"
FACTS = (
    "code", "class_id", "name", "origin", "key", "grid", "community", "street", "district", "department",
    "department_name", "owner", "owner_name", "maintainer", "maintainer_name", "state", "accuracy", "source", "note",
    "digest",
)  # fmt: skip
"""Texts that are never null."""
NULLABLE = ("lon", "lat", "point", "box", "surveyed_on", "valid_from", "valid_to")
COLUMNS = (
    "survey_id", "number", *FACTS, *NULLABLE, "shape", "attributes", "cells", "corrected", "problems", "kinds",
    "errors", "warnings", "left_out", "confirmed", "verdict", "version",
)  # fmt: skip
_SPECIAL = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\x00": ""})


def copy(
    survey: UUID, work: Work, verdicts: Sequence[str], kept: "Kept | None" = None, table: str = "basedata_surveyrow"
) -> None:
    """Write the rows of a chunk. `kept`: what people said of the rows before, when they are checked again."""
    if not len(work):
        return
    lines = columns(survey, work, verdicts, kept)
    text = "\n".join(map("\t".join, zip(*lines, strict=True))) + "\n"
    with connection.cursor() as cursor, cursor.copy(f"copy {table} ({', '.join(COLUMNS)}) from stdin") as target:
        target.write(text)


class Kept:
    """What people said of rows: corrected, left out, confirmed, which warnings they accepted; by place in the chunk."""

    def __init__(self, rows: Sequence[Mapping[str, Any]]) -> None:
        self.rows = rows

    def flags(self, name: str) -> list[str]:
        return ["t" if row[name] else "f" for row in self.rows]

    def accepted(self, at: int, problem: Problem) -> Any:
        """The acceptance of the very same warning (same words, same numbers)."""
        for old in self.rows[at]["problems"]:
            if all(old.get(key) == problem[key] for key in ("code", "field", "params")):
                return old.get("accepted")
        return None


def columns(survey: UUID, work: Work, verdicts: Sequence[str], kept: Kept | None) -> list[list[str]]:
    """The cells of the COPY by column, escaped."""
    rows, facts = len(work), work.facts
    found: list[list[str]] = [[str(survey)] * rows, [str(number) for number in work.chunk.numbers]]
    found += [_text(facts[name]) for name in FACTS]
    found += [_nullable(facts.get(name), rows) for name in NULLABLE]
    found.append(_shapes(facts["shape"], work))
    found.append(_text(facts["attributes"]))
    found.append(_text(cells(work)))
    flags = {name: kept.flags(name) if kept else ["f"] * rows for name in ("corrected", "left_out", "confirmed")}
    found.append(flags["corrected"])
    found += _problems(work, kept)
    found += [flags["left_out"], flags["confirmed"], list(verdicts)]
    found.append([str(known["version"]) if known else "0" for known in work.known])
    return found


def cells(work: Work) -> list[str]:
    """What was said, as JSON texts: each different text of a column is written once."""
    parts = []
    for name, texts in work.chunk.cells.items():
        start = json.dumps(name, ensure_ascii=False) + ": "
        memo = {text: start + json.dumps(text, ensure_ascii=False) if text is not None else "" for text in set(texts)}
        parts.append([memo[text] for text in texts])
    if not parts:
        return ["{}"] * len(work)
    return ["{" + ", ".join(filter(None, row)) + "}" for row in zip(*parts, strict=True)]


def _text(values: Sequence[str]) -> list[str]:
    joined = "".join(values)
    if any(sign in joined for sign in "\\\t\n\r\x00"):
        return [value.translate(_SPECIAL) for value in values]
    return list(values)


def _nullable(values: Sequence[Any] | None, rows: int) -> list[str]:
    return [NULL] * rows if values is None else [NULL if value is None else str(value) for value in values]


def _shapes(shapes: Sequence[Any], work: Work) -> list[str]:
    """Lines and surfaces as WKB; where a shape cannot be used it is kept, so that a map can show it."""
    if not any(shape is not None for shape in shapes):
        return [NULL] * len(shapes)
    return [NULL if shape is None else "\\\\x" + shapely.to_wkb(shape, hex=True, byte_order=1) for shape in shapes]


def _problems(work: Work, kept: Kept | None) -> list[list[str]]:
    rows = len(work)
    texts, kinds, errors, warnings = ["[]"] * rows, ["{}"] * rows, ["0"] * rows, ["0"] * rows
    for at, found in work.problems.items():
        if kept is not None:
            for one in found:
                accepted = kept.accepted(at, one) if one["severity"] == "warning" else None
                if accepted:
                    one["accepted"] = accepted
        texts[at] = json.dumps(found, ensure_ascii=False)
        kinds[at] = "{" + ",".join(dict.fromkeys(one["code"] for one in found)) + "}"
        errors[at] = str(sum(one["severity"] == "error" for one in found))
        warnings[at] = str(open_warnings(found))
    return [_text(texts), kinds, errors, warnings]


def summed(found: Iterable[Problem]) -> dict[str, Any]:
    """The columns of a row that follow from its problems."""
    problems = list(found)
    return {
        "problems": problems,
        "kinds": list(dict.fromkeys(one["code"] for one in problems)),
        "errors": sum(one["severity"] == "error" for one in problems),
        "warnings": open_warnings(problems),
    }

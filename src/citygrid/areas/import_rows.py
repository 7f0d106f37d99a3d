"""The rows of a file as drafts of areas: columns mapped, codes and shapes checked; what is wrong is told by row."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import shapely
from shapely import Geometry

from citygrid.areas import drafts, geojson
from citygrid.areas.drafts import Draft
from citygrid.areas.geojson import Feature
from citygrid.process.refusal import Refusal, Refused
from citygrid.standards.codes import CodeProfile
from citygrid.standards.reports import Problem, Report
from citygrid.tabular import NOTICES, Batch, Table

FIELDS = ("code", "name", "parent")
"""What a column of a file may be mapped to. Without a name or a parent the area keeps the one that it has."""


@dataclass(slots=True, eq=False)
class Sent:
    """One row of the file. `draft` None: it cannot be used, `problems` say why; `drawn` is what it drew."""

    number: int
    code: str
    draft: Draft | None
    problems: list[Problem] = field(default_factory=list)
    drawn: Geometry | None = None


def read(
    kind: str, table: Table, mapping: Mapping[str, str], at: date, profile: CodeProfile, file: str
) -> Iterator[Sent]:
    """Every row of the table. Refused `no_such_column`, `code_unmapped`."""
    _check(mapping, table)
    seen: dict[str, int] = {}
    for batch in table.batches():
        told: dict[int, list[Problem]] = {}
        for problem in batch.problems:
            told.setdefault(problem.line, []).append(problem)
        shapes = [None] * len(batch) if batch.shapes is None else _rounded(batch)
        for at_row, number in enumerate(batch.numbers):
            facts = {name: batch.columns[column][at_row] or None for name, column in mapping.items() if column}
            sent = _sent(kind, number, facts, shapes[at_row], told.get(number, []), at, profile, file)
            sent.drawn = sent.drawn or batch.faulty.get(number)
            if sent.draft is not None and sent.code in seen:
                message = "The code %(code)s is on line %(line)s too, for some of the same days."
                params = {"code": sent.code, "line": seen[sent.code]}
                sent.problems.append(Problem(file, number, "code", "code_twice", message, params))
                sent.draft = None
            seen.setdefault(sent.code, number)
            yield sent


def _check(mapping: Mapping[str, str], table: Table) -> None:
    if not mapping.get("code"):
        raise Refused(Refusal("code_unmapped", "Say which column holds the code of the area."))
    for name, column in mapping.items():
        if name not in FIELDS or (column and column not in table.columns):
            params = {"column": column, "columns": ", ".join(table.columns)[:300]}
            raise Refused(Refusal("no_such_column", "There is no column %(column)s. There are: %(columns)s.", params))


def _sent(
    kind: str,
    number: int,
    facts: Mapping[str, Any],
    shape: Geometry | None,
    problems: list[Problem],
    at: date,
    profile: CodeProfile,
    file: str,
) -> Sent:
    code = str(facts.get("code") or "")
    sent = Sent(number, code, None, list(problems), shape)
    if any(problem.code not in NOTICES for problem in problems):
        return sent
    report = Report()
    given = {name: value for name, value in facts.items() if value is not None}
    sent.draft = drafts.drafted(kind, file, Feature(number, given, shape), profile, at, report)
    sent.problems += report.problems
    return sent


def _rounded(batch: Batch) -> list[Geometry | None]:
    """Shapes with the decimals that we keep, so that the same file is the same; a sliver that would break stays."""
    assert batch.shapes is not None
    fine = shapely.transform(batch.shapes, lambda points: np.round(points, geojson.DECIMALS))
    good = shapely.is_valid(fine) | shapely.is_missing(fine)
    return [_single(one if fits else whole) for one, whole, fits in zip(fine, batch.shapes, good.tolist(), strict=True)]


def _single(shape: Geometry | None) -> Geometry | None:
    """A surface of one part is a plain polygon, whatever the kind of file made of it."""
    if shape is not None and shape.geom_type == "MultiPolygon" and len(shape.geoms) == 1:
        return shape.geoms[0]
    return shape

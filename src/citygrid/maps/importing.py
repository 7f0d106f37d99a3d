"""Any file as a layer with features of its own: read whole, then kept whole, or nothing has changed.

XLSX and CSV with coordinates or WKT, GeoPackage, Shapefile, GeoJSON: whatever `tabular` reads. The same file a second
time changes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from citygrid import tabular
from citygrid.maps import editing, features, metres
from citygrid.maps.features import Draft
from citygrid.maps.models import Kind, Layer
from citygrid.maps.problems import LayerError
from citygrid.organization.seats import Signed
from citygrid.standards.reports import Problem
from citygrid.trust import audit

MOST_PROBLEMS = 200
LONGEST_KEY = 100


@dataclass(slots=True)
class Imported:
    """What an import did: features kept, rows left out, whether anything changed, the first problems."""

    kept: int = 0
    left_out: int = 0
    changed: bool = False
    problems: list[Problem] = field(default_factory=list)

    def note(self, problem: Problem) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)


def bring_in(
    layer: Layer,
    path: Path,
    by: Signed,
    at: datetime,
    *,
    key: str = "",
    sheet: str | None = None,
    encoding: str | None = None,
    crs: str | None = None,
    swapped: bool = False,
) -> Imported:
    """Make the features of a file those of the layer. `key`: the column that names each (the row's number without).

    A new layer (without id) is kept with it. Rows without a usable shape are left out and told. Raises TableError (the
    file cannot be read) and LayerError (`no_features`, `not_kept_here`); then everything is as it was."""
    if layer.kind != Kind.FEATURES:
        raise LayerError("not_kept_here", {"layer": str(layer), "source": layer.source or layer.address})
    done = Imported()
    with (
        tabular.open_table(path, sheet=sheet, encoding=encoding, crs=crs, swapped=swapped) as table,
        transaction.atomic(),
    ):
        for problem in table.problems:
            done.note(problem)
        if layer.pk is None:
            editing.save(layer, by, at)
        done.kept, done.changed = features.keep(layer, _drafts(table, key, done), metres.city())
        if not done.kept:
            raise LayerError("no_features")
        who: dict[str, Any] = {"person": by.person.pk, "seat": by.seat.pk, "post": by.post.pk}
        counts = {"kept": done.kept, "left_out": done.left_out, "changed": done.changed}
        audit.record(at, "layer_imported", subject=("layer", layer.code), params=counts, **who)
    return done


def _drafts(table: tabular.Table, key: str, done: Imported) -> Iterator[Draft]:
    seen: set[str] = set()
    for batch in table.batches():
        for problem in batch.problems:
            done.note(problem)
        shapes: Any = batch.shapes if batch.shapes is not None else [None] * len(batch)
        names = list(batch.columns)
        for number, shape, *cells in zip(batch.numbers, shapes, *batch.columns.values(), strict=True):
            facts = {name: _value(cell) for name, cell in zip(names, cells, strict=True) if cell != ""}
            named = str(facts.get(key) or f"{number:07d}")[:LONGEST_KEY] if key else f"{number:07d}"
            if shape is None or shape.is_empty or named in seen:
                done.left_out += 1
                if named in seen:
                    message = "The key %(key)s stands in the file more than once; this row is left out."
                    done.note(Problem("", number, key, "key_twice", message, {"key": named}))
                continue
            if key:
                seen.add(named)
            yield Draft(named, facts, shape)


def _value(text: str) -> Any:
    """Numbers as numbers, as long as they would be written the same again (a code 007 stays text)."""
    if len(text) < 16 and text.isascii():
        for kind in (int, float):
            try:
                found = kind(text)
            except ValueError:
                continue
            if repr(found) == text:
                return found
    return text

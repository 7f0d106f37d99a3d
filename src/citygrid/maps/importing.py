"""Features of a layer from a file: all rows at once, or nothing changes; the same file twice changes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.db import transaction

from citygrid import tabular
from citygrid.maps import features, listing, metres
from citygrid.maps.features import Draft
from citygrid.maps.models import Kind, Layer
from citygrid.maps.problems import LayerError
from citygrid.organization.seats import Signed
from citygrid.standards.reports import Problem
from citygrid.tabular import NOTICES, Table
from citygrid.trust import audit

MOST_TOLD = 50
LONGEST_KEY = 100
AROUND = 1.0
"""Degrees."""
KEYS = ("key", "id", "fid", "code", "gid", "objectid")


@dataclass(slots=True)
class Taken:
    """What became of a file. `problems`: those that make it unusable, `notices`: those to be read."""

    features: int = 0
    changed: bool = False
    problems: list[Problem] = field(default_factory=list)
    notices: list[Problem] = field(default_factory=list)


def bring_in(
    layer: Layer, path: Path, by: Signed, at: datetime, *, crs: str | None = None, sheet: str | None = None
) -> Taken:
    """Replace the layer's features. Raises TableError (a file that cannot be read as asked) and LayerError.

    A row whose shape cannot be used stops the whole: then `problems` says which, and the layer is as it was.
    """
    if layer.kind != Kind.FEATURES:
        raise LayerError("not_kept_here", {"layer": str(layer), "source": layer.source or layer.get_kind_display()})
    taken = Taken()
    with tabular.open_table(path, crs=crs or None, sheet=sheet or None, extent=_around()) as table:
        if not table.has_shapes:
            raise LayerError("no_features")
        _sort(table.problems, taken)
        with transaction.atomic():
            taken.features, taken.changed = features.keep(layer, _drafts(table, taken), metres.city())
            if taken.problems or not taken.features:
                transaction.set_rollback(True)
            elif taken.changed:
                _note(layer, taken.features, by, at)
    if not taken.features and not taken.problems:
        raise LayerError("no_features")
    return taken


def _around() -> tuple[float, float, float, float] | None:
    """The city with what lies around it: features further away are told as misplaced."""
    box = listing.extent()["extent"]
    return None if box is None else (box[0] - AROUND, box[1] - AROUND, box[2] + AROUND, box[3] + AROUND)


def _drafts(table: Table, taken: Taken) -> Iterator[Draft]:
    """Rows with a shape. The key is a column that is one for every row that has it, else the row's number."""
    key = next((name for wanted in KEYS for name in table.columns if name.lower() == wanted), None)
    seen: set[str] = set()
    for batch in table.batches():
        _sort(batch.problems, taken)
        if batch.shapes is None:
            continue
        for place, (number, shape) in enumerate(zip(batch.numbers, batch.shapes, strict=True)):
            if shape is None or shape.is_empty:
                continue
            values = {name: column[place] for name, column in batch.columns.items() if column[place] != ""}
            own = values.get(key, "") if key else ""
            if not own or own in seen or len(own) > LONGEST_KEY:
                own = f"row-{number}"
            seen.add(own)
            yield Draft(own, values, shape)


def _sort(problems: list[Problem], taken: Taken) -> None:
    for one in problems:
        to = taken.notices if one.code in NOTICES else taken.problems
        if len(to) < MOST_TOLD:
            to.append(one)


def _note(layer: Layer, number: int, by: Signed, at: datetime) -> None:
    audit.record(
        at, "layer_features_replaced", subject=("layer", layer.code), params={"features": number},
        person=by.person.pk, seat=by.seat.pk, post=by.post.pk,
    )  # fmt: skip

"""A layer as a file, for somebody: what goes beyond the sharing scope of its data is refused."""

from collections.abc import Iterator
from datetime import datetime
from itertools import tee
from pathlib import Path
from typing import Any

from citygrid import tabular
from citygrid.maps import listing, reading, sharing
from citygrid.maps.models import Layer, Sharing
from citygrid.maps.problems import LayerError
from citygrid.maps.reading import Ask, Item
from citygrid.organization.seats import Signed
from citygrid.trust import audit

PAGE = 5000


def export(layer: Layer, path: Path, audience: str, by: Signed, at: datetime) -> int:
    """Write what `by` sees of the layer into a file (kind by its suffix); how many features. `audience`: who gets it,
    a step of `sharing.STEPS`; the public gets open properties only.

    Raises LayerError `beyond_sharing_scope`, `unknown_source`; TableError. A refused export is noted as well."""
    who: dict[str, Any] = {"person": by.person.pk, "seat": by.seat.pk, "post": by.post.pk}
    try:
        sharing.allow(layer, audience)
    except LayerError as error:
        audit.record(at, "layer_exported", subject=("layer", layer.code), outcome=audit.REFUSED, code=error.code,
                     params={"audience": audience}, **who)  # fmt: skip
        raise
    view = listing.view_of(layer, by)
    if view is None or view.source is None:
        raise LayerError("unknown_source", {"source": layer.source})
    source = view.source
    reader = None if audience == Sharing.PUBLIC else by
    names = list(reading.open_properties(source, reader))
    ask = Ask(layer, source, by, reading.today(), limit=PAGE)
    columns = ["key", *(name for name in names if name != "key")]
    items, drawn = tee(_items(ask))
    cells = ([item.key, *(_text(item.properties.get(name)) for name in columns[1:])] for item in items)
    number = tabular.write_table(path, columns, cells, (item.shape for item in drawn))
    audit.record(at, "layer_exported", subject=("layer", layer.code), **who,
                 params={"audience": audience, "rows": number})  # fmt: skip
    return number


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _items(ask: Ask) -> Iterator[Item]:
    after = ""
    while True:
        page = reading.page(Ask(ask.layer, ask.source, ask.signed, ask.day, after=after, limit=ask.limit))
        yield from page.items
        if not page.after:
            return
        after = page.after

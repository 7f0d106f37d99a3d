"""The base map's layers, kept as the compressed bytes of the city folder's files and served as they are."""

import gzip
import hashlib
import json
import re
from pathlib import Path

from citygrid.areas.models import BaseLayer
from citygrid.standards.reports import Report

NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")


def read(folder: Path, report: Report) -> dict[str, bytes]:
    """The bytes of `basemap/*.geojson` by layer; a file that is no GeoJSON is noted in the report."""
    layers = {}
    for path in sorted((folder / "basemap").glob("*.geojson")):
        file, content = f"basemap/{path.name}", path.read_bytes()
        if not NAME.fullmatch(path.stem):
            message = "A layer's name is small letters, digits, - and _."
            report.add(file, 0, "", "bad_layer_name", message)
            continue
        try:
            whole = json.loads(content)
        except ValueError:
            whole = None
        if not isinstance(whole, dict) or not isinstance(whole.get("features"), list):
            report.add(file, 0, "", "not_geojson", "This is not a GeoJSON feature collection.")
            continue
        layers[path.stem] = content
    return layers


def keep(layers: dict[str, bytes]) -> None:
    """Keep these layers and no others."""
    BaseLayer.objects.exclude(name__in=layers).delete()
    for name, content in layers.items():
        packed, etag = gzip.compress(content, mtime=0), hashlib.sha256(content).hexdigest()
        BaseLayer.objects.update_or_create(name=name, defaults={"packed": packed, "etag": etag})


def dump(folder: Path) -> None:
    """Write the files that were read, byte for byte."""
    (folder / "basemap").mkdir(parents=True, exist_ok=True)
    for layer in BaseLayer.objects.all():
        (folder / "basemap" / f"{layer.name}.geojson").write_bytes(gzip.decompress(bytes(layer.packed)))

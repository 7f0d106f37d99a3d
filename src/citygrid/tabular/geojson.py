"""GeoJSON as one collection or one feature a line. Always UTF-8 by its rule; when it is not, it is recoded and told."""

import json
import re
import tempfile
from pathlib import Path

from citygrid.standards.reports import Problem
from citygrid.tabular import encodings
from citygrid.tabular.table import TableError
from citygrid.tabular.vectors import Vector

_TYPES = re.compile(
    rb'"type"\s*:\s*"(FeatureCollection|Feature|(?:Multi)?(?:Point|LineString|Polygon)|GeometryCollection)"'
)


def looks_like(head: bytes) -> bool:
    """Whether the first bytes are those of JSON."""
    start = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x1e")
    return start[:1] in (b"{", b"[")


def opened(path: Path, encoding: str | None) -> Vector:
    """TableError `not_geojson`, `damaged`, `no_encoding`."""
    found = encodings.of_file(path, encoding)
    folder = None
    problems: list[Problem] = []
    inside = path
    if found.name != encodings.UTF8 or found.careful:
        folder = tempfile.TemporaryDirectory(prefix="citygrid-")
        inside = Path(folder.name) / "table.geojson"
        problems = _recode(path, inside, found)
    try:
        kind = _kind(inside, path.name)
        return _Json(inside, kind, None, [path.stem], path.name, folder=folder, told=problems)
    except TableError:
        if folder:
            folder.cleanup()
        raise


class _Json(Vector):
    """A GeoJSON file, perhaps recoded into a folder of its own."""

    def __init__(self, *facts: object, folder: "tempfile.TemporaryDirectory[str] | None", told: list[Problem]) -> None:
        self._folder = folder
        super().__init__(*facts)  # type: ignore[arg-type]  # the facts of a Vector
        self.problems = [*told, *self.problems]

    def close(self) -> None:
        if self._folder:
            self._folder.cleanup()


def _recode(path: Path, into: Path, found: encodings.Encoding) -> list[Problem]:
    odd = encodings.Odd()
    problems: list[Problem] = []
    if found.name != encodings.UTF8 or found.mixed:
        message = "GeoJSON is UTF-8 by its rule; this file was read as %(encoding)s."
        params = {"encoding": "UTF-8 + GB18030" if found.mixed else found.shown}
        problems.append(Problem(path.name, 0, "", "other_encoding", message, params))
    with into.open("w", encoding="utf-8", newline="") as out:
        for line in encodings.lines(path, found, odd):
            out.write(line)
    for number, code in sorted(odd.lines.items()):
        if code != "mixed_encoding":
            message = "This line holds signs that are no text."
            problems.append(Problem(path.name, number, "", "not_text", message))
    return problems


def _kind(path: Path, shown: str) -> str:
    """A collection, or one feature on each line. TableError `not_geojson`."""
    with path.open("rb") as file:
        first = file.readline(1 << 20).lstrip(b"\xef\xbb\xbf\x1e")
        second = file.readline(1 << 20).strip()
        file.seek(0)
        head = file.read(1 << 20)
        file.seek(max(0, path.stat().st_size - 4096))
        tail = file.read()
    types = set(_TYPES.findall(head)) | set(_TYPES.findall(tail))
    if not types or b"gdal_streamed_alg" in head:
        message = "%(file)s is JSON, but not GeoJSON (features with properties and geometry)."
        raise TableError("not_geojson", message, {"file": shown})
    several = second or shown.lower().endswith((".geojsonl", ".geojsons", ".ndjson"))
    return "geojsonl" if several and b'"FeatureCollection"' not in first and _feature(first) else "geojson"


def _feature(line: bytes) -> bool:
    try:
        found = json.loads(line)
    except ValueError:
        return False
    return isinstance(found, dict) and found.get("type") == "Feature"

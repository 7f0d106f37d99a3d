"""The maps' part of a city folder: `layers/*.toml` (the register) and `basemap/*.geojson` (layers with features).

A folder without `layers/` has the product's own register (`data/layers/`). The files must be as `dump` writes them to
come out with the same bytes; other spellings of the same come out in this one."""

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from django.db import transaction

from citygrid.areas import geojson
from citygrid.maps import editing, features, layer_file, register, sources
from citygrid.maps.features import Draft
from citygrid.maps.layer_file import LAYER_KEYS, Entries
from citygrid.maps.models import Kind, Layer, LayerGroup
from citygrid.maps.problems import MESSAGES, LayerError
from citygrid.rulebook import slices
from citygrid.standards.coordinates import metric
from citygrid.standards.reports import Report

NAME = r"[a-z][a-z0-9_-]{0,59}"
Files = dict[str, list[geojson.Feature]]


def load(folder: Path, at: date) -> Report:
    """Make register and base map those of the folder, or note what is wrong and keep what was."""
    report = Report()
    entries, files = layer_file.read(folder, report), _files(folder, report)
    for code in (*entries.groups, *entries.layers):
        if not re.fullmatch(NAME, code):
            report.add("layers", 0, code, "bad_layer_name", MESSAGES["bad_layer_name"])
    if report.ok:
        with transaction.atomic():
            _keep(entries, files, at, report)
            if not report.ok:
                transaction.set_rollback(True)
    return report


def dump(folder: Path, at: date) -> None:
    """Write what differs from the product's register, and the features of the layers that keep their own."""
    by_group: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    groups = {group.code: group for group in LayerGroup.objects.all()}
    for layer in Layer.objects.select_related("group"):
        group_code = layer.group.code if layer.group else ""
        by_group[group_code][layer.code] = {key: getattr(layer, key) for key in LAYER_KEYS}
        if layer.kind == Kind.FEATURES:
            rows = ((draft.properties, draft.shape) for draft in features.drafts_of(layer))
            _write(folder / "basemap" / f"{layer.code}.geojson", geojson.text(rows))
    for code in {*groups, *by_group}:
        group = {key: getattr(groups[code], key) for key in layer_file.GROUP_KEYS} if code in groups else None
        path = folder / "layers" / f"{code or 'other'}.toml"
        text = layer_file.text(group, code, by_group[code])
        if text:
            _write(path, text)
        else:
            path.unlink(missing_ok=True)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _files(folder: Path, report: Report) -> Files:
    found: Files = {}
    for path in sorted((folder / "basemap").glob("*.geojson")):
        file = f"basemap/{path.name}"
        if re.fullmatch(NAME, path.stem):
            found[path.stem] = geojson.read(path, file, report)
        else:
            report.add(file, 0, "", "bad_layer_name", MESSAGES["bad_layer_name"])
    return found


def _keep(entries: Entries, files: Files, at: date, report: Report) -> None:
    known = editing.Known()
    groups = {code: _group(code, facts) for code, facts in entries.groups.items()}
    wanted = _wanted(entries, files)
    Layer.objects.exclude(code__in=wanted).delete()
    LayerGroup.objects.exclude(code__in=groups).delete()
    projection = slices.profile_at(datetime.combine(at, time(12), UTC)).data["metric_crs"]
    for code, facts in wanted.items():
        layer = Layer.objects.filter(code=code).first() or Layer(code=code)
        for key in LAYER_KEYS:
            setattr(layer, key, facts[key])
        layer.name = layer.name or code
        layer.group = groups.get(facts["group"])
        source = sources.get(layer.source)
        if layer.kind == Kind.SOURCE and source is not None:
            layer.geometry = source.kind
        try:
            editing.check(layer, known)
        except LayerError as error:
            report.add(f"layers/{facts['group'] or 'other'}.toml", 0, code, error.code, error.message, error.params)
            continue
        layer.save()
        if layer.kind == Kind.FEATURES:
            report.count(code, features.keep(layer, _drafts(files.get(code, [])), metric(str(projection)))[0])
    report.count("layers", len(wanted))
    register.touch()


def _group(code: str, facts: dict[str, Any]) -> LayerGroup:
    return LayerGroup.objects.update_or_create(code=code, defaults=facts)[0]


def _wanted(entries: Entries, files: Files) -> dict[str, dict[str, Any]]:
    """The layers to be: of the product's own only those that there is something to draw for."""
    own = layer_file.own()
    wanted = {}
    for code, facts in entries.layers.items():
        untouched = own.layers.get(code) == facts
        drawn = code in files if facts["kind"] == Kind.FEATURES else sources.get(facts["source"]) is not None
        if drawn or not untouched:
            wanted[code] = facts
    for code in files:
        wanted.setdefault(code, {**layer_file.DEFAULTS, "name": code, "group": ""})
    return wanted


def _drafts(rows: Iterable[geojson.Feature]) -> Iterable[Draft]:
    for number, row in enumerate(rows, start=1):
        if row.shape is not None and not row.shape.is_empty:
            yield Draft(f"{number:07d}", row.properties, row.shape)

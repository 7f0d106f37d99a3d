"""Geocoding's part of a city folder: `geocoding/gathering.toml`, `places.csv`, `aliases.csv`, `words.csv`.

Gathered places are made anew from areas and layers by the rules, so only those that people keep stand in a file."""

import csv
import io
import math
import tomllib
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import shapely
from django.db import transaction

from citygrid.geocoding import gathering, indexing, rules, words
from citygrid.geocoding.drafts import Draft
from citygrid.geocoding.models import Alias, Gathering, Kind, Place, Word
from citygrid.maps import toml_text
from citygrid.rulebook import slices
from citygrid.standards.coordinates import metric
from citygrid.standards.reports import Report

FOLDER = "geocoding"
PLACES = (
    "code", "kind", "name", "aliases", "address", "road", "number", "category", "weight", "lon", "lat", "shape",
    "parent", "source", "source_key", "valid_from", "valid_to", "note",
)  # fmt: skip
TEXTS = (
    "kind", "name", "address", "road", "number", "category", "note", "code", "parent", "source", "source_key",
)  # fmt: skip
ALIASES = ("code", "alias")
WORDS = ("role", "word", "meaning")
BY_HAND = "hand"
"""In memory only: the source under which the places of `places.csv` are compared with those that are."""


def load(folder: Path, at: date) -> Report:
    """Make rules, words, aliases and kept places those of the folder, and gather. Raises nothing: see the report."""
    report = Report()
    given = _rules(folder / FOLDER / "gathering.toml", report)
    listed = _words(folder, report)
    named = [(row["code"], row["alias"]) for _line, row in _table(folder, "aliases.csv", ALIASES, report)]
    kept = list(_places(folder, at, report))
    if report.ok:
        with transaction.atomic():
            Gathering.objects.update_or_create(id=1, defaults={"rules": given[1]})
            Word.objects.all().delete()
            Word.objects.bulk_create(Word(role=role, word=word, meaning=meaning) for role, word, meaning in listed)
            Alias.objects.all().delete()
            Alias.objects.bulk_create(Alias(code=code, alias=alias) for code, alias in dict.fromkeys(named))
            indexing.changed()
            _keep(kept, given[0], at, report)
    return report


def _keep(kept: list[Draft], given: rules.Rules, at: date, report: Report) -> None:
    moment = datetime.combine(at, time(12), UTC)
    to = metric(str(slices.profile_at(moment).data["metric_crs"]))
    own = {draft.code for draft in kept}
    gathered = [draft for draft in gathering.drafted(given, at, to) if draft.own_code() not in own]
    done = gathering.keep([*gathered, *kept], moment, to, everything=True)
    for draft in kept:
        if draft.source:
            Place.objects.filter(code=draft.code).update(kept=True)
    report.count("places_known", sum(done.by_kind.values()))
    report.count("crossings", done.crossings)


def dump(folder: Path, at: date) -> None:
    """Write what people keep: rules, words, aliases, and the places entered or changed by hand."""
    row = Gathering.objects.first()
    _write(folder / FOLDER / "gathering.toml", _toml(row.rules) if row and row.rules else "")
    _csv(folder, "words.csv", WORDS, Word.objects.order_by("role", "id").values_list(*WORDS))
    _csv(folder, "aliases.csv", ALIASES, Alias.objects.order_by("code", "id").values_list(*ALIASES))
    by_hand = Place.objects.filter(source="") | Place.objects.filter(kept=True)
    _csv(folder, "places.csv", PLACES, (_line(place) for place in by_hand.select_related("parent").order_by("code")))


def _line(place: Place) -> list[Any]:
    shape = (
        shapely.to_wkt(shapely.from_wkb(bytes(place.shape)), rounding_precision=7) if place.shape is not None else ""
    )
    given = set(Alias.objects.filter(code=place.code).values_list("alias", flat=True))
    own = {
        "aliases": ";".join(alias for alias in place.aliases if alias not in given),
        "lon": f"{place.lon:.7f}",
        "lat": f"{place.lat:.7f}",
        "shape": shape,
        "parent": place.parent.code if place.parent else "",
        "valid_from": place.valid_from.isoformat(),
        "valid_to": place.valid_to.isoformat() if place.valid_to else "",
    }
    return [own[name] if name in own else getattr(place, name) for name in PLACES]


def _rules(path: Path, report: Report) -> tuple[rules.Rules, dict[str, Any]]:
    if not path.is_file():
        return rules.Rules(), {}
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        report.add(rules.FILE, 0, "", "not_toml", "The file is no TOML: %(error)s.", {"error": str(error)[:200]})
        return rules.Rules(), {}
    return rules.parse(data, report), data


def _words(folder: Path, report: Report) -> list[tuple[str, str, str]]:
    found = {}
    for line, row in _table(folder, "words.csv", WORDS, report):
        role, word, meaning = (row[name].strip() for name in WORDS)
        if role not in words.ROLES:
            message = "“%(role)s” is no role of a word."
            report.add(f"{FOLDER}/words.csv", line, "role", "unknown_role", message, {"role": role})
        elif not word:
            report.add(f"{FOLDER}/words.csv", line, "word", "empty", "This must not be empty.")
        elif (role in words.NEEDS_MEANING and not meaning) or (
            meaning and role in words.NUMERIC and not _number(meaning)
        ):
            message = "A word of the role %(role)s needs a meaning."
            report.add(f"{FOLDER}/words.csv", line, "meaning", "bad_meaning", message, {"role": role})
        else:
            found[role, word] = (role, word, meaning)
    return list(found.values())


def _places(folder: Path, at: date, report: Report) -> Iterator[Draft]:
    codes: set[str] = set()
    for line, row in _table(folder, "places.csv", PLACES, report):
        draft = _draft(row, line, report)
        if draft is not None and draft.code in codes:
            message = "The code %(code)s stands twice."
            report.add(f"{FOLDER}/places.csv", line, "code", "twice", message, {"code": draft.code})
        elif draft is not None:
            codes.add(draft.code)
            draft.since = draft.since or at
            yield draft


def _draft(row: dict[str, str], line: int, report: Report) -> Draft | None:
    """A row as a draft, or None with what is wrong in the report."""
    file, before = f"{FOLDER}/places.csv", len(report.problems)
    for name in ("code", "name"):
        if not row[name].strip():
            report.add(file, line, name, "empty", "This must not be empty.")
    if row["kind"] not in Kind.values:
        message = "“%(kind)s” is no kind of place."
        report.add(file, line, "kind", "unknown_place_kind", message, {"kind": row["kind"]})
    shape = _shape(row["shape"], line, report)
    lon, lat = (_degrees(row, name, most, line, report) for name, most in (("lon", 180), ("lat", 90)))
    since, until = (_day(row, name, line, report) for name in ("valid_from", "valid_to"))
    if since and until and until < since:
        report.add(file, line, "valid_to", "ends_before_start", "The end lies before the beginning.")
    if len(report.problems) > before:
        return None
    texts = {name: row[name].strip() for name in TEXTS}
    aliases = [alias.strip() for alias in row["aliases"].split(";") if alias.strip()]
    weight = int(row["weight"]) if row["weight"].isdecimal() else 0
    return Draft(
        lon=lon, lat=lat, aliases=aliases, weight=min(weight, 100), shape=shape, since=since, until=until, **texts
    )


def _shape(text: str, line: int, report: Report) -> shapely.Geometry | None:
    if not text.strip():
        return None
    try:
        shape = shapely.from_wkt(text)
    except shapely.errors.GEOSException:
        report.add(f"{FOLDER}/places.csv", line, "shape", "not_wkt", "This is no shape in WKT.")
        return None
    return None if shape.is_empty else shape


def _degrees(row: dict[str, str], name: str, most: int, line: int, report: Report) -> float:
    number = _number(row[name])
    if number is None or abs(number[0]) > most:
        report.add(f"{FOLDER}/places.csv", line, name, "not_degrees", "“%(text)s” is no number of degrees.",
                   {"text": row[name][:40]})  # fmt: skip
        return 0.0
    return number[0]


def _day(row: dict[str, str], name: str, line: int, report: Report) -> date | None:
    try:
        return date.fromisoformat(row[name]) if row[name] else None
    except ValueError:
        params = {"text": row[name][:40]}
        report.add(f"{FOLDER}/places.csv", line, name, "not_a_day", "“%(text)s” is no day such as 2026-01-31.", params)
        return None


def _number(text: str) -> tuple[float] | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return (value,) if math.isfinite(value) else None


def _table(folder: Path, name: str, columns: Iterable[str], report: Report) -> Iterator[tuple[int, dict[str, str]]]:
    path = folder / FOLDER / name
    if not path.is_file():
        return
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        report.add(f"{FOLDER}/{name}", 0, "", "not_utf8", "The file is not UTF-8.")
        return
    reader = csv.DictReader(io.StringIO(text, newline=""))
    missing = [column for column in columns if column not in (reader.fieldnames or ())]
    if missing:
        message = "Columns are missing: %(names)s."
        report.add(f"{FOLDER}/{name}", 1, "", "columns_missing", message, {"names": ", ".join(missing)})
        return
    for row in reader:
        yield reader.line_num, {column: row.get(column) or "" for column in columns}


def _toml(data: dict[str, Any]) -> str:
    """The rules in one order of keys: the database keeps none."""
    parts = [f"[areas]\nkinds = {toml_text.value(data['areas'].get('kinds', []))}\n"] if data.get("areas") else []
    for layer in data.get("layers", []):
        lines = (f"{name} = {toml_text.value(layer[name])}\n" for name in rules.ORDER if name in layer)
        parts.append("[[layers]]\n" + "".join(lines))
    return "\n".join(parts)


def _csv(folder: Path, name: str, columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    lines = [list(row) for row in rows]
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(lines)
    _write(folder / FOLDER / name, made.getvalue() if lines else "")


def _write(path: Path, text: str) -> None:
    if text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    else:
        path.unlink(missing_ok=True)

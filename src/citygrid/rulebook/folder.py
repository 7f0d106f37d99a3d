"""The rulebook's part of a city folder: city.toml, calendars/, rulebook/*.csv, variants/, schemes/.

`load` takes the whole folder or nothing: with one problem nothing is kept. What differs from what is in force
closes on the day of the import and opens anew; `dump` writes what is in force on a day, byte for byte.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction

from citygrid.organization.models import Body
from citygrid.rulebook import models
from citygrid.rulebook.checking import check
from citygrid.rulebook.dating import bring, in_force, last_change
from citygrid.rulebook.gathering import Gathered, Texts, gather
from citygrid.rulebook.profiles import CityProfile, parse_profile
from citygrid.rulebook.sheets import CLASSES, CONDITIONS, RESPONSIBILITIES
from citygrid.rulebook.slices import store_versions, touch
from citygrid.rulebook.snapshots import own_days
from citygrid.rulebook.tables import Sheet
from citygrid.standards.reports import Report

PROFILE = "city.toml"
TEXTS: tuple[tuple[str, type[models.RuleText]], ...] = (
    ("calendars", models.CalendarRow),
    ("variants", models.VariantRow),
    ("schemes", models.SchemeRow),
)
TABLES: tuple[type[models.Dated], ...] = (
    models.ManagedClass, models.Condition, models.Responsibility, models.YearRow, models.DayRow,
    models.CalendarRow, models.VariantRow,
)  # fmt: skip
"""Tables that an import brings to what the folder says. Schemes are apart: the console confirms them ahead."""


WAITS = (
    "A version of this file waits for %(day)s. Until then an import (here at %(at)s) changes no scheme: leave schemes/"
    " as it is in force, or withdraw that version in the console, or import from that day on."
)


def read_profile(folder: Path) -> tuple[CityProfile | None, str, Report]:
    """city.toml of a folder: the profile (None with problems), its text, the report."""
    report = Report()
    path = folder / PROFILE
    try:
        text = path.read_bytes().decode()
    except FileNotFoundError:
        report.add(PROFILE, 0, "", "no_file", "A city folder needs this file.")
        return None, "", report
    except UnicodeDecodeError:
        report.add(PROFILE, 0, "", "not_utf8", "The file is not UTF-8.")
        return None, "", report
    profile, report = parse_profile(PROFILE, text)
    return profile, text, report


def load_profile(folder: Path, at: date) -> Report:
    """Keep city.toml as the profile from a day on. First step of an import: the other packages need it."""
    profile, text, report = read_profile(folder)
    if profile is None or _too_early(PROFILE, at, report, models.Profile):
        return report
    with transaction.atomic():
        change = bring(models.Profile, ("code",), {(profile.code,): {"code": profile.code, "text": text}}, at)
        if change.opened or change.closed:
            touch()
    report.count("profile", 1)
    return report


def load(folder: Path, at: date) -> Report:
    """Bring calendars, rulebook, variants and schemes to those of the folder from a day on.

    The profile, the areas and the organization are there already: codes are checked against them."""
    profile, _, report = read_profile(folder)
    if profile is None or _too_early("rulebook", at, report, *TABLES):
        return report
    gathered = gather(folder, profile, report)
    check(gathered, profile, at, report)
    ahead = _ahead(gathered, at, report)
    if not report.ok:
        return report
    with transaction.atomic():
        if _keep(gathered, at, report, TEXTS[:-1] if ahead else TEXTS):
            touch()
        store_versions(at)
    return report


def _too_early(file: str, at: date, report: Report, *tables: type[models.Dated]) -> bool:
    last = last_change(*tables)
    if last is not None and last > at:
        report.add(file, 0, "", "later_rules",
                   "There are rules from %(last)s on; an import at %(at)s would rewrite what has been.",
                   {"last": last, "at": at})  # fmt: skip
        return True
    return False


def _ahead(gathered: Gathered, at: date, report: Report) -> bool:
    """Whether versions of schemes begin after the day of the import. Then it goes through when its schemes are those in
    force, which stay with what waits; else each file that waits is told, and until when."""
    later = models.SchemeRow.objects.filter(valid_from__gt=at).order_by("valid_from", "code")
    waits = list(later.values_list("code", "valid_from"))
    if waits and gathered.schemes != dict(in_force(models.SchemeRow, at).values_list("code", "text")):
        for code, day in waits:
            report.add(f"schemes/{code}.toml", 0, "", "scheme_waits", WAITS, {"day": day, "at": at})
    return bool(waits)


def _keep(gathered: Gathered, at: date, report: Report, of: Sequence[tuple[str, type[models.RuleText]]]) -> int:
    """Write the rows, of texts those of these folders; how many rows opened or closed."""
    editions = {}
    for key, title in gathered.titles.items():
        defaults = {"name": title, "numbering": gathered.numbering.get(key, "own")}
        editions[key] = models.Edition.objects.update_or_create(key=key, defaults=defaults)[0].id
    bodies = dict(Body.objects.values_list("code", "id"))
    classes = {
        key: {**_without(row, "edition"), "edition_id": editions[row["edition"]]}
        for key, row in gathered.classes.items()
    }
    duties = {}
    for row in gathered.responsibilities.values():
        body = bodies[row["body"]]
        duties[row["classes"], row["area"], row["kind"], body] = {**_without(row, "body"), "body_id": body}
    years = {(y,): {"year": y, "status": s.value} for y, s in gathered.days.years.items()}
    days = {(d.date,): {"date": d.date, "kind": d.kind.value, "name": d.name} for d in gathered.days.days.values()}
    wanted: list[tuple[str, type[models.Dated], tuple[str, ...], dict[tuple[Any, ...], dict[str, Any]]]] = [
        ("classes", models.ManagedClass, ("class_id",), classes),
        ("conditions", models.Condition, ("class_id", "no"), {k: dict(v) for k, v in gathered.conditions.items()}),
        ("responsibilities", models.Responsibility, ("classes", "area", "kind", "body_id"), duties),
        ("years", models.YearRow, ("year",), years),
        ("days", models.DayRow, ("date",), days),
    ]
    for name, table in of:
        texts: Texts = getattr(gathered, name)
        rows = {(code,): {"code": code, "text": text} for code, text in texts.items()}
        wanted.append((name, table, ("code",), rows))
    changed = 0
    for name, rows_of, fields, rows in wanted:
        change = bring(rows_of, fields, rows, at)
        report.count(name, len(rows))
        changed += change.opened + change.closed
    return changed


def _without(row: Any, *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


def dump(folder: Path, at: date) -> None:
    """Write city.toml and the rulebook's files as in force on a day; a kind without rows gets no file."""
    folder.mkdir(parents=True, exist_ok=True)
    for row in in_force(models.Profile, at):
        (folder / PROFILE).write_bytes(row.text.encode())
    for name, table in TEXTS:
        for row in in_force(table, at):
            _write(folder / name / f"{row.code}.toml", row.text)
    days = own_days(at)
    if days.years:
        _write(folder / "calendars" / "days.csv", days.write())
    own = models.Origin.CITY.value
    classes = in_force(models.ManagedClass, at).filter(origin=own).select_related("edition")
    _sheet(folder, "classes.csv", CLASSES, [{**vars(row), "edition": row.edition.key} for row in classes])
    conditions = in_force(models.Condition, at).filter(origin=own)
    _sheet(folder, "conditions.csv", CONDITIONS, [vars(row) for row in conditions])
    duties = in_force(models.Responsibility, at).select_related("body")
    rows = [{**vars(row), "body": row.body.code} for row in duties]
    _sheet(folder, "responsibilities.csv", RESPONSIBILITIES, rows)


def _sheet(folder: Path, name: str, sheet: Sheet, rows: list[dict[str, Any]]) -> None:
    if rows:
        _write(folder / "rulebook" / name, sheet.write(rows))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())

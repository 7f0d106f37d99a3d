"""`vehicles.csv` of a city folder: code, name, body of each vehicle that tells where it is (统一GPS监管, S2-02)."""

import csv
from datetime import date
from pathlib import Path

from django.db import transaction

from citygrid.collection.positions_models import Positioned
from citygrid.organization.models import Body
from citygrid.standards.reports import Report

FILE = "vehicles.csv"
COLUMNS = ("code", "name", "body")
LONGEST = {"code": 40, "name": 60}


def load(folder: Path, at: date) -> Report:
    """Make the register of vehicles that of the folder: one that it lacks is no longer active, its track stays until
    its time is over. Nothing is kept with a problem, nor without a file."""
    report, path = Report(), folder / FILE
    if not path.exists():
        return report
    rows = _rows(path, report)
    bodies = {body.code: body for body in Body.objects.filter(code__in={row["body"] for row in rows})}
    met: set[str] = set()
    for line, row in enumerate(rows, 2):
        _check(line, row, bodies, met, report)
    if report.ok:
        _keep(rows, bodies)
        report.count("vehicles", len(rows))
    return report


def _rows(path: Path, report: Report) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            rows = [{key: (row.get(key) or "").strip() for key in COLUMNS} for row in reader]
            missing = [key for key in COLUMNS if key not in (reader.fieldnames or ())]
    except (UnicodeDecodeError, csv.Error) as error:
        report.add(FILE, 0, "", "unreadable", "The file cannot be read: %(why)s.", {"why": str(error)})
        return []
    for key in missing:
        report.add(FILE, 1, key, "missing_column", "The column %(column)s is missing.", {"column": key})
    return rows if not missing else []


def _check(line: int, row: dict[str, str], bodies: dict[str, Body], met: set[str], report: Report) -> None:
    if not row["code"] or row["code"] in met:
        message = "Each vehicle has a code of its own; %(value)s is empty or there twice."
        report.add(FILE, line, "code", "vehicle_code", message, {"value": row["code"]})
    met.add(row["code"])
    for key, most in LONGEST.items():
        if len(row[key]) > most:
            report.add(FILE, line, key, "too_long", "It is longer than %(most)d characters.", {"most": most})
    if row["body"] not in bodies:
        report.add(FILE, line, "body", "unknown_body", "There is no body %(value)s.", {"value": row["body"]})


def _keep(rows: list[dict[str, str]], bodies: dict[str, Body]) -> None:
    vehicles = Positioned.objects.filter(kind=Positioned.Kind.VEHICLE)
    with transaction.atomic():
        vehicles.exclude(code__in=[row["code"] for row in rows]).update(active=False)
        for row in rows:
            Positioned.objects.update_or_create(
                kind=Positioned.Kind.VEHICLE,
                code=row["code"],
                defaults={"name": row["name"], "body": bodies[row["body"]], "active": True},
            )


def dump(folder: Path, at: date) -> None:
    """Write the active vehicles; no file when there are none."""
    rows = Positioned.objects.filter(kind=Positioned.Kind.VEHICLE, active=True).order_by("code")
    lines = [(row.code, row.name, row.body.code) for row in rows.select_related("body")]
    if not lines:
        return
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / FILE).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(lines)

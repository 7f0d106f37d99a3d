"""The base data's part of a city folder: `basedata/` with classes.toml, units.csv, registers.toml and mappings/*.toml.

The components themselves are no rules: they come by surveys and go out by `components export`."""

from datetime import date
from pathlib import Path

from django.db import transaction

from citygrid.basedata import cityfiles, mappings, registers, units
from citygrid.basedata.classes import read_rules, shipped_rules
from citygrid.basedata.mappings import COMPONENTS
from citygrid.basedata.models import CityFile
from citygrid.organization.models import Body
from citygrid.rulebook.dating import last_change
from citygrid.standards.reports import Report

FOLDER = "basedata"


def load(folder: Path, at: date) -> Report:
    """Make the files those of the folder from a day on, or note what is wrong and keep what was.

    Classes, bodies and roles are there already."""
    report = Report()
    files = _files(folder / FOLDER, report)
    last = last_change(CityFile)
    if last is not None and last > at:
        message = "There are rules from %(last)s on; an import at %(at)s would rewrite what has been."
        report.add(FOLDER, 0, "", "later_rules", message, {"last": last, "at": at})
    _check(files, report)
    if not report.ok:
        return report
    with transaction.atomic():
        cityfiles.keep(files, at)
        registers.load_registers(files.get(cityfiles.REGISTERS, ""), report)
        for name in _mappings(files):
            mapping = mappings.read(f"{FOLDER}/{name}", files[name], report)
            mappings.check(f"{FOLDER}/{name}", mapping, at, report)
        if not report.ok:
            transaction.set_rollback(True)
    report.count("basedata files", len(files))
    return report


def dump(folder: Path, at: date) -> None:
    """Write the files as they are in force on a day; a city without any gets none."""
    for path, text in cityfiles.texts("", at).items():
        target = folder / FOLDER / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode())


def _mappings(files: dict[str, str]) -> list[str]:
    return sorted(name for name in files if name.startswith(cityfiles.MAPPINGS))


def _files(folder: Path, report: Report) -> dict[str, str]:
    found: dict[str, str] = {}
    paths = [folder / name for name in (cityfiles.CLASSES, cityfiles.UNITS, cityfiles.REGISTERS)]
    for path in [*paths, *sorted((folder / cityfiles.MAPPINGS).glob("*.toml"))]:
        if path.is_file():
            name = path.relative_to(folder).as_posix()
            try:
                found[name] = path.read_bytes().decode()
            except UnicodeDecodeError:
                report.add(f"{FOLDER}/{name}", 0, "", "not_utf8", "The file is not UTF-8.")
    return found


def _check(files: dict[str, str], report: Report) -> None:
    """What the files say by themselves; what they name of each other is looked at when all are there."""
    read_rules(f"{FOLDER}/{cityfiles.CLASSES}", files.get(cityfiles.CLASSES, ""), report, shipped_rules().fields)
    bodies = set(Body.objects.values_list("code", flat=True))
    units.read(f"{FOLDER}/{cityfiles.UNITS}", files.get(cityfiles.UNITS, ""), bodies, report)
    for name in _mappings(files):
        mapping = mappings.read(f"{FOLDER}/{name}", files[name], report)
        if mapping.code != Path(name).stem:
            message = "The mapping in %(file)s has the code %(code)s: both must be the same."
            report.add(f"{FOLDER}/{name}", 0, "code", "wrong_code", message, {"file": name, "code": mapping.code})
        if mapping.target != COMPONENTS and cityfiles.REGISTERS not in files:
            message = "There is no register %(value)s."
            report.add(f"{FOLDER}/{name}", 0, "target", "unknown_target", message, {"value": mapping.register})

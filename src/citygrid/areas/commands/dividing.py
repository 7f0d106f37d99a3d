"""citygrid areas divide COMMUNITY...|--all: unit grids from a boundary and barriers, applied from a day."""

from argparse import ArgumentParser
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from citygrid.areas import barriers, changing, citywide, life, sizing
from citygrid.areas.barriers import Barrier
from citygrid.areas.changing import Change, Who
from citygrid.areas.dividing import DivideError, Sizes, divide_with
from citygrid.areas.models import Area
from citygrid.process.refusal import Refused
from citygrid.standards.reports import Report

SHOWN = 50


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("community", nargs="*", help="codes of communities")
    parser.add_argument("--all", action="store_true", help="every community that has no unit grids on that day")
    parser.add_argument("--from", dest="day", type=date.fromisoformat, required=True, help="the first day of the grids")
    parser.add_argument(
        "--barriers", nargs="*", type=Path, default=[], metavar="FILE", help="GeoJSON: roads, waters, walls, buildings"
    )
    parser.add_argument("--cell", type=float, help="m2 of a unit grid; else as the city has it")
    parser.add_argument("--least", type=float, help="the least, in parts of a cell; the same")
    parser.add_argument("--most", type=float, help="the most, in cells; the same")
    parser.add_argument("--dry-run", action="store_true", help="divide and check, keep nothing")


def run(command: BaseCommand, options: Mapping[str, Any]) -> None:
    """Prints a line for each community; one that cannot be divided is told and the others go on."""
    day, found = options["day"], _barriers(command, options["barriers"])
    sizes = _sizes(options, day)
    who, failed = Who(timezone.now()), 0
    for row in _communities(options, day):
        try:
            change, beyond = _divide(row, found, sizes, day, who, keep=not options["dry_run"])
        except (DivideError, Refused) as error:
            failed += 1
            command.stderr.write(f"{row.code} {row.name}: {_sentence(error)}")
            continue
        sizes_m2 = sorted(made.area_m2 for made in change.made)
        middle = sizes_m2[len(sizes_m2) // 2]
        command.stdout.write(
            f"{row.code} {row.name}: {len(change.made)} grids, median {middle:.0f} m2, "
            f"{beyond} outside the limits, {len(change.ended)} ended"
        )
    if failed:
        raise CommandError(f"{failed} of the communities could not be divided.")
    command.stdout.write("checked, nothing kept" if options["dry_run"] else "divided")


def _sizes(options: Mapping[str, Any], day: date) -> Sizes:
    """What was typed, else the city's own."""
    usual = sizing.sizes(day)
    typed = [options["cell"], options["least"], options["most"]]
    known = [usual.cell_m2, usual.least, usual.most]
    return sizing.chosen(*(old if new is None else new for new, old in zip(typed, known, strict=True)))


def _divide(row: Area, found: list[Barrier], sizes: Sizes, day: date, who: Who, *, keep: bool) -> tuple[Change, int]:
    shape = changing.shape_of(row)
    division = divide_with(shape, citywide.metric_crs(day), barriers.near(found, shape), sizes)
    return life.apply_division(row.code, division.grids, day, who, keep=keep), len(division.beyond)


def _sentence(error: DivideError | Refused) -> str:
    return str(error.refusal) if isinstance(error, Refused) else str(error)


def _barriers(command: BaseCommand, files: list[Path]) -> list[Barrier]:
    report = Report()
    found = barriers.read(files, report)
    for problem in report.problems[:SHOWN]:
        command.stderr.write(str(problem))
    if not report.ok:
        raise CommandError(f"{len(report.problems)} problems in the barriers: nothing was divided.")
    return found


def _communities(options: Mapping[str, Any], day: date) -> list[Area]:
    rows = Area.objects.filter(changing.holding(day), kind="community").order_by("code")
    if options["all"]:
        divided = Area.objects.filter(changing.holding(day), kind="grid").values("parent__code")
        found = list(rows.exclude(code__in=divided))
    else:
        found = list(rows.filter(code__in=options["community"]))
    missing = sorted(set(options["community"]) - {row.code for row in found}) if not options["all"] else []
    if missing or not found:
        raise CommandError("There is no community to divide: " + (", ".join(missing) or "name one, or say --all."))
    return found

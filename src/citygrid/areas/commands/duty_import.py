"""citygrid areas duties FILE --code COLUMN [--grid COLUMN]: duty grids from any file, looked at first."""

from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from citygrid import tabular
from citygrid.areas import coverage, duty_importing
from citygrid.areas.changing import Who
from citygrid.process.refusal import Refused
from citygrid.tabular import TableError

SHOWN = 50


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="XLSX or CSV with a row for each unit grid, or surfaces of duty grids")
    parser.add_argument("--code", default="code", help="column of the duty grid's code (default: code)")
    parser.add_argument("--grid", default="", help="column of the unit grid's code; without it the rows have surfaces")
    parser.add_argument("--name", default="", help="column of the duty grid's name; without it names stay")
    parser.add_argument("--shift", default="", help="column of the shift; without it shifts stay")
    parser.add_argument("--sheet", help="sheet or layer, when there are several")
    parser.add_argument("--crs", help="coordinate system, such as EPSG:4549 or GCJ-02; goes before the file's")
    parser.add_argument("--encoding", help="encoding of the file's text")
    parser.add_argument("--swapped", action="store_true", help="the file has (lat, lon) or (north, east)")
    parser.add_argument("--dry-run", action="store_true", help="say what would happen, keep nothing")


def run(command: BaseCommand, options: Mapping[str, Any]) -> None:
    """Prints each fault, the counts, and what the coverage is like afterwards."""
    now, path = timezone.now(), options["file"]
    day = options["at"] or timezone.localdate(now)
    opening = {name: options[name] for name in ("sheet", "encoding", "crs", "swapped")}
    try:
        with tabular.open_table(path, **opening) as table:
            mapping = {field: options[field] for field in duty_importing.FIELDS}
            plan = duty_importing.plan(table, mapping, day, path.name)
        for problem in plan.problems[:SHOWN]:
            command.stderr.write(str(problem))
        if not options["dry_run"]:
            duty_importing.apply(plan, Who(now))
    except (TableError, Refused) as error:
        raise CommandError(str(error.refusal if isinstance(error, Refused) else error)) from None
    for verdict, number in plan.counts.items():
        command.stdout.write(f"{verdict}: {number}")
    if options["dry_run"]:
        command.stdout.write("looked at, nothing kept")
        return
    wrong = sum(not fault.warning for fault in coverage.report(day).faults)
    command.stdout.write(f"coverage on {day}: {wrong} faults (citygrid areas coverage names them)")

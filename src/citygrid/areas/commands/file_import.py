"""citygrid areas import FILE --kind grid --code COLUMN: areas from any file, looked at first."""

from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from citygrid import tabular
from citygrid.areas import importing
from citygrid.areas.import_plan import Plan
from citygrid.areas.models import LADDER
from citygrid.process.refusal import Refused
from citygrid.tabular import TableError

SHOWN = 50


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="GeoPackage, Shapefile (or zip), GeoJSON, CSV with WKT, XLSX")
    parser.add_argument("--kind", choices=LADDER, required=True)
    parser.add_argument("--code", default="code", help="column of the code (default: code)")
    parser.add_argument("--name", default="", help="column of the name; without it names stay")
    parser.add_argument("--parent", default="", help="column of the code above; without it by code or by place")
    parser.add_argument("--sheet", help="sheet or layer, when there are several")
    parser.add_argument("--crs", help="coordinate system, such as EPSG:4549 or GCJ-02; goes before the file's")
    parser.add_argument("--encoding", help="encoding of the file's text")
    parser.add_argument("--swapped", action="store_true", help="the file has (lat, lon) or (north, east)")
    parser.add_argument("--metric-crs", default="", help="the city's projection, for the first import")
    parser.add_argument("--ending", choices=importing.ENDINGS, default=importing.ENDINGS[0], help="which others end")
    parser.add_argument("--dry-run", action="store_true", help="say what would happen, keep nothing")


def run(command: BaseCommand, options: Mapping[str, Any]) -> None:
    """Prints each fault, then the counts. A file with some wrong rows still brings in the others."""
    try:
        plan = _plan(options)
        for note in [*plan.notes, *(row_problem for row in plan.rows for row_problem in row.problems)][:SHOWN]:
            command.stderr.write(str(note))
        gaps = [fault for fault in plan.faults if fault.problem.code == "gap"]
        for fault in gaps[:SHOWN]:
            command.stderr.write(f"{fault.code}: {fault.problem}")
        if not options["dry_run"]:
            importing.apply(plan, None, timezone.now())
    except (TableError, Refused) as error:
        raise CommandError(str(error.refusal if isinstance(error, Refused) else error)) from None
    for verdict, number in plan.counts.items():
        command.stdout.write(f"{verdict}: {number}")
    done = "imported" if plan.changes else "nothing to change"
    command.stdout.write("looked at, nothing kept" if options["dry_run"] else done)


def _plan(options: Mapping[str, Any]) -> Plan:
    path = options["file"]
    with tabular.open_table(
        path,
        sheet=options["sheet"],
        encoding=options["encoding"],
        crs=options["crs"],
        swapped=options["swapped"],
    ) as table:
        return importing.plan(
            options["kind"],
            table,
            {field: options[field] for field in importing.FIELDS},
            options["at"] or timezone.localdate(),
            metric_crs=options["metric_crs"],
            ending=options["ending"],
            file=path.name,
        )

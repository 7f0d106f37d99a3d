"""citygrid areas topology: what does not fit, one line each, or a GeoJSON file to draw."""

from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from citygrid.areas import geojson, topology

SHOWN = 200


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--geojson", type=Path, metavar="FILE", help="write the faults with their shapes")


def run(command: BaseCommand, options: Mapping[str, Any]) -> None:
    """Ends with an error when there are faults that are more than warnings."""
    found = topology.faults(options["at"] or timezone.localdate())
    for fault in found[:SHOWN]:
        command.stdout.write(f"{'warning' if fault.warning else 'fault'} {fault.code}: {fault}")
    if len(found) > SHOWN:
        command.stdout.write(f"... and {len(found) - SHOWN} more")
    if options["geojson"]:
        rows = (({"kind": f.code, "codes": list(f.codes), "message": str(f)}, f.shape) for f in found)
        options["geojson"].write_text(geojson.text(rows), encoding="utf-8")
    wrong = sum(not fault.warning for fault in found)
    command.stdout.write(f"{wrong} faults, {len(found) - wrong} warnings")
    if wrong:
        raise CommandError(f"{wrong} faults in the areas.")

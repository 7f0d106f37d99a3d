"""citygrid areas coverage: whether every unit grid has exactly one duty grid in each shift."""

from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from citygrid.areas import coverage

SHOWN = 200


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--shift", help="only the faults of this shift")


def run(command: BaseCommand, options: Mapping[str, Any]) -> None:
    """Ends with an error when a unit grid has none or several."""
    found = coverage.report(options["at"] or timezone.localdate())
    faults = [fault for fault in found.faults if not options["shift"] or fault.shift in (None, options["shift"])]
    for fault in faults[:SHOWN]:
        command.stdout.write(f"{'warning' if fault.warning else 'fault'} {fault.code}: {fault}")
    wrong = sum(not fault.warning for fault in faults)
    shifts = ", ".join(shift or "every shift" for shift in found.shifts)
    command.stdout.write(f"{found.grids} unit grids, {found.duty_grids} duty grids ({shifts}): {wrong} faults")
    if wrong:
        raise CommandError(f"{wrong} faults in the duty grids.")

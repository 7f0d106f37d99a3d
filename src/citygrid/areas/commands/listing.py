"""citygrid areas list KIND: what there is on a day, one line each."""

from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from citygrid.areas.models import Area, Kind


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("kind", choices=Kind.values)
    parser.add_argument("--in", dest="parent", default="", help="only those of the area above with this code")


def run(command: BaseCommand, options: Mapping[str, Any]) -> None:
    """Prints code, code above, surface in m2, first day, last day, name."""
    day = options["at"] or timezone.localdate()
    rows = Area.objects.filter(kind=options["kind"], valid_from__lte=day).exclude(valid_to__lte=day)
    if options["parent"]:
        rows = rows.filter(parent__code=options["parent"])
    for row in rows.select_related("parent").order_by("code").defer("geometry"):
        above = row.parent.code if row.parent else "-"
        until = row.valid_to.isoformat() if row.valid_to else "-"
        command.stdout.write(f"{row.code} {above} {row.area_m2:.0f} {row.valid_from} {until} {row.name}".rstrip())

"""`citygrid anchor`: anchor what changed, now (a job does it each night)."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from citygrid.cases import anchoring


class Command(BaseCommand):
    help = "Anchors the heads of all cases that changed and exports the anchor."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", type=Path, default=None, help="folder to export to")

    def handle(self, *args: Any, **options: Any) -> None:
        made = anchoring.anchor(datetime.now(UTC), options["to"])
        if made is None:
            self.stdout.write("Nothing changed since the last anchor.")
        else:
            self.stdout.write(f"Anchor {made.number}: {made.count} cases, root {bytes(made.root).hex()}")

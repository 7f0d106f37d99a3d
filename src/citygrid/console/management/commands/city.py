"""citygrid city import|export|diff FOLDER: the whole city as plain files."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from citygrid.console.city import diff_city, export_city, import_city, is_empty
from citygrid.rulebook.slices import localday

SHOWN = 50


class Command(BaseCommand):
    help = "Import, export or compare a city folder."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        words = {
            "import": "make the city that of the folder",
            "export": "write the city into the folder",
            "diff": "print the rows that differ: + only in the folder, - only in the city",
        }
        for name, words_of in words.items():
            action = actions.add_parser(name, help=words_of)
            action.add_argument("folder", type=Path)
            action.add_argument("--at", type=date.fromisoformat, help="the day, as in 2026-01-31; default: today")
            if name == "import":
                action.add_argument("--dry-run", action="store_true", help="check everything, keep nothing")

    def handle(self, *_: Any, **options: Any) -> None:
        act = {"import": self._import, "export": self._export, "diff": self._diff}[options["action"]]
        act(options["folder"], options)

    def _import(self, folder: Path, options: dict[str, Any]) -> None:
        at = options["at"] or (None if is_empty() else _today())
        report = import_city(folder, at, options["dry_run"])
        for problem in report.problems[:SHOWN]:
            self.stderr.write(str(problem))
        if not report.ok:
            number = len(report.problems)
            raise CommandError(f"{number} problem{'s' * (number > 1)} in {folder}: nothing was kept.")
        for name, number in report.counts.items():
            self.stdout.write(f"{name}: {number}")
        self.stdout.write("checked, nothing kept" if options["dry_run"] else "imported")

    def _export(self, folder: Path, options: dict[str, Any]) -> None:
        if is_empty():
            raise CommandError("There is no city to export: import one first (citygrid city import FOLDER).")
        for path in export_city(folder, options["at"] or _today()):
            self.stdout.write(path.as_posix())

    def _diff(self, folder: Path, options: dict[str, Any]) -> None:
        if is_empty():
            raise CommandError("There is no city to compare: import one first (citygrid city import FOLDER).")
        if not folder.is_dir():
            raise CommandError(f"There is no folder {folder}.")
        name = ""
        for one in diff_city(folder, options["at"] or _today()):
            if one.file != name:
                name = one.file
                self.stdout.write(name)
            self.stdout.write(f"{one.sign} {one.row}")


def _today() -> date:
    return localday(timezone.now())

"""`citygrid scheme`: list the schemes in force, check a file, bring it into force, print one."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from citygrid.evaluation.asking import zone_at
from citygrid.evaluation.catalogue import catalogue, keep, standard
from citygrid.rulebook.models import SchemeRow
from citygrid.rulebook.slices import in_force


class Command(BaseCommand):
    help = "Schemes of the evaluation: list, show, check, import."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("act", choices=("list", "show", "check", "import"))
        parser.add_argument("file", nargs="?", metavar="FILE", help="a TOML file; for show: a code")
        parser.add_argument("--code", help="what it is called in force (without it: the file's name)")
        parser.add_argument("--at", type=date.fromisoformat, metavar="D", help="in force from this day on (today)")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        at = options["at"] or now.astimezone(zone_at(now)).date()
        if options["act"] == "list":
            self._list(at)
            return
        if not options["file"]:
            raise CommandError("Name a file (for show: a code).")
        if options["act"] == "show":
            self._show(options["file"], at)
        else:
            self._take(Path(options["file"]), options["code"], at, options["act"] == "check")

    def _list(self, at: date) -> None:
        book = catalogue(at)
        for problem in book.report.problems:
            self.stderr.write(str(problem))
        own = set(in_force(SchemeRow, at).values_list("code", flat=True))
        for code, scheme in book.schemes.items():
            origin = "city" if code in own else "standard"
            self.stdout.write(f"{code}\t{origin}\t{scheme.by}\t{scheme.names[0]}\t{scheme.names[1]}")

    def _show(self, code: str, at: date) -> None:
        texts = {**standard(), **dict(in_force(SchemeRow, at).values_list("code", "text"))}
        if code not in texts:
            raise CommandError(f"There is no scheme {code}. Known: {', '.join(texts)}.")
        self.stdout.write(texts[code], ending="")

    def _take(self, path: Path, code: str | None, at: date, dry_run: bool) -> None:
        try:
            text = path.read_bytes().decode()
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{path} cannot be read: {error}.") from error
        report = keep(code or path.stem, text, at, dry_run)
        for problem in report.problems:
            self.stderr.write(str(problem))
        if not report.ok:
            raise CommandError(f"Nothing was kept: {len(report.problems)} problems.")
        counts = ", ".join(f"{number} {name}" for name, number in report.counts.items())
        self.stdout.write(f"{code or path.stem}: {counts}; {'checked' if dry_run else f'in force from {at}'}")

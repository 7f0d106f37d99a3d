"""citygrid organization import|export FILE: the organization as one workbook (.xlsx)."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from citygrid.organization import proposing
from citygrid.organization.proposing import Proposal, Wish
from citygrid.organization.rosters import cityclock
from citygrid.organization.workbooks import workbook_reading, workbook_writing
from citygrid.organization.workbooks.workbook_words import SHEETS
from citygrid.standards.reports import Problem, Report
from citygrid.tabular import TableError

SHOWN = 50


class Command(BaseCommand):
    help = "Import or export the organization as one workbook."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        export = actions.add_parser("export", help="write bodies, posts, people and all about them into a workbook")
        export.add_argument("file", type=Path)
        export.add_argument("--language", default="zh-hans", help="of the names of sheets and columns")
        bring = actions.add_parser("import", help="make, change and end what the workbook says, all or nothing")
        bring.add_argument("file", type=Path)
        bring.add_argument("--dry-run", action="store_true", help="say what it would change, keep nothing")
        bring.add_argument("--complete", action="store_true", help="what its sheets lack ends")

    def handle(self, *_: Any, **options: Any) -> None:
        if options["action"] == "export":
            self._export(options["file"], options["language"])
        else:
            self._import(options["file"], options["complete"], options["dry_run"])

    def _export(self, file: Path, language: str) -> None:
        with translation.override(language):
            file.write_bytes(workbook_writing.written(cityclock.day_of(timezone.now())))
        self.stdout.write(f"written: {file}")

    def _import(self, file: Path, complete: bool, dry_run: bool) -> None:
        report, now = Report(), timezone.now()
        try:
            rows = workbook_reading.read(file, report)
        except TableError as error:
            raise CommandError(str(error)) from None
        self._refuse(report, file)
        wish, day = Wish(rows, frozenset(rows) if complete else frozenset()), cityclock.day_of(now)
        if dry_run:
            answer = proposing.propose(wish, day)
        else:
            done = proposing.carry_out(wish, None, now, day, source=file.name[-60:])
            assert isinstance(done, Proposal)  # no mark was given that could be an old one
            answer = done
        self._refuse(answer.report, file)
        for change in answer.changes:
            self.stdout.write(f"{change.what}: {SHEETS[change.table]} {' '.join(filter(None, change.key))}")
        self.stdout.write("checked, nothing kept" if dry_run else f"written: {len(answer.changes)} rows")

    def _refuse(self, report: Report, file: Path) -> None:
        for problem in report.problems[:SHOWN]:
            self.stderr.write(_told(problem))
        if not report.ok:
            number = len(report.problems)
            raise CommandError(f"{number} problem{'s' * (number > 1)} in {file}: nothing was kept.")


def _told(problem: Problem) -> str:
    where = f"{SHEETS.get(problem.file, problem.file)}:{problem.line} [{problem.field}]"
    return f"{where} {problem.code}: {problem.message % dict(problem.params)}"

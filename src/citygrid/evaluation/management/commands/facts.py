"""`citygrid facts`: export the facts behind all indicators as Parquet, bring them over, make them anew."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from citygrid.cases.database import plain
from citygrid.evaluation import facts
from citygrid.evaluation.asking import zone_at
from citygrid.evaluation.definitions import current
from citygrid.evaluation.exporting import FolderTakenError, export
from citygrid.evaluation.periods import Period, PeriodError, month_before, month_of, period


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _month(text: str) -> date:
    return date.fromisoformat(f"{text}-01")


class Command(BaseCommand):
    help = "Facts: what indicators count. Without days: the month before."

    def add_arguments(self, parser: ArgumentParser) -> None:
        does = parser.add_subparsers(dest="does", required=True)
        out = does.add_parser("export", help="Parquet files and the statements that count them, into a new folder")
        out.add_argument("folder", type=Path)
        out.add_argument("--month", type=_month, metavar="M", help="like 2026-03")
        out.add_argument("--from", dest="first", type=_day, metavar="D", help="first day, like 2026-03-21")
        out.add_argument("--to", dest="last", type=_day, metavar="D", help="last day, like 2026-04-20")
        out.add_argument("--all", dest="everything", action="store_true", help="all facts, without statements")
        does.add_parser("refresh", help="bring over what changed")
        does.add_parser("rebuild", help="all facts and daily roll-ups anew")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        with plain() as connection:
            facts.keep_days(connection, str(zone_at(now)))
            cases = facts.rebuild(connection) if options["does"] == "rebuild" else facts.refresh(connection)
            if options["does"] != "export":
                self.stdout.write(f"{cases} cases")
                return
            of = None if options["everything"] else self._period(options)
            known = current(of.last if of is not None else now.date())
            try:
                rows = export(connection, options["folder"], of, known)
            except FolderTakenError as error:
                raise CommandError(f"{error} is there already; an export makes a new folder.") from error
        for name, count in rows.items():
            self.stdout.write(f"{name}  {count}")

    def _period(self, options: dict[str, Any]) -> Period:
        now = timezone.now()
        zone = zone_at(now)
        first, last = options["first"], options["last"]
        if (first is None) != (last is None) or (first is not None and options["month"] is not None):
            raise CommandError("Give --month, or both --from and --to, or none of them.")
        if first is None:
            month = options["month"]
            first, last = month_of(month) if month is not None else month_before(now.astimezone(zone).date())
        try:
            return period(first, last, zone, now)
        except PeriodError as error:
            raise CommandError(f"--to lies before --from: {error}.") from error

"""`citygrid evaluate`: the indicators of a period by unit, area, post, class or source; and the cases behind one."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from citygrid.evaluation.asking import DEFAULT, ask, opened, zone_at
from citygrid.evaluation.counting import LEVELS, Question
from citygrid.evaluation.definitions import SUBJECTS, of_city
from citygrid.evaluation.periods import PeriodError, month_before, period
from citygrid.evaluation.printing import FORMATS, written
from citygrid.evaluation.subjects import key_of
from citygrid.evaluation.tables import UnknownIndicatorError


def _day(text: str) -> date:
    return date.fromisoformat(text)


class Command(BaseCommand):
    help = "Counts and rates of a period (first and last day included; without them: the month before)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="first", type=_day, metavar="D", help="first day, like 2026-03-21")
        parser.add_argument("--to", dest="last", type=_day, metavar="D", help="last day, like 2026-04-20")
        parser.add_argument("--by", choices=SUBJECTS, default="unit")
        parser.add_argument("--level", choices=LEVELS, default="district", help="of areas")
        parser.add_argument("--format", dest="form", choices=FORMATS, default="table")
        parser.add_argument("--lang", choices=("zh", "en"), default="zh")
        parser.add_argument("--indicators", metavar="A,B", help="keys; `all` for every one")
        parser.add_argument("--open", dest="opens", metavar="KEY", help="list the cases behind this count")
        parser.add_argument("--subject", metavar="ID", help="of this row only (its id in CSV or JSON)")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        zone = zone_at(now)
        first, last = options["first"], options["last"]
        if (first is None) != (last is None):
            raise CommandError("Give both --from and --to, or neither.")
        if first is None:
            first, last = month_before(now.astimezone(zone).date())
        try:
            question = Question(period(first, last, zone, now), options["by"], options["level"])
        except PeriodError as error:
            raise CommandError(f"--to lies before --from: {error}.") from error
        with translation.override("zh-hans" if options["lang"] == "zh" else "en"):
            self._answer(question, options)

    def _answer(self, question: Question, options: dict[str, Any]) -> None:
        known, report = of_city(question.period.last)
        for problem in report.problems:
            self.stderr.write(str(problem))
        if options["opens"]:
            self._open(question, options)
            return
        keys = options["indicators"].split(",") if options["indicators"] else DEFAULT
        try:
            table = ask(question, list(known.all) if keys == ["all"] else keys, known)
        except UnknownIndicatorError as error:
            raise CommandError(f"There is no indicator {error}. Known: {', '.join(known.all)}.") from error
        self.stdout.write(written(table, options["form"]), ending="\n" if options["form"] != "csv" else "")

    def _open(self, question: Question, options: dict[str, Any]) -> None:
        try:
            key = key_of(question.by, options["subject"]) if options["subject"] else None
            rows = opened(question, options["opens"], key)
        except (ValueError, KeyError) as error:
            raise CommandError(f"Nothing to open: {error}.") from error
        for row in rows:
            number = row.case_no or row.report_no
            at = row.opened_at.isoformat() if row.opened_at else "–"
            self.stdout.write(f"{row.case}  {number}  {row.no or ''}  {at}")
        self.stdout.write(f"{len(rows)}")

"""`citygrid evaluate`: the indicators of a period by unit, area, post, class or source; the cases behind one; the
scores of a scheme with their terms (of a closed period the frozen ones)."""

from argparse import ArgumentParser
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from citygrid.evaluation import closing, cycles, score_printing
from citygrid.evaluation.asking import DEFAULT, all_counted, ask, opened, zone_at
from citygrid.evaluation.catalogue import catalogue
from citygrid.evaluation.computing import NoSchemeError, computed
from citygrid.evaluation.counting import LEVELS, Question
from citygrid.evaluation.definitions import SUBJECTS, of_city
from citygrid.evaluation.periods import PeriodError, PeriodNameError, month_before, named, period
from citygrid.evaluation.printing import FORMATS, written
from citygrid.evaluation.subjects import key_of
from citygrid.evaluation.tables import UnknownIndicatorError
from citygrid.rulebook.models import SchemeRow


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _span(options: dict[str, Any], today: date) -> tuple[date | None, date | None]:
    """First and last day as asked."""
    if not options["period"]:
        return options["first"], options["last"]
    if options["first"] or options["last"]:
        raise CommandError("Give either --period or --from and --to.")
    try:
        one = named(options["period"], today, cycles.current(today).of(options["scheme"] or "").months)
    except PeriodNameError as error:
        raise CommandError("--period is like 2026-03, 2026-W13, 2026-Q1, 2026-H1, 2026, 2026-03-14, today.") from error
    return one.first, one.last


def _no_scheme(code: str, question: Question, known: Iterable[str]) -> str:
    """Also where there is one that is in force later only: an import without --at holds from that day on."""
    later = SchemeRow.objects.filter(code=code, valid_from__gt=question.period.last).order_by("valid_from").first()
    if later is not None:
        told = f"{code} is in force from {later.valid_from} on, after {question.period.last}"
        return f"{told} (`scheme import --at` tells from when)."
    return f"There is no scheme {code}. Known: {', '.join(known)}."


class Command(BaseCommand):
    help = "Counts and rates of a period (first and last day included; without them: the month before)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="first", type=_day, metavar="D", help="first day, like 2026-03-21")
        parser.add_argument("--to", dest="last", type=_day, metavar="D", help="last day, like 2026-04-20")
        parser.add_argument("--by", choices=SUBJECTS, default="unit")
        parser.add_argument("--level", choices=LEVELS, default="district", help="of areas")
        parser.add_argument("--format", dest="form", choices=FORMATS, default="table")
        parser.add_argument("--lang", choices=("zh", "en"), default="zh")
        parser.add_argument("--scheme", metavar="CODE", help="the scores of this scheme with their terms (csv or json)")
        parser.add_argument("--live", action="store_true", help="of a closed period not the frozen scores")
        parser.add_argument("--period", metavar="NAME", help="like 2026-03 or 2026-Q1, in place of --from and --to")
        parser.add_argument("--indicators", metavar="A,B", help="keys; `all` for every one")
        parser.add_argument("--open", dest="opens", metavar="KEY", help="list the cases behind this count")
        parser.add_argument("--subject", metavar="ID", help="of this row only (its id in CSV or JSON)")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        zone = zone_at(now)
        first, last = _span(options, now.astimezone(zone).date())
        if (first is None) != (last is None):
            raise CommandError("Give both --from and --to, or neither.")
        if first is None or last is None:
            first, last = month_before(now.astimezone(zone).date())
        try:
            question = Question(period(first, last, zone, now), options["by"], options["level"])
        except PeriodError as error:
            raise CommandError(f"--to lies before --from: {error}.") from error
        all_counted()
        with translation.override("zh-hans" if options["lang"] == "zh" else "en"):
            if options["scheme"]:
                self._scores(question, options, now)
            else:
                self._answer(question, options)

    def _scores(self, question: Question, options: dict[str, Any], now: datetime) -> None:
        book = catalogue(min(question.period.last, now.astimezone(zone_at(now)).date()))
        for problem in book.report.problems:
            self.stderr.write(str(problem))
        try:
            how = computed if options["live"] else closing.scores_over
            scores = how(options["scheme"], question.period, now, book)
        except NoSchemeError as error:
            raise CommandError(_no_scheme(str(error), question, book.schemes)) from error
        form = "json" if options["form"] == "json" else "csv"
        self.stdout.write(score_printing.written(scores, form), ending="\n" if form == "json" else "")

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

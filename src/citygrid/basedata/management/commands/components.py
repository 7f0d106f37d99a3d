"""citygrid components import|report|export|regrid: surveys and the register of components from the command line."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from citygrid.basedata import components, exporting, mappings, problems, publishing, surveys
from citygrid.basedata.exporting import Wanted
from citygrid.basedata.models import Survey, SurveyRow
from citygrid.organization.models import Person
from citygrid.process.refusal import Refused
from citygrid.rulebook.slices import localday
from citygrid.standards.reports import Report
from citygrid.tabular import TableError

SHOWN = 20


class Command(BaseCommand):
    help = "Bring surveys of components in, report on them, write components to files."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        bring = actions.add_parser("import", help="read a file into staging and check it")
        bring.add_argument("file", type=Path)
        bring.add_argument("--mapping", required=True, help="a mapping of the city by its code, or a .toml file")
        bring.add_argument("--on", type=date.fromisoformat, help="the day of the survey; default: today")
        bring.add_argument("--by", metavar="LOGIN", help="who brings it")
        bring.add_argument("--publish", action="store_true", help="submit and publish what is ready")
        bring.add_argument("--reviewer", metavar="LOGIN", help="who reviews it; never the one who brings it")
        report = actions.add_parser("report", help="what is wrong in a survey, by kind and by row")
        report.add_argument("survey")
        report.add_argument("--rows", type=int, default=SHOWN, help="how many rows to print")
        export = actions.add_parser("export", help="write components: .csv .xlsx .gpkg .zip (Shapefile) .geojson")
        export.add_argument("file", type=Path)
        export.add_argument("--class", dest="classes", action="append", default=[], help="a class id; may be repeated")
        export.add_argument("--area", dest="areas", action="append", default=[], help="an area code; may be repeated")
        export.add_argument("--on", type=date.fromisoformat, help="as they were on a day; default: now")
        actions.add_parser("regrid", help="bring components to the unit grids of today")

    def handle(self, *_: Any, **options: Any) -> None:
        act = {"import": self._import, "report": self._report, "export": self._export, "regrid": self._regrid}
        try:
            act[options["action"]](options)
        except Refused as refused:
            raise CommandError(str(refused.refusal)) from refused
        except TableError as error:
            raise CommandError(str(error)) from error

    def _import(self, options: dict[str, Any]) -> None:
        at, by = timezone.now(), _person(options["by"])
        reviewer = _person(options["reviewer"])
        if options["publish"] and reviewer is None:
            raise CommandError("--publish needs --reviewer LOGIN: a second person looks before anything is published.")
        on = options["on"] or localday(at)
        if not options["file"].is_file():
            raise CommandError(f"There is no file {options['file']}.")
        survey = surveys.create(options["file"], _mapping(options["mapping"], on), by=by, at=at, on=on)
        survey = surveys.run(survey.id, at)
        if survey.failed:
            raise CommandError(survey.failed["message"] % survey.failed["params"])
        self._say(survey)
        if options["publish"] and reviewer is not None:
            if not survey.counts["ready"]:
                self.stdout.write("nothing to publish")
                return
            survey = publishing.submit(survey, by, timezone.now())
            survey = publishing.publish(survey.id, reviewer, timezone.now())
            self.stdout.write("published: " + ", ".join(f"{n} {k}" for k, n in survey.counts["published"].items()))

    def _say(self, survey: Survey) -> None:
        counts = survey.counts
        self.stdout.write(f"survey {survey.id}: {counts['rows']} rows, {counts['ready']} ready")
        for name in ("new", "changed", "same", "removed", "wrong", "left_out", "with_warnings"):
            if counts[name]:
                self.stdout.write(f"  {name}: {counts[name]}")
        for code, number in counts["problems"].items():
            self.stdout.write(f"  {problems.severity(code)} {code}: {number}")
        for note in counts.get("notes", [])[:SHOWN]:
            self.stdout.write(f"  note {note['code']}: {note['message'] % note['params']}")

    def _report(self, options: dict[str, Any]) -> None:
        survey = Survey.objects.filter(id=options["survey"]).first() if len(options["survey"]) == 36 else None
        if survey is None:
            raise CommandError(f"There is no survey {options['survey']}.")
        self._say(survey)
        rows = SurveyRow.objects.filter(survey=survey).exclude(kinds=[]).order_by("number")
        for row in rows[: options["rows"]]:
            for one in row.problems:
                self.stdout.write(f"{row.number} {one['field']} {one['code']}: {problems.sentence(one)}")

    def _export(self, options: dict[str, Any]) -> None:
        wanted = Wanted(classes=options["classes"], areas=options["areas"], day=options["on"])
        number = exporting.export(options["file"], wanted, localday(timezone.now()))
        self.stdout.write(f"{number} components in {options['file']}")

    def _regrid(self, options: dict[str, Any]) -> None:
        self.stdout.write(f"{components.regrid(timezone.now())} components are in other areas now")


def _person(login: str | None) -> Person | None:
    if login is None:
        return None
    found = Person.objects.filter(login=login, is_active=True).first()
    if found is None:
        raise CommandError(f"There is no active account {login}.")
    return found


def _mapping(word: str, on: date) -> mappings.FileMapping:
    path = Path(word)
    if path.suffix != ".toml":
        found = mappings.find(word, on)
        if found is None:
            raise CommandError(f"The city has no mapping {word}.")
        return found
    if not path.is_file():
        raise CommandError(f"There is no file {word}.")
    report = Report()
    mapping = mappings.read(path.name, path.read_text(encoding="utf-8"), report)
    if report.problems:
        raise CommandError("\n".join(str(one) for one in report.problems))
    return mapping

"""citygrid dispatch dry-run: what auto-dispatch would have done, from the command line."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from citygrid.cases import naming
from citygrid.coordination.dispatching import dry_runs
from citygrid.coordination.dispatching.dry_run_pages import last_month, span
from citygrid.rulebook.slices import NoRules


class Command(BaseCommand):
    help = "Dispatching: what auto-dispatch would have done."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        dry = actions.add_parser("dry-run", help="how many handled cases would have gone to the unit that handled them")
        dry.add_argument("--from", dest="first", type=date.fromisoformat, help="first day; default: of last month")
        dry.add_argument("--to", dest="last", type=date.fromisoformat, help="last day; default: of last month")
        dry.add_argument("--class", dest="classes", action="append", default=[],
                         help="a class id, or a prefix that ends in *; may be given several times")  # fmt: skip
        dry.add_argument("--cases", action="store_true", help="name the cases that would have gone elsewhere, too")

    def handle(self, *_: Any, **options: Any) -> None:
        now = timezone.now()
        try:
            usual = last_month(now)
        except NoRules as error:
            raise CommandError("There is no city yet: import one first.") from error
        first, last = options["first"] or usual[0], options["last"] or usual[1]
        if last < first:
            raise CommandError(f"The last day {last} is before the first, {first}.")
        outcomes = dry_runs.run(None, *span(first, last, now), now, options["classes"])
        self.stdout.write(f"class\tcases\tright\tother\tnobody\tpercent\t({first} to {last})")
        names = naming.classes(one.class_id for one in outcomes)
        for one in outcomes:
            numbers = "\t".join(str(n) for n in (one.all, one.same, one.other, one.none, one.percent))
            self.stdout.write(f"{one.class_id} {names.get(one.class_id, '')}\t{numbers}")
            for other in one.others if options["cases"] else ():
                went = naming.body(other.suggested) or "-"
                self.stdout.write(f"  {other.number}\t{naming.body(other.unit)} -> {went}\t{other.rule or ''}")

"""`citygrid load_demo`: the demo city, its pictures, and the first part of its story; the rest follows as a job."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone
from procrastinate.exceptions import AlreadyEnqueued

from citygrid.console.city import import_city, is_empty
from citygrid.coordination.disputes import precedents
from citygrid.demo import appraising, inventory, jobs, paying, registries, telling
from citygrid.demo.folder import FOLDER
from citygrid.demo.models import DemoProgress
from citygrid.demo.scene import Scene
from citygrid.organization.models import Person


class Command(BaseCommand):
    help = "Load the demo city and days of life in it, by a seeded simulation. A second run adds nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--first", type=int, default=3000, help="So many problems now, the newest first.")
        parser.add_argument("--all", action="store_true", help="All of it now, nothing as a job.")
        parser.add_argument("--only", action="store_true", help="No job for the rest.")
        parser.add_argument("--days", type=int, help=f"Days of life (default {telling.DAYS}).")
        parser.add_argument("--total", type=int, help=f"Problems in all (default {telling.TOTAL}).")
        parser.add_argument("--seed", type=int, help="Another seed tells another story.")
        parser.add_argument("--until", help="The story's last moment, ISO 8601 with offset (default now).")

    def handle(self, *args: Any, **options: Any) -> None:
        until = _moment(options["until"])
        # One transaction: a start that is cut off leaves no city whose story was never begun.
        with transaction.atomic():
            self._begin(until, options)
        self._survey()
        row = telling.tell(None if options["all"] else options["first"], self.stdout.write)
        self.stdout.write(f"{row.done} of {row.total} problems are told: {row.cases} cases, {row.acts} acts.")
        self.stdout.write(f"{precedents.catch_up()} decisions on disputed duties are precedents.")
        if row.done >= row.total:
            self.stdout.write(f"{paying.bring(row.until)} statements of collection companies are settled.")
            self.stdout.write(f"{appraising.bring(self.stdout.write)} periods are published.")
        if row.done < row.total and not options["only"]:
            with suppress(AlreadyEnqueued):
                jobs.tell_the_rest.defer()

    def _survey(self) -> None:
        row = DemoProgress.objects.get()
        scene = Scene(row.until, {})
        count = inventory.bring(scene, inventory.draw(scene, row.seed, row.until), row.until - timedelta(days=row.days))
        self.stdout.write(f"{count} components are in the register.")
        logins = scene.settings["survey"]
        surveyor, steward = (Person.objects.get(login=logins[name]) for name in ("surveyor", "steward"))
        count = registries.bring(surveyor, steward, timezone.now())
        self.stdout.write(f"{count} entries are in the registers of other departments.")

    def _begin(self, until: datetime, options: dict[str, Any]) -> None:
        if is_empty():
            self.stdout.write("Importing the demo city ...")
            report = import_city(FOLDER)
            if not report.ok:
                raise CommandError("\n".join(str(problem) for problem in report.problems))
        try:
            telling.start(until, options["seed"], options["days"], options["total"])
        except telling.OtherStory as other:
            raise CommandError(str(other)) from None


def _moment(text: str | None) -> datetime:
    if not text:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{text} is not a moment.") from None
    if found.tzinfo is None:
        raise CommandError(f"{text} needs an offset from UTC, for example +08:00.")
    return found.astimezone(UTC)

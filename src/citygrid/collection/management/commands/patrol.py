"""`citygrid patrol`: count patrols anew, walk recorded traces as patrols, forget where somebody was."""

from argparse import ArgumentParser
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from citygrid.collection.patrol import figures, replaying
from citygrid.collection.positions import upkeep
from citygrid.organization.models import Person


class Command(BaseCommand):
    help = __doc__.strip()

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_subparsers(dest="what", required=True)
        what.add_parser("count", help="count patrols of the last days for which fixes came")
        what.add_parser("keep", help="make the days to come, drop those whose time is over")
        forget = what.add_parser("forget", help="forget where somebody was")
        forget.add_argument("login")
        forget.add_argument("--before", type=datetime.fromisoformat, help="a moment with its zone; left out: now")
        again = what.add_parser(
            "replay",
            help="walk recorded traces on a day, each moved into the duty grid of somebody on its roster (for trying"
            " rules out on a test server: it makes patrols that nobody walked)",
        )
        again.add_argument("file", type=Path)
        again.add_argument("--day", type=date.fromisoformat, required=True)
        again.add_argument("--most", type=int, default=20, help="so many traces, those that go least far first")

    def handle(self, *args: Any, **options: Any) -> None:
        getattr(self, f"_{options['what']}")(timezone.now(), options)

    def _count(self, now: datetime, options: dict[str, Any]) -> None:
        self.stdout.write(f"{figures.count_changed(now)} patrols counted.")

    def _keep(self, now: datetime, options: dict[str, Any]) -> None:
        gone = upkeep.keep(now)
        self.stdout.write(f"Dropped: {', '.join(map(str, gone)) or 'nothing'}.")

    def _forget(self, now: datetime, options: dict[str, Any]) -> None:
        person = Person.objects.filter(login=options["login"]).first()
        before = options["before"] or now
        if person is None:
            raise CommandError(f"There is nobody with the login {options['login']}.")
        if before.tzinfo is None:
            raise CommandError("--before needs a zone, such as 2026-05-01T00:00+08:00.")
        done = upkeep.forget_person(person.pk, before, now)
        self.stdout.write(f"{done.fixes} fixes, places of {done.patrols} patrols, {done.logs} daily logs are gone.")

    def _replay(self, now: datetime, options: dict[str, Any]) -> None:
        try:
            found = replaying.traces(options["file"])
        except (OSError, ValueError) as error:
            raise CommandError(f"{options['file']}: {error}") from error
        found = found[: options["most"]]
        done = replaying.replay(found, options["day"], now)
        for one in done:
            told = one.patrol.figures
            hours = {name: round(told[name] / 60) for name in ("on_duty", "active", "idle", "gap", "outside")}
            grids = f"{told['grids_visited']}/{told['grids']} unit grids"
            self.stdout.write(f"{one.patrol.person} {one.trace.name}: {one.fixes} new fixes, {hours} min, {grids}")
        if len(done) < len(found):
            self.stdout.write(f"{len(found) - len(done)} traces found no shift that is free.")

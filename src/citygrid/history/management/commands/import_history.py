"""citygrid import-history FILE --system NAME: bring in the cases of another system (docs/history.md)."""

from argparse import ArgumentParser
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from citygrid.history import mapping, reading, reporting
from citygrid.history.deriving import Deriving
from citygrid.history.importing import Import, Outcome
from citygrid.history.problems import FileFault
from citygrid.rulebook.slices import NoRules, profile_at
from citygrid.standards.coordinates import CoordinateError

EVERY = 2.0  # seconds between two lines of progress


class Command(BaseCommand):
    help = "Import the cases of another system from a CSV or Parquet file: one row per act, or by a mapping."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="CSV or Parquet")
        parser.add_argument("--system", default="", help="name of the system that the cases come from")
        parser.add_argument("--dry-run", action="store_true", help="check every row, keep nothing")
        parser.add_argument("--report", type=Path, help="write every refused row with its reason into this CSV")
        parser.add_argument("--crs", default="", help="coordinate system: CGCS2000 (default), WGS-84, GCJ-02, EPSG:n")
        parser.add_argument("--encoding", default="", help="utf-8 (default), gb18030, big5, ...")
        parser.add_argument("--timezone", default="", help="of moments without an offset; default: the city's")
        parser.add_argument("--workers", type=int, default=0, help="processes; default: what suits file and machine")
        parser.add_argument("--mapping", type=Path, help="TOML: how to read a file with one row per case")

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            outcome = self._import(options)
        except (FileFault, CoordinateError) as error:
            raise CommandError(str(error)) from None
        for line in reporting.summary(outcome, options["dry_run"]):
            self.stdout.write(line)
        if options["report"]:
            reporting.write(options["report"], outcome)
            self.stdout.write(f"report: {options['report']}")

    def _import(self, options: dict[str, Any]) -> Outcome:
        now = timezone.now()
        try:
            profile = profile_at(now)
        except NoRules:
            raise FileFault("no_rules") from None
        mapped = mapping.load(options["mapping"]) if options["mapping"] else None
        system = options["system"] or (mapped.system if mapped else "")
        if not system:
            raise CommandError("--system NAME is needed: cases are known by system and number.")
        encoding = options["encoding"] or (mapped.encoding if mapped else "") or "utf-8"
        zone_name = options["timezone"] or (mapped.timezone if mapped else "")
        zone = reading.zone_of(zone_name) if zone_name else profile.timezone
        crs = reading.crs_of(options["crs"] or (mapped.crs if mapped else "") or "CGCS2000")
        names = reading.header(options["file"], encoding)
        rows = partial(reading.rows, options["file"], encoding)
        workers = max(0, options["workers"])
        progress, dry_run = Progress(self.stderr.write), bool(options["dry_run"])
        if mapped is None:
            reading.check_own(names)
            return Import(system, rows, zone, crs, now, dry_run, progress, workers).run()
        mapped.check(names)
        made = Deriving(mapped, rows, zone)
        outcome = Import(system, made.rows, zone, crs, now, dry_run, progress, workers, mapped.person).run()
        outcome.skipped = made.skipped
        return outcome


class Progress:
    """Says every two seconds how far it is."""

    def __init__(self, say: Any) -> None:
        self._say, self._begun, self._said = say, monotonic(), monotonic()

    def __call__(self, outcome: Outcome, total: int) -> None:
        now = monotonic()
        if now - self._said < EVERY:
            return
        self._said = now
        speed = outcome.acts / (now - self._begun)
        self._say(
            f"{outcome.rows:,} of {total:,} rows, {outcome.imported:,} cases imported, {outcome.refused:,} refused,"
            f" {speed:,.0f} acts/s"
        )

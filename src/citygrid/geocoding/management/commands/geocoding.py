"""citygrid geocoding gather|index|find|describe|batch: places and addresses from the command line."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from citygrid import tabular
from citygrid.geocoding import batch, gathering, indexing, reverse, search
from citygrid.rulebook.slices import NoRules
from citygrid.standards.coordinates import CGCS2000, CoordinateError


class Command(BaseCommand):
    help = "Gather places from areas and map layers; find an address; say where a point is; place a file of addresses."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("gather", help="make the places anew by the city's rules; a second time changes nothing")
        actions.add_parser("index", help="write the index of search anew, as after an upgrade that changes it")
        find = actions.add_parser("find", help="what may be meant by a text")
        find.add_argument("text")
        find.add_argument("--limit", type=int, default=10)
        describe = actions.add_parser("describe", help="what is at a point")
        describe.add_argument("lon", type=float)
        describe.add_argument("lat", type=float)
        placed = actions.add_parser("batch", help="write a file again with the point and grid of each row's address")
        placed.add_argument("file", type=Path)
        placed.add_argument("--column", default="", help="the column with the addresses; default: the likeliest")
        placed.add_argument("--sheet", default="", help="sheet or layer, when there are several")
        placed.add_argument("--out", type=Path, help="default: FILE.placed.csv (or .xlsx) beside it")
        for one in (find, placed):
            one.add_argument("--crs", default=CGCS2000, help="of coordinates among the texts: GCJ-02, BD-09, EPSG:n")

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            getattr(self, "_" + options["action"])(options)
        except (NoRules, CoordinateError, tabular.TableError) as error:
            raise CommandError(str(error)) from None

    def _gather(self, _options: dict[str, Any]) -> None:
        done = gathering.gather(timezone.now())
        for kind, count in sorted(done.by_kind.items()):
            self.stdout.write(f"{kind}: {count}")
        self.stdout.write(
            f"new {done.new}, changed {done.changed}, same {done.same}, retired {done.retired},"
            f" kept by hand {done.kept}"
        )

    def _index(self, _options: dict[str, Any]) -> None:
        self.stdout.write(f"places {indexing.renew()}")

    def _find(self, options: dict[str, Any]) -> None:
        for match in search.find(options["text"], options["limit"], at=timezone.now(), crs=options["crs"]):
            where = f"{match.lon:.7f} {match.lat:.7f}"
            self.stdout.write(f"{match.score:.3f} {match.how} {where} {match.grid or '-'} {match.words}")

    def _describe(self, options: dict[str, Any]) -> None:
        said = reverse.describe(options["lon"], options["lat"], timezone.now())
        self.stdout.write(said.address)
        self.stdout.write(said.grid.code if said.grid else "-")

    def _batch(self, options: dict[str, Any]) -> None:
        file: Path = options["file"]
        suffix = ".xlsx" if file.suffix.lower() == ".xlsx" else ".csv"
        out = options["out"] or file.with_name(f"{file.stem}.placed{suffix}")
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        with tabular.open_table(file, sheet=options["sheet"] or None, shapeless=True) as table:
            column = options["column"] or batch.likely_column(table.columns)
            if not column:
                raise CommandError("Which column holds the addresses? --column " + " | ".join(table.columns))
            counts = batch.run(
                table, column, out, at=timezone.now(), crs=options["crs"],
                progress=lambda done: self.stderr.write(f"{done} rows"),
            )  # fmt: skip
        self.stdout.write(
            f"{counts.rows} rows: {counts.found} found, {counts.doubtful} doubtful, {counts.none} not found,"
            f" {counts.empty} empty"
        )
        self.stdout.write(str(out))

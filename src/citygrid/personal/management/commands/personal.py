"""`citygrid personal`: what is due to be forgotten, forget it, and the proofs of what was."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from citygrid.cases import anchoring
from citygrid.personal import deciding, due
from citygrid.rulebook.slices import NoRules
from citygrid.trust import forgetting
from citygrid.trust.models import Forgetting


class Command(BaseCommand):
    help = "Personal data: due, anonymise [--dry-run], again FOLDER, proof [NUMBER] (docs/personal-data.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_subparsers(dest="what", required=True)
        what.add_parser("due", help="what the city's times say may go now; nothing is changed")
        anonymise = what.add_parser("anonymise", help="forget what is due, with a proof")
        anonymise.add_argument("--dry-run", action="store_true", help="only say what would go")
        again = what.add_parser("again", help="after an old backup was restored: forget what newer proofs name")
        again.add_argument("folder", type=Path, help="the folder of exported anchors and proofs, as it was last")
        proof = what.add_parser("proof", help="the proofs, worked out anew; exit code 1 when one does not hold")
        proof.add_argument("number", nargs="?", type=int, help="only this one, with the ids of its rows")

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            if options["what"] == "proof":
                self._proofs(options["number"])
            elif options["what"] == "again":
                self._again(options["folder"])
            elif options["what"] == "due" or options["dry_run"]:
                self._due()
            else:
                self._anonymise()
        except NoRules as error:
            raise CommandError("No city has been imported yet.") from error

    def _due(self) -> None:
        found = due.due(timezone.now())
        for one in found:
            self.stdout.write(
                f"{one.kind}: {one.count} rows of {one.cases} cases that ended before {one.before:%Y-%m-%d};"
                f" {one.held_count} more are held by open work"
            )
        if not found:
            self.stdout.write("The city's profile names no times in [personal]: everything is kept.")

    def _anonymise(self) -> None:
        now = timezone.now()
        late = deciding.finish(now)
        proofs = due.anonymise(now)
        forgetting.export(anchoring.folder())
        for one in proofs:
            self.stdout.write(f"proof {one.number}: {len(one.ids)} rows, {one.reason}, root {bytes(one.root).hex()}")
        self.stdout.write(f"{sum(len(one.ids) for one in proofs) + late} rows forgotten")

    def _again(self, folder: Path) -> None:
        try:
            proofs = forgetting.again(folder, timezone.now())
        except ValueError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{sum(len(one.ids) for one in proofs)} rows forgotten again")

    def _proofs(self, number: int | None) -> None:
        rows = Forgetting.objects.order_by("number")
        if number is not None:
            rows = rows.filter(number=number)
            if not rows.exists():
                raise CommandError(f"There is no proof {number}.")
        for one in rows.iterator(100):
            counts = ", ".join(f"{count} {kind}" for kind, count in sorted(one.counts.items()))
            self.stdout.write(f"{one.number}  {one.at.isoformat()}  {one.reason}  {counts}  {bytes(one.root).hex()}")
            if number is not None:
                self.stdout.writelines(str(id) for id in one.ids)
        folder = anchoring.folder()
        wrong = list(forgetting.faults(folder if folder.exists() else None))
        for fault in wrong:
            self.stdout.write(f"{fault.code}: proof {fault.number}: {fault.detail}")
        self.stdout.write(f"{len(wrong)} faults")
        if wrong:
            raise SystemExit(1)

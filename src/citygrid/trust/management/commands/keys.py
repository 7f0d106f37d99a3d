"""`citygrid keys`: which keys seal personal data; a new one, rows sealed anew, an old one taken away."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from citygrid.trust import audit, rekeying


class Command(BaseCommand):
    help = "Keys of personal data: list, new, rotate, drop NAME (docs/operations.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_subparsers(dest="what", required=True)
        what.add_parser("list", help="each key with how many rows it seals")
        what.add_parser("new", help="make a new key; then start the server anew and run rotate")
        rotate = what.add_parser("rotate", help="seal what a former key sealed by the current one; may be run again")
        rotate.add_argument("--batch", type=int, default=rekeying.BATCH, help="rows of one transaction")
        what.add_parser("drop", help="take a former key away that seals nothing").add_argument("name")

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            {"list": self._list, "new": self._new, "rotate": self._rotate, "drop": self._drop}[options["what"]](options)
        except rekeying.KeyRefusedError as error:
            raise CommandError(str(error)) from error

    def _list(self, options: dict[str, Any]) -> None:
        for one in rekeying.known():
            self.stdout.write(f"{one.name}  {one.place:<8} {one.rows} rows")

    def _new(self, options: dict[str, Any]) -> None:
        name = rekeying.new()
        self._note("new_key", name)
        self.stdout.write(f"Key {name} is made. Start the server anew, then run `citygrid keys rotate`.")

    def _rotate(self, options: dict[str, Any]) -> None:
        if options["batch"] < 1:
            raise CommandError("A batch has at least one row.")
        told = rekeying.Resealed()
        for told in rekeying.reseal(options["batch"]):
            self.stdout.write(f"{told.done} rows sealed anew")
        name = rekeying.known()[0].name
        self._note("rotate_keys", name, rows=told.done, unreadable=told.unreadable)
        self.stdout.write(f"All rows that this server can read are sealed by {name}.")
        if told.unreadable:
            raise CommandError(f"{told.unreadable} rows could not be read and are as they were.")

    def _drop(self, options: dict[str, Any]) -> None:
        rekeying.drop(options["name"])
        self._note("drop_key", options["name"])
        self.stdout.write(f"Key {options['name']} is taken away. Backups made with it need it still.")

    def _note(self, act: str, name: str, **params: int) -> None:
        audit.record(timezone.now(), act, subject=("personal_key", name), params=params)

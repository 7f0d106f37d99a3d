"""citygrid layers list|import|export: the register of map layers at the command line."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from citygrid.maps import exporting, importing, listing, reading, register, sharing
from citygrid.maps.models import Layer
from citygrid.maps.problems import LayerError
from citygrid.organization import seats
from citygrid.organization.models import Person
from citygrid.organization.rights import may
from citygrid.organization.seats import Signed
from citygrid.tabular import TableError

SHOWN = 20


class Command(BaseCommand):
    help = "List map layers, bring in a file as a layer, write a layer to a file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("list", help="all layers, who sees them, and whose data is overdue")
        brought = actions.add_parser("import", help="make the features of a file those of a layer")
        brought.add_argument("file", type=Path)
        brought.add_argument("--name", default="", help="name of a new layer")
        brought.add_argument("--key", default="", help="the column that names each feature")
        brought.add_argument("--sheet", help="sheet or layer of the file")
        brought.add_argument("--crs", help="coordinate system of the file, as in EPSG:4549")
        written = actions.add_parser("export", help="write a layer to a file, its kind by the suffix")
        written.add_argument("file", type=Path)
        written.add_argument("--for", dest="audience", choices=sharing.STEPS, required=True, help="who will get it")
        for action in (brought, written):
            action.add_argument("--layer", required=True, help="code of the layer")
            action.add_argument("--by", required=True, help="login of who does it")

    def handle(self, *_: Any, **options: Any) -> None:
        act = {"list": self._list, "import": self._import, "export": self._export}[options["action"]]
        try:
            act(options)
        except (LayerError, TableError) as error:
            raise CommandError(f"{error.code}: {error}") from None

    def _list(self, _: dict[str, Any]) -> None:
        for layer in register.current().layers.values():
            shown = "published" if layer.published else "not published"
            late = listing.overdue(layer, reading.today())
            told = f", data overdue by {late} days" if late else ""
            self.stdout.write(f"{layer.code}: {layer.name} ({layer.kind}, {shown}, shared with {layer.sharing}{told})")

    def _import(self, options: dict[str, Any]) -> None:
        code, by = options["layer"], _signed(options["by"])
        layer = Layer.objects.filter(code=code).first() or Layer(
            code=code, name=options["name"] or code, kind="features"
        )
        done = importing.bring_in(
            layer, options["file"], by, timezone.now(), key=options["key"], sheet=options["sheet"], crs=options["crs"]
        )
        for problem in done.problems[:SHOWN]:
            self.stderr.write(str(problem))
        change = "changed" if done.changed else "nothing has changed"
        self.stdout.write(f"{code}: {done.kept} features, {done.left_out} rows left out, {change}")

    def _export(self, options: dict[str, Any]) -> None:
        layer = Layer.objects.filter(code=options["layer"]).first()
        by = _signed(options["by"])
        if layer is None or not sharing.visible(layer, by):
            raise CommandError(f"There is no layer {options['layer']}.")
        number = exporting.export(layer, options["file"], options["audience"], by, timezone.now())
        self.stdout.write(f"{options['file']}: {number} features")


def _signed(login: str) -> Signed:
    """The post of somebody who may manage layers."""
    now = timezone.now()
    person = Person.objects.filter(login=login, is_active=True).first()
    for seat in seats.seats_of(person, now) if person else ():
        found = seats.signed(seat.person, seat, now)
        if may(found, "maps.manage"):
            return found
    raise CommandError(f"{login} has no post that may manage map layers.")

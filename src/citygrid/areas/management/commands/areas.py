"""citygrid areas list|...: unit grids, duty grids and what is above them, from the command line."""

from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from typing import Any

from django.core.management.base import BaseCommand


@dataclass(frozen=True, slots=True)
class Subcommand:
    """`module` has `arguments(parser)` and `run(command, options)`; it is imported when it is asked for."""

    module: str
    help: str

    def room(self) -> tuple[Callable[[ArgumentParser], None], Callable[[BaseCommand, Mapping[str, Any]], None]]:
        module = import_module(self.module)
        return module.arguments, module.run


SUBCOMMANDS: dict[str, Subcommand] = {
    "import": Subcommand("citygrid.areas.commands.file_import", "bring in areas or unit grids from a file"),
    "duties": Subcommand("citygrid.areas.commands.duty_import", "bring in duty grids from a file"),
    "divide": Subcommand("citygrid.areas.commands.dividing", "cut communities into unit grids, from a day"),
    "topology": Subcommand("citygrid.areas.commands.topology", "print what does not fit: gaps, overlaps, numbers"),
    "coverage": Subcommand("citygrid.areas.commands.coverage", "print which unit grids have no duty grid, or several"),
    "list": Subcommand("citygrid.areas.commands.listing", "print the areas of a kind on a day"),
}


class Command(BaseCommand):
    help = "Unit grids, duty grids and the areas above them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        for name, subcommand in SUBCOMMANDS.items():
            action = actions.add_parser(name, help=subcommand.help)
            action.add_argument("--at", type=date.fromisoformat, help="the day, as in 2026-01-31; default: today")
            subcommand.room()[0](action)

    def handle(self, *_: Any, **options: Any) -> None:
        SUBCOMMANDS[options["action"]].room()[1](self, options)

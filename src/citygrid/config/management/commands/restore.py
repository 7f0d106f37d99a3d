"""citygrid restore BACKUP: a backup into an empty installation, compared with its manifest."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from citygrid.config.backups import BackupError, restore


class Command(BaseCommand):
    help = "Put a backup (a folder that `citygrid backup` wrote) into this installation's empty database."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("backup", type=Path)

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            notes = restore(options["backup"].absolute())
        except BackupError as error:
            raise CommandError(str(error)) from error
        for note in notes:
            self.stderr.write(note)
        self.stdout.write("Restored; every table is as it was. Now: citygrid verify")

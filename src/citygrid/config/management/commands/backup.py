"""citygrid backup FOLDER: database, media and anchors, as one moment saw them."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from citygrid.config.backups import BackupError, backup


class Command(BaseCommand):
    help = "Write a backup into a new folder below FOLDER. The keys are not in it: keep them elsewhere."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            made = backup(options["folder"].absolute(), timezone.now())
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(str(made))

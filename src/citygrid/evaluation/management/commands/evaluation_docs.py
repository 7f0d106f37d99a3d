"""`citygrid evaluation-docs > docs/evaluation.md`: what each number counts."""

from typing import Any

from django.core.management.base import BaseCommand

from citygrid.evaluation.definitions import shipped
from citygrid.evaluation.describing import page


class Command(BaseCommand):
    help = "Writes the page about the shipped indicators to standard output."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(page(shipped()), ending="")

"""`open_data`: make the open data of now, as the nightly job does."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from citygrid.bulletins import open_data_kept


class Command(BaseCommand):
    help = "Make a release of the open data now; it says what is in it."

    def handle(self, *args: Any, **options: Any) -> None:
        row = open_data_kept.make(timezone.now())
        if row is None:
            raise CommandError("Open data is off: set `on = true` in open_data.toml of the city's folder.")
        self.stdout.write(f"{row.digest}  {row.cases} cases, {row.withheld} withheld, {row.results} rows of results")

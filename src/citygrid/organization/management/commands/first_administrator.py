"""citygrid first-administrator LOGIN NAME: the first account, with a password for one sign-in."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from citygrid.organization import first_administrator
from citygrid.process.refusal import Refusal


class Command(BaseCommand):
    help = "Make the first administrator of an installation and print a password for the first sign-in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("login")
        parser.add_argument("name")

    def handle(self, *_: Any, **options: Any) -> None:
        answer = first_administrator.make(options["login"], options["name"], timezone.now())
        if isinstance(answer, Refusal):
            raise CommandError(answer.message % answer.params)
        self.stdout.write(f"Password for the first sign-in of {options['login']}: {answer}")

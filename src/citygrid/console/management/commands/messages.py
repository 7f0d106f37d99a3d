"""`citygrid messages`: do messages get out? For monitoring: ends with 1 while some are stuck."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from citygrid.messages import rules, stuck
from citygrid.messages.models import Delivery


class Command(BaseCommand):
    help = "Says how many messages wait and how many do not get out; --again sends those once more."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--again", action="store_true", help="queue all that are stuck to be sent at once")

    def handle(self, *_words: Any, again: bool, **_options: Any) -> None:
        now = timezone.now()
        if again:
            number = stuck.again(Delivery.objects.filter(stuck.which(now, rules.current(now).alarm)), now)
            self.stdout.write(f"{number} messages are sent again.")
        found = stuck.health(now)
        since = f", the oldest since {found.oldest:%Y-%m-%d %H:%M %Z}" if found.oldest is not None else ""
        line = f"{found.waiting} wait, {found.stuck} stuck, {found.events} events not handled{since}."
        if not found.well:
            raise CommandError(line)
        self.stdout.write(line)

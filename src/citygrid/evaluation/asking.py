"""The one door to an evaluation, for pages and commands: facts are brought up to date, then counted. A page does not
wait for thousands of changed cases (`facts.catch_up`); what is kept does (`all_counted`)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext_lazy

from citygrid.cases.database import plain
from citygrid.evaluation import facts, rolled
from citygrid.evaluation.counting import Key, Opened, Question, open_rows
from citygrid.evaluation.definitions import Count, Definitions, current, parts_of
from citygrid.evaluation.tables import Table, evaluate
from citygrid.rulebook.slices import NoRules, profile_at

DEFAULT: tuple[str, ...] = (
    "reports", "acceptances", "filings", "filing_rate", "dispatches", "handlings_due", "handlings",
    "handlings_on_time", "handlings_late", "handlings_overdue", "handling_on_time_rate", "returns", "extensions",
    "closings_due", "closings", "closing_rate", "closing_on_time_rate", "reworks", "rework_rate", "voidings",
)  # fmt: skip
POST: tuple[str, ...] = (
    "reports", "acceptances", "acceptances_on_time", "verify_sends_due", "verify_send_on_time_rate",
    "verifications_due", "verification_on_time_rate", "filings", "filing_on_time_rate", "dispatches_due",
    "dispatches", "dispatch_on_time_rate", "dispatch_accuracy_rate", "handlings_due", "handling_on_time_rate",
    "check_sends_due", "check_send_on_time_rate", "checks_due", "check_on_time_rate", "closing_decisions_due",
    "closing_decision_on_time_rate",
)  # fmt: skip
PAGE = 100
COUNTING = gettext_lazy("Many cases changed and are being counted; ask again in a few minutes.")
"""What a program is told (503 `counting`) where a page would show figures of before and say so."""


def ask(question: Question, keys: Iterable[str], definitions: Definitions | None = None) -> Table:
    """The table of these indicators. UnknownIndicatorError for a key that there is not."""
    known = definitions or current(question.period.last)
    with plain() as connection:
        facts.some_days(connection, str(zone_at(question.period.cut)))
        facts.catch_up(connection)
        return evaluate(connection, known, question, list(keys), rolled.count)


def is_counted() -> bool:
    """Whether every change is counted by now (`facts.catch_up`)."""
    with plain() as connection:
        return facts.catch_up(connection)


def all_counted() -> None:
    """For what is kept or printed by command: every change is counted first, however many there are."""
    with plain() as connection:
        facts.refresh(connection)


def opened(
    question: Question, key: str, subject: Key | None, *, most: int = 1_000_000, skip: int = 0,
    known: Definitions | None = None,
) -> Sequence[Opened]:  # fmt: skip
    """The rows behind a count of one subject, or behind its total. ValueError when it is no count or not shown so."""
    one = (known or current(question.period.last)).all[key]
    if not isinstance(one, Count):
        raise ValueError(f"{key} is a rate; open {', '.join(parts_of(one))}")
    if question.by not in one.by:
        raise ValueError(f"{key} is not counted by {question.by}")
    with plain() as connection:
        facts.catch_up(connection)
        return open_rows(connection, one, question, subject, most=most, skip=skip)


def zone_at(at: datetime) -> ZoneInfo:
    """The city's time zone; the server's before a city is loaded."""
    try:
        return profile_at(at).timezone
    except NoRules:
        return ZoneInfo(settings.TIME_ZONE)

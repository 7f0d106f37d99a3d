"""Reading what is sent to the API: JSON as the standard has it (`guarding.py` has looked at the text in it before)."""

import json
from datetime import UTC, datetime
from typing import Annotated, Any, NoReturn, cast

from django.http import HttpRequest
from ninja.parser import Parser
from pydantic import AfterValidator, AwareDatetime

DEEPEST = 50
HOLDING = frozenset((dict, list))


def _in_utc(at: datetime) -> datetime:
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise ValueError("lies outside the calendar") from None


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""A moment with its offset, taken to UTC: the database refuses offsets that a client may think of."""


class UnreadableError(ValueError):
    """A body that is no JSON."""


class Strict(Parser):
    """Refuses NaN, and what is nested too deeply; ninja answers 400."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        try:
            body = json.loads(request.body, parse_constant=_no_number)
        except RecursionError:
            raise UnreadableError("nested too deeply") from None
        check(body)
        return cast(dict[str, Any], body)


def check(value: Any) -> None:
    """Raise UnreadableError when anything within lies too deep. Level by level: what holds nothing is not looked at,
    which is most of a large body."""
    level = [value] if type(value) in HOLDING else []
    for _ in range(DEEPEST):
        parts = [one.values() if type(one) is dict else one for one in level]
        holding = [held for held in parts if not HOLDING.isdisjoint(map(type, held))]
        level = [part for held in holding for part in held if type(part) in HOLDING]
    if any(level):
        raise UnreadableError("nested too deeply")


def _no_number(name: str) -> NoReturn:
    raise UnreadableError(f"{name} is no number of JSON")

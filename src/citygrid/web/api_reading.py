"""Reading what is sent to the API: JSON as the standard has it (`guarding.py` has looked at the text in it before)."""

import json
from typing import Any, NoReturn, cast

from django.http import HttpRequest
from ninja.parser import Parser

DEEPEST = 50


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
    """Raise UnreadableError when anything within lies too deep."""
    waiting = [(value, 0)]
    while waiting:
        one, depth = waiting.pop()
        if depth > DEEPEST:
            raise UnreadableError("nested too deeply")
        if isinstance(one, dict):
            waiting += [(part, depth + 1) for part in one.values()]
        elif isinstance(one, list):
            waiting += [(part, depth + 1) for part in one]


def _no_number(name: str) -> NoReturn:
    raise UnreadableError(f"{name} is no number of JSON")

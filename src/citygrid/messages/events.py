"""Which events may be told: each package declares its own, with the words that its templates may use."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID


class Told(NamedTuple):
    """What an event's words are made of."""

    params: Mapping[str, Any]
    case_id: UUID | None


Words = Callable[[Sequence[Told]], list[dict[str, str]]]
"""The placeholders' words for each, in the active language; asked in bulk."""


@dataclass(frozen=True, slots=True)
class Event:
    """`label`: for pages. `placeholders`: names that its templates may hold. `audiences`: words of `to` that whoever
    raises it fills. `sample`: words for the preview. `page`: the address that it opens, without the host."""

    code: str
    label: Any
    placeholders: frozenset[str]
    audiences: frozenset[str]
    words: Words
    sample: Callable[[], dict[str, str]]
    page: Callable[[Told], str] = lambda told: ""


_EVENTS: dict[str, Event] = {}


def declare(event: Event) -> None:
    """The same code a second time replaces the first."""
    _EVENTS[event.code] = event


def withdraw(code: str) -> None:
    """Takes an event out again (tests)."""
    _EVENTS.pop(code, None)


def known() -> Mapping[str, Event]:
    """All declared events by code."""
    return _EVENTS

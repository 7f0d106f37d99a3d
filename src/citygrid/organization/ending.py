"""Before a body ends: packages above say what it still holds (open cases), each with a page where that is handed over.

A package calls `add` in its `AppConfig.ready`; whichever way a body ends (form, workbook, city folder), all are asked.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Objecting = Callable[[Sequence[str]], "Sequence[Objection]"]


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a body cannot end yet. `body`: its code. `address`: where that can be changed, empty when nowhere."""

    body: str
    code: str
    message: str
    params: Mapping[str, Any] = field(default_factory=dict)
    address: str = ""


_ASKED: list[Objecting] = []


def add(objecting: Objecting) -> None:
    """Registers who is asked: codes of bodies -> objections; the same a second time is the first."""
    if objecting not in _ASKED:
        _ASKED.append(objecting)


def objections(bodies: Sequence[str]) -> list[Objection]:
    """All that stands in the way of ending these bodies."""
    return [one for asked in _ASKED for one in asked(bodies)] if bodies else []

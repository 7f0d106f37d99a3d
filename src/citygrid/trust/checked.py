"""What else `citygrid verify` looks at: packages above offer their own checks, each yields a line for each fault."""

from collections.abc import Callable, Iterable, Iterator

_CHECKS: dict[str, Callable[[], Iterable[str]]] = {}


def register(room: str, faults_of: Callable[[], Iterable[str]]) -> None:
    """Look at a room too; the same name a second time replaces the first."""
    _CHECKS[room] = faults_of


def faults() -> Iterator[tuple[str, str]]:
    """All that is wrong in the rooms that registered: the room, and what."""
    for room, faults_of in _CHECKS.items():
        for line in faults_of():
            yield room, line

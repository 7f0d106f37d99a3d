"""What packages above hold about people beside the timelines of cases: they register here, and it is forgotten and
copied like the rest."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

if TYPE_CHECKING:
    from citygrid.personal.holdings import Held


class Source(Protocol):
    """A package's part. `due`: rows kept long enough by kind (`caller`, `text`), by the case that they belong to (None:
    none). `held`: what is held about the person of a number."""

    def due(self, kind: str, before: datetime) -> Mapping[UUID | None, list[UUID]]: ...

    def held(self, phone: str, name: str) -> "list[Held]": ...


_sources: list[Source] = []


def add(source: Source) -> None:
    """Once, in `AppConfig.ready`; another of the same kind replaces the first."""
    _sources[:] = [one for one in _sources if type(one) is not type(source)] + [source]


def due(kind: str, before: datetime) -> Iterator[tuple[UUID | None, list[UUID]]]:
    """What is due of all sources."""
    for source in _sources:
        yield from source.due(kind, before).items()


def held(phone: str, name: str) -> "Iterator[Held]":
    """What all sources hold."""
    for source in _sources:
        yield from source.held(phone, name)

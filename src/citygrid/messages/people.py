"""Whom a message is for: a person, whoever holds a post or a role in a body, or a sealed number. The organization above
says who that is now; a person who has left is resolved to whoever holds the post (asks 13)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class To:
    """One recipient; with `person` and `body`/`role`: that person, or while there is none, those of the role.

    `right` (or `role` alone): everybody who has it. `phone`: a sealed row of a caller's number."""

    person: int | None = None
    post: int | None = None
    body: int | None = None
    role: str = ""
    right: str = ""
    phone: UUID | None = None


class Book(Protocol):
    """Who holds what now."""

    def present(self, wanted: Sequence[To], at: datetime) -> list[list[int]]:
        """The persons of each recipient that are there and active; an empty list when there is nobody."""


class _Nobody:
    def present(self, wanted: Sequence[To], at: datetime) -> list[list[int]]:
        return [[to.person] if to.person is not None else [] for to in wanted]


_book: list[Book] = [_Nobody()]


def register(book: Book) -> None:
    """The organization says who is there."""
    _book[0] = book


def present(wanted: Sequence[To], at: datetime) -> list[list[int]]:
    """See `Book.present`."""
    return _book[0].present(wanted, at) if wanted else []

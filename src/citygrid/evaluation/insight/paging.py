"""Pages of the sheets: a page begins after the key of the last row of the page before, as the other lists of the house
have it, and the list says how many rows there are in all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar
from uuid import UUID

from citygrid.coordination.keyset import key_of, text_of
from citygrid.evaluation.insight.asking import Asked, no_page

Row = tuple[UUID, str, str | None, int | None, int | None, str, datetime, datetime, int]
"""A case of a list: id, number, class, unit, community, state, received at; then what the list goes by (the newest
first): a moment, and a number within the case."""
Word = int | str
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """`of`: rows of the whole list; `after`: where the next page begins, None on the last."""

    rows: Sequence[T]
    of: int
    after: str | None


@dataclass(frozen=True, slots=True)
class Cut:
    """Which rows of a list in the database: so many (one more tells whether there are others), after a key."""

    most: int
    at: datetime | None = None
    case: UUID | None = None
    no: int = 0


def cut(asked: Asked) -> Cut:
    """The page that is asked for. NoAnswerError for a key that is none."""
    if not asked.after:
        return Cut(asked.most + 1)
    key = key_of(asked.after)
    if key is None:
        raise no_page()
    return Cut(asked.most + 1, *key)


def listed(found: Sequence[T], of: int, key: Callable[[T], tuple[datetime, UUID, int]], asked: Asked) -> Page[T]:
    """A page of what the database answered to `cut(asked)`."""
    rows = found[: asked.most]
    return Page(rows, of, text_of(key(rows[-1])) if len(found) > asked.most else None)


def key_of_row(row: Row) -> tuple[datetime, UUID, int]:
    """By what a list of cases goes on."""
    return row[7], row[0], row[8]


def sliced(rows: Sequence[T], key: Callable[[T], tuple[Word, ...]], asked: Asked) -> Page[T]:
    """A page of a list that was counted whole, in the order of its keys; their last word may be any text."""
    begin = 0
    if asked.after and rows:
        after = _read(asked.after, key(rows[0]))
        begin = next((n for n, row in enumerate(rows) if key(row) > after), len(rows))
    shown = rows[begin : begin + asked.most]
    further = begin + asked.most < len(rows)
    return Page(shown, len(rows), "~".join(map(str, key(shown[-1]))) if further else None)


def _read(text: str, like: tuple[Word, ...]) -> tuple[Word, ...]:
    """The key that an address names, of the same kind as this one. NoAnswerError for what is none."""
    words = text.split("~", len(like) - 1)
    try:
        return tuple(type(one)(word) for one, word in zip(like, words, strict=True))
    except ValueError:
        raise no_page() from None


def ticks(at: datetime) -> int:
    """A moment as a whole number of microseconds, exact."""
    since = at - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds

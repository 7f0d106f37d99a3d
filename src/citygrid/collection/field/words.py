"""What the app says, in the reader's language: each room lists the sentences of its screens in its `app_words.py`.

`{n}` and other names in braces stand for values (`core/words.js`).
"""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec

from citygrid.collection.field import report_words

ROOMS = ("field", "syncing", "patrol", "surveys", "teams", "evidence", "positions")
PACKAGE = "citygrid.collection"


def all_words() -> list[str]:
    """Every sentence once, in the order of the rooms."""
    return list(dict.fromkeys(_listed()))


def by_room() -> dict[str, tuple[str, ...]]:
    """The sentences of each room that has screens."""
    return {room: tuple(import_module(_module(room)).WORDS) for room in ROOMS if find_spec(_module(room))}


def _listed() -> Iterator[str]:
    for sentences in by_room().values():
        yield from sentences
    yield from report_words.WORDS


def _module(room: str) -> str:
    return f"{PACKAGE}.{room}.app_words"

"""Where a page of a list begins: the key of the last row of the page before, as text in the address."""

from datetime import datetime
from uuid import UUID

Key = tuple[datetime, UUID, int]
"""A moment, a case, a number within the case."""


def text_of(key: Key) -> str:
    return f"{key[0].isoformat()}~{key[1]}~{key[2]}"


def key_of(text: str | None) -> Key | None:
    """None for whatever is no key: the list begins at its beginning."""
    try:
        at, case, no = (text or "").split("~")
        found = datetime.fromisoformat(at), UUID(case), int(no)
    except ValueError:
        return None
    return found if found[0].tzinfo is not None and abs(found[2]) < 2**31 else None

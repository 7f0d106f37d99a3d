"""What a device may send in a batch: each room registers a kind and the function that does it.

A handler is called inside a transaction and with `sent.id` for the first time only; a repeat is answered from what was
kept (`syncing/batches.py`). What it raises rolls back this entry alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from citygrid.organization.seats import Signed


@dataclass(frozen=True, slots=True)
class Sent:
    """One entry of a batch. `id`: chosen by the device. `made_at`: when the device says it was made. `after`: entries
    that must have been done before. `files`: the device's ids of files, already whole on the server, with the ids that
    `media` gave them."""

    id: UUID
    kind: str
    device: UUID
    data: Mapping[str, Any]
    made_at: datetime | None = None
    after: tuple[UUID, ...] = ()
    files: Mapping[UUID, UUID] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of an entry. `refused` carries a code for machines and a sentence in the reader's language and is
    kept like `done`; `facts`: ids and numbers that the device shows (`case`, `report_no`)."""

    state: Literal["done", "refused"]
    code: str = ""
    message: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


Handler = Callable[[Signed, Sent, datetime], Answer]
_KINDS: dict[str, Handler] = {}


def register(kind: str, handler: Handler) -> None:
    """Called by a room when the app starts; the same kind a second time replaces the first."""
    _KINDS[kind] = handler


Follower = Callable[[Signed, Sent, Answer, datetime], None]
_FOLLOWERS: list[Follower] = []


def when_done(follower: Follower) -> None:
    """Called by a room when the app starts: hear of every entry that was done, of any kind, in its transaction. What
    it raises rolls the entry back, which is then tried again: raise nothing that a next time does not mend."""
    if follower not in _FOLLOWERS:
        _FOLLOWERS.append(follower)


def follow(signed: Signed, sent: Sent, answer: Answer, now: datetime) -> None:
    """Tell those who hear of what was done."""
    for one in _FOLLOWERS:
        one(signed, sent, answer, now)


def handler(kind: str) -> Handler | None:
    """What does entries of this kind; None: no room knows it."""
    return _KINDS.get(kind)

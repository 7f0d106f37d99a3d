"""One entry as a device sends it, read on its own: a malformed one spoils no other."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from ninja import Schema
from pydantic import Field, ValidationError

from citygrid.collection.syncing.kinds import Sent
from citygrid.web.api_reading import Moment

LATENCY = timedelta(minutes=2)
"""A clock that differs by no more than this is right: so long a request may be on its way."""
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


class EntryIn(Schema):
    """`files`: the device's ids of files as keys; what stands beside them is not read."""

    id: UUID
    kind: str = Field(min_length=1, max_length=40)
    made_at: Moment | None = None
    after: list[UUID] = Field(default_factory=list, max_length=50)
    data: dict[str, Any] = Field(default_factory=dict)
    files: dict[UUID, Any] = Field(default_factory=dict, max_length=50)


class MalformedError(ValueError):
    """An entry that cannot be read. `where`, `why`: the first thing that is wrong."""

    def __init__(self, where: str, why: str) -> None:
        self.where, self.why = where, why
        super().__init__(f"{where}: {why}")


def entry(raw: Any, device: UUID) -> tuple[Sent, tuple[UUID, ...]]:
    """The entry without media, and the device's ids of its files. Raises MalformedError."""
    try:
        one = EntryIn.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        raise MalformedError(".".join(map(str, first["loc"])), str(first["msg"])) from None
    if one.id in one.after:
        raise MalformedError("after", "an entry cannot wait for itself")
    if one.made_at is not None and not EARLIEST <= one.made_at <= LATEST:
        raise MalformedError("made_at", "not a time of this century")
    sent = Sent(one.id, one.kind, device, one.data, one.made_at, tuple(dict.fromkeys(one.after)))
    return sent, tuple(one.files)


def body(sent: Sent, files: tuple[UUID, ...]) -> bytes:
    """What is hashed to know a repeat from another entry under the same id."""
    made = sent.made_at.astimezone(UTC).isoformat() if sent.made_at is not None else None
    content = [sent.kind, made, sorted(map(str, sent.after)), sent.data, sorted(map(str, files))]
    return json.dumps(content, sort_keys=True).encode()


def skew(sent_at: datetime | None, now: datetime) -> int:
    """Seconds by which the device's clock is behind the server's (negative: ahead); 0 within `LATENCY`."""
    if sent_at is None or not EARLIEST <= sent_at <= LATEST or abs(now - sent_at) <= LATENCY:
        return 0
    return round((now - sent_at).total_seconds())


def claimed(made_at: datetime | None, behind: int, now: datetime) -> datetime | None:
    """When it was made by the server's clock: never after now, which is as late as it can have been made."""
    return None if made_at is None else min(made_at + timedelta(seconds=behind), now)

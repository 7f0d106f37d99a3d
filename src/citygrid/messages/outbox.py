"""Writing to the outbox: one statement in the writer's transaction, so that nothing is told that did not
happen."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from psycopg.types.json import Jsonb

SQL = "insert into notices_outbox (topic, key, payload) select * from unnest(%s::text[], %s::text[], %s::jsonb[])"


class Cursor(Protocol):
    """Django's cursor or psycopg's own."""

    def execute(self, query: Any, params: Any = None) -> Any: ...


class Message(NamedTuple):
    """`topic` like "case.filed"; `key` what it is about (a case's id); `payload` ids and codes, no personal
    data.

    `payload["push"]`, where there is one, lists the live topics to wake (organization/pushed.py:
    "body:12")."""

    topic: str
    key: str
    payload: Mapping[str, Any]


def add(cursor: Cursor, messages: Sequence[Message]) -> None:
    """Adds all messages with one insert, due at once; nothing for an empty list."""
    if messages:
        cursor.execute(SQL, params(messages))


def params(messages: Sequence[Message]) -> list[list[Any]]:
    """The parameters of `SQL`, for writers that put several inserts into one statement."""
    return [
        [message.topic for message in messages],
        [message.key for message in messages],
        [Jsonb(dict(message.payload)) for message in messages],
    ]

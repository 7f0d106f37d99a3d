"""What other systems tell us: stored once, handled once."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection

from citygrid.messages.models import Inbox


def receive(source: str, key: str, payload: Mapping[str, Any], at: datetime) -> bool:
    """Stores a message. False when that source has sent that key before: answer it as the first time."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into notices_inbox (source, key, payload, at) values (%s, %s, %s::jsonb, %s)"
            " on conflict (source, key) do nothing",
            [source, key, json.dumps(dict(payload)), at],
        )
        return bool(cursor.rowcount)


def done(source: str, key: str, at: datetime) -> None:
    """Marks it handled; a second time changes nothing."""
    Inbox.objects.filter(source=source, key=key, done_at=None).update(done_at=at)

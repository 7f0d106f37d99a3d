"""Sessions in the database, read by one plain statement: every request reads one (settings.SESSION_ENGINE)."""

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as Stored
from django.db import connection
from django.utils import timezone


class SessionStore(Stored):
    """Django's own store but for the read."""

    def load(self) -> dict[str, Any]:
        with connection.cursor() as cursor:
            cursor.execute(
                "select session_data from django_session where session_key = %s and expire_date > %s",
                [self.session_key, timezone.now()],
            )
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return {}
        data: dict[str, Any] = self.decode(row[0])
        return data

"""Sessions in the database, read by one plain statement: every request reads one (settings.SESSION_ENGINE).

A session that somebody is signed in with belongs to a row of `SignIn`; its `expire_date` is the earlier of its two
ends, idle and absolute (`sign_ins.py`), so that reading it is all there is to ask. A session whose sign-in was ended
reads as empty.
"""

from datetime import datetime
from typing import Any

from django.contrib import auth
from django.contrib.sessions.backends.db import SessionStore as Stored
from django.db import connection
from django.utils import timezone


class SessionStore(Stored):
    """Django's own store but for the read and the end. `began_at`, `seen_at`, `ends_at`: of the sign-in, if any."""

    began_at: datetime | None = None
    seen_at: datetime | None = None
    ends_at: datetime | None = None

    def load(self) -> dict[str, Any]:
        with connection.cursor() as cursor:
            cursor.execute(
                "select s.session_data, s.expire_date, i.began_at, i.seen_at from django_session s"
                " left join organization_signin i on i.session_key = s.session_key and i.ended_at is null"
                " where s.session_key = %s and s.expire_date > %s",
                [self.session_key, timezone.now()],
            )
            row = cursor.fetchone()
        data: dict[str, Any] = self.decode(row[0]) if row is not None else {}
        ended = row is None or (auth.SESSION_KEY in data and row[2] is None)
        if ended:
            self._session_key = None
            return {}
        if auth.SESSION_KEY in data:
            self.ends_at, self.began_at, self.seen_at = row[1:]
        return data

    def get_expiry_date(self, **kwargs: Any) -> datetime:
        """Writing something into a session does not make it longer."""
        return self.ends_at or super().get_expiry_date(**kwargs)

    def cycle_key(self) -> None:
        """The sign-in goes along with its session's new key."""
        from citygrid.organization.models import SignIn  # noqa: PLC0415 - settings name this module before models load

        before = self.session_key
        super().cycle_key()
        if before and self.ends_at is not None:
            SignIn.objects.filter(session_key=before).update(session_key=self.session_key)

    def flush(self) -> None:
        super().flush()
        self.began_at = self.seen_at = self.ends_at = None

"""The audit: one line for each thing that somebody did, saw, or was refused (S0-06; 等级保护三级 audit)."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from citygrid.trust.models import AuditRecord

DONE, SEEN, REFUSED = "done", "seen", "refused"
_KEY: ContextVar[str] = ContextVar("key", default="")


@contextmanager
def by_key(prefix: str) -> Iterator[None]:
    """While it lasts every line says that an access key was used, and how it begins."""
    token = _KEY.set(prefix)
    try:
        yield
    finally:
        _KEY.reset(token)


def record(
    at: datetime,
    act: str,
    *,
    subject: tuple[str, str] = ("", ""),
    outcome: str = DONE,
    code: str = "",
    params: Mapping[str, Any] | None = None,
    person: int | None = None,
    seat: int | None = None,
    post: int | None = None,
    address: str | None = None,
) -> None:
    """Adds a line. `subject` is (kind, id); `code` and `params` say why an act was refused.

    It is in the caller's transaction: note a refusal after the refused act's transaction has been given up.
    Never personal data or free text in `params`: a line is for good.
    """
    AuditRecord.objects.create(
        at=at,
        act=act[:60],  # what was refused may have come from outside, however long
        subject_kind=subject[0][:30],
        subject_id=subject[1][:64],
        outcome=outcome,
        code=code[:60],
        params=dict(params or {}) | ({"by_key": _KEY.get()} if _KEY.get() else {}),
        person=person,
        seat=seat,
        post=post,
        address=address,
    )


def record_many(
    at: datetime,
    lines: Iterable[tuple[str, tuple[str, str], Mapping[str, Any]]],
    *,
    person: int | None = None,
    address: str | None = None,
) -> None:
    """Adds a line for each (act, subject, params) that one person did at once: the rows of a workbook."""
    key = {"by_key": _KEY.get()} if _KEY.get() else {}
    AuditRecord.objects.bulk_create(
        (
            AuditRecord(
                at=at,
                act=act,
                subject_kind=subject[0],
                subject_id=subject[1],
                outcome=DONE,
                params=dict(params) | key,
                person=person,
                address=address,
            )
            for act, subject, params in lines
        ),
        batch_size=1000,
    )

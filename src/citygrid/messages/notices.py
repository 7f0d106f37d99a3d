"""Notices inside the system: given to a person, a post or all of a body; read once."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from citygrid.messages.models import Notice


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: a person on a post of a body."""

    person: int
    post: int
    body: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A notice to give; at least one of person, post, body."""

    code: str
    case_id: UUID | None = None
    person: int | None = None
    post: int | None = None
    body: int | None = None
    params: dict[str, Any] = field(default_factory=dict)


def give(drafts: Iterable[Draft], at: datetime) -> int:
    """Stores the notices. ValueError for one that nobody would read. Returns how many."""
    rows = [
        Notice(
            code=one.code,
            case_id=one.case_id,
            person=one.person,
            post=one.post,
            body=one.body,
            params=one.params,
            at=at,
        )
        for one in drafts
    ]
    if any(row.person is None and row.post is None and row.body is None for row in rows):
        raise ValueError("a notice needs a person, a post or a body")
    return len(Notice.objects.bulk_create(rows))


def of(reader: Reader) -> QuerySet[Notice]:
    """The reader's notices, newest first."""
    return Notice.objects.filter(_theirs(reader)).order_by("-at", "-id")


def unread(reader: Reader) -> QuerySet[Notice]:
    return of(reader).filter(read_at=None)


MANY = 100


def count(reader: Reader) -> int:
    """How many are unread; looks at no more than `MANY`."""
    return unread(reader)[:MANY].count()


def mark_all_read(reader: Reader, newest: int, at: datetime) -> int:
    """Those up to a notice's number. How many."""
    mine = Notice.objects.filter(_theirs(reader), pk__lte=newest, read_at=None)
    return mine.update(read_at=at, read_by=reader.person)


def forget(before: datetime) -> int:
    """Notices of long ago go, read or not."""
    return Notice.objects.filter(at__lt=before).delete()[0]


def mark_read(reader: Reader, notice_id: int, at: datetime) -> bool:
    """False when it is not the reader's or was read before; then nothing changes."""
    mine = Notice.objects.filter(_theirs(reader), pk=notice_id, read_at=None)
    return bool(mine.update(read_at=at, read_by=reader.person))


def _theirs(reader: Reader) -> Q:
    return Q(person=reader.person) | Q(post=reader.post) | Q(body=reader.body)

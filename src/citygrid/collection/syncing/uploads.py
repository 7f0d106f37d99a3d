"""Files in pieces: begun, continued where it broke off, hashed when whole, then kept by `media` like any upload.

Pieces lie beside the store, so that a whole file goes there without being copied, and no file is ever held in memory.
What the row says and what the disk holds may part after a crash; then the hash does not fit and it begins again."""

import hashlib
import os
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Sum

from citygrid.collection.models import SentFile
from citygrid.media.checking import MediaError
from citygrid.media.limits import largest, limits
from citygrid.media.models import File, Upload
from citygrid.media.scanning import INFECTED
from citygrid.media.storing import store_file
from citygrid.organization.seats import Signed
from citygrid.process.refusal import Refusal

OPEN_BYTES = 4_000_000_000
"""Bytes that one person may have on the way at a time: a full day's photos and films many times over."""
KEPT = timedelta(days=30)
"""So long a file that nobody continues is waited for."""
PART = 1 << 20
PASSING = frozenset({"scanner_down"})
"""Refusals of `media` that pass: the bytes stay, and asking again tries again."""
_HEX = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a device says of a file before its bytes come. `sha256`: lower-case hex; `size`: bytes."""

    file: UUID
    device: UUID
    sha256: str
    size: int
    mime: str
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a file is: bytes received, and its media once it is whole."""

    received: int
    media: UUID | None


def begin(signed: Signed, wanted: Wanted, now: datetime) -> Standing | Refusal:
    """Say what will come, or ask how far it is: the same file again changes nothing."""
    wrong = _unfit(wanted)
    if wrong is not None:
        return wrong
    facts = {"sha256": wanted.sha256, "size": wanted.size}
    with transaction.atomic():
        row = SentFile.objects.select_for_update().filter(person=signed.person, file=wanted.file).first()
        if row is None:
            if _on_the_way(signed) + wanted.size > OPEN_BYTES:
                return Refusal("too_much", "Too much is on its way already. Let that be sent first.")
            known = _known(signed, wanted.sha256)
            row, _new = SentFile.objects.select_for_update().get_or_create(
                person=signed.person,
                file=wanted.file,
                defaults=facts | {
                    "post": signed.post, "device": wanted.device, "mime": wanted.mime, "facts": wanted.facts,
                    "at": now, "last_at": now, "media": known, "whole_at": now if known else None,
                    "received": wanted.size if known else 0,
                },
            )  # fmt: skip
        if (row.sha256, row.size) != (wanted.sha256, wanted.size):
            return Refusal("same_id", "Another file was sent under this id before; the first one stays.")
        return _finished(signed, row, now)


def put(signed: Signed, file: UUID, start: int, piece: bytes, now: datetime) -> Standing | Refusal:
    """Take bytes that begin at `start`. What is there already is not written again; a piece beyond the end of what is
    there is not taken: the answer says from where to go on."""
    with transaction.atomic():
        row = SentFile.objects.select_for_update().filter(person=signed.person, file=file).first()
        if row is None:
            return Refusal("no_such_file", "Nothing is known of this file: say first what will come.")
        if row.media is None and not row.code and start <= row.received:
            fresh = piece[row.received - start :]
            if row.received + len(fresh) > row.size:
                return Refusal("too_long", "There are more bytes than was said.")
            if fresh:
                _write(_path(signed.person.pk, file), row.received, fresh)
                row.received += len(fresh)
                row.last_at = now
                row.save(update_fields=["received", "last_at"])
        return _finished(signed, row, now)


def device_of(signed: Signed, file: UUID) -> UUID | None:
    """From which device the person said that the file would come."""
    return SentFile.objects.filter(person=signed.person, file=file).values_list("device", flat=True).first()


def forget(now: datetime) -> int:
    """Take away files that nobody went on sending; how many. The device still has them and may begin again."""
    old = SentFile.objects.filter(media=None, last_at__lt=now - KEPT)
    gone = list(old.values_list("person_id", "file"))
    for person, file in gone:
        _path(person, file).unlink(missing_ok=True)
    old.filter(file__in=[file for _, file in gone]).delete()
    return len(gone)


def _unfit(wanted: Wanted) -> Refusal | None:
    """Why such a file need not be sent at all."""
    kind = next((limit for limit in limits().values() if wanted.mime in limit.types), None)
    if wanted.mime and kind is None:
        message = "Files of this kind (%(type)s) are not taken."
        return Refusal("kind_not_allowed", message, {"type": wanted.mime[:60]})
    most = kind.size if kind is not None else largest()
    if wanted.size > most:
        message = "The file has %(size)s bytes; at most %(most)s are taken."
        return Refusal("too_large", message, {"size": wanted.size, "most": most})
    if wanted.size <= 0 or not _HEX.fullmatch(wanted.sha256):
        return Refusal("malformed_file", "A file has a size in bytes and a SHA-256 in hexadecimal.")
    return None


def _on_the_way(signed: Signed) -> int:
    found = SentFile.objects.filter(person=signed.person, media=None, code="")
    return found.aggregate(total=Sum(F("size") - F("received")))["total"] or 0


def _known(signed: Signed, sha256: str) -> UUID | None:
    """The media of the same bytes, when this person has sent them before: they need not come again."""
    found = File.objects.filter(sha256=sha256).exclude(scan=INFECTED).first()
    if found is None:
        return None
    own = found.uploader == signed.person.pk or Upload.objects.filter(file=found, person=signed.person.pk).exists()
    return found.pk if own else None


def _finished(signed: Signed, row: SentFile, now: datetime) -> Standing | Refusal:
    """Keep the file when all bytes are there; the caller holds its row."""
    if row.media is not None:
        return Standing(row.size, row.media)
    if row.code:
        return Refusal(row.code, row.facts.get("refusal", ""), row.facts.get("refusal_params", {}))
    if row.received < row.size:
        return Standing(row.received, None)
    path = _path(row.person_id, row.file)
    if _digest(path) != (row.sha256, row.size):
        path.unlink(missing_ok=True)
        row.received = 0
        row.save(update_fields=["received"])
        return Refusal(
            "hash_differs", "The bytes that came are not those of the file. It is sent again from the start."
        )
    try:
        with transaction.atomic():
            row.media = store_file(path, "", signed.person.pk, now).pk
    except MediaError as error:
        if error.code not in PASSING:
            row.code = error.code
            row.facts |= {"refusal": error.message, "refusal_params": {k: str(v) for k, v in error.params.items()}}
            row.save(update_fields=["code", "facts"])
            transaction.on_commit(lambda: path.unlink(missing_ok=True))
        return Refusal(error.code, error.message, error.params)
    row.whole_at = now
    row.save(update_fields=["media", "whole_at"])
    transaction.on_commit(lambda: path.unlink(missing_ok=True))
    return Standing(row.size, row.media)


def _path(person: int, file: UUID) -> Path:
    return Path(settings.MEDIA_STORE) / "sending" / str(person) / f"{file}.part"


def _write(path: Path, at: int, piece: bytes) -> None:
    """Bytes at a place. No waiting for the disk: what a crash takes, the hash finds."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        if at == 0:
            os.ftruncate(handle, 0)
        while piece:
            written = os.pwrite(handle, piece, at)
            piece, at = piece[written:], at + written
    finally:
        os.close(handle)


def _digest(path: Path) -> tuple[str, int]:
    """Hash and size of what lies on the disk, read in parts; of nothing when it is gone."""
    found, size = hashlib.sha256(), 0
    try:
        with path.open("rb") as file:
            while part := file.read(PART):
                found.update(part)
                size += len(part)
    except FileNotFoundError:
        return "", 0
    return found.hexdigest(), size

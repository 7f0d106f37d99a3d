"""Files on their way to a survey: kept until the mapping is said, so that nothing has to be sent twice.

A file lies in a folder of its own, known by an id that the browser's form chose, and belongs to who sent it. What was
typed about it (title, target, mapping) lies beside it. Uploads that nobody went on with are dropped after some days."""

import json
import shutil
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path, PurePath
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext_noop

from citygrid.media import scanning
from citygrid.media.checking import MediaError
from citygrid.organization.models import Person
from citygrid.process.refusal import Refusal, Refused

MOST_BYTES = 2_000_000_000
KEPT_DAYS = 14
MESSAGES: dict[str, str] = {
    "survey_file_missing": gettext_noop("Choose a file."),
    "survey_file_large": gettext_noop("The file has %(megabytes)s MB; %(most)s MB are the most."),
    "survey_upload_gone": gettext_noop("This file is no longer here. Please choose it again."),
}


@dataclass(frozen=True, slots=True)
class Upload:
    """`said`: what the forms say so far, as text by name; it comes back with every page."""

    id: UUID
    person: int
    file_name: str
    title: str
    target: str
    said: dict[str, Any] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        """Where the file lies; its name ends as it did when it was sent."""
        suffix = "".join(PurePath(self.file_name).suffixes[-1:]).lower()
        return folder(self.id) / f"file{suffix if suffix[1:].isalnum() and suffix.isascii() else ''}"


def folder(pk: UUID) -> Path:
    return Path(settings.DATA) / "uploads" / str(pk)


def keep(pk: UUID, sent: "UploadedFile[bytes] | None", person: Person, title: str, target: str) -> Upload:
    """Keep a file that was sent. The same id of the same person again: the new file instead. Raises Refused,
    also for what the scanner finds."""
    if sent is None or not sent.size:
        raise Refused(Refusal("survey_file_missing", MESSAGES["survey_file_missing"], {"field": "file"}))
    if sent.size > MOST_BYTES:
        params = {"megabytes": sent.size // 1_000_000, "most": MOST_BYTES // 1_000_000, "field": "file"}
        raise Refused(Refusal("survey_file_large", MESSAGES["survey_file_large"], params))
    known = _read(pk)
    if known is not None and known.person != person.pk:
        raise Refused(Refusal("survey_upload_gone", MESSAGES["survey_upload_gone"]))
    name = PurePath((sent.name or "").replace("\\", "/")).name[-200:]
    upload = Upload(pk, person.pk, name, title.strip()[:120] or PurePath(name).stem[:120], target)
    shutil.rmtree(folder(pk), ignore_errors=True)
    folder(pk).mkdir(parents=True)
    with upload.path.open("wb") as out:
        for part in sent.chunks():
            out.write(part)
    try:
        scanning.cleared(upload.path, person.pk, timezone.now())
    except MediaError as error:
        drop(upload)
        raise Refused(Refusal(error.code, error.message, {**error.params, "field": "file"})) from None
    _write(upload)
    _drop_old()
    return upload


def find(pk: UUID, person: Person) -> Upload:
    """The upload, if it is this person's. Raises Refused."""
    found = _read(pk)
    if found is None or found.person != person.pk or not found.path.is_file():
        raise Refused(Refusal("survey_upload_gone", MESSAGES["survey_upload_gone"]))
    return found


def remember(upload: Upload, said: Mapping[str, Any]) -> Upload:
    """Keep what was typed beside the file."""
    kept = replace(upload, said=dict(said), title=str(said.get("title") or upload.title)[:120])
    _write(kept)
    return kept


def drop(upload: Upload) -> None:
    shutil.rmtree(folder(upload.id), ignore_errors=True)


def _read(pk: UUID) -> Upload | None:
    try:
        found = json.loads((folder(pk) / "upload.json").read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return Upload(**{**found, "id": UUID(found["id"])})


def _write(upload: Upload) -> None:
    text = json.dumps({**asdict(upload), "id": str(upload.id)}, ensure_ascii=False)
    beside = folder(upload.id) / "upload.json.new"
    beside.write_text(text, "utf-8")
    beside.replace(folder(upload.id) / "upload.json")


def _drop_old() -> None:
    """Uploads that nobody went on with."""
    limit = time.time() - KEPT_DAYS * 86400
    for one in (Path(settings.DATA) / "uploads").iterdir():
        if one.is_dir() and one.stat().st_mtime < limit:
            shutil.rmtree(one, ignore_errors=True)

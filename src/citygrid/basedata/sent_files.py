"""Files of areas as they were sent: kept with their plan, opened from a temporary place, limited in size."""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from citygrid.basedata.gridding.plans import AreaPlan
from citygrid.media import scanning
from citygrid.media.checking import MediaError
from citygrid.process.refusal import Refusal, Refused

MOST_BYTES = 60_000_000
MESSAGES: dict[str, str] = {
    "file_too_large": "The file has %(megabytes)s MB, %(most)s MB are the most: use `citygrid areas import`.",
    "file_empty": "The file is empty.",
}


def read(sent: "UploadedFile[Any]", person: int) -> tuple[bytes, tuple[str, str]]:
    """The bytes, and name and SHA-256. Raises Refused: empty, too large, found by the scanner."""
    size = sent.size or 0
    if size > MOST_BYTES:
        params = {"megabytes": size // 1_000_000, "most": MOST_BYTES // 1_000_000}
        raise Refused(Refusal("file_too_large", MESSAGES["file_too_large"], params))
    data = sent.read()
    if not data:
        raise Refused(Refusal("file_empty", MESSAGES["file_empty"]))
    try:
        scanning.cleared(data, person, timezone.now())
    except MediaError as error:
        raise Refused(Refusal(error.code, error.message, error.params)) from None
    name = PurePath((sent.name or "").replace("\\", "/")).name[-200:]
    return data, (name, hashlib.sha256(data).hexdigest())


@contextmanager
def opened(plan: AreaPlan) -> Iterator[Path]:
    """The plan's file as a path that ends as the file's name did; gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        suffix = PurePath(plan.file_name).suffix.lower()
        path = Path(folder) / f"areas{suffix if suffix.isascii() and len(suffix) <= 12 else ''}"
        path.write_bytes(bytes(plan.file))
        yield path

"""Are the kept files what they were? Every row's bytes are there, of the size and hash under which they were kept."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO
from uuid import UUID

from citygrid.media import storing
from citygrid.media.models import File

PART = 1 << 20


@dataclass(frozen=True, slots=True)
class FileFault:
    """`missing` (no bytes in the store) or `altered` (another hash or size)."""

    file: UUID
    code: str
    detail: str


def faults() -> Iterator[FileFault]:
    """Reads every file once; a photo of megabytes is never held whole."""
    for file in File.objects.order_by("id").iterator(1000):
        try:
            with storing.original(file) as content:
                digest, size = _read(content)
        except FileNotFoundError:
            yield FileFault(file.pk, "missing", f"the store has no {file.sha256}")
            continue
        if (digest, size) != (file.sha256, file.size):
            yield FileFault(file.pk, "altered", f"{size} bytes with hash {digest}, kept as {file.sha256}")


def _read(content: BinaryIO) -> tuple[str, int]:
    """Hash and size, read in parts."""
    found, size = hashlib.sha256(), 0
    while part := content.read(PART):
        found.update(part)
        size += len(part)
    return found.hexdigest(), size

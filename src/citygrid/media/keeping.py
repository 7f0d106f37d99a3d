"""Where the bytes are: a folder here, an S3-compatible store where a city wants one (the same four calls)."""

import io
import os
import shutil
import tempfile
from pathlib import Path
from typing import BinaryIO, Protocol

from django.conf import settings

PART = 1 << 20


class Storage(Protocol):
    """Keeps bytes under a key (`ab/cd/<hash>`); what `put` has answered survives a crash."""

    def put(self, key: str, data: bytes) -> None: ...

    def put_file(self, key: str, path: Path) -> None: ...

    def open(self, key: str) -> BinaryIO: ...

    def exists(self, key: str) -> bool: ...


class FolderStorage:
    """A folder. A file appears whole or not at all: written beside, flushed to the disk, then renamed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, key: str, data: bytes) -> None:
        self._put(key, io.BytesIO(data))

    def put_file(self, key: str, path: Path) -> None:
        """The bytes of a file, which stays where it is; never held in memory as a whole."""
        with path.open("rb") as source:
            self._put(key, source)

    def _put(self, key: str, source: BinaryIO) -> None:
        path = self.folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                shutil.copyfileobj(source, file, PART)
                file.flush()
                os.fsync(file.fileno())
            Path(beside).replace(path)
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def open(self, key: str) -> BinaryIO:
        return (self.folder / key).open("rb")

    def exists(self, key: str) -> bool:
        return (self.folder / key).is_file()


def storage() -> Storage:
    """The store of this server."""
    return FolderStorage(Path(settings.MEDIA_STORE))

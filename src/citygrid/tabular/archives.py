"""Zip files that people send: what is in them, unpacked with care (no paths, no bombs, no passwords)."""

import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from citygrid.tabular.table import TableError

MOST_BYTES = 4 << 30
MOST_FILES = 2_000
MOST_RATIO = 200
SMALL = 64 << 20
"""Bytes below which a high ratio is no harm."""
CHUNK = 1 << 20


def opened(path: Path) -> zipfile.ZipFile:
    """The zip, looked at whole. TableError `damaged`, `zip_unsafe`, `zip_locked`, `zip_large`."""
    try:
        packed = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        params = {"file": path.name, "reason": str(error)[:200]}
        raise TableError("damaged", "%(file)s is damaged or incomplete: %(reason)s", params) from None
    try:
        _check(packed.infolist(), path)
    except TableError:
        packed.close()
        raise
    return packed


def _check(infos: list[zipfile.ZipInfo], path: Path) -> None:
    params: dict[str, object] = {"file": path.name}
    total = sum(info.file_size for info in infos)
    pressed = max(1, sum(info.compress_size for info in infos))
    if len(infos) > MOST_FILES or total > MOST_BYTES or (total > SMALL and total / pressed > MOST_RATIO):
        message = "%(file)s unpacks to %(megabytes)s MB in %(files)s files: that is more than is taken."
        params |= {"megabytes": total >> 20, "files": len(infos)}
        raise TableError("zip_large", message, params)
    for info in infos:
        if _strays(info):
            message = "%(file)s holds a file with a path that leads out of it (%(name)s); it was not unpacked."
            raise TableError("zip_unsafe", message, params | {"name": info.filename[:80]})
        if info.flag_bits & 1:
            raise TableError("zip_locked", "%(file)s is locked with a password.", params)


def _strays(info: zipfile.ZipInfo) -> bool:
    name = info.filename.replace("\\", "/")
    parts = PurePosixPath(name).parts
    link = stat.S_ISLNK(info.external_attr >> 16)
    return link or name.startswith("/") or ".." in parts or ":" in name.split("/")[0]


def name_of(info: zipfile.ZipInfo) -> str:
    """The name within the zip; old Chinese Windows writes GBK without saying so, which is read as cp437."""
    if info.flag_bits & 0x800 or info.filename.isascii():
        return info.filename
    coded = info.filename.encode("cp437", errors="ignore")
    for encoding in ("utf-8", "gb18030"):
        try:
            return coded.decode(encoding)
        except UnicodeError:
            continue
    return info.filename


def unpack(packed: zipfile.ZipFile, infos: list[zipfile.ZipInfo], stem: str, folder: Path, file: str) -> None:
    """Write these members as stem + their suffix into a folder. TableError `damaged`, `zip_large`."""
    left = MOST_BYTES
    for info in infos:
        target = folder / (stem + PurePosixPath(info.filename.replace("\\", "/")).suffix.lower())
        try:
            with packed.open(info) as source, target.open("wb") as out:
                left = _copy(source, out, left, file)  # type: ignore[arg-type]  # ZipExtFile reads as any file
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError) as error:
            params = {"file": file, "reason": str(error)[:200]}
            raise TableError("damaged", "%(file)s is damaged or incomplete: %(reason)s", params) from None


def _copy(source: BinaryIO, out: BinaryIO, left: int, file: str) -> int:
    """A member may be larger than the zip's list says: count what comes."""
    while chunk := source.read(CHUNK):
        left -= len(chunk)
        if left < 0:
            message = "%(file)s unpacks to more than %(megabytes)s MB."
            raise TableError("zip_large", message, {"file": file, "megabytes": MOST_BYTES >> 20})
        out.write(chunk)
    return left

"""Taking a file in, once per content, and the forms of pictures that are shown: drawn anew from the pixels alone."""

import hashlib
import io
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from PIL import Image, ImageOps

from citygrid.media import scanning
from citygrid.media.checking import PIXELS, Checked, check, check_file
from citygrid.media.keeping import storage
from citygrid.media.marked import Mark
from citygrid.media.models import File, Upload

SMALL, SHOWN = 320, 1920
SIZES = (160, SMALL, 960, SHOWN)
"""Longest side of a shown form, in pixels; SHOWN is the largest that a page shows."""


def store(
    data: bytes,
    name: str,
    uploader: int | None,
    at: datetime,
    *,
    illustration: bool = False,
    note: str = "",
) -> File:
    """Check the bytes, keep them under their hash, and give the row: the old one if they are known.

    `uploader` is the person's id (None: the system), `at` an aware moment. Raises MediaError; then nothing is
    kept. The scanner is asked first, when there is one. The bytes are on the disk before the row is written.
    """
    found = check(data, name)
    scan = scanning.cleared(data, uploader, at)
    digest = hashlib.sha256(data).hexdigest()
    keeper = storage()
    if not keeper.exists(_key(digest)):
        keeper.put(_key(digest), data)
    return _row(found, digest, len(data), scan, uploader, at, illustration=illustration, note=note)


def store_file(path: Path, name: str, uploader: int | None, at: datetime) -> File:
    """As `store`, for a file on this server's disk, which stays there. A film is never held in memory as a whole."""
    found = check_file(path, name)
    scan = scanning.cleared(path, uploader, at)
    with path.open("rb") as source:
        digest = hashlib.file_digest(source, "sha256").hexdigest()
    keeper = storage()
    if not keeper.exists(_key(digest)):
        keeper.put_file(_key(digest), path)
    return _row(found, digest, path.stat().st_size, scan, uploader, at)


def _row(
    found: Checked, digest: str, size: int, scan: str, uploader: int | None, at: datetime,
    *, illustration: bool = False, note: str = "",
) -> File:  # fmt: skip
    """The row of a content that is kept: a new one, or the one that is there."""
    file, new = File.objects.get_or_create(
        sha256=digest,
        defaults={
            **{field: getattr(found, field) for field in found.__dataclass_fields__},
            "size": size,
            "stored_at": at,
            "uploader": uploader,
            "illustration": illustration,
            "note": note,
            "scan": scan,
        },
    )
    if not new and scan == scanning.CLEAN and file.scan in (scanning.NO_SCANNER, scanning.UNSCANNED):
        File.objects.filter(pk=file.pk, scan=file.scan).update(scan=scan)
    if not new and uploader is not None and uploader != file.uploader:
        Upload.objects.get_or_create(file=file, person=uploader, defaults={"at": at})
    return file


def original(file: File) -> BinaryIO:
    """The bytes as they came. The caller closes it. FileNotFoundError when the store has lost them."""
    return storage().open(_key(file.sha256))


def thumbnail(file: File, px: int = SMALL) -> bytes:
    """A JPEG of at most `px` pixels a side, upright, made of the pixels alone: no notes of the camera (time, place,
    device), no comments, nothing hung on behind. This is what pages show, and what the public may be shown. Made once,
    then kept."""
    keeper, key = storage(), f"shown/{px}/{_key(file.sha256)}"
    if keeper.exists(key):
        with keeper.open(key) as kept:
            return kept.read()
    with original(file) as source, Image.open(source, formats=list(PIXELS)) as image:
        image.draft("RGB", (px * 2, px * 2))
        small = ImageOps.exif_transpose(image).convert("RGB")
        small.thumbnail((px, px), Image.Resampling.LANCZOS)
        bare = Image.new(
            "RGB", small.size
        )  # a picture that was read keeps its comment, and saving would write it again
        bare.paste(small)
        out = io.BytesIO()
        bare.save(out, "JPEG", quality=82, optimize=True)
    keeper.put(key, out.getvalue())
    return out.getvalue()


def with_mark(file: File, px: int, mark: Mark) -> bytes:
    """The shown form with a mark along its lower edge, as JPEG. Made once for each text, then kept."""
    keeper, key = storage(), f"marked/{px}/{_key(file.sha256)}-{mark.key}"
    if keeper.exists(key):
        with keeper.open(key) as kept:
            return kept.read()
    with Image.open(io.BytesIO(thumbnail(file, px)), formats=["JPEG"]) as image:
        whole = image.convert("RGB")
    strip = mark.strip(whole.width)
    whole.paste(strip, (0, max(0, whole.height - strip.height)), strip)
    out = io.BytesIO()
    whole.save(out, "JPEG", quality=85, optimize=True)
    keeper.put(key, out.getvalue())
    return out.getvalue()


def _key(digest: str) -> str:
    return f"{digest[:2]}/{digest[2:4]}/{digest}"

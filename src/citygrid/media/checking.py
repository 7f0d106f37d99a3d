"""Whether bytes are a file that we take, by what they are and not by what their name says."""

import io
import mmap
import warnings
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import cast

from PIL import Image

from citygrid.media import containers, exif, office
from citygrid.media.limits import limits

IMAGE_NAMES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".heic", ".tif", ".tiff")
PIXELS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}
HEAD = 64
"""So many first bytes tell a kind."""
STARTS = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"GIF8": "image/gif",
    b"ID3": "audio/mpeg",
    b"\xff\xfb": "audio/mpeg",
    b"\xff\xf3": "audio/mpeg",
    b"\xff\xfa": "audio/mpeg",
    b"\xff\xf2": "audio/mpeg",
    b"OggS": "audio/ogg",
    b"#!AMR": "audio/amr",
    b"\x1a\x45\xdf\xa3": "video/webm",
    b"%PDF-": "application/pdf",
}
RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}
BRANDS = {b"M4A ": "audio/mp4", b"qt  ": "video/quicktime", b"3gp": "video/3gpp", b"hei": "image/heic"}


class MediaError(ValueError):
    """A file that is not taken: `empty`, `too_large`, `kind_not_allowed`, `not_an_image`, `not_whole`,
    `active_content`; by the scanner `infected`, `scanner_down`."""

    def __init__(self, code: str, message: str, params: Mapping[str, object] | None = None) -> None:
        self.code, self.message, self.params = code, message, dict(params or {})
        super().__init__(message % self.params)


@dataclass(frozen=True, slots=True)
class Checked:
    """What the bytes are. Width and height in pixels, as seen after turning the photo upright."""

    kind: str
    mime: str
    width: int | None = None
    height: int | None = None
    made_at: datetime | None = None
    lon: str | None = None
    lat: str | None = None


def check(data: bytes, name: str = "") -> Checked:
    """The kind and facts of a file; raises MediaError. `name` only chooses the words of a refusal."""
    if not data:
        raise MediaError("empty", "The file is empty.")
    mime = mime_of(data)
    kind = _kind(mime)
    if kind is None:
        if not mime and name.lower().endswith(IMAGE_NAMES):
            raise MediaError("not_an_image", "The file is not a picture.")
        raise _not_allowed(mime)
    _small_enough(kind, len(data))
    if kind == "image":
        return _image(data)
    mime = containers.mime_of(mime, data)
    if not mime:
        raise MediaError("not_whole", "The file is damaged, or something else is hung on to it.")
    kind = _kind(mime)
    if kind is None:
        raise _not_allowed(mime)
    if mime in office.KINDS.values() and _active(data):
        message = "The document holds a program, or loads something from elsewhere when it is opened. Send it as PDF."
        raise MediaError("active_content", message)
    return Checked(kind, mime)


def check_file(path: Path, name: str = "") -> Checked:
    """As `check`, for a file on the disk: a film is looked at where it lies, other kinds are small enough to read."""
    with path.open("rb") as file:
        if _kind(mime_of(file.read(HEAD))) != "video":
            file.seek(0)
            return check(file.read(), name)
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            return check(cast("bytes", mapped), name)  # indexed and cut like bytes, which is all that is done to it


def _kind(mime: str) -> str | None:
    return next((kind for kind, limit in limits().items() if mime in limit.types), None)


def _not_allowed(mime: str) -> MediaError:
    return MediaError("kind_not_allowed", "Files of this kind (%(type)s) are not taken.", {"type": mime or "?"})


def _active(data: bytes) -> bool:
    try:
        return office.active(data)
    except (ValueError, OSError, RuntimeError, zlib.error) as error:
        raise MediaError("not_whole", "The file is damaged, or something else is hung on to it.") from error


def mime_of(data: bytes) -> str:
    """The MIME type by the first bytes; empty when they say nothing that we know."""
    if data[:4] == b"RIFF":
        return RIFF.get(data[8:12], "")
    if data[4:8] == b"ftyp":
        brand = data[8:12]
        return BRANDS.get(brand) or BRANDS.get(brand[:3]) or "video/mp4"
    if data[:4] == b"PK\x03\x04":
        return office.mime_of(data)
    return next((mime for start, mime in STARTS.items() if data[:HEAD].startswith(start)), "")


def _small_enough(kind: str, size: int) -> None:
    most = limits()[kind].size
    if size > most:
        message = "The file has %(size)s bytes; at most %(most)s are taken."
        raise MediaError("too_large", message, {"size": size, "most": most})


def _image(data: bytes) -> Checked:
    most = limits()["image"].pixels
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(io.BytesIO(data), formats=list(PIXELS))
            if image.width * image.height > most:
                message = "The picture has %(size)s pixels; at most %(most)s are taken."
                raise MediaError("too_large", message, {"size": image.width * image.height, "most": most})
            image.verify()
            image = Image.open(io.BytesIO(data), formats=list(PIXELS))
            image.load()
    except MediaError:
        raise
    except Image.DecompressionBombError as error:
        message = "The picture has more than %(most)s pixels."
        raise MediaError("too_large", message, {"most": most}) from error
    except Exception as error:  # a broken picture can raise anything in a decoder
        raise MediaError("not_an_image", "The file is not a picture, or it is damaged.") from error
    turned = image.getexif().get(0x0112, 1) in {5, 6, 7, 8}
    width, height = (image.height, image.width) if turned else image.size
    lon, lat = exif.position(image) or (None, None)
    return Checked("image", PIXELS[image.format or ""], width, height, exif.made_at(image), lon, lat)

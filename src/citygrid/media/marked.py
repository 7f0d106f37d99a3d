"""Shown copies that carry a watermark: a package above says which, and draws it; the original is never touched."""

from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image

from citygrid.media.models import File


@dataclass(frozen=True, slots=True)
class Mark:
    """`key`: hash of what the mark says, so that another text makes another copy. `strip`: draws it for a picture of so
    many pixels in width, as RGBA of the same width."""

    key: str
    strip: Callable[[int], Image.Image]


Marker = Callable[[File, int], Mark | None]
_markers: list[Marker] = []


def register(marker: Marker) -> None:
    """Once, in `AppConfig.ready`: asked with a picture and the pixels of its longer side."""
    if marker not in _markers:
        _markers.append(marker)


def mark_of(file: File, px: int) -> Mark | None:
    """The mark of this copy; None when nobody wants one."""
    return next((mark for marker in _markers if (mark := marker(file, px)) is not None), None)

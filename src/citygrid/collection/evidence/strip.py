"""The strip of a watermark: lines of text on a dark band, drawn with a font of the server.

No font is shipped: the families are those of the printed papers (web/papers.py). A server without Chinese signs gets
the lines in English, with the font that comes with Pillow."""

import os
import sys
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from citygrid.web.papers import CHINESE

SHARE, SMALLEST = 0.024, 13
"""Height of the letters: this part of the picture's width, at least so many pixels."""
ENDINGS = {".ttf", ".ttc", ".otf"}
LIKELY = ("noto", "source", "hans", "cjk", "msyh", "pingfang", "harmony", "wqy", "simhei", "simsun", "droid")
"""Parts of the names of files in which these families come: only those are opened."""
_FACES = 8
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


def draw(lines: Sequence[str], width: int) -> Image.Image:
    """The lines, one below the other, as RGBA of this width; letters shrink when a line would not fit."""
    size = max(SMALLEST, round(width * SHARE))
    longest = max((_length(line, size) for line in lines), default=1)
    room = width - size
    if longest > room:
        size = max(6, int(size * room / longest))
    font, step = _font(size), round(size * 1.35)
    strip = Image.new("RGBA", (width, step * len(lines) + size // 2), (0, 0, 0, 150))
    pen = ImageDraw.Draw(strip)
    for number, line in enumerate(lines):
        pen.text((size // 2, size // 4 + number * step), line, font=font, fill=(255, 255, 255, 255))
    return strip


def has_chinese() -> bool:
    """Whether this server has a font with Chinese signs."""
    return _face() is not None


def _length(line: str, size: int) -> float:
    return _font(size).getlength(line)


@lru_cache(maxsize=32)
def _font(size: int) -> Font:
    face = _face()
    return ImageFont.truetype(face[0], size, index=face[1]) if face is not None else ImageFont.load_default(size)


@lru_cache(maxsize=1)
def _face() -> tuple[str, int] | None:
    """File and face of the first family of `CHINESE` that is here; looked for once."""
    known: dict[str, tuple[str, int]] = {}
    for path in _files():
        for index in range(_FACES):
            try:
                family = ImageFont.truetype(path, 12, index=index).getname()
            except OSError:
                break
            if family[0] is not None and (family[0] not in known or family[1] == "Regular"):
                known[family[0]] = (str(path), index)
    return next((known[family] for family in CHINESE if family in known), None)


def _files() -> Iterator[Path]:
    for folder in _folders():
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if path.suffix.lower() in ENDINGS and any(part in path.name.lower() for part in LIKELY):
                yield path


def _folders() -> list[Path]:
    """Where the systems keep their fonts."""
    home = Path.home()
    if sys.platform == "win32":
        return [Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts"]
    if sys.platform == "darwin":
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"]
    return [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), home / ".local/share/fonts", home / ".fonts"]

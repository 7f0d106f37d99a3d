"""The app's icon as PNG, drawn from the same shapes as `web/icon.svg`: phones ask for PNG when they install."""

from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw

SIZES = (180, 192, 512)
BAR, LINE, LAMP = "#12395f", "#ffffff", "#f2a900"
_UNITS = 24.0
"""The side of the drawing in its own units."""


@lru_cache(maxsize=8)
def png(size: int, *, maskable: bool = False) -> bytes:
    """A square of `size` pixels. `maskable`: the drawing within the middle 80 %, for phones that cut icons round."""
    fine = size * 4  # drawn larger and made smaller: smooth edges
    image = Image.new("RGB", (fine, fine), BAR)
    draw = ImageDraw.Draw(image)
    inner = 0.66 if maskable else 1.0

    def at(value: float) -> float:
        return fine * (0.5 + (value / _UNITS - 0.5) * inner)

    width = round(fine * 1.4 / _UNITS * inner)
    draw.rectangle((at(4), at(4), at(20), at(20)), outline=LINE, width=width)
    for value in (9.3, 14.7):
        draw.line((at(4), at(value), at(20), at(value)), fill=LINE, width=width)
        draw.line((at(value), at(4), at(value), at(20)), fill=LINE, width=width)
    draw.rectangle((at(10), at(10), at(14), at(14)), fill=LAMP)
    stream = BytesIO()
    image.resize((size, size), Image.Resampling.LANCZOS).save(stream, "PNG", optimize=True)
    return stream.getvalue()

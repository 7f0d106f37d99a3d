"""A picture's perceptual hash: 64 bits that stay (nearly) the same when it is saved again, made smaller, brighter, or
cut a little at its edges. Pure: bytes in, numbers out.

The picture in grey, 32 x 32; of its cosine transform the 8 x 8 slowest waves; a bit says whether a wave is above the
middle one (the pHash of Zauner 2010). Written here with numpy, which is there already, as the usual package brings
scipy and PyWavelets for the same twenty lines. Two photos of different things differ in about 32 bits.
"""

import io
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from citygrid.media.checking import PIXELS

SIDE, WAVES, BANDS = 32, 8, 4
INNER = 0.92
"""Part of each side that the inner view shows: a copy cut by a few per cent is near one view or the other."""
FLAT = 4.0
"""A picture whose greys spread less than this (of 256) shows nothing: a lens cap, a plain sheet. It has no hash."""
_LINE = np.arange(SIDE)
_COSINES = np.cos(np.pi * (2 * _LINE[None, :] + 1) * _LINE[:WAVES, None] / (2 * SIDE))


class Views(NamedTuple):
    """Hashes of the whole picture and of its inner part, as signed 64-bit numbers."""

    whole: int
    inner: int


def views(data: bytes) -> Views | None:
    """The hashes of a picture as it came; None for one that shows nothing. OSError when it cannot be read."""
    with Image.open(io.BytesIO(data), formats=list(PIXELS)) as image:
        image.draft("L", (SIDE * 8, SIDE * 8))
        grey = ImageOps.exif_transpose(image).convert("L")
    width, height = grey.size
    left, top = width * (1 - INNER) / 2, height * (1 - INNER) / 2
    small = _small(grey, (0, 0, width, height))
    if small.std() < FLAT:
        return None
    return Views(_hash(small), _hash(_small(grey, (left, top, width - left, height - top))))


def _small(grey: Image.Image, box: tuple[float, float, float, float]) -> NDArray[np.float64]:
    return np.asarray(grey.resize((SIDE, SIDE), Image.Resampling.LANCZOS, box=box), dtype=np.float64)


def _hash(small: NDArray[np.float64]) -> int:
    waves = (_COSINES @ small @ _COSINES.T).ravel()
    # The first wave is the brightness of the whole: it says nothing of what is on the picture.
    bits = waves > np.median(waves[1:])
    bits[0] = False
    return int.from_bytes(np.packbits(bits).tobytes(), signed=True)


def distance(one: int, other: int) -> int:
    """In how many of the 64 bits two hashes differ."""
    return ((one ^ other) & (1 << 64) - 1).bit_count()


def bands(number: int) -> list[int]:
    """The four parts of 16 bits, each marked with its place."""
    plain = number & (1 << 64) - 1
    return [place << 16 | plain >> 16 * place & 0xFFFF for place in range(BANDS)]


def probes(number: int, bits: int) -> list[int]:
    """Every band that a hash may have which differs from this one in at most `bits` bits: of four bands one differs in
    a quarter of them at most."""
    flips = [0]
    for _ in range(bits // BANDS):
        flips = sorted({flip ^ 1 << bit for flip in flips for bit in range(16)} | set(flips))
    return [band ^ flip for band in bands(number) for flip in flips]

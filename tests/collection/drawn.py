"""Photos that are drawn: another seed another street, the same seed the same bytes; and what people do to a photo."""

import io
from random import Random

from PIL import Image, ImageDraw, ImageEnhance


def photo(seed: int, size: tuple[int, int] = (640, 480)) -> Image.Image:
    """A street of blocks, lines and heaps, the same for the same seed."""
    chance = Random(seed)
    image = Image.new("RGB", size, tuple(chance.randrange(256) for _ in range(3)))
    pen = ImageDraw.Draw(image)
    for _ in range(40):
        x, y = chance.randrange(size[0]), chance.randrange(size[1])
        width, height = chance.randrange(20, size[0] // 2), chance.randrange(20, size[1] // 2)
        shape = chance.choice((pen.rectangle, pen.ellipse))
        shape((x - width // 2, y - height // 2, x + width // 2, y + height // 2),
              fill=tuple(chance.randrange(256) for _ in range(3)))  # fmt: skip
    return image


def jpeg(image: Image.Image, quality: int = 88, **more: object) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, **more)
    return out.getvalue()


def cut(image: Image.Image, part: float) -> Image.Image:
    """The inner part of a picture, `part` of each side."""
    width, height = image.size
    left, top = round(width * (1 - part) / 2), round(height * (1 - part) / 2)
    return image.crop((left, top, width - left, height - top))


CHANGES = {
    "saved badly": lambda image: jpeg(image, 30),
    "half as large": lambda image: jpeg(image.resize((image.width // 2, image.height // 2))),
    "brighter": lambda image: jpeg(ImageEnhance.Brightness(image).enhance(1.25)),
    "darker": lambda image: jpeg(ImageEnhance.Brightness(image).enhance(0.7)),
    "cut by 3 %": lambda image: jpeg(cut(image, 0.97)),
    "cut by 5 %": lambda image: jpeg(cut(image, 0.95)),
    "cut by 8 %": lambda image: jpeg(cut(image, 0.92)),
    "turned by a degree": lambda image: jpeg(image.rotate(1, resample=Image.Resampling.BICUBIC)),
}

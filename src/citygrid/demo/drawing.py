"""Simple flat pictures of city problems and of the same places put right: no photographs, marked as illustrations.

`label.png` holds the words 示意图 illustration (drawn from Noto Sans CJK, SIL Open Font License 1.1)."""

import io
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random

from PIL import Image, ImageDraw

from citygrid.demo.planning import dice

WIDTH, HEIGHT, FINE = 560, 420, 2
"""Pixels of a picture; it is drawn finer and reduced, so that edges are smooth."""
Colour = tuple[int, int, int]
Box = tuple[float, float, float, float]
SKIES: tuple[Colour, ...] = ((205, 226, 240), (216, 232, 238), (232, 232, 226), (196, 218, 236), (226, 222, 212))
WALLS: tuple[Colour, ...] = ((186, 196, 204), (200, 192, 180), (176, 188, 196), (206, 200, 194), (168, 180, 190))
PAVING: tuple[Colour, ...] = ((214, 208, 198), (206, 206, 202), (220, 212, 200))
ROAD, KERB, LEAF, TRUNK = (112, 116, 122), (180, 178, 172), (92, 150, 92), (118, 92, 70)
INK, RED, YELLOW, BLUE, WHITE = (58, 64, 72), (200, 72, 60), (238, 184, 62), (66, 120, 178), (246, 246, 242)


class Sheet:
    """A drawing area of WIDTH x HEIGHT; shapes are given in its pixels."""

    def __init__(self, chance: Random) -> None:
        self.image = Image.new("RGB", (WIDTH * FINE, HEIGHT * FINE), chance.choice(SKIES))
        self._draw = ImageDraw.Draw(self.image)
        self.chance = chance

    def box(self, box: Box, fill: Colour, radius: float = 0, outline: Colour | None = None) -> None:
        self._draw.rounded_rectangle(_fine(box), radius * FINE, fill, outline, 2 * FINE if outline else 1)

    def oval(self, box: Box, fill: Colour, outline: Colour | None = None) -> None:
        self._draw.ellipse(_fine(box), fill, outline, 3 * FINE if outline else 1)

    def shape(self, points: list[tuple[float, float]], fill: Colour) -> None:
        self._draw.polygon([(x * FINE, y * FINE) for x, y in points], fill)

    def line(self, points: list[tuple[float, float]], fill: Colour, width: float = 3) -> None:
        self._draw.line([(x * FINE, y * FINE) for x, y in points], fill, int(width * FINE), joint="curve")

    def near(self, value: float, spread: float) -> float:
        return value + self.chance.uniform(-spread, spread)


def _fine(box: Box) -> tuple[float, float, float, float]:
    left, top, right, bottom = box
    return left * FINE, top * FINE, max(left, right) * FINE, max(top, bottom) * FINE


def draw(motif: str, number: int, *, after: bool) -> bytes:
    """JPEG bytes of one picture; the same words give the same bytes."""
    sheet = Sheet(dice("picture", motif, number))
    _street(sheet)
    sheet.chance = dice("picture", motif, number, after)
    MOTIFS[motif](sheet, after)
    image = sheet.image.reduce(FINE)
    label = _label()
    left, top = 14, HEIGHT - label.height - 14
    plate = Image.new("RGB", (label.width + 12, label.height + 8), INK)
    plate.paste(Image.new("RGB", label.size, WHITE), (6, 4), label)
    image.paste(plate, (left, top))
    _tick(image, after=after)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=86)
    return out.getvalue()


@cache
def _label() -> Image.Image:
    with Image.open(Path(__file__).parent / "label.png") as image:
        grey = image.convert("L")
    return grey.resize((grey.width // 2, grey.height // 2), Image.Resampling.LANCZOS)


def _tick(image: Image.Image, *, after: bool) -> None:
    """A mark in the corner: before (amber) or after (green)."""
    pen = ImageDraw.Draw(image)
    pen.ellipse((WIDTH - 46, 14, WIDTH - 14, 46), (74, 148, 88) if after else (222, 150, 52))
    if after:
        pen.line([(WIDTH - 38, 30), (WIDTH - 32, 37), (WIDTH - 21, 24)], WHITE, 4)
    else:
        pen.line([(WIDTH - 30, 21), (WIDTH - 30, 32)], WHITE, 4)
        pen.ellipse((WIDTH - 32, 35, WIDTH - 28, 39), WHITE)


def _street(sheet: Sheet) -> None:
    chance = sheet.chance
    left = -20.0
    while left < WIDTH:
        width, high = chance.uniform(60, 130), chance.uniform(60, 170)
        wall = chance.choice(WALLS)
        sheet.box((left, 230 - high, left + width, 232), wall)
        pane = (min(wall[0] + 26, 255), min(wall[1] + 28, 255), min(wall[2] + 30, 255))
        for row in range(int(high // 26)):
            for column in range(int(width // 24)):
                x, y = left + 8 + column * 24, 240 - high + row * 26
                sheet.box((x, y, x + 12, y + 14), pane, 1)
        left += width + chance.uniform(2, 16)
    paving = chance.choice(PAVING)
    sheet.box((0, 230, WIDTH, 320), paving)
    edge = (paving[0] - 14, paving[1] - 14, paving[2] - 14)
    for step in range(-2, 16):
        sheet.line([(step * 44 + 60, 230), (step * 44 - 10, 320)], edge, 1)
    sheet.line([(0, 272), (WIDTH, 272)], edge, 1)
    sheet.box((0, 318, WIDTH, 330), KERB)
    sheet.box((0, 330, WIDTH, HEIGHT), ROAD)
    for step in range(6):
        sheet.box((step * 120 + 20, 372, step * 120 + 80, 378), (214, 214, 206))


def _cover(s: Sheet, after: bool) -> None:
    x, y = s.near(290, 60), 352.0
    s.oval((x - 84, y - 30, x + 84, y + 32), (92, 94, 98))
    if after:
        s.oval((x - 74, y - 25, x + 74, y + 27), (140, 142, 146))
        for step in range(-3, 4):
            s.line([(x + step * 18 - 4, y - 18), (x + step * 18 + 4, y + 20)], (112, 114, 118), 3)
        return
    s.oval((x - 74, y - 25, x + 74, y + 27), (34, 34, 38))
    shift = s.near(76, 14)
    s.oval((x + shift - 74, y - 34, x + shift + 74, y + 16), (140, 142, 146))
    for step in range(-3, 4):
        s.line([(x + shift + step * 18 - 4, y - 26), (x + shift + step * 18 + 4, y + 8)], (112, 114, 118), 3)
    _cone(s, x - 116, y + 8)


def _cone(s: Sheet, x: float, y: float) -> None:
    s.shape([(x - 18, y), (x + 18, y), (x + 4, y - 52), (x - 4, y - 52)], (226, 112, 48))
    s.shape([(x - 12, y - 18), (x + 12, y - 18), (x + 9, y - 30), (x - 9, y - 30)], WHITE)
    s.box((x - 24, y - 2, x + 24, y + 5), (200, 92, 40), 2)


def _bags(s: Sheet, count: int, x: float, y: float) -> None:
    for _ in range(count):
        at, low, size = s.near(x, 80), s.near(y, 12), s.near(28, 8)
        shade = s.chance.choice(((56, 60, 66), (84, 90, 96), (110, 132, 96), (196, 190, 176)))
        s.oval((at - size, low - size * 1.3, at + size, low + 6), shade)
        s.shape([(at - 6, low - size * 1.25), (at + 6, low - size * 1.25), (at + 10, low - size * 1.65),
                 (at - 10, low - size * 1.65)], shade)  # fmt: skip


def _litter(s: Sheet, count: int, top: float = 262, bottom: float = 312) -> None:
    for _ in range(count):
        x, y = s.chance.uniform(90, 500), s.chance.uniform(top, bottom)
        shade = s.chance.choice(((232, 228, 214), (150, 120, 84), (120, 146, 170), (196, 92, 76)))
        s.box((x, y, x + s.near(13, 6), y + s.near(7, 3)), shade, 1)


def _garbage(s: Sheet, after: bool) -> None:
    if after:
        _bin(s, 290, 306)
    else:
        _litter(s, 26)
        _bags(s, 9, 290, 300)


def _bin(s: Sheet, x: float, y: float, fill: Colour = (70, 130, 96)) -> None:
    s.box((x - 34, y - 84, x + 34, y), fill, 6)
    s.box((x - 40, y - 94, x + 40, y - 80), (52, 104, 76), 5)
    s.oval((x - 14, y - 58, x + 14, y - 30), (196, 220, 204))


def _bins(s: Sheet, after: bool) -> None:
    _bin(s, 230, 306)
    _bin(s, 330, 306, BLUE)
    if not after:
        _bags(s, 5, 280, 236)
        _bags(s, 5, 290, 308)
        _litter(s, 14)


def _dirt(s: Sheet, after: bool) -> None:
    if after:
        s.shape([(120, 300), (460, 300), (420, 268), (160, 268)], (228, 222, 212))
        return
    _litter(s, 46, 240, 314)
    s.oval((s.near(200, 40), 282, s.near(380, 40), 312), (150, 136, 116))


def _bike(s: Sheet, x: float, y: float, frame: Colour, fallen: bool) -> None:
    if fallen:
        for at in (x - 34, x + 34):
            s.oval((at - 26, y - 12, at + 26, y + 12), ROAD, INK)
        s.line([(x - 34, y), (x, y - 16), (x + 34, y), (x - 4, y + 4), (x - 34, y)], frame, 5)
        return
    for at in (x - 34, x + 34):
        s.oval((at - 24, y - 48, at + 24, y), (224, 224, 220), INK)
    s.line([(x - 34, y - 24), (x - 12, y - 62), (x + 24, y - 62), (x + 34, y - 24)], frame, 6)
    s.line([(x - 12, y - 62), (x + 4, y - 24), (x + 24, y - 62)], frame, 5)
    s.line([(x + 20, y - 78), (x + 34, y - 80)], INK, 5)
    s.box((x - 24, y - 72, x - 2, y - 66), INK, 3)


def _bikes(s: Sheet, after: bool) -> None:
    frame = s.chance.choice(((236, 178, 52), (70, 140, 190), (96, 170, 110)))
    if after:
        s.box((70, 306, 500, 310), WHITE)
        for step in range(5):
            _bike(s, 120 + step * 80, 304, frame, False)
    else:
        for step in range(7):
            _bike(s, 100 + step * 60, s.near(296, 18), frame, s.chance.random() < 0.45)


def _construction(s: Sheet, after: bool) -> None:
    for step in range(7):
        s.box((20 + step * 76, 196, 92 + step * 76, 292), (84, 142, 176) if after else (150, 158, 160), 2)
        s.box((20 + step * 76, 196, 92 + step * 76, 208), (238, 238, 232))
    if after:
        return
    s.shape([(180, 316), (300, 236), (430, 316)], (170, 140, 104))
    s.shape([(260, 316), (350, 262), (480, 316)], (150, 122, 90))
    for _ in range(5):
        x = s.near(300, 150)
        s.oval((x - 40, s.near(212, 20), x + 40, s.near(240, 10)), (214, 204, 188))
    _cone(s, 140, 312)


def _lamp(s: Sheet, after: bool) -> None:
    x = s.near(280, 40)
    if after:
        s.shape([(x + 84, 96), (x + 10, 316), (x + 190, 316)], (250, 238, 196))
    s.box((x - 6, 84, x + 6, 316), (96, 104, 112), 3)
    s.line([(x, 88), (x + 40, 76), (x + 76, 80)], (96, 104, 112), 8)
    s.box((x + 58, 76, x + 110, 94), (246, 214, 110) if after else (74, 78, 84), 6)
    s.box((x - 16, 296, x + 16, 318), (84, 92, 98), 3)
    if not after:
        s.line([(x + 66, 94), (x + 60, 128), (x + 72, 150)], INK, 3)
        s.shape([(x + 78, 98), (x + 90, 112), (x + 98, 98)], (120, 124, 130))


def _tree(s: Sheet, after: bool) -> None:
    x = s.near(280, 50)
    s.box((x - 60, 300, x + 60, 318), (140, 118, 92), 3)
    if after:
        s.box((x - 10, 170, x + 10, 306), TRUNK, 4)
        for dx, dy, size in ((-46, 0, 52), (44, -4, 54), (0, -44, 62), (0, 14, 50)):
            s.oval((x + dx - size, 140 + dy - size, x + dx + size, 140 + dy + size), LEAF)
        return
    s.shape([(x - 8, 304), (x + 12, 304), (x + 118, 196), (x + 100, 184)], TRUNK)
    for dx, dy, size in ((120, -120, 46), (162, -96, 40), (108, -82, 34)):
        s.oval((x + dx - size, 300 + dy - size, x + dx + size, 300 + dy + size), (152, 148, 84))
    _litter(s, 12)


def _stall(s: Sheet, after: bool) -> None:
    if after:
        s.box((60, 300, 500, 304), (236, 200, 84))
        return
    x, cloth = s.near(280, 50), s.chance.choice((RED, BLUE, (80, 140, 96)))
    for side in (-104, 100):
        s.box((x + side, 160, x + side + 5, 310), INK)
    s.shape([(x - 130, 176), (x + 130, 176), (x + 104, 136), (x - 104, 136)], cloth)
    for step in range(5):
        s.shape([(x - 130 + step * 52, 176), (x - 104 + step * 52, 176), (x - 117 + step * 52, 190)], WHITE)
    s.box((x - 104, 246, x + 104, 304), (176, 142, 100), 3)
    for _ in range(18):
        at = s.near(x, 92)
        s.oval((at - 9, 234, at + 9, 252), s.chance.choice((RED, (240, 160, 60), (120, 170, 80), (190, 90, 120))))


def _stickers(s: Sheet, after: bool) -> None:
    s.box((150, 120, 410, 316), (218, 214, 206), 3)
    s.box((150, 120, 410, 132), (160, 158, 152))
    if after:
        s.box((168, 150, 392, 300), (228, 225, 218), 2)
        return
    for _ in range(16):
        x, y = s.chance.uniform(162, 352), s.chance.uniform(140, 270)
        shade = s.chance.choice(((250, 250, 246), (248, 226, 120), (244, 180, 170), (190, 220, 240)))
        s.box((x, y, x + 42, y + 30), shade, 1, (170, 166, 158))
        for row in range(3):
            s.line([(x + 6, y + 8 + row * 7), (x + s.near(30, 6), y + 8 + row * 7)], (120, 120, 120), 2)


def _billboard(s: Sheet, after: bool) -> None:
    lean = 0.0 if after else s.near(22, 8)
    s.shape([(206, 316), (218, 316), (218 + lean, 180), (206 + lean, 180)], INK)
    s.shape([(344, 316), (356, 316), (356 + lean, 180), (344 + lean, 180)], INK)
    fill = s.chance.choice((BLUE, (88, 150, 120), (196, 110, 70)))
    s.shape([(160 + lean, 96), (404 + lean, 96 + lean), (404 + lean, 206 + lean), (160 + lean, 206)], fill)
    for row in range(3):
        y = 120 + row * 26
        s.line([(184 + lean, y), (s.near(340, 30) + lean, y + lean * 0.7)], WHITE, 8)
    if not after:
        s.shape([(330 + lean, 206), (404 + lean, 206 + lean), (380 + lean, 262), (340 + lean, 240)], (150, 154, 158))


def _sign(s: Sheet, after: bool) -> None:
    x, lean = s.near(280, 40), 0.0 if after else s.near(64, 14)
    s.shape([(x - 5, 316), (x + 5, 316), (x + 5 + lean, 140), (x - 5 + lean, 140)], (120, 126, 132))
    s.shape([(x - 96 + lean, 116 + lean * 0.3), (x + 96 + lean, 116 + lean * 0.9), (x + 90 + lean, 166 + lean * 0.9),
             (x - 100 + lean, 166 + lean * 0.3)], BLUE)  # fmt: skip
    s.line([(x - 70 + lean, 140 + lean * 0.4), (x + 60 + lean, 140 + lean * 0.8)], WHITE, 8)


def _water(s: Sheet, after: bool) -> None:
    if after:
        for step in range(4):
            s.box((200 + step * 40, 336, 226 + step * 40, 350), (60, 62, 66), 2)
        return
    s.oval((s.near(60, 30), 322, s.near(500, 30), 404), (126, 160, 186))
    s.oval((140, 340, 420, 392), (146, 178, 202))
    for step in range(3):
        s.line([(170 + step * 80, 362), (196 + step * 80, 356), (222 + step * 80, 362)], (206, 224, 236), 3)
    _cone(s, s.near(470, 20), 340)


def _pole(s: Sheet, after: bool) -> None:
    lean = 0.0 if after else s.near(58, 12)
    s.shape([(270, 318), (284, 318), (284 + lean, 70), (272 + lean, 70)], (150, 146, 138))
    s.line([(224 + lean, 92), (332 + lean, 92 + lean * 0.2)], INK, 6)
    if after:
        for dy in (84, 96):
            s.line([(0, dy - 14), (278, dy + 6), (WIDTH, dy - 14)], INK, 2)
        return
    s.line([(0, 76), (140, 120), (270 + lean, 92)], INK, 3)
    s.line([(270 + lean, 92), (400, 240), (470, 300), (520, 312)], INK, 3)
    s.line([(300 + lean, 94), (420, 200), (WIDTH, 250)], INK, 3)


def _rail(s: Sheet, after: bool) -> None:
    broken = () if after else (3, 4)
    for step in range(9):
        x = 24 + step * 62
        if step in broken:
            s.shape([(x, 312), (x + 8, 312), (x + 70, 286), (x + 66, 278)], (150, 154, 158))
            continue
        s.box((x, 216, x + 8, 316), WHITE, 2, (150, 154, 158))
        if step + 1 not in broken and step < 8:
            s.box((x + 8, 232, x + 62, 240), WHITE)
            s.box((x + 8, 282, x + 62, 290), WHITE)
            for bar in range(3):
                s.box((x + 20 + bar * 14, 240, x + 23 + bar * 14, 282), (200, 204, 206))


def _road(s: Sheet, after: bool) -> None:
    x = s.near(280, 50)
    if after:
        s.shape([(x - 110, 346), (x + 100, 342), (x + 112, 396), (x - 100, 400)], (92, 96, 102))
        return
    s.shape([(x - 116, 366), (x - 70, 340), (x + 10, 346), (x + 96, 338), (x + 120, 372), (x + 60, 402), (x - 60, 398)],
            (70, 66, 62))  # fmt: skip
    s.shape([(x - 70, 368), (x - 30, 352), (x + 60, 352), (x + 76, 376), (x + 10, 392)], (48, 44, 42))
    for _ in range(6):
        at = s.near(x, 130)
        s.line([(at, s.near(370, 20)), (s.near(at, 40), s.near(376, 26))], (80, 82, 86), 3)
    _cone(s, x - 150, 380)


def _cabinet(s: Sheet, after: bool) -> None:
    x = s.near(280, 40)
    s.box((x - 80, 196, x + 80, 312), (186, 196, 190) if after else (160, 164, 150), 4)
    s.line([(x, 200), (x, 308)], (130, 138, 132), 3)
    s.box((x - 88, 306, x + 88, 318), (140, 140, 136), 2)
    s.shape([(x - 48, 232), (x - 28, 266), (x - 68, 266)], YELLOW)
    if after:
        return
    s.shape([(x + 4, 200), (x + 4, 308), (x + 84, 322), (x + 84, 212)], (128, 132, 120))
    s.box((x + 6, 204, x + 60, 304), (50, 52, 56))
    for step in range(4):
        s.line([(x + 14, 222 + step * 20), (x + 30, 230 + step * 20), (x + 52, 218 + step * 20)], (200, 120, 70), 3)


def _pile(s: Sheet, after: bool) -> None:
    if after:
        s.shape([(110, 312), (450, 312), (430, 262), (130, 262)], (222, 216, 206))
        return
    s.box((170, 236, 270, 310), (166, 120, 82), 3)
    s.box((180, 210, 262, 240), (196, 160, 118), 3)
    s.box((280, 258, 400, 312), (120, 130, 140), 6)
    s.box((286, 224, 392, 262), (146, 156, 166), 8)
    s.shape([(380, 312), (470, 312), (440, 270), (400, 266)], (168, 150, 126))
    for step in range(3):
        s.line([(120 + step * 14, 312), (176 + step * 14, 236)], (150, 118, 80), 6)


def _building(s: Sheet, after: bool) -> None:
    s.box((120, 60, 440, 316), (206, 196, 184), 2)
    for row in range(3):
        for column in range(4):
            s.box((142 + column * 76, 82 + row * 62, 190 + column * 76, 122 + row * 62), (150, 176, 194), 2)
    if after:
        return
    s.box((150, 24, 330, 62), (140, 160, 176), 2, INK)
    s.line([(130, 136), (430, 146)], INK, 2)
    for step in range(7):
        x = 150 + step * 40
        s.box((x, 140, x + 26, 180), s.chance.choice((RED, BLUE, WHITE, (180, 150, 190), YELLOW)), 3)


MOTIFS: dict[str, Callable[[Sheet, bool], None]] = {
    "cover": _cover, "bins": _bins, "bikes": _bikes, "construction": _construction, "garbage": _garbage,
    "lamp": _lamp, "tree": _tree, "stall": _stall, "stickers": _stickers, "billboard": _billboard, "sign": _sign,
    "water": _water, "pole": _pole, "rail": _rail, "road": _road, "box": _cabinet, "pile": _pile,
    "building": _building, "street": _dirt,
}  # fmt: skip

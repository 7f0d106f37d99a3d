"""What charts are drawn with: SVG as text, made of presentation attributes only (no style element, no script), so that
the same text stands in a page under the content policy and in a typst document. Pure.

Whatever a colour says, something else says too (a pattern, a mark, a dash, a letter): the charts are read in grey
print and by people who do not see red and green apart (WCAG 2.2, 1.4.1)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from html import escape
from math import ceil, floor, log10

INK, QUIET, LINE, PAPER, GROUND = "#1b2733", "#566472", "#c3ccd5", "#ffffff", "#edf0f3"
FONT = (
    "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, Noto Sans SC, Source Han Sans SC, WenQuanYi Micro Hei, sans-serif"
)
SMALL, NORMAL, LARGE = 11, 12, 14

GRADES = {"green": "#3aa866", "blue": "#3b78bd", "yellow": "#f2c037", "red": "#b8281f", "black": "#23272e"}
"""The five grade colours; their greys differ, and each but the first has a pattern of its own."""
SERIES = ("#0072b2", "#b84a00", "#007a5a", "#a3508a", "#8a6100")
"""After Okabe and Ito, the light ones darkened until words have 4.5:1 on paper."""
MARKS = ("circle", "square", "triangle", "diamond", "cross")
DASHES = ("", "7 4", "2 3", "10 3 2 3", "14 4")
TONES = {"good": "#0072b2", "fair": "#8fc1e3", "bad": "#d55e00", "open": "#d9dee3", "plain": "#7a8794"}
"""Parts of a pile, with the patterns of `_PATTERNS`."""

_PATTERNS = {
    "blue": '<path d="M-2 2 2-2M0 8 8 0M6 10 10 6" stroke="#fff" stroke-width="1.6"/>',
    "yellow": '<circle cx="2" cy="2" r="1.1" fill="#4a3800"/><circle cx="6" cy="6" r="1.1" fill="#4a3800"/>',
    "red": '<path d="M0 0 8 8M0 8 8 0" stroke="#fff" stroke-width="1.2"/>',
    "black": '<path d="M2 0V8M6 0V8" stroke="#fff" stroke-width="1.2"/>',
    "fair": '<path d="M-2 2 2-2M0 8 8 0M6 10 10 6" stroke="#0a3f66" stroke-width="1.2"/>',
    "bad": '<path d="M0 0 8 8M0 8 8 0" stroke="#fff" stroke-width="1.2"/>',
    "open": '<circle cx="4" cy="4" r="1" fill="#566472"/>',
}
_SIDE = 8

Number = Fraction | Decimal | float | int


@dataclass(slots=True)
class Canvas:
    """A picture that grows: `key` makes the ids of its patterns its own where several stand in one page."""

    width: int
    height: int
    key: str
    parts: list[str] = field(default_factory=list)
    _used: dict[str, None] = field(default_factory=dict)

    def fill(self, tone: str) -> str:
        """The fill of a grade colour or a tone; its pattern comes along."""
        colour = GRADES.get(tone) or TONES.get(tone) or TONES["plain"]
        if tone not in _PATTERNS:
            return colour
        self._used[tone] = None
        return f"url(#{self.key}-{tone})"

    def rect(self, x: float, y: float, width: float, height: float, fill: str, stroke: str = "") -> None:
        edge = f' stroke="{stroke}" stroke-width="1"' if stroke else ""
        size = f'width="{_n(max(width, 0))}" height="{_n(height)}"'
        self.parts.append(f'<rect x="{_n(x)}" y="{_n(y)}" {size} fill="{fill}"{edge}/>')

    def line(self, x1: float, y1: float, x2: float, y2: float, stroke: str = LINE, dash: str = "") -> None:
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        ends = f'x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}"'
        self.parts.append(f'<line {ends} stroke="{stroke}" stroke-width="1"{dashed}/>')

    def path(self, points: Sequence[tuple[float, float]], stroke: str, dash: str = "") -> None:
        """A line through points, two pixels wide."""
        told = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        look = f'fill="none" stroke="{stroke}" stroke-width="2" stroke-linejoin="round"{dashed}'
        self.parts.append(f'<polyline points="{told}" {look}/>')

    def mark(self, sort: str, x: float, y: float, colour: str, size: float = 4.5) -> None:
        shapes = {
            "circle": f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(size)}" fill="{colour}" stroke="{PAPER}"/>',
            "square": _polygon([(x - size, y - size), (x + size, y - size), (x + size, y + size), (x - size, y + size)],
                               colour),
            "triangle": _polygon([(x, y - size - 1), (x + size + 1, y + size), (x - size - 1, y + size)], colour),
            "diamond": _polygon([(x, y - size - 2), (x + size + 1, y), (x, y + size + 2), (x - size - 1, y)], colour),
            "cross": f'<path d="M{_n(x - size)} {_n(y - size)} {_n(x + size)} {_n(y + size)}M{_n(x - size)} '
                     f'{_n(y + size)} {_n(x + size)} {_n(y - size)}" stroke="{colour}" stroke-width="2.4"/>',
        }  # fmt: skip
        self.parts.append(shapes[sort])

    def text(
        self, x: float, y: float, words: str, *, size: int = NORMAL, anchor: str = "start", fill: str = INK,
        bold: bool = False, halo: bool = False,
    ) -> None:  # fmt: skip
        """Words with their middle at `y`; `halo`: on a pattern, with paper around the signs."""
        weight = ' font-weight="700"' if bold else ""
        place = f'x="{_n(x)}" y="{_n(y + size * 0.36)}" font-size="{size}" text-anchor="{anchor}"'
        told = escape(words)
        if halo:  # twice instead of paint-order, which typst's reader of SVG does not know in every version
            self.parts.append(f'<text {place}{weight} fill="none" stroke="{PAPER}" stroke-width="3.5" '
                              f'stroke-linejoin="round" aria-hidden="true">{told}</text>')  # fmt: skip
        self.parts.append(f'<text {place}{weight} fill="{fill}">{told}</text>')

    def svg(self, title: str, about: str) -> str:
        """The picture. `title` is its name, `about` says in words what it shows (each number in it)."""
        patterns = "".join(_pattern(self.key, tone) for tone in self._used)
        defs = f"<defs>{patterns}</defs>" if patterns else ""
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width}" height="{self.height}" '
            f'viewBox="0 0 {self.width} {self.height}" role="img" aria-labelledby="{self.key}-title {self.key}-about" '
            f'font-family="{FONT}">'
        )
        name = f'<title id="{self.key}-title">{escape(title)}</title>'
        told = f'<desc id="{self.key}-about">{escape(about)}</desc>'
        return "".join([head, name, told, defs, *self.parts, "</svg>"])


def width_of(text: str, size: int = NORMAL) -> float:
    """About how wide words are, in pixels: a Chinese sign is as wide as high."""
    return sum(1.0 if ord(sign) > 0x2E7F else 0.4 if sign in ".,:;il1|' " else 0.62 for sign in text) * size


def shortened(text: str, width: float, size: int = NORMAL) -> str:
    """The words, cut with `…` where they are wider than that."""
    if width_of(text, size) <= width:
        return text
    while text and width_of(text + "…", size) > width:
        text = text[:-1]
    return text.rstrip() + "…"


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round numbers from below `low` to above `high`, at most about so many."""
    span = max(high - low, 1e-9)
    power = 10.0 ** floor(log10(span / max(most - 1, 1)))
    step = next(power * n for n in (1, 2, 5, 10) if span / (power * n) <= most - 1)
    first = floor(low / step + 1e-9)
    return [round(n * step, 10) for n in range(first, ceil(high / step - 1e-9) + 1)]


def tick_text(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:g}"


def apart(wanted: Iterable[float], least: float, low: float, high: float) -> list[float]:
    """Places as near as can be to those wanted (in their order), at least so far from each other and within bounds."""
    order = sorted(enumerate(wanted), key=lambda pair: pair[1])
    placed: dict[int, float] = {}
    last = low - least
    for n, place in order:
        last = placed[n] = max(place, last + least)
    over = high
    for n, _ in reversed(order):
        placed[n] = min(placed[n], over)
        over = placed[n] - least
    return [placed[n] for n in range(len(placed))]


def _pattern(key: str, tone: str) -> str:
    ground = GRADES.get(tone) or TONES[tone]
    return (
        f'<pattern id="{key}-{tone}" width="{_SIDE}" height="{_SIDE}" patternUnits="userSpaceOnUse">'
        f'<rect width="{_SIDE}" height="{_SIDE}" fill="{ground}"/>{_PATTERNS[tone]}</pattern>'
    )


def _polygon(points: Sequence[tuple[float, float]], colour: str) -> str:
    told = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
    return f'<polygon points="{told}" fill="{colour}" stroke="{PAPER}"/>'


def _n(value: float) -> str:
    """A length with one decimal at most."""
    return f"{value:.1f}".removesuffix(".0")

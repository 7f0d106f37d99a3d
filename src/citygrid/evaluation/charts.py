"""Charts of the evaluation as SVG text, for a page, a bulletin and grey print: ranking, trend, piles, steps of a score.

Pure: the caller brings words and numbers as they are printed. `key` must differ between charts of one page. Numbers
stand beside what shows them, so that nobody has to measure a picture."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from citygrid.evaluation.chart_drawing import (
    DASHES,
    GRADES,
    GROUND,
    INK,
    LINE,
    MARKS,
    NORMAL,
    QUIET,
    SERIES,
    SMALL,
    Canvas,
    Number,
    apart,
    shortened,
    tick_text,
    ticks,
    width_of,
)

Across = Callable[[int], float]
Up = Callable[[Number], float]

WIDTH = 720
LONGEST = len(SERIES)
"""So many lines can be told apart in one trend."""
_ROW, _TOP, _BOTTOM = 26, 14, 30


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of a ranking. `shown`: the number as printed; `colour` one of the five grades', `letter` says it again."""

    name: str
    value: Number | None
    shown: str
    colour: str = ""
    letter: str = ""
    own: bool = False
    """Whose chart it is: printed bold."""


@dataclass(frozen=True, slots=True)
class Band:
    """A grade begins at `least`."""

    least: Number
    letter: str
    colour: str


@dataclass(frozen=True, slots=True)
class Line:
    """A series of a trend: a number per period, or None; `shown` as printed."""

    name: str
    values: tuple[Number | None, ...]
    shown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of every pile; `tone` good, fair, bad, open or plain (`chart_drawing.TONES`)."""

    name: str
    tone: str


@dataclass(frozen=True, slots=True)
class Pile:
    """A row of piles: a number for each part."""

    name: str
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Stair:
    """A step of a score: what a term adds, and the most it could have added (None: no bound, as of a bonus)."""

    name: str
    adds: Number
    most: Number | None
    shown: str


def bars(
    rows: Sequence[Bar], *, title: str, most: Number | None = None, bands: Sequence[Band] = (),
    middle: tuple[Number, str] | None = None, width: int = WIDTH, key: str = "bars", among: Sequence[Bar] = (),
) -> str:  # fmt: skip
    """A ranking: a bar for each row in the order given, from 0 to `most` (the largest where left out). `bands`: lines
    where grades begin; `middle`: a mean or median with its words; `among`: the rows of the whole chart of which this is
    a piece, so that all its pieces have one scale."""
    top = _TOP + (18 if bands else 0) + (18 if middle else 0)
    height = top + _ROW * max(len(rows), 1) + _BOTTOM
    draw = Canvas(width, height, key)
    among = among or rows
    names = min(max([width_of(row.name) for row in among], default=60) + 14, width * 0.34)
    ends = max([width_of(row.shown + row.letter) for row in among], default=20) + 26
    left, right = names, width - ends
    largest = max([float(row.value) for row in among if row.value is not None], default=0.0)
    scale = ticks(0, max(float(most or 0), largest, 1e-6))
    whole = max(float(most or 0), largest) or scale[-1]
    per = (right - left) / whole
    for tick in scale:
        if tick <= whole:
            draw.line(left + tick * per, top - 4, left + tick * per, height - _BOTTOM + 4, GROUND)
            draw.text(left + tick * per, height - 14, tick_text(tick), size=SMALL, anchor="middle", fill=QUIET)
    for band in bands:
        if 0 < band.least <= whole:
            at = left + float(band.least) * per
            draw.line(at, top - 6, at, height - _BOTTOM + 4, QUIET, "3 3")
            draw.text(at, 12, _begins(band), size=SMALL, anchor="middle", fill=QUIET)
    for n, row in enumerate(rows):
        y = top + n * _ROW
        draw.text(left - 8, y + _ROW / 2, shortened(row.name, names - 12), anchor="end", bold=row.own)
        if row.value is None:
            draw.text(left + 6, y + _ROW / 2, row.shown, fill=QUIET)
            continue
        length = max(float(row.value), 0.0) * per
        draw.rect(left, y + 4, length, _ROW - 8, draw.fill(row.colour or "good"), GRADES.get(row.colour, INK))
        words = f"{row.shown} {row.letter}".strip()
        draw.text(left + length + 6, y + _ROW / 2, words, bold=row.own, halo=True)
    if middle is not None:
        at = left + float(middle[0]) * per
        draw.line(at, top - 4, at, height - _BOTTOM + 4, INK, "1 3")
        draw.text(at, top - 12, middle[1], size=SMALL, anchor="middle")
    draw.line(left, top - 4, left, height - _BOTTOM + 4, QUIET)
    return draw.svg(title, "; ".join(f"{row.name} {row.shown} {row.letter}".strip() for row in rows))


def trend(
    periods: Sequence[str], lines: Sequence[Line], *, title: str, bands: Sequence[Band] = (),
    most: Number | None = None, width: int = WIDTH, height: int = 280, key: str = "trend",
) -> str:  # fmt: skip
    """Numbers over periods, each line with its name at its end. A period without a number is a gap. The scale need not
    begin at 0. ValueError for more lines than can be told apart (`LONGEST`)."""
    if len(lines) > LONGEST:
        raise ValueError(f"{len(lines)} lines cannot be told apart")
    draw = Canvas(width, height, key)
    scale = _scale([float(value) for line in lines for value in line.values if value is not None], most)
    ends = max([width_of(line.name, SMALL) for line in lines], default=40) + 16 if len(lines) > 1 else 22
    left, right = 40.0, width - min(ends, width * 0.3)
    top, bottom = 22.0, height - 34.0

    def across(n: int) -> float:
        return left + 14 + (right - left - 28) * (n / max(len(periods) - 1, 1))

    def up(value: Number) -> float:
        return bottom - (float(value) - scale[0]) / (scale[-1] - scale[0]) * (bottom - top)

    for tick in scale:
        draw.line(left, up(tick), right, up(tick), GROUND)
        draw.text(left - 6, up(tick), tick_text(tick), size=SMALL, anchor="end", fill=QUIET)
    within = [band for band in bands if scale[0] < band.least <= scale[-1]]
    for band in within:
        draw.line(left, up(band.least), right, up(band.least), QUIET, "3 3")
    draw.line(left, bottom, right, bottom, QUIET)
    _periods(draw, periods, across, bottom, right - left)
    for n, line in enumerate(lines):
        _line(draw, n, line, across, up, numbered=len(lines) == 1)
    for band in within:
        draw.text(left + 3, up(band.least) - 7, _begins(band), size=SMALL, fill=QUIET, halo=True)
    if len(lines) > 1:
        _ends(draw, lines, across, up, (top, bottom), width)
    return draw.svg(title, "; ".join(_told(line, periods) for line in lines))


def _periods(draw: Canvas, periods: Sequence[str], across: Across, bottom: float, room: float) -> None:
    """As many names of periods as there is room for, the last one in any case."""
    every = max(1, -(-len(periods) * 52 // int(room)))
    for n, words in enumerate(periods):
        draw.line(across(n), bottom, across(n), bottom + 4, LINE)
        if (len(periods) - 1 - n) % every == 0:
            draw.text(across(n), bottom + 16, words, size=SMALL, anchor="middle", fill=QUIET)


def _scale(values: Sequence[float], most: Number | None) -> list[float]:
    """Ticks around the values, not past `most`, and not below 0 where no value is."""
    low, high = min(values, default=0.0), max(values, default=1.0)
    if high - low < 1:
        low, high = low - 0.5 if low < 0 else max(low - 0.5, 0.0), high + 0.5
    scale = ticks(low, high, 5)
    if most is not None and scale[-1] > float(most) >= max(values, default=0.0):
        scale = [tick for tick in scale if tick < float(most)] + [float(most)]
    return scale


def _begins(band: Band) -> str:
    return f"{band.letter} ≥ {tick_text(float(band.least))}"


def _line(draw: Canvas, n: int, line: Line, across: Across, up: Up, *, numbered: bool) -> None:
    colour, run = SERIES[n], []
    for at, value in [*enumerate(line.values), (len(line.values), None)]:
        if value is not None:
            run.append((across(at), up(value)))
            continue
        if len(run) > 1:
            draw.path(run, colour, DASHES[n])
        run = []
    for at, value in enumerate(line.values):
        if value is None:
            continue
        draw.mark(MARKS[n], across(at), up(value), colour)
        if numbered:
            draw.text(across(at), up(value) - 13, line.shown[at], size=SMALL, anchor="middle", halo=True)


def _ends(draw: Canvas, lines: Sequence[Line], across: Across, up: Up, within: tuple[float, float], width: int) -> None:
    """Names at the ends of their lines, moved apart."""
    last = [next(((n, v) for n, v in reversed([*enumerate(line.values)]) if v is not None), None) for line in lines]
    there = [(n, one) for n, one in enumerate(last) if one is not None]
    places = apart([up(value) for _, (_, value) in there], 15, within[0], within[1])
    begin = max((across(at) for _, (at, _) in there), default=0.0) + 11
    for (n, (at, value)), y in zip(there, places, strict=True):
        if across(at) + 6 < begin or abs(y - up(value)) > 2:
            draw.line(across(at) + 6, up(value), begin - 2, y, LINE)
        draw.text(begin, y, shortened(lines[n].name, width - begin - 2, SMALL), size=SMALL, fill=SERIES[n], bold=True)


def _told(line: Line, periods: Sequence[str]) -> str:
    return f"{line.name}: " + ", ".join(f"{when} {what}" for when, what in zip(periods, line.shown, strict=True))


def stacked(
    parts: Sequence[Part], rows: Sequence[Pile], *, title: str, width: int = WIDTH, key: str = "stacked"
) -> str:
    """Piles lying on their side: counts that add up to a whole, each part with its pattern and, where there is room,
    its number; the whole at the end."""
    height = 34 + _ROW * max(len(rows), 1) + 12
    draw = Canvas(width, height, key)
    names = min(max([width_of(row.name) for row in rows], default=60) + 14, width * 0.34)
    whole = max([sum(row.values) for row in rows], default=0) or 1
    per = (width - names - width_of(str(whole)) - 16) / whole
    x = names
    for part in parts:
        draw.rect(x, 6, 14, 12, draw.fill(part.tone), QUIET)
        draw.text(x + 19, 12, part.name, size=SMALL)
        x += width_of(part.name, SMALL) + 36
    for n, row in enumerate(rows):
        y, at = 30 + n * _ROW, names
        draw.text(names - 8, y + _ROW / 2, shortened(row.name, names - 12), anchor="end")
        for part, value in zip(parts, row.values, strict=True):
            length = value * per
            if value:
                draw.rect(at, y + 4, length, _ROW - 8, draw.fill(part.tone), QUIET)
            if length > width_of(str(value)) + 8:
                draw.text(at + length / 2, y + _ROW / 2, str(value), anchor="middle", bold=True, halo=True)
            at += length
        draw.text(at + 6, y + _ROW / 2, str(sum(row.values)))
    draw.line(names, 28, names, height - 8, QUIET)
    told = (", ".join(f"{p.name} {v}" for p, v in zip(parts, row.values, strict=True)) for row in rows)
    return draw.svg(title, "; ".join(f"{row.name}: {words}" for row, words in zip(rows, told, strict=True)))


def steps(
    stairs: Sequence[Stair], *, title: str, whole: Number, total: tuple[str, str], width: int = WIDTH,
    key: str = "steps",
) -> str:  # fmt: skip
    """How a score comes about: what each term adds begins where the one before ends; the hollow part is what it left.
    `total`: the word and the printed score of the last row."""
    height = _TOP + _ROW * (len(stairs) + 1) + _BOTTOM
    draw = Canvas(width, height, key)
    names = min(max([width_of(stair.name) for stair in stairs], default=60) + 14, width * 0.34)
    ends = max([width_of(stair.shown) for stair in stairs], default=20) + 16
    sums = [0.0]
    for stair in stairs:
        sums.append(sums[-1] + float(stair.adds))
    furthest = max([float(whole), *(at + float(s.most or 0) for at, s in zip(sums, stairs, strict=False)), *sums])
    lowest = min(0.0, *sums)
    per = (width - names - ends) / (furthest - lowest)
    zero = names - lowest * per
    for tick in ticks(0, float(whole)):
        draw.line(zero + tick * per, _TOP - 4, zero + tick * per, height - _BOTTOM + 4, GROUND)
        draw.text(zero + tick * per, height - 14, tick_text(tick), size=SMALL, anchor="middle", fill=QUIET)
    for n, stair in enumerate(stairs):
        y, begin, adds = _TOP + n * _ROW, zero + sums[n] * per, float(stair.adds) * per
        draw.text(names - 8, y + _ROW / 2, shortened(stair.name, names - 12), anchor="end")
        room = max(adds, float(stair.most or 0) * per)
        if stair.most is not None:
            draw.rect(begin, y + 5, float(stair.most) * per, _ROW - 10, "none", QUIET)
        draw.rect(begin + min(adds, 0), y + 5, abs(adds), _ROW - 10, draw.fill("bad" if adds < 0 else "good"), QUIET)
        draw.text(begin + max(room, 0) + 6, y + _ROW / 2, stair.shown)
        draw.line(begin + adds, y + _ROW - 5, begin + adds, y + _ROW + 5, QUIET)
    y = _TOP + len(stairs) * _ROW
    draw.rect(zero, y + 4, sums[-1] * per, _ROW - 8, INK)
    draw.text(names - 8, y + _ROW / 2, total[0], anchor="end", bold=True)
    draw.text(zero + max(sums[-1], 0) * per + 6, y + _ROW / 2, total[1], size=NORMAL, bold=True)
    draw.line(zero, _TOP - 4, zero, height - _BOTTOM + 4, QUIET)
    return draw.svg(title, "; ".join([*(f"{s.name} {s.shown}" for s in stairs), " ".join(total)]))

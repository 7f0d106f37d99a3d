"""Evidence for what the demo's people enter: a signed table as PDF, a drawn picture; sent by the one who names it."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from citygrid.demo import illustrations
from citygrid.demo.drawing import draw
from citygrid.demo.folder import appraisal
from citygrid.media.models import File
from citygrid.media.storing import original, store
from citygrid.web import papers
from citygrid.web.papers import PaperError

PAPER = Path(__file__).with_name("evidence.typ")


def table(
    told: dict[str, Any], city: str, month: str, day: date, rows: Sequence[tuple[str, str, str]], person: int,
    at: datetime,
) -> File:  # fmt: skip
    """The table of an input as it was handed in; a picture where this server cannot print Chinese."""
    paper = appraisal()["paper"]
    lines = [[str(number), *row] for number, row in enumerate(rows, start=1)]
    data = {"title": told["title"], "city": city, "month": month, "heads": paper["heads"], "rows": lines,
            "source": told["source"], "day": day.isoformat(), "note": paper["note"]}  # fmt: skip
    try:
        content = papers.pdf(PAPER, data, at=at)
    except PaperError:
        return picture("sign", 0, person, at)
    return store(content, f"{told['input']}-{month}.pdf", person, at)


def picture(motif: str, number: int, person: int, at: datetime, *, after: bool = True) -> File:
    """One of the demo's pictures, sent by this person."""
    return store(_picture(motif, number, after), f"{motif}-{number}.jpg", person, at, illustration=True)


@lru_cache(maxsize=64)
def _picture(motif: str, number: int, after: bool) -> bytes:
    note = f"{illustrations.NOTE}:{motif}:{'after' if after else 'before'}:{number}"
    known = File.objects.filter(illustration=True, note=note).first()
    if known is None:
        return draw(motif, number, after=after)
    with original(known) as data:
        return data.read()


def pictures(motif: str, count: int, turn: int, person: int, at: datetime) -> list[UUID]:
    """The ids of so many different pictures; `turn` says which."""
    most = illustrations.AFTER
    return [picture(motif, (turn + n) % most, person, at).pk for n in range(min(count, most))]

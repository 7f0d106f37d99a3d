"""The bulletin of a month: figures, sentences, Word and PDF (issue 7: 20 s), of the city that is in the database."""

import time
from datetime import datetime

from django.utils import timezone

from citygrid.bulletins import making, ordering, papering
from citygrid.bulletins.content import Span
from citygrid.bulletins.gathering import Order
from citygrid.bulletins.rules_kept import current
from citygrid.bulletins.spans import newest_over
from citygrid.rulebook.models import Profile

Row = tuple[str, float, str, float | None, str]


def measured(kind: str, span: Span, schemes: tuple[str, ...], now: datetime) -> list[Row]:
    """Counting and scoring, then writing both files; seconds."""
    rules = current()
    order = Order(kind, span, schemes, ordering.heading(rules, None, "", span.last, "zh"))
    begin = time.perf_counter()
    content, texts = making.written(order, rules, now)
    counted = time.perf_counter()
    papering.files(content, texts, None, now)
    end = time.perf_counter()
    cases = sum(one.count for one in content.sources)
    return [
        ("bulletin: figures and sentences", counted - begin, "s", None, f"{cases} cases filed in the period"),
        ("bulletin: Word and PDF", end - counted, "s", None, "with charts"),
        ("bulletin: all", end - begin, "s", None, "at most 20 s"),
    ]


def rows() -> list[Row]:
    """The newest month that is over; none where the database has no city."""
    if not Profile.objects.exists():
        return []
    now = timezone.now()
    return measured("month", newest_over("month", timezone.localdate(now)), ("department",), now)

"""The bulletin of a month: figures, sentences, Word and PDF (issue 7: 20 s)."""

import time
from datetime import date
from typing import Any

Row = tuple[str, float, str, float | None, str]


def measured(kind: str, first: date, last: date, schemes: tuple[str, ...], now: Any) -> list[Row]:
    """Rows for the city in the database: counting and scoring, then writing both files."""
    from citygrid.bulletins import making, ordering, papering
    from citygrid.bulletins.content import Span
    from citygrid.bulletins.gathering import Order
    from citygrid.bulletins.rules_kept import current

    rules = current()
    order = Order(kind, Span(first, last), schemes, ordering.heading(rules, None, "", last, "zh"))
    begin = time.perf_counter()
    content, texts = making.written(order, rules, now)
    counted = time.perf_counter()
    papering.files(content, texts, None, now)
    end = time.perf_counter()
    cases = str(sum(one.count for one in content.sources))
    return [
        ("bulletin: figures and sentences", counted - begin, "s", None, f"{cases} cases filed in the period"),
        ("bulletin: Word and PDF", end - counted, "s", None, "with charts"),
        ("bulletin: all", end - begin, "s", None, "at most 20 s"),
    ]


def rows() -> list[Row]:
    """The newest month that is over, of the city in `DATABASE_URL`."""
    import django

    django.setup()
    from django.utils import timezone

    from citygrid.bulletins.spans import newest_over

    now = timezone.now()
    span = newest_over("month", timezone.localdate(now))
    return measured("month", span.first, span.last, ("department",), now)

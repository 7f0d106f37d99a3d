"""Pages of scores in a large city, as a browser asks for them: a month that is over, the month that runs, twelve months
of a trend, a comparison, the own month, the own score.

The facts are those of `bench/evaluation.py` (CITYGRID_BENCH_CASES says how many cases; 5,000,000 is the size to hold);
it is the evening of the last day that they know. One page in a second. The bare figure is to count what the scheme asks
of the month from facts, once. Through Django's test client, warm, median of 3."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import partial
from typing import Any
from unittest.mock import patch
from uuid import uuid4

from bench import evaluation, town
from bench.timing import median
from django.db import transaction
from django.test import Client

from citygrid.cases import directory
from citygrid.cases.database import Connection, plain
from citygrid.evaluation import closing, closing_rows, counting, cycles, days, facts, scheme_versions
from citygrid.evaluation.asking import zone_at
from citygrid.evaluation.catalogue import catalogue, standard
from citygrid.evaluation.closing_models import PeriodClose
from citygrid.evaluation.closing_text import Frozen
from citygrid.evaluation.computing import computed
from citygrid.evaluation.counting import Question
from citygrid.evaluation.periods import before, holding, period
from citygrid.organization.models import Body

NOW = datetime(2026, 5, 31, 13, 30, tzinfo=UTC)
CODE, WAYS, UNITS = "bench_units", ("unit", "district", "post"), 300
OVER, RUNS = "from=2026-04-01&to=2026-04-30", "from=2026-05-01&to=2026-05-31"


def rows() -> list[dict[str, Any]]:
    town.settle()
    with plain() as raw, patch("django.utils.timezone.now", return_value=NOW):
        facts.refresh(raw)
        begun = time.perf_counter()
        evaluation._make(raw)
        _roll_up(raw)
        took = time.perf_counter() - begun
        print(f"[bench] {evaluation.CASES:,} cases made and rolled up in {took:.0f} s", file=sys.stderr, flush=True)
        try:
            with _units():
                return [_judged(row) for row in _pages(raw)]
        finally:
            evaluation._clear(raw)


def _judged(row: dict[str, Any]) -> dict[str, Any]:
    """The target is of the full size."""
    return row | {"target": "<= 1 s"} | ({"ok": row["value"] <= 1} if evaluation.CASES >= evaluation.FULL else {})


def _pages(raw: Connection) -> Iterator[dict[str, Any]]:
    reader, unit, taker = (_signed_in(login) for login in ("evaluator1", "unit1", "calltaker1"))
    scores = f"/evaluation/scores/?scheme={CODE}"
    of_one = f"/evaluation/scores/subject/?scheme={CODE}&subject=63"
    three = f"/evaluation/scores/compare/?scheme={CODE}&subject=61&subject=62&subject=63"
    asked = [
        ("scores of a month that is over", reader, f"{scores}&{OVER}"),
        ("scores of the month that runs", reader, f"{scores}&{RUNS}"),
        ("a unit's score and its twelve months", reader, f"{of_one}&{RUNS}"),
        ("comparison of three, twelve months", reader, f"{three}&{RUNS}"),
        ("map of the districts, month that runs", reader, f"/evaluation/scores/map/?scheme=area&{RUNS}"),
        ("what if, month that runs", reader, f"/evaluation/scores/what-if/?scheme={CODE}&subject=63&{RUNS}"),
        ("my month", taker, "/evaluation/my-month/?month=2026-04"),
        ("my month, the one that runs", taker, "/evaluation/my-month/"),
        ("my score", unit, f"/evaluation/my-score/?scheme={CODE}"),
    ]
    bare = median(partial(_counted, raw))
    for what, who, address in asked:
        yield _row(what, who, address, bare)
    with transaction.atomic():
        _freeze()
        yield _row("a unit's score, eleven months frozen", reader, f"{of_one}&{RUNS}", bare)
        yield _row("scores of a frozen month", reader, f"{scores}&{OVER}", bare)
        transaction.set_rollback(True)


def _row(what: str, who: Client, address: str, bare: float) -> dict[str, Any]:
    took = median(partial(_opened, who, address))
    return {"what": what, "value": took, "unit": "s", "bare": bare,
            "how": f"{evaluation.CASES:,} cases, {UNITS} units; bare: the scheme's counts from facts"}  # fmt: skip


def _opened(who: Client, address: str) -> None:
    answer = who.get(address)
    assert answer.status_code == 200, (address, answer.status_code)


def _counted(raw: Connection) -> None:
    book = catalogue(NOW.date())
    counts = book.definitions[CODE].counts_of(book.schemes[CODE].names_used())
    of = period(date(2026, 5, 1), date(2026, 5, 31), zone_at(NOW), NOW)
    counting.count(raw, counts, Question(of, "unit"))


def _freeze() -> None:
    """The eleven months that are over, as they are."""
    months = cycles.current(NOW.date()).of(CODE).months
    one = holding("month", NOW.date(), months)
    by = town.who("evaluator1", NOW).person
    for _ in range(11):
        one = before(one, months)
        close = PeriodClose.objects.create(id=uuid4(), scheme=CODE, period=one.name, first=one.first, last=one.last,
                                           state="frozen", window_ends=NOW, opened_by=by, opened_at=NOW)  # fmt: skip
        found = computed(CODE, period(one.first, one.last, zone_at(NOW), NOW), NOW)
        closing.store(close, Frozen(close.pk, 1, "", closing_rows.digest({}), found), {}, made_by=by, at=NOW)


def _roll_up(raw: Connection) -> None:
    """By what these pages ask (a city keeps all subjects)."""
    raw.execute("delete from evaluation_day_zone")
    raw.execute("insert into evaluation_day_zone values (%s)", [evaluation.ZONE])
    raw.execute("set work_mem = '512MB'")
    for name in facts.NAMES:
        days.build(raw, name, evaluation.ZONE, [way for way in WAYS if way in days.ways(name)])
        raw.execute(f"vacuum analyze evaluation_day_{name}".encode())
    raw.execute("reset work_mem")


@contextmanager
def _units() -> Iterator[None]:
    """The units of the facts, and a scheme that judges them all."""
    known = set(Body.objects.values_list("pk", flat=True))
    unit = town.who("unit1", NOW).body
    Body.objects.bulk_create(
        Body(pk=n, code=f"bench-{n}", name=f"责任单位{n}", kind=unit.kind, side=unit.side, level=unit.level,
             parent_id=unit.parent_id) for n in range(1, UNITS + 1) if n not in known
    )  # fmt: skip
    directory.forget()
    scheme_versions.bring(CODE, standard()["department"], date(2025, 1, 1))  # of all units in one group
    try:
        yield
    finally:
        with transaction.atomic():
            scheme_versions.take_back(CODE, date(2025, 1, 1))
        Body.objects.filter(code__startswith="bench-").delete()
        directory.forget()


def _signed_in(login: str) -> Client:
    one, client = town.who(login, NOW), Client(SERVER_NAME="localhost")
    client.force_login(one.person)
    session = client.session
    session["seat"] = one.seat.pk
    session.save()
    return client

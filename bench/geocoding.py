"""Geocoding: how often the right place is first and among the first five, and how long an answer takes.

Names: the 45,776 Chinese places of the data beside the repository (absent: these rows are left out, and it is said).
Crossings and offsets: the roads of the demo city. 500 questions a kind, made with a seed (`geocoding_questions.py`).
Speed: among 500,000 places (the same with two characters changed each), all kinds mixed, one connection, warm; bare:
the very statements of the search alone. All in a transaction that is taken back. `python -m bench.geocoding`."""

import os
import random
import statistics
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "citygrid.config.settings")
django.setup()

from bench import geocoding_questions as questions  # noqa: E402 - Django's settings come first
from bench.geocoding_questions import Map, Named, Names, Question  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from citygrid.geocoding import candidates, filling, indexing, reverse, search, words  # noqa: E402
from citygrid.geocoding.drafts import Draft, apply  # noqa: E402
from citygrid.geocoding.models import Kind, Place  # noqa: E402
from citygrid.maps import metres  # noqa: E402
from citygrid.standards.coordinates import Metric  # noqa: E402

ROOT = Path(__file__).resolve().parents[1]
CITY = ROOT / "src/citygrid/demo/city"
POI = ROOT.parent / "shared/data/poi/shanghai_poi.parquet"
SEED, COUNT, PLACES, TIMED, BATCH = 20260131, 500, 500_000, 150, 5000
GOALS = {"initials": (70.0, 90.0)}
USUAL = (90.0, 97.0)


def rows(count: int = COUNT, places: int = PLACES) -> list[dict[str, Any]]:
    now = datetime.now(UTC)
    found = []
    asked: list[Question] = []
    on_map = Map(CITY, "EPSG:4549")
    for make in (questions.crossings, questions.offsets):
        chosen = questions.take(make(on_map, random.Random(SEED)), count)
        found += accuracy(chosen, now, "roads and places of the demo city")
        asked += chosen
    found.append(_reverse(now))
    if not POI.is_file():
        print(f"[bench] {POI} is absent: nothing about names, nothing about speed", file=sys.stderr)
        return found
    known = shanghai()
    with transaction.atomic():
        fill([*area_drafts(), *(draft(one, f"{n}") for n, one in enumerate(known))], now)
        for make in questions.OF_NAMES:
            names = Names([one for one, _address in known])
            chosen = questions.take(make(names, random.Random(SEED)), count)
            found += accuracy(chosen, now, f"{len(known):,} places of Shanghai beside the demo city")
            asked += chosen
        began = time.perf_counter()
        written = fill(more(known, len(known), places), now)
        took = time.perf_counter() - began
        found.append({"what": "geocode: places written and indexed", "value": written / took, "unit": "places/s",
                      "bare": None, "target": "", "ok": None, "how": f"{written:,} in {took:.0f} s"})  # fmt: skip
        found += speed(asked, now)
        transaction.set_rollback(True)
    words.forget()
    return found


def accuracy(chosen: Sequence[Question], now: datetime, about: str) -> list[dict[str, Any]]:
    """Two rows: in per cent, the right one first, and among the first five."""
    first = five = 0
    for question in chosen:
        right = [question.right(m.words, m.lon, m.lat) for m in search.find(question.text, 5, at=now)]
        first += right[:1] == [True]
        five += any(right)
    kind, goals = chosen[0].kind, GOALS.get(chosen[0].kind, USUAL)
    shares = (100 * first / len(chosen), 100 * five / len(chosen))
    return [
        {"what": f"geocode by {kind}: {which}", "value": share, "unit": "%", "bare": None, "target": f">= {goal:.0f}",
         "ok": share >= goal, "how": f"{len(chosen)} questions, {about}"}
        for which, share, goal in zip(("first", "in five"), shares, goals, strict=True)
    ]  # fmt: skip


def speed(asked: Sequence[Question], now: datetime) -> list[dict[str, Any]]:
    """p95 of whole answers, and of their statements alone."""
    chance = random.Random(SEED)
    by_kind: dict[str, list[str]] = {}
    for one in asked:
        by_kind.setdefault(one.kind, []).append(one.text)
    texts = [text for listed in by_kind.values() for text in chance.sample(listed, min(TIMED, len(listed)))]
    # Somebody typing: the first few characters of a question.
    texts += [text[: chance.randint(1, 4)] for text in chance.sample(texts, TIMED)]
    chance.shuffle(texts)
    for text in texts[:100]:
        search.find(text, 10, at=now)
    ours = [_timed(lambda text=text: search.find(text, 10, at=now)) for text in texts]
    made = [_statements(text, now) for text in texts]
    bare = [_timed(lambda some=some: [_run(*one) for one in some]) for some in made]
    count = Place.objects.count()
    load = f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    note = f"{len(texts)} questions of all kinds and beginnings among {count:,} places; bare: their statements; {load}"
    return [
        {"what": "geocode p95", "value": _p95(ours), "unit": "ms", "bare": _p95(bare), "target": "<= 20",
         "ok": _p95(ours) <= 20, "how": note},
        {"what": "geocode median", "value": statistics.median(ours), "unit": "ms", "bare": statistics.median(bare),
         "target": "", "ok": None, "how": note},
    ]  # fmt: skip


def _statements(text: str, now: datetime) -> list[tuple[str, Sequence[object]]]:
    made: list[tuple[str, Sequence[object]]] = []
    plain = candidates.rows

    def noted(statement: str, params: Sequence[object], *, binary: bool = True) -> list[Any]:
        made.append((statement, params))
        return plain(statement, params, binary=binary)

    candidates.rows = noted
    try:
        search.find(text, 10, at=now)
    finally:
        candidates.rows = plain
    return made


def _run(statement: str, params: Sequence[object]) -> None:
    candidates.rows(statement, params)


def _timed(call: Any) -> float:
    begun = time.perf_counter()
    call()
    return (time.perf_counter() - begun) * 1000


def _p95(values: Iterable[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def _reverse(now: datetime) -> dict[str, Any]:
    chance = random.Random(SEED)
    spots = [
        (lon + chance.uniform(-0.002, 0.002), lat + chance.uniform(-0.002, 0.002))
        for lon, lat in chance.choices(list(Place.objects.exclude(kind=Kind.AREA).values_list("lon", "lat")), k=300)
    ]
    for spot in spots[:20]:
        reverse.describe(*spot, now)
    took = [_timed(lambda spot=spot: reverse.describe(*spot, now)) for spot in spots]
    return {"what": "reverse geocode p95", "value": _p95(took), "unit": "ms", "bare": None, "target": "<= 20",
            "ok": _p95(took) <= 20, "how": "300 points of the demo city, warm"}  # fmt: skip


def shanghai() -> list[tuple[Named, str]]:
    """Name and point of each place, with its address."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - only where there is such a file

    table = pq.read_table(POI, columns=["name", "address", "lon", "lat"]).to_pylist()
    return [
        (Named(row["name"], row["lon"], row["lat"]), "" if row["address"] in (None, "[]") else row["address"])
        for row in table
    ]


def draft(known: tuple[Named, str], key: str) -> Draft:
    one, address = known
    return Draft(Kind.LANDMARK, one.name[:200], one.lon, one.lat, address=address[:200], source="bench", source_key=key)


def area_drafts() -> list[Draft]:
    """The districts, so that their names before an address are known."""
    import pyarrow.parquet as pq  # noqa: PLC0415

    named = sorted({*pq.read_table(POI, columns=["adname"])["adname"].to_pylist()} - {None, ""})
    made = [("city", "上海市"), *(("district", name) for name in named)]
    return [
        Draft(Kind.AREA, name, 121.47, 31.23, category=level, code=f"bench{n}", source="bench", source_key=f"area{n}")
        for n, (level, name) in enumerate(made)
    ]


def more(known: Sequence[tuple[Named, str]], start: int, stop: int) -> Iterator[Draft]:
    """Places from a number to another: the known ones over again with two characters changed and somewhere else."""
    chance = random.Random(SEED)
    signs = [sign for one, _ in known for sign in one.name if questions.CHINESE.fullmatch(sign)]
    for n in range(start, stop):
        one, address = known[n % len(known)]
        letters = list(one.name)
        for at in chance.sample(range(len(letters)), min(2, len(letters))):
            letters[at] = chance.choice(signs)
        one = Named("".join(letters), one.lon + chance.uniform(-0.1, 0.1), one.lat + chance.uniform(-0.1, 0.1))
        yield draft((one, address), f"{n}")


def fill(drafts: Iterable[Draft], now: datetime) -> int:
    """Places beside those that are there, a batch at a time as gathering writes them; how many."""
    to, day, count = metres.city(), timezone.localdate(now), 0
    rest = iter(drafts)
    with indexing.rebuilding():
        while batch := [place_of(one, day, now, to) for one in islice(rest, BATCH)]:
            filling.places(batch)
            indexing.copy_terms(batch)
            count += len(batch)
    with connection.cursor() as cursor:
        cursor.execute("analyze geocoding_place")
    indexing.changed()
    return count


def place_of(draft: Draft, day: date, now: datetime, to: Metric) -> Place:
    place = apply(draft, Place(), day, to)
    place.code, place.valid_from, place.changed_at = draft.own_code(), day, now
    return place


if __name__ == "__main__":
    for row in rows(*map(int, sys.argv[1:])):
        print(row)

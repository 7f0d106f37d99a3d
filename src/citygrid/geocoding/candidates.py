"""Which texts may be meant: the hot path of search, plain SQL.

Of the question's grams the rarest are looked up, as many as bring a few thousand rows; the texts that have the most of
them, weighed by rarity, are the candidates. Beside them those that begin with the question, for who is still typing."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from psycopg import Cursor

BUDGET = 2000
"""Rows of the index that one question may look at."""
MOST = 100
BEGINNING = 40
COMMON = 400

Found = list["Candidate"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text of a place, as `Term` has it, with what the ranking needs of the place."""

    place: int
    role: str
    text: str
    pinyin: str
    initials: str
    kind: str
    weight: int
    lon: float
    lat: float
    district: str
    street: str


FACTS = (
    "t.place_id, t.role, t.text, t.pinyin, t.initials, p.kind, p.weight, p.lon, p.lat, p.district, p.street"
    " from {terms} t join geocoding_place p on p.id = t.place_id"
    " where p.valid_from <= %s and (p.valid_to is null or p.valid_to > %s)"
)
OF_BEST = f" select {FACTS.format(terms='best')}"
BY_GRAMS = (
    "with hit as materialized (select i.id, sum(w.weight) as weight"  # noqa: S608 - made of constants
    " from unnest(%s::int4[], %s::float8[]) w(gram, weight)"
    " cross join lateral (select id from geocoding_term where grams @> array[w.gram] offset 0) i"
    " group by i.id order by 2 desc, 1 limit %s),"
    " best as (select t.* from hit join geocoding_term t on t.id = hit.id)" + OF_BEST
)
BY_ALL = "with best as (select * from geocoding_term where grams @> %s::int4[] limit %s)" + OF_BEST  # noqa: S608 - constants
BY_BEGINNING = (
    "with best as (select * from geocoding_term where {column} like %s"  # noqa: S608 - made of constants
    " order by {column} using ~<~ limit %s)" + OF_BEST
)
EXACT = f"select {FACTS.format(terms='geocoding_term')} and t.text = any(%s) limit {COMMON}"


def by_grams(grams: Iterable[int], day: date) -> Found:
    """The candidates that share the most of the rarest grams."""
    asked = list(set(grams))
    if not asked:
        return []
    known = _rows("select gram, terms from geocoding_gram where gram = any(%s) and terms > 0 order by terms", [asked])
    if not known:
        return []
    picked = _affordable(known)
    if not picked:
        return _candidates(BY_ALL, [[gram for gram, _ in known], COMMON, day, day])
    total = known[-1][1] + 2
    weights = [math.log(1 + total / count) for _, count in picked]
    return _candidates(BY_GRAMS, [[gram for gram, _ in picked], weights, MOST, day, day])


def _affordable(known: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    picked: list[tuple[int, int]] = []
    spent = 0
    for gram, count in known:
        spent += count
        if spent > BUDGET:
            break
        picked.append((gram, count))
    return picked


def beginning(text: str, day: date, column: str = "text") -> Found:
    """Texts (or `column="initials"`) that begin so."""
    like = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    return _candidates(BY_BEGINNING.format(column=column), [like, BEGINNING, day, day])


def exact(said: Sequence[str], day: date) -> Found:
    """Texts that are one of these."""
    return _candidates(EXACT, [day, day, list(said)])


def _candidates(text: str, params: Sequence[object]) -> Found:
    return [Candidate(*row) for row in _rows(text, params)]


def _rows(text: str, params: Sequence[object]) -> list[tuple[Any, ...]]:
    connection.ensure_connection()
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        cursor.execute(text, params, binary=True)
        return cursor.fetchall()

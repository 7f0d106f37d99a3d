"""Which texts may be meant: the hot path of search, plain SQL, prepared once for each connection.

Two steps. `near_by`: what is exactly so, begins so, sounds so as a whole or has just these initials: one statement, and
most questions need no other. `by_grams`: of the question's grams the rarest are looked up, as many as bring a few
thousand rows; the texts that have the most of them, weighed by rarity, are the candidates."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from psycopg import Cursor

BUDGET = 2000
"""Rows of the index that one group of a question's grams may look at."""
MOST = 100
BEGINNING = 40
COMMON = 400
END = "\U0010ffff"
PREPARE_AFTER = 3

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


TERM = "id, place_id, role, text, pinyin, initials"
FACTS = (
    " select t.place_id, t.role, t.text, t.pinyin, t.initials, p.kind, p.weight, p.lon, p.lat, p.district, p.street"
    " from best t join geocoding_place p on p.id = t.place_id"
    " where p.valid_from <= %s and (p.valid_to is null or p.valid_to > %s)"
)
BEGINS = (
    "select {term} from unnest(%s::text[], %s::text[]) b(low, high) cross join lateral"
    " (select {term} from geocoding_term where {column} ~>=~ b.low and {column} ~<~ b.high"
    " order by {column} using ~<~ limit {most}) i"
)
NEAR_BY = (
    "with best as materialized ("  # noqa: S608 - made of constants
    f"(select {TERM} from geocoding_term where text = any(%s::text[]) limit {COMMON})"
    f" union all (select {TERM} from geocoding_term where grams && %s::int4[] limit {COMMON})"
    f" union all ({BEGINS.format(term=TERM, column='text', most=BEGINNING)})"
    f" union all ({BEGINS.format(term=TERM, column='initials', most=BEGINNING)}))" + FACTS
)
BY_GRAMS = (
    "with asked as (select g.gram, ln(1 + (max(g.terms) over () + 2.0)::float8 / g.terms) as weight,"  # noqa: S608 - made of constants
    " sum(g.terms) over (partition by a.grp order by g.terms, g.gram) as spent"
    " from unnest(%s::int4[], %s::int4[]) a(gram, grp) join geocoding_gram g using (gram) where g.terms > 0),"
    " hit as materialized (select i.id, sum(asked.weight) as weight from asked cross join lateral"
    " (select id from geocoding_term where grams @> array[asked.gram] offset 0) i"
    f" where asked.spent <= {BUDGET} group by i.id order by 2 desc, 1 limit {MOST}),"
    " best as (select t.* from hit join geocoding_term t on t.id = hit.id)" + FACTS
)
BY_ALL = (
    "with asked as (select array_agg(gram) as grams, count(*) as many from geocoding_gram"  # noqa: S608 - made of constants
    " where gram = any(%s::int4[]) and terms > 0),"
    f" best as (select * from geocoding_term where grams @> (select grams from asked where many > 0) limit {COMMON})"
    + FACTS
)
STREETS = (
    "with best as (select * from geocoding_term where text = any(%s::text[]) and role <> 'd')"  # noqa: S608 - made of constants
    + FACTS
    + f" and p.kind = 'street' limit {COMMON}"
)


def near_by(said: Sequence[str], grams: Sequence[int], begins: Sequence[str], letters: str, day: date) -> Found:
    """Texts that are one of `said`, have one of the grams (those of wholes), begin with one of `begins`; names whose
    initials begin with `letters` ("": not asked)."""
    initials = [letters] if letters else []
    bounds = [list(begins), [one + END for one in begins], initials, [one + END for one in initials]]
    return _candidates(NEAR_BY, [list(said), list(grams), *bounds, day, day])


def by_grams(groups: Sequence[Collection[int]], day: date) -> Found:
    """The candidates that share the most of the rarest grams; each group of grams has a budget of its own. When even
    the rarest of all are too common: those that have all grams of a group."""
    asked: Mapping[int, int] = {gram: n for n, group in reversed(list(enumerate(groups))) for gram in group}
    if not asked:
        return []
    found = _candidates(BY_GRAMS, [list(asked), list(asked.values()), day, day])
    return found or _candidates(BY_ALL, [list(set(next(filter(None, groups)))), day, day])


def streets(said: Sequence[str], day: date) -> Found:
    """Streets that are called one of these."""
    return _candidates(STREETS, [list(said), day, day])


def _candidates(text: str, params: Sequence[object]) -> Found:
    return [Candidate(*row) for row in rows(text, params)]


def rows(text: str, params: Sequence[object], *, binary: bool = True) -> list[tuple[Any, ...]]:
    """The rows of a statement on Django's connection, outside of Django's cursor: it would put the values into the text
    and so prepare nothing."""
    connection.ensure_connection()
    plain = connection.connection
    before, plain.prepare_threshold = plain.prepare_threshold, PREPARE_AFTER
    try:
        with connection.wrap_database_errors, Cursor(plain) as cursor:
            cursor.execute(text, params, binary=binary)
            return cursor.fetchall()
    finally:
        plain.prepare_threshold = before

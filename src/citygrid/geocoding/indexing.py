"""The index of search: the terms of each place, and how often each gram occurs.

Written by COPY, and counted again as a whole only when much has changed; what a single change does is added up."""

import secrets
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from django.db import connection, transaction

from citygrid.geocoding import texts, words
from citygrid.geocoding.models import Gram, Kind, Place, Role, State, Term

MANY = 20_000
"""Places changed at once from which the index is dropped, filled and built anew: three times as fast."""
BATCH = 5000
INDEX = "geocoding_term_grams"
COLUMNS = "place_id, role, text, pinyin, initials, grams"

Row = tuple[int, str, str, str, str, list[int]]


def terms_of(place: Place) -> Iterator[Row]:
    """The texts by which a place is found: its name, its aliases, its address, its road and number."""
    given = [(Role.NAME, place.name), *((Role.ALIAS, alias) for alias in place.aliases)]
    if place.road and place.number:
        given.append((Role.ADDRESS, place.road + place.number))
    given.append((Role.ADDRESS, place.address))
    seen: set[str] = set()
    for role, said in given:
        plain = texts.normal(said)
        text = texts.numbered(plain)
        # An address that is areas and a known text is found by that text: names of areas are cut off questions.
        covered = role is Role.ADDRESS and any(text.endswith(one) for one in seen)
        if text and text not in seen and not covered:
            seen.add(text)
            yield _row(place, role, text, texts.syllables(plain))


def _row(place: Place, role: Role, text: str, sounds: tuple[str, ...]) -> Row:
    street = place.kind == Kind.STREET
    grams = texts.grams_of(text, sounds, name=role is not Role.ADDRESS, street=street)
    return place.pk, role.value, text, " ".join(sounds), texts.initials(sounds), grams


def put(places: Collection[Place]) -> None:
    """Index these places, as they are now, in the caller's transaction."""
    with transaction.atomic():
        if len(places) >= MANY:
            _rebuild(places)
        else:
            ids = [place.pk for place in places]
            _count(ids, -1)
            Term.objects.filter(place__in=ids).delete()
            copy_terms(places)
            _count(ids, 1)
        changed()


def renew() -> int:
    """Write the texts of all places anew, a batch at a time; how many places. Searches wait for the end of it."""
    count = 0
    with transaction.atomic():
        with rebuilding():
            Term.objects.all().delete()
            places = Place.objects.defer("shape").order_by("pk").iterator(BATCH)
            while batch := list(islice(places, BATCH)):
                copy_terms(batch)
                count += len(batch)
        changed()
    return count


def changed() -> None:
    """Tell all processes that places or words are other than before."""
    State.objects.update_or_create(id=1, defaults={"mark": secrets.token_hex(8)})
    words.forget()
    transaction.on_commit(words.forget)


def mark() -> str:
    """Another text after every change of places or words."""
    return State.objects.values_list("mark", flat=True).first() or ""


def copy_terms(places: Iterable[Place]) -> None:
    """Write the texts of places that have none in the index; nothing is counted."""
    connection.ensure_connection()
    with (
        connection.connection.cursor() as cursor,
        cursor.copy(f"copy geocoding_term ({COLUMNS}) from stdin (format binary)") as copy,
    ):
        copy.set_types(["int8", "varchar", "varchar", "varchar", "varchar", "int4[]"])
        for place in places:
            for row in terms_of(place):
                copy.write_row(row)


def _count(ids: list[int], sign: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into geocoding_gram (gram, terms)"
            " select g, %s * count(*) from geocoding_term, unnest(grams) g where place_id = any(%s) group by g"
            " on conflict (gram) do update set terms = greatest(0, geocoding_gram.terms + excluded.terms)",
            [sign, ids],
        )


def _rebuild(places: Collection[Place]) -> None:
    with rebuilding():
        Term.objects.filter(place__in=[place.pk for place in places]).delete()
        copy_terms(places)


@contextmanager
def rebuilding() -> Iterator[None]:
    """Without the index while much is written, in the caller's transaction; then it is built and all is counted."""
    with connection.cursor() as cursor:
        cursor.execute("set local maintenance_work_mem = '256MB'")
        # The check that a term's place exists may have been planned while there was none: row by row over all places.
        cursor.execute("analyze geocoding_place")
        # An index is neither dropped nor built while checks of foreign keys wait for the end of the transaction.
        cursor.execute("set constraints all immediate")
        cursor.execute(f"drop index if exists {INDEX}")
        yield
        cursor.execute(f"create index {INDEX} on geocoding_term using gin (grams)")
        cursor.execute("set constraints all deferred")
        recount(cursor)


def recount(cursor: Any) -> None:
    """Count all grams anew, and let the planner know the table."""
    Gram.objects.all().delete()
    cursor.execute(
        "insert into geocoding_gram (gram, terms) select g, count(*) from geocoding_term, unnest(grams) g group by g"
    )
    cursor.execute("analyze geocoding_term")
    cursor.execute("analyze geocoding_gram")

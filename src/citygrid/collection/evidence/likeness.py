"""Photos that look like a photo, among those of a year. Plain SQL, and the only place that writes `Likeness`.

The index holds each hash in four bands; what differs in at most 11 bits has a band that differs in two at most, so
that asking for those bands finds all of it, and `bit_count` says exactly how many bits differ (bench/likeness.py)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from citygrid.cases.database import cursor, plain
from citygrid.collection.evidence import perceiving
from citygrid.collection.models import Likeness
from citygrid.media import storing
from citygrid.media.models import File

WHOLE, INNER = 0, 1


@dataclass(frozen=True, slots=True)
class Alike:
    """A photo that looks like another. `bits`: in how many of 64 they differ."""

    media: UUID
    bits: int


def keep(file: File) -> bool:
    """Hashes of a picture, once; False when it has none (no picture, nothing on it, or it cannot be read)."""
    if file.kind != "image":
        return False
    known = Likeness.objects.filter(media=file.pk).first()
    if known is not None:
        return known.hash is not None
    try:
        with storing.original(file) as content:
            found = perceiving.views(content.read())
    except OSError:
        return False
    at = file.stored_at
    rows = [Likeness(media=file.pk, view=WHOLE, hash=None, at=at)]
    if found is not None:
        rows = [
            Likeness(media=file.pk, view=view, hash=number, bands=perceiving.bands(number), at=at)
            for view, number in enumerate(found)
        ]
    Likeness.objects.bulk_create(rows, ignore_conflicts=True)
    return found is not None


def hashes_of(media: UUID) -> list[int]:
    """The hashes of a picture, the whole first; empty when it has none."""
    rows = Likeness.objects.filter(media=media, hash__isnull=False).order_by("view")
    return [row.hash for row in rows if row.hash is not None]


# Joined with the probes one by one: asked with `&&` for hundreds of bands at once, the planner reads the whole table.
_NEAR = b"""
select l.media, min(bit_count((l.hash # %s::bigint)::bit(64)))::int as bits
  from unnest(%s::int[]) probe (band) join collection_likeness l on l.bands @> array[probe.band]
  where l.at >= %s and l.media <> %s and bit_count((l.hash # %s::bigint)::bit(64)) <= %s
  group by l.media order by bits, l.media limit %s"""


def near(media: UUID, bits: int, since: datetime, most: int = 20) -> list[Alike]:
    """Other pictures stored since then that differ in at most `bits` bits from this one (or its inner part), the most
    alike first; at most `most`. `bits` up to 11."""
    found: dict[UUID, int] = {}
    with plain() as connection:
        for number in hashes_of(media):
            values = [number, perceiving.probes(number, bits), since, media, number, bits, most]
            for other, differing in cursor(connection).execute(_NEAR, values).fetchall():
                found[other] = min(differing, found.get(other, 64))
    return [Alike(one, n) for one, n in sorted(found.items(), key=lambda pair: (pair[1], str(pair[0])))[:most]]


def apart(one: UUID, others: Sequence[UUID]) -> dict[UUID, int]:
    """In how many bits pictures differ from one, by their nearest views; those without a hash are left out."""
    mine = hashes_of(one)
    rows = Likeness.objects.filter(media__in=list(others), hash__isnull=False)
    found: dict[UUID, int] = {}
    for row in rows:
        for number in mine:
            bits = perceiving.distance(number, row.hash or 0)
            found[row.media] = min(bits, found.get(row.media, 64))
    return found

"""Every photo that an entry of a case uses gets a row of evidence: from a collector's phone with what the phone said of
it, from a desk or a unit without. Told by the relay after the entry was written; what came without messages is caught
up at night."""

import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from citygrid.cases import loading
from citygrid.cases.database import cursor, plain
from citygrid.collection.evidence.judging import AFTER, BEFORE, CHECK
from citygrid.collection.models import Device, Evidence, SentEntry, SentFile
from citygrid.media.models import File
from citygrid.messages.relay import Delivered
from citygrid.process import Entry
from citygrid.process.acts import ACTS

TOPIC = "case"
STAGES = {
    **dict.fromkeys(("report", "self_report", "log_call", "verify", "confirm"), BEFORE),
    **dict.fromkeys(("arrive", "make_safe", "feed_back", "rapid"), AFTER),
    **dict.fromkeys(("check", "inspect"), CHECK),
}
"""Acts whose photos prove what is at the place; those of requests, words and papers prove something else."""
_TOPICS = frozenset(f"{TOPIC}.{act}" for act in STAGES)


def hear(rows: Sequence[Delivered]) -> None:
    """Outbox rows of cases become evidence, each photo of an entry once (handler of the relay); a job looks at it."""
    wanted = [(UUID(row.key), int(row.payload["seq"])) for row in rows if row.topic in _TOPICS]
    keep(wanted)


def keep(wanted: Sequence[tuple[UUID, int]]) -> int:
    """Rows of evidence for the photos of these entries (case, seq); how many new ones."""
    if not wanted:
        return 0
    found = [row for entry in _entries(wanted) for row in _of_entry(entry)]
    cases = {row.case_id for row in found}
    known = set(Evidence.objects.filter(case_id__in=cases).values_list("case_id", "seq", "media"))
    new = [row for row in found if (row.case_id, row.seq, row.media) not in known]
    Evidence.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def catch_up(since: datetime) -> int:
    """Photos of entries recorded since then that have no evidence yet (imports write no messages). How many."""
    with plain() as connection:
        rows = cursor(connection).execute(
            b"""select e.case_id, e.seq from cases_entry e where e.recorded_at >= %s and e.type = any(%s)
              and (e.data -> 'said' ? 'media' or e.data -> 'said' ? 'after_media') and not exists
              (select 1 from collection_evidence v where v.case_id = e.case_id and v.seq = e.seq)""",
            [since, list(STAGES)],
        )
        missing = rows.fetchall()
    return keep(missing)


def _entries(wanted: Sequence[tuple[UUID, int]]) -> list[Entry]:
    with plain() as connection:
        rows = cursor(connection).execute(
            f"select {loading.ENTRY_COLUMNS} from unnest(%s::uuid[], %s::int[]) w (case_id, seq)"  # noqa: S608 - constants
            " join cases_head h on h.case_id = w.case_id"
            " join cases_entry e on e.case_id = h.case_id and e.month = h.month and e.seq = w.seq"
            # What came later is what repeats.
            " order by e.recorded_at, e.case_id, e.seq".encode(),
            [[case for case, _seq in wanted], [seq for _case, seq in wanted]],
        )
        return [loading.entry_of(row) for row in rows.fetchall()]


def photos_of(entry: Entry) -> Iterator[tuple[UUID, str]]:
    """The photos that an entry uses as evidence, each with its stage."""
    stage = STAGES.get(entry.type)
    if stage is None:
        return
    for one in ACTS[entry.type].fields:
        if one.type == "media":
            for media in entry.data["said"].get(one.name, ()):
                yield UUID(media), AFTER if one.name == "after_media" else stage


def _of_entry(entry: Entry) -> Iterator[Evidence]:
    photos = dict(photos_of(entry))
    files = {one.pk: one for one in File.objects.filter(pk__in=photos, kind="image", illustration=False)}
    sent = _sent(files, entry.actor.person)
    for media, stage in photos.items():
        if media in files:
            yield _row(entry, files[media], stage, sent.get(media))


def _sent(files: Iterable[UUID], person: int) -> dict[UUID, SentFile]:
    """What the person's phone sent these as; the newest when it sent one twice."""
    rows = SentFile.objects.filter(media__in=list(files), person=person).order_by("whole_at")
    return {row.media: row for row in rows if row.media is not None}


def _row(entry: Entry, file: File, stage: str, sent: SentFile | None) -> Evidence:
    row = Evidence(
        media=file.pk, case_id=entry.case, seq=entry.seq, act=entry.type, stage=stage,
        person=entry.actor.person or None, body=entry.actor.body, role=entry.actor.role,
        received_at=file.stored_at, exif_made_at=file.made_at, exif_lon=_number(file.lon), exif_lat=_number(file.lat),
    )  # fmt: skip
    if sent is not None:
        facts = sent.facts
        known = (
            SentEntry.objects.filter(person=sent.person_id, entry=sent.entry)
            if sent.entry
            else SentEntry.objects.none()
        )
        skew = known.values_list("skew", flat=True).first()
        app = Device.objects.filter(device=sent.device, person=sent.person_id).values_list("app", flat=True).first()
        row.device, row.app, row.skew = sent.device, app or "", skew or 0
        row.received_at = sent.whole_at or file.stored_at
        row.made_at = _moment(facts.get("made_at"))
        row.lon, row.lat = _number(facts.get("lon"), 180), _number(facts.get("lat"), 90)
        row.accuracy, row.heading = _number(facts.get("accuracy")), _number(facts.get("heading"))
        row.mock = facts["mock"] if isinstance(facts.get("mock"), bool) else None
    return row


def _number(value: Any, most: float = math.inf) -> float | None:
    """A finite number; None for anything else that a device may send."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) and abs(number) <= most else None


def _moment(value: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def corrected(row: Evidence) -> datetime | None:
    """When the photo was made by the server's clock; None when the device did not say."""
    return row.made_at + timedelta(seconds=row.skew) if row.made_at is not None else None

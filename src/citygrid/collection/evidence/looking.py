"""A job looks at each photo once: its hash, its distances, and what looks wrong about it. Asked again, it says the same
and keeps what people decided."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from citygrid.cases import loading
from citygrid.cases.database import plain
from citygrid.collection.evidence import likeness, rules, whereabouts
from citygrid.collection.evidence.judging import AFTER, BEFORE, OF_ENTRY, Mark, Seen, judge
from citygrid.collection.evidence.keeping import corrected
from citygrid.collection.evidence.rules import Rules
from citygrid.collection.models import Anomaly, Evidence
from citygrid.media.models import File
from citygrid.process import Case

AT_ONCE = 500
REPORTS = ("report", "self_report")
log = logging.getLogger(__name__)


def look(now: datetime, most: int = AT_ONCE) -> int:
    """Looks at photos that nobody looked at yet, the oldest first; how many. Each in a transaction of its own: one that
    cannot be looked at does not stop the others, and is tried no more."""
    known = rules.current(now)
    done = 0
    for pk in list(Evidence.objects.filter(looked_at=None).order_by("pk").values_list("pk", flat=True)[:most]):
        try:
            with transaction.atomic():
                row = Evidence.objects.select_for_update(skip_locked=True).filter(pk=pk, looked_at=None).first()
                if row is not None:
                    look_at(row, known, now)
                    done += 1
        except Exception:
            log.warning("evidence %s could not be looked at", pk, exc_info=True)
            Evidence.objects.filter(pk=pk).update(looked_at=now)
    return done


def look_at(row: Evidence, known: Rules, now: datetime) -> list[Mark]:
    """Measures one photo, keeps what was measured and the anomalies. The caller's transaction."""
    with plain() as connection:
        case = loading.peek(connection, row.case_id)
    file = File.objects.filter(pk=row.media).first()
    if case is None or file is None:
        row.looked_at = now
        row.save(update_fields=["looked_at"])
        return []
    likeness.keep(file)
    seen = _seen(row, case, known)
    row.looked_at = now
    row.save(update_fields=["metres_case", "metres_fix", "fix_at", "looked_at"])
    marks = [mark for mark in judge(seen, known) if mark.kind not in OF_ENTRY or not _told(row, mark.kind)]
    Anomaly.objects.bulk_create((_anomaly(row, mark) for mark in marks), ignore_conflicts=True)
    return marks


def _told(row: Evidence, kind: str) -> bool:
    """Whether another photo of the same entry says so already."""
    others = Anomaly.objects.filter(kind=kind, evidence__case_id=row.case_id, evidence__seq=row.seq)
    return others.exclude(evidence=row).exists()


def _anomaly(row: Evidence, mark: Mark) -> Anomaly:
    return Anomaly(
        evidence=row, kind=mark.kind, severity=mark.severity, case_id=row.case_id, person=row.person, body=row.body,
        other_case=mark.other_case, other_media=mark.other_media, value=mark.value, bound=mark.bound,
        at=row.received_at,
    )  # fmt: skip


def _seen(row: Evidence, case: Case, known: Rules) -> Seen:
    made = corrected(row)
    moment = made or row.exif_made_at
    spot = place_of(row)
    if spot is not None and case.place is not None:
        there = (float(case.place.lon), float(case.place.lat))
        row.metres_case = whereabouts.metres(spot, there, row.received_at)
    fix_minutes = _track(row, spot, moment)
    from_device = row.device is not None and row.person is not None
    tracked = from_device and moment is not None and whereabouts.on_patrol(row.person or 0, moment)
    linked = _linked(case)
    return Seen(
        stage=row.stage,
        made_at=made,
        exif_made_at=row.exif_made_at,
        received_at=row.received_at,
        case_received_at=case.received_at,
        mock=row.mock,
        accuracy=row.accuracy,
        metres_case=row.metres_case,
        metres_fix=row.metres_fix,
        fix_minutes=fix_minutes,
        tracked=tracked,
        same=_same(row, linked),
        alike=_alike(row, linked, known),
        before=_before(row),
        shared=from_device and _shared(row, known),
        series=_series(row, moment, known) if from_device else 0,
        on_duty=_on_duty(row, moment, known) if from_device else None,
    )


def place_of(row: Evidence) -> tuple[float, float] | None:
    """Where the photo was taken: as the device says, else as the camera wrote."""
    if row.lon is not None and row.lat is not None:
        return row.lon, row.lat
    if row.exif_lon is not None and row.exif_lat is not None:
        return row.exif_lon, row.exif_lat
    return None


def _track(row: Evidence, spot: tuple[float, float] | None, moment: datetime | None) -> float | None:
    """Minutes to the nearest fix of the person's track; how far it is goes into the row."""
    if row.person is None or moment is None or row.device is None:
        return None
    # Fixes and photos are told by the same clock: the device's.
    fix = whereabouts.nearest_fix(row.person, row.made_at or moment)
    if fix is None:
        return None
    row.fix_at = fix.at
    if spot is not None:
        row.metres_fix = whereabouts.metres(spot, (fix.lon, fix.lat), row.received_at)
    return abs(fix.at - (row.made_at or moment)) / timedelta(minutes=1)


def _linked(case: Case) -> set[UUID]:
    """The case and those that are about the same thing: their photos may be the same."""
    others = (case.parent, case.split_from, case.reopen_of)
    return {case.id, *case.children, *(one for one in others if one is not None)}


def _earlier(row: Evidence, media: list[UUID], linked: set[UUID]) -> list[Evidence]:
    """Uses of these photos by other cases, before this one."""
    rows = Evidence.objects.filter(media__in=media, pk__lt=row.pk).exclude(case_id__in=linked)
    return list(rows.order_by("-pk")[:50])


def _same(row: Evidence, linked: set[UUID]) -> tuple[UUID, UUID] | None:
    found = _earlier(row, [row.media], linked)
    return (found[0].case_id, found[0].media) if found else None


def _alike(row: Evidence, linked: set[UUID], known: Rules) -> tuple[UUID, UUID, int] | None:
    since = row.received_at - timedelta(days=known.days)
    near = {one.media: one.bits for one in likeness.near(row.media, known.bits, since)}
    found = sorted(_earlier(row, list(near), linked), key=lambda one: (near[one.media], -one.pk)) if near else []
    return (found[0].case_id, found[0].media, near[found[0].media]) if found else None


def _before(row: Evidence) -> tuple[UUID, int] | None:
    """The photo before that this photo after is most like."""
    if row.stage != AFTER:
        return None
    before = Evidence.objects.filter(case_id=row.case_id, stage=BEFORE).values_list("media", flat=True)
    media = list(before)
    if row.media in media:
        return row.media, 0
    found = sorted(likeness.apart(row.media, media).items(), key=lambda pair: (pair[1], str(pair[0])))
    return found[0] if found else None


def _shared(row: Evidence, known: Rules) -> bool:
    kind = known.kinds.get("shared_device")
    since = row.received_at - timedelta(hours=kind.most if kind is not None else 0)
    others = Evidence.objects.filter(device=row.device, received_at__range=(since, row.received_at))
    return others.exclude(person=row.person).exists()


def _series(row: Evidence, moment: datetime | None, known: Rules) -> int:
    """How many cases the person reported within the rule's minutes up to this photo."""
    kind = known.kinds.get("quick_series")
    if kind is None or moment is None or row.act not in REPORTS or row.made_at is None:
        return 0
    since = row.made_at - timedelta(minutes=kind.minutes)
    mine = Evidence.objects.filter(person=row.person, act__in=REPORTS, made_at__range=(since, row.made_at))
    near = row.received_at - timedelta(days=30), row.received_at + timedelta(days=30)
    return mine.filter(received_at__range=near).values("case_id").distinct().count()


def _on_duty(row: Evidence, moment: datetime | None, known: Rules) -> bool | None:
    kind = known.kinds.get("off_duty")
    if kind is None or moment is None or row.person is None:
        return None
    return whereabouts.on_duty(row.person, row.body, moment, timedelta(minutes=kind.most))

"""What is wrong with the evidence of one photo: facts in, marks out. Pure: no database, no clock (asks 17).

Each kind has its bound and severity in `evidence.toml`; `WORDS` says what a kind is about and in which unit it counts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from citygrid.collection.evidence.rules import Kind, Rules

BEFORE, AFTER, CHECK = "before", "after", "check"
WORDS = {
    "mock": (_("Made-up place"), ""),
    "same_photo": (_("The same photo in another case"), ""),
    "near_photo": (_("A photo of another case looks the same"), "bits"),
    "before_after": (_("The photo after is the photo before"), "bits"),
    "far": (_("Taken far from the case"), "metres"),
    "fix_far": (_("The track was elsewhere"), "metres"),
    "no_fix": (_("No track at that time"), "minutes"),
    "time_apart": (_("The clocks do not agree"), "minutes"),
    "accuracy": (_("The place is inaccurate"), "metres"),
    "shared_device": (_("The device of somebody else"), ""),
    "quick_series": (_("More cases than can be walked"), "cases"),
    "off_duty": (_("Taken outside the shift"), ""),
}
"""Kind -> its name and the unit of its value, the gravest first."""
OF_ENTRY = frozenset({"no_fix", "shared_device", "quick_series", "off_duty"})
"""Kinds that are about who sent, not about one photo: told once for all photos of an entry."""


@dataclass(frozen=True, slots=True)
class Seen:
    """All that is known of one photo. Metres from the photo's place; `fix_minutes`: to the nearest fix of the track,
    None when the person kept none (then `tracked` says whether there should be one). `same`, `alike`: (case, photo,
    bits) of an earlier photo of another case; `before`: (photo, bits) of the case's own photo before. `series`: how
    many cases the person reported within the rule's minutes. `on_duty`: None when no roster says."""

    stage: str
    made_at: datetime | None = None
    exif_made_at: datetime | None = None
    received_at: datetime | None = None
    case_received_at: datetime | None = None
    mock: bool | None = None
    accuracy: float | None = None
    metres_case: float | None = None
    metres_fix: float | None = None
    fix_minutes: float | None = None
    tracked: bool = False
    same: tuple[UUID, UUID] | None = None
    alike: tuple[UUID, UUID, int] | None = None
    before: tuple[UUID, int] | None = None
    shared: bool = False
    series: int = 0
    on_duty: bool | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """One anomaly: `value` in the kind's unit, `bound` what would have been in order."""

    kind: str
    severity: int
    value: float | None = None
    bound: float | None = None
    other_case: UUID | None = None
    other_media: UUID | None = None


def judge(seen: Seen, rules: Rules) -> list[Mark]:
    """The anomalies of one photo; at most one of each kind, only of kinds that the rules look for."""
    found = {mark.kind: mark for mark in (*_pairs(seen, rules), *_places(seen, rules), *_persons(seen, rules))}
    if "same_photo" in found:
        found.pop("near_photo", None)
    return [found[kind] for kind in WORDS if kind in found]


def _pairs(seen: Seen, rules: Rules) -> Iterator[Mark]:
    if (kind := rules.kinds.get("same_photo")) and seen.same is not None:
        yield Mark(kind.code, kind.severity, None, None, *seen.same)
    if (kind := rules.kinds.get("near_photo")) and seen.alike is not None:
        case, photo, bits = seen.alike
        yield Mark(kind.code, kind.severity, bits, rules.bits, case, photo)
    kind = rules.kinds.get("before_after")
    if kind and seen.stage == AFTER and seen.before is not None and seen.before[1] <= kind.most:
        yield Mark(kind.code, kind.severity, seen.before[1], kind.most, None, seen.before[0])


def _places(seen: Seen, rules: Rules) -> Iterator[Mark]:
    if (kind := rules.kinds.get("mock")) and seen.mock:
        yield Mark(kind.code, kind.severity)
    # How far it may be is widened by what the device admits; an inaccurate place has a mark of its own.
    slack = seen.accuracy or 0
    yield from _above(rules.kinds.get("far"), seen.metres_case, slack)
    yield from _above(rules.kinds.get("accuracy"), seen.accuracy)
    no_fix = rules.kinds.get("no_fix")
    near = seen.fix_minutes is not None and (no_fix is None or seen.fix_minutes <= no_fix.most)
    if near:
        yield from _above(rules.kinds.get("fix_far"), seen.metres_fix, slack)
    elif no_fix is not None and seen.tracked:
        yield Mark(no_fix.code, no_fix.severity, seen.fix_minutes, no_fix.most)
    yield from _above(rules.kinds.get("time_apart"), _minutes_apart(seen))


def _persons(seen: Seen, rules: Rules) -> Iterator[Mark]:
    if (kind := rules.kinds.get("shared_device")) and seen.shared:
        yield Mark(kind.code, kind.severity, None, kind.most)
    yield from _above(rules.kinds.get("quick_series"), seen.series)
    if (kind := rules.kinds.get("off_duty")) and seen.on_duty is False:
        yield Mark(kind.code, kind.severity, None, kind.most)


def _above(kind: Kind | None, value: float | None, slack: float = 0) -> Iterator[Mark]:
    if kind is not None and value is not None and value > kind.most + slack:
        yield Mark(kind.code, kind.severity, value, kind.most + slack)


def _minutes_apart(seen: Seen) -> float | None:
    """By how many minutes the clocks contradict each other, the worst of: device and camera; a photo from the future;
    a photo after handling that is older than the case. That a photo waited for a signal is no contradiction."""
    made = seen.made_at or seen.exif_made_at
    found = []
    if seen.made_at is not None and seen.exif_made_at is not None:
        found.append(abs(seen.made_at - seen.exif_made_at))
    if made is not None and seen.received_at is not None:
        found.append(made - seen.received_at)
    if made is not None and seen.case_received_at is not None and seen.stage == AFTER:
        found.append(seen.case_received_at - made)
    return max(found) / timedelta(minutes=1) if found else None

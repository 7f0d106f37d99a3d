"""Evidence, anomalies and findings in words and pictures, for pages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from citygrid.cases import naming
from citygrid.cases.database import cursor, plain
from citygrid.cases.photos import Picture, pictures
from citygrid.collection.evidence.judging import WORDS
from citygrid.collection.evidence.keeping import corrected
from citygrid.collection.models import Anomaly, Evidence, Likeness
from citygrid.media.models import File
from citygrid.organization.models import Person
from citygrid.process.acts import ACTS
from citygrid.web.refusals import act_name
from citygrid.web.words import office_moment

SEVERITY = {1: "", 2: "warm", 3: "hot"}


def kind_words(kind: str) -> str:
    return str(WORDS[kind][0]) if kind in WORDS else kind


def value_words(row: Anomaly) -> str:
    """What was measured and what would have been in order: `180 m (at most 100 m)`."""
    unit = WORDS[row.kind][1] if row.kind in WORDS else ""
    if row.value is None or not unit:
        return ""
    value, bound = _with_unit(row.value, unit), _with_unit(row.bound or 0, unit)
    return _("%(value)s (at most %(bound)s)") % {"value": value, "bound": bound}


def _with_unit(number: float, unit: str) -> str:
    whole = round(number)
    if unit == "metres":
        return _("%(number)s m") % {"number": whole}
    if unit == "minutes":
        return _("%(number)s min") % {"number": whole}
    if unit == "bits":
        return _("%(number)s of 64 bits differ") % {"number": whole}
    return ngettext("%(number)s case", "%(number)s cases", whole) % {"number": whole}


def numbers(cases: Iterable[UUID]) -> dict[UUID, str]:
    """Case or report number by case. The caller has asked who may see them."""
    with plain() as connection:
        rows = cursor(connection).execute(
            b"select c.id, coalesce(c.case_no, c.report_no) from cases_head h join cases_case c"
            b" on c.id = h.case_id and c.bucket = h.bucket where h.case_id = any(%s)",
            [list(set(cases))],
        )
        return dict(rows.fetchall())


@dataclass(frozen=True, slots=True)
class Proof:
    """One photo with its facts, as the panel of the case page shows it."""

    row: Evidence
    picture: Picture | None
    title: str
    facts: Sequence[tuple[str, str]]
    marks: Sequence[tuple[Anomaly, str, str]]


def proofs(rows: Sequence[Evidence], marks: Sequence[Anomaly], person: Person) -> list[Proof]:
    """The photos of a case with what is known of each."""
    files = File.objects.in_bulk([row.media for row in rows])
    shown = {one.id: one for one in pictures([str(row.media) for row in rows], person)}
    people = naming.people(row.person for row in rows)
    hashes = dict(Likeness.objects.filter(media__in=files, view=0).values_list("media", "hash"))
    found = []
    for row in rows:
        mine = [(one, kind_words(one.kind), value_words(one)) for one in marks if one.evidence_id == row.pk]
        title = " · ".join(part for part in (_act(row.act), people.get(row.person or 0, "")) if part)
        facts = _facts(row, files.get(row.media), hashes.get(row.media))
        found.append(Proof(row, shown.get(str(row.media)), title, facts, mine))
    return found


def _act(name: str) -> str:
    return act_name(name) if name in ACTS else name


def _facts(row: Evidence, file: File | None, hashed: int | None) -> list[tuple[str, str]]:
    place = f"{row.lon:.6f}, {row.lat:.6f}" if row.lon is not None and row.lat is not None else ""
    if place and row.accuracy is not None:
        place += " ± " + _("%(number)s m") % {"number": round(row.accuracy)}
    camera = office_moment(row.exif_made_at)
    if row.exif_lon is not None and row.exif_lat is not None:
        camera = f"{camera} {row.exif_lon:.6f}, {row.exif_lat:.6f}".strip()
    rows = [
        (_("Taken, by the device"), office_moment(corrected(row))),
        (_("Received here"), office_moment(row.received_at)),
        (_("Clock of the device"), _skew(row.skew) if row.device is not None else ""),
        (_("Place, by the device"), place),
        (_("Made-up place"), {True: _("yes"), False: _("no")}.get(row.mock, "") if row.mock is not None else ""),
        (_("By the camera"), camera),
        (_("From the case"), _metres(row.metres_case)),
        (_("From the track"), _metres(row.metres_fix)),
        (_("Device"), str(row.device)[:8] if row.device is not None else _("none: sent from a desk")),
        ("SHA-256", file.sha256[:16] if file is not None else ""),
        (_("Hash of the picture"), f"{hashed & (1 << 64) - 1:016x}" if hashed is not None else ""),
    ]
    return [(label, value) for label, value in rows if value]


def _metres(number: float | None) -> str:
    return _("%(number)s m") % {"number": round(number)} if number is not None else ""


def _skew(seconds: int) -> str:
    if not seconds:
        return _("agrees with the server's")
    if seconds > 0:
        return _("%(number)s s behind") % {"number": seconds}
    return _("%(number)s s ahead") % {"number": -seconds}


def listed(rows: Sequence[Anomaly], person: Person) -> list[dict[str, Any]]:
    """Lines of the list of anomalies."""
    cases, people = numbers(row.case_id for row in rows), naming.people(row.person for row in rows)
    shown = {one.id: one for one in pictures([str(row.evidence.media) for row in rows], person)}
    return [
        {
            "row": row,
            "kind": kind_words(row.kind),
            "value": value_words(row),
            "tone": SEVERITY.get(row.severity, ""),
            "number": cases.get(row.case_id, ""),
            "person": people.get(row.person or 0, ""),
            "body": naming.body(row.body),
            "act": _act(row.evidence.act),
            "photo": shown.get(str(row.evidence.media)),
        }
        for row in rows
    ]

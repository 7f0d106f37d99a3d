"""What the watermark of a shown copy says: when it was taken and received, where, the report's number, the collector's
staff number (never a name). Which copies carry it is the city's to say (`evidence.toml`)."""

import hashlib
from functools import partial

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from citygrid.areas.locating import locate
from citygrid.cases.database import cursor, plain
from citygrid.collection.evidence import rules, strip
from citygrid.collection.evidence.keeping import corrected
from citygrid.collection.models import Evidence
from citygrid.media.marked import Mark
from citygrid.media.models import File
from citygrid.organization.models import Person
from citygrid.rulebook.slices import NoRules, profile_at


def mark_of(file: File, px: int) -> Mark | None:
    """The mark of a copy of a photo; None where the city wants none: small ones, photos that prove nothing."""
    known = rules.current(timezone.now()).watermark
    if not known.on or px < known.smallest:
        return None
    rows = Evidence.objects.filter(media=file.pk, stage__in=known.stages)
    if known.devices_only:
        rows = rows.filter(device__isnull=False)
    # A photo used twice says where it was used first.
    row = rows.order_by("pk").first()
    if row is None:
        return None
    with translation.override(settings.LANGUAGE_CODE if strip.has_chinese() else "en"):
        lines = lines_of(row)
    key = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
    return Mark(key, partial(strip.draw, lines))


def lines_of(row: Evidence) -> list[str]:
    """Time, place and number, a line for each that is known."""
    return [line for line in (_time(row), _place(row), _number(row)) if line]


def _time(row: Evidence) -> str:
    try:
        zone = profile_at(row.received_at).timezone
    except NoRules:
        zone = timezone.get_default_timezone()
    received = f"{row.received_at.astimezone(zone):%Y-%m-%d %H:%M:%S}"
    taken = corrected(row) or row.exif_made_at
    if taken is None:
        return _("Received %(at)s") % {"at": received}
    told = {"taken": f"{taken.astimezone(zone):%Y-%m-%d %H:%M:%S}", "received": received}
    return _("Taken %(taken)s  Received %(received)s") % told


def _place(row: Evidence) -> str:
    if row.lon is None or row.lat is None:
        return ""
    words = f"{row.lon:.6f}, {row.lat:.6f}"
    if row.accuracy is not None:
        words += f" ±{round(row.accuracy)} m"
    place = locate(row.lon, row.lat, row.received_at)
    if place is not None and place.grid is not None:
        words += "  " + _("Unit grid %(code)s") % {"code": place.grid.code}
    if row.mock:
        words += "  " + _("(place made up, says the device)")
    return words


def _number(row: Evidence) -> str:
    with plain() as connection:
        found = cursor(connection).execute(
            b"select c.report_no from cases_head h join cases_case c on c.id = h.case_id and c.bucket = h.bucket"
            b" where h.case_id = %s",
            [row.case_id],
        ).fetchone()  # fmt: skip
    parts = [_("Report %(number)s") % {"number": found[0]}] if found is not None else []
    number = Person.objects.filter(pk=row.person or 0).values_list("number", flat=True).first() or row.person
    if number:
        parts.append(_("Collector %(number)s") % {"number": number})
    return "  ".join(parts)

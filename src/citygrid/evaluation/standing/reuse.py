"""The same photo as evidence of two periods proves nothing of the second. A content is kept once by its hash
(`media.File`), so the same bytes are the same id, whoever sent them and under whatever name.

What becomes of it is the city's to say by set (`reuse` in standing.toml). Two duties whose days overlap may share a
photo: one picture of a street can show both; that is marked, never refused. Pictures drawn for a demonstration are
left out: they are no evidence of anything."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from citygrid.evaluation.standing import city_files, seeing
from citygrid.evaluation.standing_models import StandingReport
from citygrid.media.models import File
from citygrid.organization.seats import Signed
from citygrid.web.words import say


@dataclass(frozen=True, slots=True)
class Use:
    """A photo that is evidence of a period; `at`: when that was filed."""

    photo: UUID
    duty: str
    first: date
    last: date
    at: datetime

    def overlaps(self, first: date, last: date) -> bool:
        """Whether its days and these have one in common."""
        return self.first <= last and first <= self.last


def lock(photos: Iterable[UUID]) -> None:
    """Nobody else files one of these photos until the transaction ends."""
    with connection.cursor() as cursor:
        for photo in sorted(set(photos)):
            cursor.execute("select pg_advisory_xact_lock(hashtext('evaluation.standing.photo'), hashtext(%s))",
                           [str(photo)])  # fmt: skip


def uses(photos: Collection[UUID]) -> list[Use]:
    """Every period of which one of these photos is evidence, the oldest first."""
    drawn = File.objects.filter(pk__in=photos, illustration=True).values_list("pk", flat=True)
    wanted = set(photos) - set(drawn)
    if not wanted:
        return []
    rows = StandingReport.objects.filter(photos__overlap=list(wanted)).order_by("at", "pk")
    return [
        Use(photo, one.duty, one.first, one.last, one.at) for one in rows for photo in one.photos if photo in wanted
    ]  # fmt: skip


def elsewhere(found: Iterable[Use], duty: str, first: date) -> list[Use]:
    """Those that are another duty's or another period's: more evidence of the same period may show the same photo."""
    return [one for one in found if (one.duty, one.first) != (duty, first)]


def of_other_days(photos: Collection[UUID], duty: str, first: date, last: date) -> Use | None:
    """The oldest use for days that this period has none of."""
    return next((one for one in elsewhere(uses(photos), duty, first) if not one.overlaps(first, last)), None)


def marks(reports: Sequence[StandingReport], signed: Signed) -> Mapping[UUID, list[dict[str, Any]]]:
    """Report -> where its photos are evidence too: `number` of the photo, from 1, `name` of the duty (empty where the
    post does not see it), `use`."""
    found = uses({photo for one in reports for photo in one.photos})
    names = names_of({one.duty for one in found}, signed) if found else {}
    return {
        report.pk: [
            {"number": report.photos.index(one.photo) + 1, "name": names[one.duty], "use": one}
            for one in elsewhere(found, report.duty, report.first) if one.photo in report.photos
        ] for report in reports
    }  # fmt: skip


def names_of(codes: Iterable[str], signed: Signed) -> dict[str, str]:
    """What each duty is called; empty where the post does not see it."""
    sight = seeing.Sight(signed)
    duties = {code: city_files.newest(code) for code in codes}
    return {code: say(one.names) if one is not None and sight.sees(one) else "" for code, one in duties.items()}

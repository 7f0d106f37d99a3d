"""关注: a person follows a case, sees what changed since they looked, and hears of it live."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils import timezone

from citygrid.cases import pushed
from citygrid.cases.list_models import Watch
from citygrid.cases.models import Head
from citygrid.messages import notices, relay
from citygrid.messages.relay import Delivered

MOST = 200
"""Cases that one person can follow: more is no attention."""
NOTICE = "case.watched"


def watch(person: int, case: UUID, version: int, at: datetime) -> bool:
    """The person follows the case from now on; False when they follow too many already."""
    mine = Watch.objects.filter(person_id=person)
    if not mine.filter(case_id=case).exists() and mine.count() >= MOST:
        return False
    Watch.objects.get_or_create(person_id=person, case_id=case, defaults={"since": at, "seen": version})
    return True


def leave(person: int, case: UUID) -> None:
    """The person follows the case no longer."""
    Watch.objects.filter(person_id=person, case_id=case).delete()


def looked(person: int, case: UUID, version: int, *, seen: bool = True) -> bool:
    """Whether the person follows the case; when they do, and are there (`seen`), this version counts as looked at."""
    found = Watch.objects.filter(person_id=person, case_id=case).values_list("pk", "seen").first()
    if found is not None and seen and found[1] < version:
        Watch.objects.filter(pk=found[0], seen__lt=version).update(seen=version)
    return found is not None


def followed(person: int) -> dict[UUID, bool]:
    """Case -> whether it changed since the person looked, the newest first."""
    mine = list(Watch.objects.filter(person_id=person).order_by("-since", "-pk").values_list("case_id", "seen"))
    versions = dict(Head.objects.filter(case_id__in=[case for case, _seen in mine]).values_list("case_id", "version"))
    return {case: versions[case] > seen for case, seen in mine if case in versions}


def changed(person: int) -> int:
    """How many followed cases changed since the person looked."""
    with connection.cursor() as run:
        run.execute(
            "select count(*) from cases_watch w join cases_head h on h.case_id = w.case_id"
            " where w.person_id = %s and h.version > w.seen",
            [person],
        )
        return int(run.fetchone()[0])


_BEHIND = """select w.person_id, w.case_id, exists (select from notices_notice n
        where n.person = w.person_id and n.case_id = w.case_id and n.code = %s and n.read_at is null)
    from cases_watch w join cases_head h on h.case_id = w.case_id and h.version > w.seen
      join cases_entry e on e.case_id = h.case_id and e.month = h.month and e.seq = h.version
        and e.person <> w.person_id
    where w.case_id = any(%s)"""


def tell(rows: Sequence[Delivered]) -> None:
    """The relay's handler: whoever follows a case that somebody else changed gets a notice (one until it is read) and
    hears of it live, as long as they may see the case."""
    with connection.cursor() as run:
        run.execute(_BEHIND, [NOTICE, list({UUID(row.key) for row in rows})])
        behind = [row for row in run.fetchall() if pushed.may_hear(row[0], row[1])]
        fresh = [notices.Draft(NOTICE, case, person=person) for person, case, told in behind if not told]
        if fresh:
            notices.give(fresh, timezone.now())
        relay.announce(run, sorted({f"person:{person}" for person, _case, _told in behind}))

"""What the alarm of public safety rings for: confirmations that a post owes, orders that its unit has not signed for
(S4-24, S4-25). And who muted it. Plain SQL: every page of such a post asks."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from citygrid.cases.database import cursor, plain
from citygrid.cases.models import OPEN_BUCKET
from citygrid.organization.seats import Signed
from citygrid.reception.able import able
from citygrid.reception.models import Mute
from citygrid.trust import audit

CONFIRM, SIGN = "confirm", "sign"
MUTED_FOR = timedelta(minutes=5)
MOST = 20


@dataclass(frozen=True, slots=True)
class Ring:
    """One thing that rings: a case, what is owed (`confirm` or `sign`), since when, until when."""

    case: UUID
    kind: str
    number: str
    class_id: str | None
    opened_at: datetime
    due: datetime | None
    warn_at: datetime | None
    district: int | None


def concerned(who: Signed | None, at: datetime) -> bool:
    """Whether the alarm can ring for this post at all: it confirms, or signs for its unit."""
    return able(who, at, CONFIRM, SIGN)


def rings(who: Signed, at: datetime) -> list[Ring]:
    """What rings for the post now, first what is due first; at most `MOST`."""
    seen, params = who.scope.sql("c")
    kinds = [kind for kind in (CONFIRM, SIGN) if able(who, at, kind)]
    with plain() as connection:
        rows = cursor(connection).execute(
            f"""select i.case_id, i.kind, coalesce(c.case_no, c.report_no), c.class_id, i.opened_at, i.due, i.warn_at,
                  c.district
                from cases_item i join cases_head h on h.case_id = i.case_id
                  join cases_case c on c.id = i.case_id and c.bucket = h.bucket
                where i.bucket = %s and i.body = %s and i.kind = any(%s) and i.paused_at is null
                  and (i.kind <> 'confirm' or i.role = %s)
                  and (i.kind <> 'sign' or (c.safety and (c.snapshot ->> 'safety_confirmed') is distinct from 'false'))
                  and {seen}
                order by i.sort_at, i.case_id, i.no limit %s""".encode(),  # noqa: S608 - the condition holds no input
            [OPEN_BUCKET, who.body.pk, kinds, who.role.code, *params, MOST],
        )
        return [Ring(*row) for row in rows.fetchall()]


def muted_until(who: Signed, found: list[Ring], at: datetime) -> datetime | None:
    """Until when this person muted all of what rings; something new rings again at once."""
    row = Mute.objects.filter(person=who.person, body=who.body, until__gt=at).order_by("-until").first()
    if row is None or {one.case for one in found} - set(row.cases):
        return None
    return row.until


def mute(who: Signed, found: list[Ring], at: datetime) -> datetime | None:
    """Quiet for five minutes, on record; None when nothing rings."""
    if not found:
        return None
    cases = sorted({one.case for one in found}, key=str)
    row = Mute.objects.create(person=who.person, body=who.body, at=at, until=at + MUTED_FOR, cases=cases)
    audit.record(
        at, "mute_alarm", subject=("mute", str(row.pk)), params={"cases": [str(one) for one in cases]},
        person=who.person.pk, seat=who.seat.pk, post=who.post.pk,
    )  # fmt: skip
    return row.until

"""What calls hold about people beside cases: forgotten with the case, or as long after the call; part of a copy
(个人信息保护法 19, 45, 47; S3-14)."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from citygrid.cases.database import cursor, plain
from citygrid.cases.models import OPEN_BUCKET
from citygrid.personal import holds
from citygrid.personal.holdings import Held
from citygrid.reception.call_models import Call, Transfer
from citygrid.trust import redactable


class Calls:
    """The part of personal data that stands in calls."""

    def due(self, kind: str, before: datetime) -> Mapping[UUID | None, list[UUID]]:
        """Rows that have been kept long enough, by case: names and numbers, or words (`kind`)."""
        ended = Call.objects.filter(came_at__lt=before)
        over = _ended({one for one in ended.values_list("case_id", flat=True) if one is not None}, before)
        found: dict[UUID | None, set[UUID]] = defaultdict(set)
        names = ("number", "name") if kind == "caller" else ("words",)
        for row in ended.filter(Q(case_id=None) | Q(case_id__in=over)).values("case_id", *names):
            found[row["case_id"]] |= {row[name] for name in names if row[name] is not None}
        if kind == "text":
            told = Transfer.objects.filter(at__lt=before, told__isnull=False).values_list("told", flat=True)
            found[None] |= {one for one in told if one is not None}
        alive = _alive({row for rows in found.values() for row in rows})
        return {case: sorted(rows & alive) for case, rows in found.items() if rows & alive}

    def held(self, phone: str, name: str) -> list[Held]:
        """The calls of a number, whether a case came of them or not. `name` tells apart who used the number."""
        rows = redactable.find_phone(phone)
        calls = list(Call.objects.filter(number__in=rows).prefetch_related("transfers").order_by("came_at"))
        kept = holds.held(one.case_id for one in calls if one.case_id is not None)
        found = []
        for one in calls:
            told = [each.told for each in one.transfers.all() if each.told is not None]
            who = tuple(row for row in (one.name, one.number) if row is not None)
            words = tuple(row for row in (one.words, *told) if row is not None)
            texts = {id: row.text for id, row in redactable.get_many([*who, *words]).items()}
            called = texts.get(one.name) if one.name is not None else None
            other = bool(name and called and _normal(name) != _normal(called))
            found.append(Held(
                one.case_id or one.pk, f"{one.came_at:%Y-%m-%d %H:%M}", str(one.get_outcome_display() or
                one.get_state_display()), one.came_at, one.ended_at, str(one.get_kind_display()), who, words, called,
                texts.get(one.number) if one.number is not None else None,
                texts.get(one.words) if one.words is not None else None, None,
                one.case_id in kept or one.state in (Call.State.RINGING, Call.State.ANSWERED), other,
            ))  # fmt: skip
        return found


def _normal(name: str) -> str:
    return redactable.normal(redactable.CALLER_NAME, name)


def _ended(cases: set[UUID], before: datetime) -> set[UUID]:
    """Which of these cases ended before a moment."""
    if not cases:
        return set()
    with plain() as connection:
        found = cursor(connection).execute(
            "select id from cases_case where id = any(%s) and bucket > %s"
            " and coalesce(closed_at, bucket + interval '1 month') < %s",
            [list(cases), OPEN_BUCKET, before],
        )
        return {row[0] for row in found.fetchall()}


def _alive(rows: set[UUID]) -> set[UUID]:
    """Which rows still have content."""
    if not rows:
        return set()
    with plain() as connection:
        found = cursor(connection).execute(
            "select id from trust_redactable where id = any(%s) and redacted_at is null", [list(rows)]
        )
        return {row[0] for row in found.fetchall()}

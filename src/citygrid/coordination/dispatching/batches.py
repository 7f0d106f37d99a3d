"""Several cases dispatched in one go: every case is tried alone, its answer is kept, and nothing is done twice.

A batch is made once (by the client's id) and carried out in pieces; when the browser or the server stops in between,
what is waiting still waits, and what was done is known as done: the id of each act follows from batch and case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop

from citygrid.cases import acting, reading, searching
from citygrid.cases.asking import actor_of
from citygrid.cases.submission import Submission
from citygrid.coordination.dispatching import sending, waiting
from citygrid.coordination.models import Batch, BatchLine
from citygrid.organization.models import Body
from citygrid.organization.seats import Signed
from citygrid.process import Case, Refusal
from citygrid.process.refusal import Refused
from citygrid.trust import audit

MOST = 500
"""Cases in one batch."""
CHUNK = 20
"""Cases that one request carries out."""
MESSAGES: dict[str, str] = {
    "batch_empty": gettext_noop("Choose at least one case."),
    "batch_many": gettext_noop("%(count)s cases are too many for one batch: at most %(most)s."),
    "batch_other": gettext_noop("This id belongs to another batch already."),
    "batch_unit": gettext_noop("%(unit)s has ended or cannot be dispatched to."),
    "no_suggestion": gettext_noop("Nobody answers for it: choose a unit by hand."),
    "not_waiting": gettext_noop("It no longer waits to be dispatched. %(taken)s"),
    "not_seen": gettext_noop("There is no such case."),
}


@dataclass(frozen=True, slots=True)
class Wish:
    """A batch as somebody asks for it; `body` None: every case to the unit that is suggested for it."""

    id: UUID
    cases: tuple[UUID, ...]
    body: Body | None = None
    kind: str = Batch.Kind.DISPATCH
    leaving: Body | None = None


def refused(code: str, **params: Any) -> Refused:
    return Refused(Refusal(code, MESSAGES[code], params))


def make(wish: Wish, signed: Signed, at: datetime) -> tuple[Batch, bool]:
    """Keep a batch with its cases, not yet carried out; (it, whether it was there already). Raises Refused.

    Only cases that the scope holds are kept: of others nothing is said, not even that they exist."""
    known = _same(wish, signed)
    if known is not None:
        return known, True
    cases = list(dict.fromkeys(wish.cases))
    if not cases:
        raise refused("batch_empty")
    if len(cases) > MOST:
        raise refused("batch_many", count=len(cases), most=MOST)
    numbers = _numbers(signed, cases)
    batch = Batch(
        id=wish.id, kind=wish.kind, person=signed.person, post=signed.post, body=wish.body, leaving=wish.leaving,
        made_at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            batch.save(force_insert=True)
            BatchLine.objects.bulk_create(
                BatchLine(batch=batch, no=no, case=case, number=numbers[case])
                for no, case in enumerate((one for one in cases if one in numbers), 1)
            )
            audit.record(
                at, f"batch_{wish.kind}", subject=("batch", str(batch.pk)), params={"cases": len(numbers)},
                person=signed.person.pk, seat=signed.seat.pk, post=signed.post.pk,
            )  # fmt: skip
    except IntegrityError:
        known = _same(wish, signed)
        if known is None:
            raise
        return known, True
    return batch, False


def _same(wish: Wish, signed: Signed) -> Batch | None:
    known = Batch.objects.filter(pk=wish.id).first()
    if known is None:
        return None
    if (known.person_id, known.post_id, known.kind) != (signed.person.pk, signed.post.pk, wish.kind):
        raise refused("batch_other")
    return known


def _numbers(signed: Signed, cases: Sequence[UUID]) -> dict[UUID, str]:
    rows = searching.search(signed.scope, searching.Query(ids=tuple(cases)), most=len(cases))
    return {row.id: row.case_no or row.report_no for row in rows}


def of_person(signed: Signed, most: int = 50) -> list[Batch]:
    """The newest batches that the person made on this post."""
    return list(Batch.objects.filter(person=signed.person, post=signed.post).order_by("-made_at")[:most])


def one(signed: Signed, batch: UUID) -> Batch | None:
    """A batch of the person's own post; anybody else's does not exist for them."""
    rows = Batch.objects.select_related("body", "leaving").filter(person=signed.person, post=signed.post)
    return rows.filter(pk=batch).first()


def go_on(batch: Batch, signed: Signed, at: datetime, most: int = CHUNK) -> int:
    """Carry out the next cases; how many still wait. Two requests at once do nothing twice."""
    from citygrid.coordination.dispatching import handing_over  # noqa: PLC0415 - it hands over by batches

    take = handing_over.take if batch.kind == Batch.Kind.HAND_OVER else _dispatch
    for line in batch.lines.filter(state=BatchLine.State.WAITING).order_by("no")[:most]:
        take(batch, line, signed, at)
        line.save(update_fields=["state", "body", "acts", "act", "code", "message", "params"])
    return batch.lines.filter(state=BatchLine.State.WAITING).count()


def act_id(batch: Batch, case: UUID, name: str) -> UUID:
    """The id of an act of a batch: the same whenever it is tried again."""
    return uuid5(batch.pk, f"{name}:{case}")


def _dispatch(batch: Batch, line: BatchLine, signed: Signed, at: datetime) -> None:
    case = reading.case_for(signed.scope, line.case)
    if case is None:
        settle(line, Refusal("not_seen", MESSAGES["not_seen"]))
        return
    body = line.body_id or batch.body_id or _suggested(case, at)
    if body is None:
        code = "no_suggestion" if _waits(signed, case) else "not_waiting"
        settle(line, Refusal(code, MESSAGES[code], {"taken": sending.taken_by(case)} if code == "not_waiting" else {}))
        return
    if line.body_id is None:
        # Kept before it is tried: tried again after a fall, it is the same act with the same unit.
        line.body_id = body
        line.save(update_fields=["body"])
    asked = sending.Asked(act_id(batch, case.id, "dispatch"), body)
    answer = sending.send(case, asked, signed, at)
    if isinstance(answer, Refusal) and answer.code == "wrong_state":
        answer = Refusal("not_waiting", MESSAGES["not_waiting"], {"taken": sending.taken_by(case)})
    settle(line, answer, "dispatch")


def _suggested(case: Case, at: datetime) -> int | None:
    reasons = sending.reasons_of(case, at)
    return reasons[0].body if reasons else None


def _waits(signed: Signed, case: Case) -> bool:
    return bool(waiting.of_cases(signed.scope, [case.id]))


def settle(line: BatchLine, answer: acting.Done | Refusal, act: str = "") -> None:
    """Note the answer of one act on a line; a refusal ends it."""
    if isinstance(answer, Refusal):
        line.state, line.code, line.act = BatchLine.State.REFUSED, answer.code[:40], act
        line.message = answer.message[:300]
        line.params = {name: str(value) for name, value in answer.params.items()}
        return
    line.state, line.acts = BatchLine.State.DONE, [*line.acts, act]


def submit(batch: Batch, case: Case, name: str, data: dict[str, Any], signed: Signed, at: datetime) -> Any:
    """An act of a batch on one case: Done or Refusal."""
    submission = Submission(case.id, act_id(batch, case.id, name), name, data)
    return acting.submit(submission, actor_of(signed), signed.scope, at)

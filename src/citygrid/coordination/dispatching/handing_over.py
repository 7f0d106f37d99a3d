"""A unit that ends while it holds cases: how many, and handing them over to another unit in a batch.

Nothing goes round the process: the unit asks for the return of each case, the dispatcher grants it and dispatches it to
the successor. A batch takes every case as far as the post that started it can."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from citygrid.cases import acting, naming, reading
from citygrid.cases.asking import actor_of
from citygrid.cases.database import cursor, plain
from citygrid.cases.models import OPEN_BUCKET
from citygrid.cases.submission import Submission
from citygrid.coordination.dispatching import batches
from citygrid.coordination.models import Batch, BatchLine
from citygrid.organization.ending import Objection
from citygrid.organization.models import Body
from citygrid.organization.seats import Signed
from citygrid.organization.visibility import Scope
from citygrid.process import Case, Offer, Refusal
from citygrid.process.refusal import refuse
from citygrid.process.states import WITH_UNIT, State

MESSAGES: dict[str, str] = {
    "holds_cases": gettext_noop("%(body)s holds %(count)s open cases: hand them over first."),
    "return_first": gettext_noop("The unit has to ask for its return first: its own desk can do that for all at once."),
    "not_with_unit": gettext_noop("It is not with the unit now: %(state)s."),
    "asked_already": gettext_noop("Its return is asked for already; the dispatcher decides."),
}


@dataclass(frozen=True, slots=True)
class Held:
    """An open case on which a body owes something."""

    case: UUID
    number: str
    state: str
    class_id: str | None
    due: datetime | None


def counts(bodies: Iterable[int]) -> dict[int, int]:
    """Body -> open cases on which it owes something; bodies without any are left out."""
    with plain() as connection:
        rows = cursor(connection).execute(
            "select body, count(distinct case_id) from cases_item where bucket = %s and body = any(%s) group by body",
            [OPEN_BUCKET, sorted(set(bodies))],
        )
        return dict(rows.fetchall())


def objections(codes: Sequence[str]) -> list[Objection]:
    """What stands in the way of ending these bodies: open cases."""
    known = {pk: (code, name) for pk, code, name in
             Body.objects.filter(code__in=codes).values_list("id", "code", "name")}  # fmt: skip
    return [
        Objection(
            known[body][0], "holds_cases", MESSAGES["holds_cases"], {"body": known[body][1], "count": count},
            reverse("coordination:hand_over", args=[known[body][0]]),
        )
        for body, count in sorted(counts(known).items())
    ]  # fmt: skip


def held(scope: Scope, body: int, most: int = batches.MOST) -> list[Held]:
    """The open cases of a body that the scope holds, first what is late first."""
    seen, params = scope.sql("c")
    sql = f"""select c.id, coalesce(c.case_no, c.report_no), c.state, c.class_id, min(i.due)
              from cases_item i join cases_head h on h.case_id = i.case_id
                join cases_case c on c.id = i.case_id and c.bucket = h.bucket
              where i.bucket = %s and i.body = %s and {seen}
              group by 1, 2, 3, 4 order by min(i.sort_at), c.id limit %s"""  # noqa: S608 - the condition holds no input
    with plain() as connection:
        rows = cursor(connection).execute(sql.encode(), [OPEN_BUCKET, body, *params, most])
        return [Held(*row) for row in rows.fetchall()]


def take(batch: Batch, line: BatchLine, signed: Signed, at: datetime) -> None:
    """Take one case as far as this post can; the line keeps which acts were done, or why not."""
    case = reading.case_for(signed.scope, line.case)
    if case is None:
        batches.settle(line, Refusal("not_seen", batches.MESSAGES["not_seen"]))
        return
    line.body_id = batch.body_id
    if case.state in WITH_UNIT:
        _ask_return(batch, line, case, signed, at)
        return
    if case.state is State.RETURNING:
        granted = _grant(batch, line, case, signed, at)
        if granted is None:
            return
        case = granted
    if case.state is State.FILED:
        answer = batches.submit(batch, case, "dispatch", {"body": batch.body_id}, signed, at)
        batches.settle(line, answer, "dispatch")
    elif line.state == BatchLine.State.WAITING:
        batches.settle(line, Refusal("not_with_unit", MESSAGES["not_with_unit"], {"state": case.state.value}))


def _ask_return(batch: Batch, line: BatchLine, case: Case, signed: Signed, at: datetime) -> None:
    """The unit's own desk: asks for the return and names the successor."""
    offer = _offer(case, "request", signed, at)
    if offer is None or "return" not in offer.choices or signed.body.pk != batch.leaving_id:
        batches.settle(line, Refusal("return_first", MESSAGES["return_first"]))
        return
    words = _("%(leaving)s hands its cases over to %(unit)s.")
    reason = words % {"leaving": naming.body(batch.leaving_id), "unit": naming.body(batch.body_id)}
    data = {"request": "return", "reason": reason, "suggested": batch.body_id}
    batches.settle(line, batches.submit(batch, case, "request", data, signed, at), "request")


def _grant(batch: Batch, line: BatchLine, case: Case, signed: Signed, at: datetime) -> Case | None:
    """The dispatcher: grants the return. None when the line is settled with that."""
    offer = _offer(case, "approve", signed, at)
    asked = next((one for one in case.requests if one.kind == "return" and one.state == "open"), None)
    if offer is None or asked is None:
        if asked is not None and asked.asker_body == signed.body.pk:
            batches.settle(line, Refusal("asked_already", MESSAGES["asked_already"]))
        else:
            batches.settle(line, refuse("not_your_role", act="approve").refusal, "approve")
        return None
    item = next((one.no for one in case.work if one.kind == "approve" and one.subject == f"r{asked.no}"), None)
    submission = Submission(case.id, batches.act_id(batch, case.id, "approve"), "approve", {"granted": True}, item=item)
    answer = acting.submit(submission, actor_of(signed), signed.scope, at)
    batches.settle(line, answer, "approve")
    if isinstance(answer, Refusal) or answer.case.state is not State.FILED:
        return None
    return answer.case


def _offer(case: Case, name: str, signed: Signed, at: datetime) -> Offer | None:
    return next((one for one in reading.offers_for(case, actor_of(signed), at) if one.spec.name == name), None)

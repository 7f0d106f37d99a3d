"""The JSON API of cases: the same acts and the same refusals as the pages, for apps and other systems.

An act is sent with an id that the client chose; sending it again is safe. A refusal is an answer (409 or 404), with a
code for machines and a sentence in the reader's language."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from ninja import Router, Schema, Status

from citygrid.cases import acting, queues, reading
from citygrid.cases.act_pages import OWN_PAGE
from citygrid.cases.asking import actor_of
from citygrid.cases.submission import Submission
from citygrid.organization.seats import Signed
from citygrid.process import MESSAGES, Refusal
from citygrid.process.moments import maybe_stamp, stamp
from citygrid.web.api import RefusalOut
from citygrid.web.api import signed as who
from citygrid.web.api_reading import Moment
from citygrid.web.refusals import tell


class ActIn(Schema):
    """One act. `id`: chosen by the client. `claimed`: with its offset from UTC. `data`: content by the act's fields
    (docs/process.md), texts plain."""

    id: UUID
    name: str
    data: dict[str, Any] = {}
    claimed: Moment | None = None
    item: int | None = None


class NewCaseIn(ActIn):
    """An act that opens a case; `case` is the client's id for it."""

    case: UUID


class DoneOut(Schema):
    case: UUID
    seq: int
    state: str
    report_no: str
    case_no: str | None
    repeated: bool


router = Router()


def _answer(signed: Signed, submission: Submission) -> Status[dict[str, Any]]:
    answer = acting.submit(submission, actor_of(signed), signed.scope, timezone.now())
    if isinstance(answer, Refusal):
        params = {k: str(v) for k, v in answer.params.items()}
        status = 404 if answer.code == "no_such_case" else 409
        return Status(
            status, {"code": answer.code, "message": tell(answer, submission.name).sentence, "params": params}
        )
    case = answer.case
    return Status(
        200,
        {
            "case": case.id,
            "seq": answer.entry.seq,
            "state": case.state.value,
            "report_no": case.report_no,
            "case_no": case.case_no,
            "repeated": answer.repeated,
        },
    )


@router.post("/cases", response={200: DoneOut, 404: RefusalOut, 409: RefusalOut})
def create(request: HttpRequest, new: NewCaseIn) -> Status[dict[str, Any]]:
    """Open a case: report, log_call, warn or self_report."""
    return _answer(who(request), Submission(new.case, new.id, new.name, new.data, new.claimed, new.item))


@router.post("/cases/{uuid:case}/acts", response={200: DoneOut, 404: RefusalOut, 409: RefusalOut})
def act(request: HttpRequest, case: UUID, one: ActIn) -> Status[dict[str, Any]]:
    """Do one act on a case. What is done on a page of its own (`archive` makes the paper) is no act here."""
    if one.name in OWN_PAGE:
        sentence = gettext(MESSAGES["unknown_act"]) % {"act": one.name}
        return Status(409, {"code": "unknown_act", "message": sentence, "params": {"act": one.name}})
    return _answer(who(request), Submission(case, one.id, one.name, one.data, one.claimed, one.item))


@router.get("/cases/{uuid:case}", response={200: dict[str, Any], 404: RefusalOut})
def read(request: HttpRequest, case: UUID) -> Status[dict[str, Any]]:
    """A case with its open work items, its timeline and the acts that the caller may take."""
    signed = who(request)
    found = reading.case_for(signed.scope, case)
    if found is None:
        return Status(404, {"code": "no_such_case", "message": gettext(MESSAGES["no_such_case"]), "params": {}})
    offers = reading.offers_for(found, actor_of(signed), timezone.now())
    return Status(
        200,
        {
            "id": found.id,
            "report_no": found.report_no,
            "case_no": found.case_no,
            "state": found.state.value,
            "class_id": found.class_id,
            "condition": found.condition,
            "due": maybe_stamp(found.due),
            "place": {"lon": found.place.lon, "lat": found.place.lat} if found.place else None,
            "work": [
                {"no": i.no, "kind": i.kind, "main": i.main, "body": i.holder.body, "due": maybe_stamp(i.due)}
                for i in found.work
            ],
            "timeline": [
                {"seq": e.seq, "act": e.type, "at": stamp(e.effective_at), "body": e.actor.body, "post": e.actor.post}
                for e in reading.timeline(found)
            ],
            "acts": [{"name": o.spec.name, "item": o.item.no if o.item else None, "kinds": o.choices} for o in offers],
        },
    )


@router.get("/items", response=list[dict[str, Any]])
def items(request: HttpRequest, kind: str | None = None) -> list[dict[str, Any]]:
    """The first page of what the caller owes, first what is late first."""
    signed = who(request)
    page = queues.my_items(signed.person.pk, signed.body.pk, signed.role.code, kind=kind)
    return [
        {"case": i.case, "no": i.no, "kind": i.kind, "due": maybe_stamp(i.due), "report_no": i.report_no,
         "state": i.state}
        for i in page
    ]  # fmt: skip

"""Signing for several cases at once: each is an act of its own, with an answer of its own (S1-49)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from citygrid.cases import acting, reading
from citygrid.cases.asking import actor_of
from citygrid.cases.submission import Submission
from citygrid.organization.seats import Signed
from citygrid.process import Refusal
from citygrid.web.refusals import tell

MOST = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one case. `sentence`: why it was not signed; empty when it was. `repeated`: it was before."""

    case: UUID
    number: str
    sentence: str = ""
    repeated: bool = False


def sign(cases: Iterable[tuple[UUID, int]], batch: UUID, signed: Signed, at: datetime) -> list[Answer]:
    """Signs for each (case, work item), at most `MOST`. The ids of the acts follow from `batch` and the case: the same
    batch a second time (a double click) changes nothing and gives the same answers."""
    answers = []
    for case, item in list(dict.fromkeys(cases))[:MOST]:
        act = Submission(case, uuid5(batch, str(case)), "sign", {}, item=item)
        done = acting.submit(act, actor_of(signed), signed.scope, at)
        if isinstance(done, Refusal):
            found = reading.case_for(signed.scope, case)
            number = (found.case_no or found.report_no) if found is not None else "–"
            answers.append(Answer(case, number, tell(done, "sign").sentence))
        else:
            answers.append(Answer(case, done.case.case_no or done.case.report_no, repeated=done.repeated))
    return answers

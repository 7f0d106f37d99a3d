"""Saving a call: the case is registered by the act `log_call`, and, where the post may and wants it, goes on at once.

Each step is an act of its own with an id derived from the form's, so that sending the form again changes nothing. What
is refused after the case was registered stops there and is told; the case stays."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from citygrid.cases import acting, reading
from citygrid.cases.asking import actor_of
from citygrid.cases.submission import Submission
from citygrid.organization.seats import Signed
from citygrid.process import Case, Refusal

ACCEPT, FILE, MERGE = "accept", "file_case", "merge"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be registered. `case`, `act`: the client's ids. `accept`: go on to accepting; `condition`: and file
    under this one; `into`: merge it into this case instead; `distinct`: near cases were looked at, it is another."""

    case: UUID
    act: UUID
    content: Mapping[str, Any]
    accept: bool = False
    condition: str = ""
    into: UUID | None = None
    reason: str = ""
    distinct: bool = False


@dataclass(slots=True)
class Registered:
    """`case` as it stands after the last step that was taken; `taken`: names of the acts; `stopped`: which act was
    refused, and why."""

    case: Case
    repeated: bool
    taken: list[str] = field(default_factory=list)
    stopped: tuple[str, Refusal] | None = None


def register(wanted: Wanted, signed: Signed, at: datetime) -> Registered | Refusal:
    """Register the case and go on as far as it goes. A refusal: nothing was registered."""
    actor = actor_of(signed)
    first = acting.submit(Submission(wanted.case, wanted.act, "log_call", wanted.content), actor, None, at)
    if isinstance(first, Refusal):
        return first
    done = Registered(first.case, first.repeated, ["log_call"])
    for name, content in _steps(wanted):
        if not _offered(done.case, name, signed, at):
            if first.repeated:
                continue  # it was taken when the form was sent first
            break
        one = Submission(wanted.case, uuid5(wanted.act, name), name, content)
        answer = acting.submit(one, actor, signed.scope, at)
        if isinstance(answer, Refusal):
            done.stopped = (name, answer)
            break
        done.case = answer.case
        done.taken.append(name)
    return done


def _steps(wanted: Wanted) -> list[tuple[str, dict[str, Any]]]:
    if wanted.into is not None:
        return [(MERGE, {"into": str(wanted.into), "reason": wanted.reason})]
    steps: list[tuple[str, dict[str, Any]]] = []
    if wanted.accept:
        steps.append((ACCEPT, {"distinct": True} if wanted.distinct else {}))
        if wanted.condition:
            steps.append((FILE, {"condition": wanted.condition}))
    return steps


def _offered(case: Case, name: str, signed: Signed, at: datetime) -> bool:
    """Whether this post may do it now; a source that is verified first offers no accepting."""
    return any(one.spec.name == name for one in reading.offers_for(case, actor_of(signed), at))

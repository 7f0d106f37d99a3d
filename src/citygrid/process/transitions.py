"""The one table of the process: which act leads from which state to which, and what work item it answers.

Diagram, docs, the acts offered on a page and the permission check all come from here. Who may is the variant's matter
(`Variant.acts`); what an act computes stands in the effects modules."""

from dataclasses import dataclass

from citygrid.process.acts import ACTS
from citygrid.process.states import OPEN, State

S = State


@dataclass(frozen=True, slots=True)
class Transition:
    """One row per act and from-state. `to`: the states it may lead to, the same state included by name.
    `answers`: the kind of work item that it does; None for acts that nobody owes."""

    act: str
    source: State | None
    to: tuple[State, ...]
    answers: str | None = None


def _rows(
    act: str, sources: tuple[State | None, ...], *to: State, answers: str | None = None
) -> tuple[Transition, ...]:
    return tuple(Transition(act, s, to or ((s,) if s else ()), answers) for s in sources)


_OPEN = tuple(s for s in State if s in OPEN and s is not S.MERGED)
_BEFORE_CHECK = (
    S.UNVERIFIED,
    S.REPORTED,
    S.VERIFYING,
    S.ACCEPTED,
    S.FILED,
    S.ASSIGNED,
    S.HANDLING,
    S.RETURNING,
    S.DISPUTED,
    S.SUSPENDED,
)
_WITH_UNIT = (S.ASSIGNED, S.HANDLING)
_OVER = (S.CLOSED, S.REJECTED, S.VOIDED)
_BESIDE = (S.FILED, S.ASSIGNED, S.HANDLING, S.HANDLED, S.CHECKING, S.CHECKED, S.SUSPENDED, S.CLOSED)

TRANSITIONS: tuple[Transition, ...] = (
    *_rows("report", (None,), S.REPORTED, S.UNVERIFIED),
    *_rows("log_call", (None,), S.REPORTED, S.UNVERIFIED),
    *_rows("warn", (None,), S.REPORTED, S.UNVERIFIED),
    *_rows("self_report", (None,), S.SELF_HANDLED),
    *_rows("refuse", (S.UNVERIFIED,), S.REJECTED, answers="send_verify"),
    *_rows("refuse", (S.REPORTED,), S.REJECTED, answers="accept"),
    *_rows("send_verify", (S.UNVERIFIED,), S.VERIFYING, answers="send_verify"),
    *_rows("send_verify", (S.REPORTED,), S.VERIFYING),
    *_rows("verify", (S.VERIFYING,), S.ACCEPTED, S.REPORTED, answers="verify"),
    *_rows("accept", (S.REPORTED,), S.ACCEPTED, answers="accept"),
    # Beside the main line: a report of a class of public safety is confirmed by a person within minutes.
    *_rows("confirm", tuple(s for s in _OPEN if s is not S.SELF_HANDLED), answers="confirm"),
    *_rows("file_case", (S.ACCEPTED,), S.FILED, answers="file"),
    *_rows("refuse_filing", (S.ACCEPTED,), S.REJECTED, answers="file"),
    *_rows("unfile", (S.FILED,), S.ACCEPTED, answers="dispatch"),
    *_rows("dispatch", (S.FILED,), S.ASSIGNED, answers="dispatch"),
    *_rows("rapid", (S.FILED,), S.HANDLING, answers="dispatch"),
    # Nobody owes the order: it is given in spite of whoever should decide, and the dispute stays open beside it.
    *_rows("order_first", (S.FILED, S.RETURNING, S.DISPUTED), S.ASSIGNED),
    *_rows("sign", (S.ASSIGNED,), S.HANDLING, S.ASSIGNED, answers="sign"),
    *_rows("sign", (S.HANDLING,), answers="sign"),
    *_rows("assign_worker", (S.ASSIGNED,), S.HANDLING, S.ASSIGNED, answers="handle"),
    *_rows("assign_worker", (S.HANDLING,), answers="handle"),
    *_rows("forward", (S.ASSIGNED,), S.HANDLING, S.ASSIGNED, answers="handle"),
    *_rows("forward", (S.HANDLING,), answers="handle"),
    *_rows("arrive", _WITH_UNIT, answers="arrive"),
    *_rows("make_safe", _WITH_UNIT, answers="make_safe"),
    # A return is asked by the unit; so are extension and suspension. Void and force are asked by a centre.
    *(Transition("request", s, (S.RETURNING, s)) for s in _WITH_UNIT),
    *_rows("request", tuple(s for s in _OPEN if s not in _WITH_UNIT)),
    *_rows("withdraw", (S.RETURNING,), S.RETURNING, S.ASSIGNED, S.HANDLING),
    *_rows("withdraw", tuple(s for s in _OPEN if s is not S.RETURNING)),
    *_rows(
        "approve",
        (S.RETURNING,),
        S.RETURNING,
        S.FILED,
        S.ASSIGNED,
        S.HANDLING,
        S.VOIDED,
        S.CLOSED,
        answers="approve",
    ),
    *(Transition("approve", s, (s, S.SUSPENDED, S.VOIDED, S.CLOSED), "approve") for s in _WITH_UNIT),
    *(
        Transition("approve", s, (s, S.VOIDED, S.CLOSED), "approve")
        for s in _OPEN
        if s not in (*_WITH_UNIT, S.RETURNING)
    ),
    *_rows("resume", (S.SUSPENDED,), S.ASSIGNED, S.HANDLING, answers="resume"),
    *_rows("settle", (S.RETURNING,), S.ASSIGNED, answers="approve"),
    *_rows("settle", (S.DISPUTED,), S.ASSIGNED, answers="settle"),
    # After an order to repair first: who bears it is decided while the work goes on, or when it is over.
    *_rows("settle", _BESIDE, answers="settle"),
    *_rows("declare_ownerless", (S.ACCEPTED, S.FILED, S.RETURNING, S.DISPUTED)),
    *_rows("refer", (S.FILED, S.ASSIGNED, S.HANDLING, S.RETURNING), S.DISPUTED),
    # An assisting unit may be done before the main one has signed.
    *_rows("feed_back", (S.ASSIGNED,), answers="handle"),
    *_rows("feed_back", (S.HANDLING,), S.HANDLED, S.HANDLING, answers="handle"),
    *_rows("send_check", (S.HANDLED,), S.CHECKING, answers="send_check"),
    # A check that could not tell may be sent out again.
    *_rows("send_check", (S.CHECKED,), S.CHECKING, answers="close"),
    *_rows("check", (S.CHECKING,), S.CHECKED, answers="check"),
    *_rows("close", (S.CHECKED,), S.CLOSED, answers="close"),
    *_rows("rework", (S.CHECKED,), S.HANDLING, answers="close"),
    *_rows("redispatch", (S.CHECKED,), S.FILED, answers="close"),
    *_rows("review_self", (S.SELF_HANDLED,), S.CLOSED, S.REPORTED, answers="review_self"),
    *_rows("reclassify", tuple(s for s in _OPEN if s is not S.SELF_HANDLED)),
    *_rows("relocate", tuple(s for s in _OPEN if s is not S.SELF_HANDLED)),
    *_rows("split", _BEFORE_CHECK),
    *_rows("merge", tuple(s for s in _OPEN if s is not S.SELF_HANDLED), S.MERGED),
    *_rows("unmerge", (S.MERGED,), *(s for s in _OPEN if s is not S.SELF_HANDLED)),
    *_rows("follow_parent", (S.MERGED,), S.CLOSED, S.REJECTED, S.VOIDED),
    *_rows("adopt", _OPEN),
    *_rows("release", _OPEN),
    # Of a case that is over only the system urges: those who still owe a reply, an answer, an explanation.
    *_rows("urge", (*_OPEN, *_OVER)),
    *_rows("supervise", (*_OPEN, *_OVER)),
    *_rows("escalate", (S.FILED, S.RETURNING)),
    *_rows("lapse", (*_OPEN, *_OVER)),
    *_rows("explain", (*_OPEN, *_OVER), answers="explain"),
    *_rows("answer", (*_OPEN, *_OVER), answers="answer"),
    *_rows("reply", tuple(State), answers="reply"),
    *_rows("instruct", tuple(State)),
    *_rows("mark", tuple(State)),
    *_rows("comment", tuple(State)),
    *_rows("inspect", tuple(State)),
    *_rows("finding", tuple(State)),
    *_rows("follow_up", (S.CLOSED,), answers="call_back"),
    *_rows("reopen", (S.CLOSED,)),
    *_rows("appeal", (S.CLOSED,)),
    *_rows("review_appeal", (S.CLOSED,), answers="review_appeal"),
    # Not an answer to the task: the centre or the team lead gives it to another collector.
    *_rows("reassign_task", (S.VERIFYING, S.CHECKING)),
    *_rows("archive", _OVER),
    *_rows("retime", _OPEN),
)

TABLE: dict[tuple[str, State | None], Transition] = {(t.act, t.source): t for t in TRANSITIONS}
FROM: dict[State | None, tuple[Transition, ...]] = {
    s: tuple(t for t in TRANSITIONS if t.source is s) for s in (None, *State)
}
# Acts that answer a work item when there is one, and may also be done unasked.
UNASKED = frozenset({"reply", "follow_up", "arrive", "make_safe", "confirm"})

assert len(TABLE) == len(TRANSITIONS), "one row per act and from-state"
assert {t.act for t in TRANSITIONS} == set(ACTS), "every act has a row"

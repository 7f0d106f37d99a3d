"""The live writer: lock the head, decide, append, project, one outbox row per entry, commit (DESIGN section 3)."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from psycopg.errors import UniqueViolation
from psycopg.pq import TransactionStatus

from citygrid.cases import factfinding, loading, partitions
from citygrid.cases.database import Connection, plain
from citygrid.cases.loading import Loaded
from citygrid.cases.numbers import numbers
from citygrid.cases.submission import Submission, to_act
from citygrid.cases.writing import Change, create, write
from citygrid.organization.visibility import Scope
from citygrid.process import Act, Actor, Case, Entry, Refusal, decide, evolve
from citygrid.process.acts import ACTS
from citygrid.process.facts import Facts
from citygrid.process.refusal import refuse
from citygrid.process.rules import Rules
from citygrid.rulebook.slices import profile_at, rules_at
from citygrid.trust import audit
from citygrid.trust.redactable import Draft

CREATING = frozenset(a.name for a in ACTS.values() if a.creates)
# Acts that may reach other cases: those must be known before the locks are taken, in the order of ids.
LINKING = frozenset({"merge", "unmerge", "close", "approve", "refuse", "refuse_filing", "review_self"})
MOST_TRIES = 5


@dataclass(frozen=True, slots=True)
class Done:
    """The act is on the record. `repeated`: it was already, from an earlier delivery of the same act."""

    case: Case
    entry: Entry
    repeated: bool = False


def submit(submission: Submission, actor: Actor, scope: Scope | None, at: datetime) -> Done | Refusal:
    """Carry out one act of a person (or of the system: `scope` None). `at`: the server's moment, aware.

    Idempotent by (case, act id): the same act again gives the first answer; the same id with another body is refused
    (`act_id_used`). A refusal changes nothing; the audit keeps who, what and why."""
    digests = submission.digests(actor)
    act, drafts = to_act(submission, actor, at)
    for _ in range(MOST_TRIES):
        try:
            with plain() as connection:
                answer = _attempt(connection, act, drafts, digests, scope)
        except Exception:
            # A block of numbers that was reserved in the transaction went with it.
            numbers.forget()
            raise
        if answer is not None:
            break
    else:
        raise RuntimeError(f"case {act.case}: could not be locked together with its linked cases")
    if isinstance(answer, Refusal):
        audit.record(
            at, act.name, subject=("case", str(act.case)), outcome=audit.REFUSED, code=answer.code,
            params={k: str(v) for k, v in answer.params.items()} | _for_whom(actor), person=actor.person or None,
            post=actor.post,
        )  # fmt: skip
    return answer


def _for_whom(actor: Actor) -> dict[str, str]:
    """In whose place a stand-in acts, for the audit."""
    return {} if actor.stands_in_for is None else {"stands_in_for": str(actor.stands_in_for)}


def _attempt(
    connection: Connection, act: Act, drafts: list[Draft], digests: Sequence[bytes], scope: Scope | None
) -> Done | Refusal | None:
    """One try; None when linked cases changed before they could be locked."""
    rules = rules_at(act.at)
    partitions.ensure(connection, [partitions.month_of(act.at)])
    if act.name in CREATING:
        return _create(connection, act, rules, drafts, digests)
    seen = loading.peek(connection, act.case) if act.name in LINKING else None
    wanted = factfinding.linked_ids(seen, act) | {act.case}
    with connection.transaction():
        locked = loading.lock(connection, wanted)
        case = locked[act.case].case if act.case in locked else None
        repeated = loading.repeated(connection, act.case, act.id, digests)
        if repeated is not None:
            return _again(connection, act, repeated)
        if case is not None and scope is not None and not visible(case, scope):
            return refuse("no_such_case").refusal
        linked = factfinding.linked_ids(case, act) if act.name in LINKING else frozenset()
        if case is not None and linked - locked.keys() - _unknown(act, locked):
            return None
        if scope is not None:
            for hidden in _out_of_sight(act, locked, scope):
                del locked[hidden]
        return _decide_all(connection, act, rules, locked, drafts, digests[0], scope)


def _create(
    connection: Connection, act: Act, rules: Rules, drafts: list[Draft], digests: Sequence[bytes]
) -> Done | Refusal | None:
    """A new case needs no lock: its head's primary key says whether it is new."""
    answer = decide(None, act, rules, _facts(connection, None, act, {}, rules))
    if isinstance(answer, Refusal):
        repeated = loading.repeated(connection, act.case, act.id, digests)
        return answer if repeated is None else _again(connection, act, repeated)
    after = evolve(None, answer.entry)
    try:
        with connection.transaction() if _inside(connection) else nullcontext():
            create(connection, Change(None, after, answer.entry, digests[0], None, None), drafts, act.at)
    except UniqueViolation:
        # Another delivery of this act came first, and its answer is ours; or the id is another case's.
        repeated = loading.repeated(connection, act.case, act.id, digests)
        if repeated is not None:
            return _again(connection, act, repeated)
        if loading.peek(connection, act.case) is None:
            numbers.forget()  # the number was taken, not the case: once more with another
            return None
        return refuse("case_exists").refusal
    return Done(after, answer.entry)


def _inside(connection: Connection) -> bool:
    """In somebody's transaction a violated key must not spoil it: a savepoint then."""
    return connection.info.transaction_status != TransactionStatus.IDLE


def _again(connection: Connection, act: Act, repeated: Entry | Refusal) -> Done | Refusal:
    return repeated if isinstance(repeated, Refusal) else Done(_now(connection, act.case), repeated, True)


def visible(case: Case, scope: Scope) -> bool:
    """Whether a scope holds this case: by the bodies, areas and persons that had to do with it."""
    areas = case.place.areas if case.place is not None else ()
    return scope.holds(bodies=case.bodies, areas=areas, persons=case.persons)


def _unknown(act: Act, locked: dict[UUID, Loaded]) -> frozenset[UUID]:
    """A case named by the act that does not exist cannot be locked; `decide` refuses it."""
    return factfinding.linked_ids(None, act) - locked.keys()


def _out_of_sight(act: Act, locked: dict[UUID, Loaded], scope: Scope) -> set[UUID]:
    """Cases that the act names and the actor may not see: to the actor they do not exist."""
    named = factfinding.linked_ids(None, act) & locked.keys()
    return {one for one in named if not visible(locked[one].case, scope)}


def _now(connection: Connection, case: UUID) -> Case:
    found = loading.peek(connection, case)
    assert found is not None
    return found


def _decide_all(
    connection: Connection, act: Act, rules: Rules, locked: dict[UUID, Loaded], drafts: list[Draft], digest: bytes,
    scope: Scope | None,
) -> Done | Refusal:  # fmt: skip
    """The act and what follows from it on other cases, decided and written together."""
    changes: list[Change] = []
    todo, tries = [(act, digest)], set[UUID]()
    cases = {one: loaded.case for one, loaded in locked.items()}
    first: Done | None = None
    while todo:
        one, body_hash = todo.pop(0)
        before = cases.get(one.case)
        facts = _facts(connection, before, one, cases, rules, scope)
        answer = decide(before, one, rules, facts)
        if isinstance(answer, Refusal) and one.id in tries:
            continue  # what the system may try is left to people when it cannot be
        if isinstance(answer, Refusal):
            return answer if one is act else _impossible(one, answer)
        after = evolve(before, answer.entry)
        cases[one.case] = after
        known = locked.get(one.case)
        head, bucket = (known.head, known.bucket) if known is not None else (None, None)
        changes.append(Change(before, after, answer.entry, body_hash, head, bucket))
        todo.extend((follow, one.id.bytes) for follow in (*answer.follow, *answer.tries))
        tries.update(one.id for one in answer.tries)
        if first is None:
            first = Done(after, answer.entry)
    write(connection, changes, drafts, act.at)
    assert first is not None
    return first


def _impossible(act: Act, answer: Refusal) -> Refusal:
    raise RuntimeError(f"{act.name} followed on {act.case} and was refused: {answer.code}: {answer}")


def _facts(
    connection: Connection, case: Case | None, act: Act, cases: dict[UUID, Case], rules: Rules,
    scope: Scope | None = None,
) -> Facts:  # fmt: skip
    others = {k: v for k, v in cases.items() if k != act.case}
    facts = factfinding.find(connection, case, act, others, scope=scope, rules=rules)
    if case is None:
        return replace(facts, report_no=numbers.take(connection, "report", profile_at(act.at), act.at))
    if act.name == "file_case" and case.case_no is None:
        return replace(facts, case_no=numbers.take(connection, "case", profile_at(act.at), act.at))
    return facts

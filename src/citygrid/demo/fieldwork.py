"""The units' answers: signing, going there, handling, asking for more time, explaining."""

from typing import Any
from uuid import UUID

from citygrid.demo.life import Life, answers
from citygrid.process import Actor, Assignment, Case, WorkItem
from citygrid.process.states import WITH_UNIT, State

DESKS = ("unit_desk", "person_in_charge")
RETRY = 180.0  # minutes


def _assignment(case: Case, item: WorkItem) -> Assignment:
    found = case.assignment(int(item.subject[1:]))
    assert found is not None
    return found


def _desk(life: Life, body: int | None) -> Actor:
    """The unit's desk; for the centre's own team the dispatcher."""
    return life.somebody(body, *DESKS) or life.centre("dispatcher")


@answers("sign")
def sign(life: Life, case: Case, item: WorkItem) -> None:
    """签收; or it is not ours; or a worker, or a unit below, gets it at once."""
    one, desk = _assignment(case, item), _desk(life, item.holder.body)
    habits, root = life.scene.habits(one.body), one.parent is None and not one.assisting
    wrong = root and one.body not in right_units_of(life, case)
    hold, chance = life.problem.hold, life.chance
    back = hold == "approve_return" or (not hold and root and chance.random() < (0.9 if wrong else habits["return"]))
    if back and root and case.returns < 2 and not case.requests and _send_back(life, case, desk):
        return
    below = life.scene.below.get(one.body, [])
    handle = next((i for i in case.work if i.kind == "handle" and i.subject == item.subject), None)
    down = "below" in life.memory or (not hold and chance.random() < habits.get("forward", 0.0))
    if root and below and handle is not None and down:
        life.do(case.id, "forward", desk, handle.no, body=below[0])
    elif handle is not None and chance.random() < habits["worker"]:
        worker = life.somebody(one.body, "worker")
        if worker is not None:
            life.do(case.id, "assign_worker", desk, handle.no, person=worker.person)
    else:
        life.do(case.id, "sign", desk, item.no)
    _ask_later(life, life.case(case.id), one, habits)


def _send_back(life: Life, case: Case, desk: Actor) -> bool:
    asked = life.do(case.id, "request", desk, request="return", reason=life.say("return"))
    if asked is not None and life.maybe("withdraw"):
        life.after(life.chance.uniform(10, 60), _withdraw, case.id, len(asked.requests))
    return asked is not None


def right_units_of(life: Life, case: Case) -> list[int]:
    """Whoever answers for the class there, whether they had the case already or not."""
    return life.scene.suggested(case.class_id or "", life.place(case))


def _ask_later(life: Life, case: Case, one: Assignment, habits: dict[str, float]) -> None:
    """Some units will ask for more time, or to put it off."""
    hold, chance = life.problem.hold, life.chance
    due = one.due
    if due is None or one.parent is not None or one.assisting:
        return
    if hold == "approve_extend" or (not hold and chance.random() < habits["extend"]):
        life.at(life.now + (due - life.now) * chance.uniform(0.2, 0.7), _ask, case.id, "extend", one.no)
    elif hold in ("approve_suspend", "resume") or life.maybe("suspend"):
        life.at(life.now + (due - life.now) * chance.uniform(0.05, 0.3), _ask, case.id, "suspend", one.no)
    if hold == "answer":
        life.after(chance.uniform(5, 20), _supervise, case.id)
    if hold == "approve_force":
        life.after(chance.uniform(60, 300), _force, case.id)


def _ask(life: Life, one: UUID, kind: str, no: int) -> None:
    case = life.case(one)
    held = case.assignment(no)
    if case.state not in WITH_UNIT or held is None or held.state not in ("offered", "signed", "forwarded"):
        return
    said: dict[str, Any] = {"request": kind, "reason": life.say(kind)}
    if kind == "suspend":
        days = life.chance.randrange(20, 60) if life.problem.hold else life.chance.randrange(3, 30)
        said |= {"mode": life.chance.choice(("defer", "hang")), "limit": f"{days} natural_day"}
    elif life.chance.random() < 0.5:
        said["limit"] = f"{life.chance.randrange(1, 4)} work_day"
    done = life.do(one, "request", _desk(life, held.body), **said)
    if done is not None and life.maybe("withdraw"):
        life.after(life.chance.uniform(5, 90), _withdraw, one, len(done.requests))


def _withdraw(life: Life, one: UUID, no: int) -> None:
    case = life.case(one)
    asked = next((r for r in case.requests if r.no == no and r.state == "open"), None)
    if asked is not None:
        life.do(one, "withdraw", _desk(life, asked.asker_body), request=no, note=life.say("withdraw"))


def _supervise(life: Life, one: UUID) -> None:
    office = life.somebody(life.scene.book.levels["office"], "office")
    if office is not None and life.case(one).state in WITH_UNIT:
        life.do(one, "supervise", office, note=life.say("supervise"))


def _force(life: Life, one: UUID) -> None:
    life.do(one, "request", life.centre("dispatcher"), request="force", reason=life.say("force"))


@answers("arrive", "make_safe")
def milestone(life: Life, case: Case, item: WorkItem) -> None:
    if case.state not in WITH_UNIT:
        return
    actor = life.somebody(item.holder.body, "worker", *DESKS) or life.centre("dispatcher")
    life.do(case.id, item.kind, actor, item.no, media=life.photos(case.class_id, 0, 1))


@answers("handle")
def handle(life: Life, case: Case, item: WorkItem) -> None:
    """处置反馈, by the worker or the desk; signed for first, and after those who assist and those below."""
    one = _assignment(case, item)
    if case.state not in WITH_UNIT:
        return
    desk = _desk(life, item.holder.body)
    if one.state == "offered":
        signature = next((i for i in case.work if i.kind == "sign" and i.subject == item.subject), None)
        if signature is None or life.do(case.id, "sign", desk, signature.no) is None:
            return
        life.after(life.chance.uniform(8, 40), _handle_again, case.id, item.no)
        return
    actor = desk
    if one.worker is not None and life.chance.random() < 0.7:
        actor = life.scene.by_person[one.worker]
    said = _enforced(life, case)
    if one.provisional or (case.ownerless and one.parent is None and not one.assisting):
        said["cost"] = life.chance.randrange(10_000, 150_000)
    if life.chance.random() < 0.3:
        said["note"] = life.say("feed_back")
    done = life.do(case.id, "feed_back", actor, item.no, media=life.photos(case.class_id, 1), **said)
    if done is None and life.refused[-1].split(":")[1] in ("assist_open", "forwarded_open"):
        life.after(RETRY, _handle_again, case.id, item.no)


def _handle_again(life: Life, one: UUID, no: int) -> None:
    case = life.case(one)
    item = case.item(no)
    if item is not None and item.paused_at is None and item.shadow_at is None:
        handle(life, case, item)


def _enforced(life: Life, case: Case) -> dict[str, Any]:
    """What was done to the culprit, for classes that need it (S1-59)."""
    rule = life.scene.rules(life.now).classes.get(case.class_id or "")
    if rule is None or not rule.enforcement:
        return {}
    chance = life.chance
    culprit = chance.choices(("known", "unknown", "none"), (0.5, 0.3, 0.2))[0]
    if culprit != "known":
        return {"culprit": culprit}
    measure = chance.choices(("educated", "ordered", "penalised"), (0.6, 0.3, 0.1))[0]
    said: dict[str, Any] = {"culprit": culprit, "measure": measure}
    if measure == "penalised":
        said |= {"document": f"CF-{case.id.hex[:8]}", "amount": chance.choice((5_000, 10_000, 20_000, 50_000))}
    return said


@answers("explain")
def explain(life: Life, case: Case, item: WorkItem) -> None:
    if life.maybe("explain"):
        life.do(case.id, "explain", _desk(life, item.holder.body), item.no, reason=life.say("explain"))


@answers("answer")
def answer(life: Life, case: Case, item: WorkItem) -> None:
    found = life.somebody(item.holder.body, item.holder.role, *DESKS)
    if found is not None:
        life.do(case.id, "answer", found, item.no, text=life.say("answer"))


def late(life: Life, one: UUID) -> None:
    """Past its limit: the desk urges, somebody above supervises."""
    case = life.case(one)
    line = case.line
    if line is None or line.kind != "handle" or case.state not in (State.ASSIGNED, State.HANDLING):
        return
    if line.due is not None and line.due > life.now:
        life.at(line.due + life.blink() * 20, late, one)
        return
    if life.maybe("urge_late"):
        life.do(one, "urge", life.centre("call_taker"), note=life.say("urge"))
    if life.maybe("supervise_late"):
        _supervise(life, one)

"""The centre's answers: accepting, verifying, filing, dispatching, checking, closing, approving."""

from typing import Any
from uuid import UUID

from citygrid.demo.life import Life, answers, over
from citygrid.process import SYSTEM, Actor, Case, WorkItem
from citygrid.process.states import State

MACHINES = frozenset({"sensor", "video", "monitoring"})


def _desk(life: Life, item: WorkItem) -> Actor:
    found = life.somebody(item.holder.body, item.holder.role)
    return found if found is not None else life.centre(item.holder.role)


@answers("accept")
def accept(life: Life, case: Case, item: WorkItem) -> None:
    desk, chance = _desk(life, item), life.chance
    if case.void_proposed:
        if chance.random() < 0.3:
            life.do(case.id, "request", desk, request="void", reason=life.say("void"))
        else:
            life.do(case.id, "refuse", desk, item.no, reason=life.say("refuse"))
        return
    if life.problem.hold == "approve_void":
        life.do(case.id, "request", desk, request="void", reason=life.say("void"))
    elif case.source != "collector" and life.maybe("refuse"):
        life.do(case.id, "refuse", desk, item.no, reason=life.say("refuse"))
    elif _looked_at_again(life, case):
        life.do(case.id, "send_verify", desk)
    else:
        if case.component is None and case.class_id is not None and life.maybe("reclassify"):
            other = life.scene.choose("collector", chance)
            if other.id != case.class_id and other.kind == case.kind:
                life.do(case.id, "reclassify", desk, class_id=other.id, reason=life.say("reclassify"))
        given = {} if case.class_id is not None else {"class_id": life.memory["class", life.root]}
        life.do(case.id, "accept", desk, item.no, distinct=True, **given)


def _looked_at_again(life: Life, case: Case) -> bool:
    """What a machine saw is looked at once; of the collectors' reports some."""
    seen = life.memory.setdefault("seen", set())
    if case.id in seen:
        return False
    seen.add(case.id)
    return case.source in MACHINES or (case.source == "collector" and life.maybe("verify_collector"))


@answers("send_verify")
def send_verify(life: Life, case: Case, item: WorkItem) -> None:
    desk = _desk(life, item)
    if life.maybe("refuse"):
        life.do(case.id, "refuse", desk, item.no, reason=life.say("refuse"))
    else:
        life.do(case.id, "send_verify", desk, item.no)


def _collector(life: Life, case: Case, item: WorkItem) -> Actor | None:
    """The collector who holds the task, if on shift; else the desk gives it to whoever is."""
    mine = life.scene.by_person[item.holder.person or 0]
    if life.scene.on_duty(mine, life.now):
        return mine
    now = life.scene.collector(life.place(case), life.now)
    if now is None or now.person in case.handlers:
        now = life.scene.any_collector(life.now, case.handlers, life.chance)
    if now is None:
        return None
    if life.do(case.id, "reassign_task", life.centre("call_taker"), person=now.person) is None:
        life.after(60, _again, case.id, item.no)
    return None


def _again(life: Life, one: UUID, no: int) -> None:
    case = life.case(one)
    item = case.item(no)
    if item is not None and item.paused_at is None:
        (verify if item.kind == "verify" else check)(life, case, item)


@answers("verify")
def verify(life: Life, case: Case, item: WorkItem) -> None:
    actor = _collector(life, case, item)
    if actor is None:
        return
    sensor = case.source in MACHINES
    true = bool(life.problem.hold) or life.chance.random() < life.scene.settings["chances"][
        "true_sensor" if sensor else "true_public"
    ]
    said = {"true": true, **({"media": life.photos(case.class_id, 0)} if true else {})}
    life.do(case.id, "verify", actor, item.no, **said)


@answers("file")
def file_case(life: Life, case: Case, item: WorkItem) -> None:
    desk = _desk(life, item)
    if case.id == life.root and life.problem.kind == "split" and "split" not in life.memory:
        life.memory["split"] = True
        part = {"id": str(life.memory["second"]), "class_id": life.scene.choose("collector", life.chance).id,
                "text": life.say("comment")}  # fmt: skip
        life.do(case.id, "split", desk, parts=[part], reason=life.say("split"))
    if life.maybe("refuse_filing") or case.class_id not in life.scene.by_class:
        life.do(case.id, "refuse_filing", desk, item.no, reason=life.say("refuse_filing"))
        return
    assert case.class_id is not None
    known = life.memory.get(("condition", case.id))
    choice = life.scene.by_class[case.class_id]
    danger = {no for no, _, safe in choice.conditions if safe} if case.safety_confirmed is False else set()
    harmless = [no for no, _, _ in choice.conditions if no not in danger]
    if danger:
        known = harmless[0] if harmless else None
    fits = known is not None and any(no == known for no, _, _ in choice.conditions)
    life.do(case.id, "file_case", desk, item.no, condition=known if fits else life.condition(case.class_id))


@answers("confirm")
def confirm(life: Life, case: Case, item: WorkItem) -> None:
    """公共安全确认: nearly always so when a person said it, less often when a machine did."""
    sure = bool(life.problem.hold) or case.condition is not None
    true = sure or life.chance.random() < (0.7 if case.source in MACHINES else 0.95)
    life.do(case.id, "confirm", _desk(life, item), item.no, true=true)


@answers("dispatch")
def dispatch(life: Life, case: Case, item: WorkItem) -> None:
    desk, hold = _desk(life, item), life.problem.hold
    if case.redispatches == 0 and case.returns == 0 and life.maybe("unfile"):
        life.do(case.id, "unfile", desk, item.no, reason=life.say("unfile"))
        return
    if hold == "settle" or life.maybe("refer"):
        grounds = sorted(life.variant(case).grounds)
        said: dict[str, Any] = {"ground": life.chance.choice(grounds)} if grounds else {}
        life.do(case.id, "refer", desk, reason=life.say("refer"), **said)
        if hold != "settle" and life.maybe("order_first"):
            life.after(life.chance.uniform(5, 40), _order_first, case.id)
        return
    if not case.ownerless and life.maybe("ownerless"):
        life.do(case.id, "declare_ownerless", desk, reason=life.say("ownerless"))
        case = life.case(case.id)
    if life.maybe("rapid_safety" if case.safety else "rapid"):
        life.do(case.id, "rapid", desk, item.no, reason=life.say("rapid"), cost=life.chance.randrange(20_000, 300_000))
        return
    if life.maybe("relocate"):
        _relocate(life, case, desk)
        case = life.case(case.id)
    units = right_units(life, case)
    body = life.memory.get("unit", units[0])
    if case.returns == 0 and life.maybe("wrong_unit"):
        body = life.chance.choice(life.scene.units)
    others = [u for u in units[1:2] if u != body] if life.maybe("assist") else []
    life.do(case.id, "dispatch", desk, item.no, body=body, **({"assisting": others} if others else {}))


def _order_first(life: Life, one: UUID) -> None:
    """先行处置: the repair does not wait for the commission."""
    case = life.case(one)
    if case.state is State.DISPUTED:
        body = right_units(life, case)[0]
        life.do(one, "order_first", life.centre("dispatcher"), body=body, reason=life.say("order_first"))


def right_units(life: Life, case: Case) -> list[int]:
    """Units to try in order; after a return the next one goes first."""
    assert case.class_id is not None
    found = life.scene.suggested(case.class_id, life.place(case)) or life.scene.units[:1]
    had = {a.body for a in case.assignments}
    return [u for u in found if u not in had] or found


def _relocate(life: Life, case: Case, desk: Actor) -> None:
    spot = life.memory.get(("spot", case.id))
    if spot is None:
        return
    close = life.scene.streets.near(spot, life.chance, 8)
    life.do(case.id, "relocate", desk, lon=f"{close.lon:.7f}", lat=f"{close.lat:.7f}", reason=life.say("relocate"))


@answers("settle")
def settle(life: Life, case: Case, item: WorkItem) -> None:
    people = life.somebody(item.holder.body, item.holder.role)
    if people is not None:
        life.do(case.id, "settle", people, item.no, body=right_units(life, case)[0], ground=life.say("settle"))


@answers("send_check")
def send_check(life: Life, case: Case, item: WorkItem) -> None:
    """To the collector on shift there; to another one when that one handled it."""
    desk = _desk(life, item)
    if life.do(case.id, "send_check", desk, item.no) is None:
        other = life.scene.any_collector(life.now, case.handlers, life.chance)
        if other is not None:
            life.do(case.id, "send_check", desk, item.no, person=other.person)


@answers("check")
def check(life: Life, case: Case, item: WorkItem) -> None:
    actor = _collector(life, case, item)
    if actor is None:
        return
    result, last = "fixed", case.current
    habits = life.scene.habits(last.body) if last is not None and last.body in life.scene.units else {"care": 0.97}
    if life.maybe("cannot_tell"):
        result = "cannot_tell"
    elif not life.problem.hold and life.chance.random() > habits["care"] + 0.03 * case.reworks:
        result = "not_fixed"
    files = life.photos(case.class_id, 0 if result == "not_fixed" else 1, 1)
    life.do(case.id, "check", actor, item.no, result=result, media=files)


@answers("close")
def close(life: Life, case: Case, item: WorkItem) -> None:
    desk = _desk(life, item)
    if case.check_result == "fixed":
        life.do(case.id, "close", desk, item.no, outcome="qualified")
    elif case.check_result == "cannot_tell":
        life.do(case.id, "send_check", desk, item.no)
    elif case.reworks >= 2 and life.maybe("force"):
        life.do(case.id, "request", desk, request="force", reason=life.say("force"))
    elif case.reworks and life.maybe("substandard"):
        life.do(case.id, "close", desk, item.no, outcome="substandard")
    elif life.maybe("redispatch"):
        life.do(case.id, "redispatch", desk, item.no, reason=life.say("redispatch"))
    else:
        life.do(case.id, "rework", desk, item.no, reason=life.say("rework"))


@answers("approve")
def approve(life: Life, case: Case, item: WorkItem) -> None:
    one = next(r for r in case.requests if item.subject == f"r{r.no}")
    people = life.somebody(item.holder.body, item.holder.role)
    if people is None or people.person == one.asker:
        life.after(life.delay("approve"), _ask_again, case.id, item.no)
        return
    wrong = one.kind == "return" and case.current is not None and case.current.body not in right_units(life, case)
    sure = one.kind in ("void", "force") or life.problem.hold in ("resume", "approve_suspend", "approve_force")
    granted = sure or wrong or life.maybe(f"grant_{one.kind}")
    if one.kind == "return" and case.state is State.RETURNING and item.main and life.maybe("settle_return"):
        body = right_units(life, case)[0]
        life.do(case.id, "settle", people, item.no, body=body, ground=life.say("settle"))
        return
    done = life.do(case.id, "approve", people, item.no, granted=granted)
    if done is None and life.refused[-1].startswith("approve:delegation_"):
        # More than the office delegated to this post: what it may not grant it refuses.
        life.do(case.id, "approve", people, item.no, granted=False)


def _ask_again(life: Life, one: UUID, no: int) -> None:
    case = life.case(one)
    item = case.item(no)
    if item is not None:
        approve(life, case, item)


@answers("resume")
def resume(life: Life, case: Case, item: WorkItem) -> None:
    by_date = item.due is not None and life.now >= item.due
    life.do(case.id, "resume", SYSTEM if by_date else _desk(life, item), item.no)


@answers("review_self")
def review_self(life: Life, case: Case, item: WorkItem) -> None:
    life.do(case.id, "review_self", _desk(life, item), item.no, valid=life.maybe("self_valid"))


@answers("reply")
def reply(life: Life, case: Case, item: WorkItem) -> None:
    life.do(case.id, "reply", _desk(life, item), item.no, text=life.say("reply"))


@answers("call_back")
def call_back(life: Life, case: Case, item: WorkItem) -> None:
    """回访; somebody who is not satisfied may report again."""
    desk, chance = _desk(life, item), life.chance
    late = case.due is not None and case.handled_at is not None and case.handled_at > case.due
    weights = (0.2, 0.35, 0.35, 0.1) if late or case.reworks else (0.5, 0.37, 0.07, 0.06)
    rating = chance.choices(("very_satisfied", "satisfied", "unsatisfied", "not_reached"), weights)[0]
    again = life.problem.kind == "reopen" and case.id == life.root
    life.do(case.id, "follow_up", desk, item.no, rating="unsatisfied" if again else rating)
    if again:
        life.after(chance.uniform(30, 3000), _reopen, case.id)


def _reopen(life: Life, one: UUID) -> None:
    life.do(one, "reopen", life.centre("call_taker"), reason=life.say("reopen"))


@answers("review_appeal")
def review_appeal(life: Life, case: Case, item: WorkItem) -> None:
    life.do(case.id, "review_appeal", _desk(life, item), item.no, granted=life.chance.random() < 0.6)


def merge(life: Life, one: UUID, into: UUID) -> None:
    """并案 of a second report of the same thing."""
    case, main = life.case(one), life.case(into)
    if over(case) or over(main) or main.state is State.SELF_HANDLED:
        return
    merged = life.do(one, "merge", life.centre("call_taker"), into=str(into), reason=life.say("merge"))
    if merged is not None and life.maybe("unmerge"):
        life.after(life.chance.uniform(30, 240), unmerge, one)


def unmerge(life: Life, one: UUID) -> None:
    if life.case(one).state is State.MERGED:
        life.do(one, "unmerge", life.centre("shift_leader"), reason=life.say("unmerge"))


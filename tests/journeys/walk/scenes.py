"""How a case of the demo city comes to each state, and what each row of the transition table needs: who, with what."""

from dataclasses import dataclass, field, replace
from typing import Any

from citygrid.process.states import OPEN, TERMINAL, State
from citygrid.process.transitions import TRANSITIONS, Transition

S = State
LON, LAT = 121.5032, 31.2391
GARBAGE = "gbt30428.2:event:0110"
DANGER, DANGEROUS = "gbt30428.2:component:0101", "1"
"""A class of public safety, and its condition that is one."""
UNIT, WORKER, GREENERY, CLEANING = "wj_sanitation_desk", "wj_sanitation_worker", "wj_greenery_desk", "wj_cleaning_desk"
POSTS = {UNIT: "wj_sanitation_desk", GREENERY: "wj_greenery_desk", CLEANING: "wj_cleaning_desk"}
"""Accounts with several posts, and the one that acts here."""
LONG_AGO = 14 * 24 * 60

Act = tuple[Any, ...]
"""(login, act, content, minutes after the one before, number of the case)"""


def _at(number: int) -> dict[str, str]:
    """A place of its own for each scene, within one duty grid."""
    return {"lon": f"{LON + (number % 40) * 1e-5:.7f}", "lat": f"{LAT + (number // 40) * 1e-5:.7f}"}


def report(number: int, **more: Any) -> Act:
    said = {"source": "collector", "class_id": GARBAGE, "media": "photos:1", "text": "路边有一堆垃圾", **_at(number)}
    return ("collector1", "report", {**said, **more})


def call(number: int, **more: Any) -> Act:
    said = {"source": "hotline", "class_id": GARBAGE, "text": "居民来电反映路边有垃圾", "caller": "王先生",
            "phone": "13900000000", **_at(number), **more}  # fmt: skip
    return ("calltaker1", "log_call", said)


ACCEPT: Act = ("calltaker1", "accept", {"distinct": True})
FILE: Act = ("shiftleader1", "file_case", {"condition": "1"})
DISPATCH: Act = ("dispatcher1", "dispatch", {"body": "body:wj_sanitation"})
SIGN: Act = (UNIT, "sign", {})
FEED_BACK: Act = (UNIT, "feed_back", {"media": "photos:1", "culprit": "none", "note": "已清运"}, 30)
SEND_CHECK: Act = ("calltaker1", "send_check", {"person": "person:collector2"})
RETURN: Act = (UNIT, "request", {"request": "return", "reason": "不属本单位职责"})
SUSPEND: Act = (UNIT, "request", {"request": "suspend", "mode": "defer", "limit": "3 work_day", "reason": "连日大雨"})
VOID: Act = ("calltaker1", "request", {"request": "void", "reason": "重复登记"})
REFER: Act = ("dispatcher1", "refer", {"reason": "权属不清", "ground": "ownership"})
SUPERVISE: Act = ("leader1", "supervise", {"note": "尽快办理"})


def checked(result: str = "fixed") -> Act:
    return ("collector2", "check", {"result": result, "media": "photos:1", "note": "现场核查"})


def until(state: State, first: Act, filing: Act = FILE) -> list[Act]:
    """The acts that bring a case from its first one to a state; `first` a report or a call; `filing` its filing."""
    verifying = [first, ("calltaker1", "send_verify", {"person": "person:collector2"})]
    verified = [*verifying, ("collector2", "verify", {"true": True, "media": "photos:1"})]
    accepted = verified if first[1] == "log_call" else [first, ACCEPT]
    handling = [*accepted, filing, DISPATCH, SIGN]
    closing = [*handling, FEED_BACK, SEND_CHECK, checked()]
    office = [("dispatcher1", "approve", {"granted": True}), ("office1", "approve", {"granted": True})]
    ways: dict[State, list[Act]] = {
        S.REPORTED: [first],
        S.UNVERIFIED: [call(0) if first[1] != "log_call" else first],
        S.VERIFYING: verifying,
        S.ACCEPTED: accepted,
        S.FILED: [*accepted, filing],
        S.ASSIGNED: [*accepted, filing, DISPATCH],
        S.HANDLING: handling,
        S.RETURNING: [*handling, RETURN],
        S.DISPUTED: [*accepted, filing, REFER],
        S.HANDLED: closing[:-2],
        S.CHECKING: closing[:-1],
        S.CHECKED: closing,
        S.SUSPENDED: [*handling, SUSPEND, *office],
        S.CLOSED: [*closing, ("shiftleader1", "close", {"outcome": "qualified"})],
        S.REJECTED: [*accepted, ("shiftleader1", "refuse_filing", {"reason": "不符合立案条件"})],
        S.VOIDED: [*accepted, VOID, ("shiftleader1", "approve", {"granted": True})],
        S.SELF_HANDLED: [("collector1", "self_report", {**first[2], "source": "collector", "after_media": "photos:1"})],
        S.MERGED: [first, (*report(int(float(first[2]["lon"]) * 1e5) % 40)[:3], 1, "2"),
                   ("calltaker1", "merge", {"into": "@2", "reason": "同一问题"})],
    }  # fmt: skip
    return ways[state]


@dataclass(frozen=True)
class Scene:
    """One row: what goes before (`acts`), who then does it in the browser with which words (`values`, by field; a
    list names photos), and somebody who sees the case and may not (`wrong`). `on`: the case whose page is opened;
    `watch`: the case on which the row's act then stands."""

    acts: list[Act]
    login: str
    values: dict[str, Any] = field(default_factory=dict)
    wrong: str = "evaluator1"
    on: str = "1"
    act: str = ""
    watch: str = "1"
    system: bool = False


TAKER, LEADER, DISPATCHER, CHECKER = "calltaker1", "shiftleader1", "dispatcher1", "collector2"
REASON = {"reason": "按现场情况办理"}
# Who does an act when it does not depend on the state, and what is filled in.
PLAIN: dict[str, tuple[str, dict[str, Any]]] = {
    "refuse": (TAKER, REASON),
    "send_verify": (TAKER, {"person": "戴雪松"}),
    "verify": (CHECKER, {"true": "yes", "media": 1}),
    "accept": (TAKER, {"distinct": True}),
    "file_case": (LEADER, {"condition": "1"}),
    "refuse_filing": (LEADER, REASON),
    "unfile": (DISPATCHER, REASON),
    "dispatch": (DISPATCHER, {"body": "望江区环境卫生管理所"}),
    "rapid": (DISPATCHER, {**REASON, "cost": "300"}),
    "sign": (UNIT, {}),
    "assign_worker": (UNIT, {"person": "史可风"}),
    "forward": (UNIT, {"body": "望洁保洁"}),
    "arrive": (UNIT, {"media": 1}),
    "make_safe": (UNIT, {"media": 1}),
    "resume": (DISPATCHER, {}),
    "feed_back": (UNIT, {"media": 1, "culprit": "none", "note": "已处置"}),
    "send_check": (TAKER, {"person": "戴雪松"}),
    "check": (CHECKER, {"result": "fixed", "media": 1}),
    "close": (LEADER, {"outcome": "qualified"}),
    "rework": (LEADER, REASON),
    "redispatch": (LEADER, REASON),
    "review_self": (LEADER, {"valid": "yes"}),
    "reclassify": (TAKER, {"class_id": "道路不洁", "condition": "1", **REASON}),
    "relocate": (TAKER, {"lon": "121.5034000", "lat": "31.2392000", **REASON}),
    "split": (TAKER, {"parts-0-text": "另有一处破损", **REASON}),
    "unmerge": (TAKER, REASON),
    "urge": (TAKER, {"note": "请抓紧"}),
    "supervise": ("leader1", {"note": "请说明进展"}),
    "instruct": ("leader1", {"text": "依法依规处理"}),
    "mark": (LEADER, {"mark": "key"}),
    "comment": (LEADER, {"text": "已电话沟通"}),
    "refer": (DISPATCHER, {**REASON, "ground": "ownership"}),
    "inspect": ("inspector1", {"result": "in_order"}),
    "finding": ("inspector1", {"finding": "漏报", "person": "成大业"}),
    "follow_up": (TAKER, {"rating": "satisfied"}),
    "reopen": (TAKER, {"reason": "来电反映又有垃圾"}),
    "appeal": (UNIT, {"reason": "连日暴雨，非本单位之责"}),
    "reassign_task": (TAKER, {"person": "成大业"}),
    "reply": (TAKER, {"text": "您反映的问题正在办理"}),
    "order_first": (DISPATCHER, {"body": "望江区环境卫生管理所", **REASON}),
    "declare_ownerless": (DISPATCHER, REASON),
    "archive": (TAKER, {}),
}
# Who may not do it although they see the case; where the evaluator may, or does not see it.
WRONG = {"comment": "steward1", "finding": "leader1"}
# Who answers a supervision: whoever holds the case.
ANSWERS = {S.ACCEPTED: LEADER, S.CHECKED: LEADER, S.SELF_HANDLED: LEADER, S.FILED: DISPATCHER, S.RETURNING: DISPATCHER,
           S.SUSPENDED: DISPATCHER, S.DISPUTED: "commission1", S.ASSIGNED: UNIT, S.HANDLING: UNIT}  # fmt: skip


def scene(row: Transition, number: int) -> Scene | None:
    """What the row needs, or None where the demo city's rules never lead a case there (see `UNREACHED`)."""
    if row.source is None:
        return Scene([], {"warn": TAKER, "log_call": TAKER}.get(row.act, "collector1"))
    special = _SPECIAL.get(row.act)
    found = special(row.source, number) if special is not None else _plain(row, number)
    return replace(found, wrong=WRONG.get(row.act, found.wrong)) if found is not None else None


def _plain(row: Transition, number: int) -> Scene:
    assert row.source is not None
    login, values = PLAIN[row.act]
    return Scene(until(row.source, report(number)), login, values)


def _reported_values(row_act: str, state: State, number: int) -> Scene:
    login, values = PLAIN[row_act]
    before = (S.UNVERIFIED, S.REPORTED, S.VERIFYING, S.ACCEPTED)
    if state in before:
        values = {k: v for k, v in values.items() if k != "condition"}
    return Scene(until(state, report(number)), login, values)


def _request(state: State, number: int) -> Scene:
    acts = until(state, report(number))
    if state in (S.ASSIGNED, S.HANDLING):
        return Scene(acts, UNIT, {"request": "return", "reason": "不属本单位职责"})
    return Scene(acts, TAKER, {"request": "void", "reason": "重复登记"})


def _withdraw(state: State, number: int) -> Scene:
    acts = until(state, report(number))
    if state is S.RETURNING:
        return Scene(acts, UNIT, {"request": "last"})
    return Scene([*acts, VOID], TAKER, {"request": "last"})


def _approve(state: State, number: int) -> Scene:
    acts = until(state, report(number))
    if state is S.RETURNING:
        return Scene(acts, DISPATCHER, {"granted": "yes"})
    return Scene([*acts, VOID], LEADER, {"granted": "yes" if number % 2 else "no"})


def _settle(state: State, number: int) -> Scene:
    """Of a return by the centre, of a referral by the commission; after an order to repair first, while the work is
    done or over."""
    login, values = "commission1", {"body": "望江区园林绿化养护所", "ground": "按养护范围"}
    if state in (S.RETURNING, S.DISPUTED):
        return Scene(until(state, report(number)), DISPATCHER if state is S.RETURNING else login, values)
    paid = (*FEED_BACK[:2], {**FEED_BACK[2], "cost": 20000}, 30)
    first = ("dispatcher1", "order_first", {"body": "body:wj_sanitation", "reason": "先修复"})
    handling: list[Act] = [*until(S.DISPUTED, report(number)), first, SIGN]
    closing = [*handling, paid, SEND_CHECK, checked()]
    granted: Act = ("dispatcher1", "approve", {"granted": True})
    ways: dict[State, list[Act]] = {
        S.ASSIGNED: handling[:-1], S.HANDLING: handling, S.FILED: [*handling, RETURN, granted],
        S.HANDLED: closing[:-2], S.CHECKING: closing[:-1], S.CHECKED: closing,
        S.SUSPENDED: [*handling, SUSPEND, granted, ("office1", "approve", {"granted": True})],
        S.CLOSED: [*closing, ("shiftleader1", "close", {"outcome": "qualified"})],
    }  # fmt: skip
    return Scene(ways[state], login, values)


def _confirm(state: State, number: int) -> Scene:
    """A class of public safety is reported; whatever becomes of the case meanwhile, somebody confirms it."""
    first = call if state is S.UNVERIFIED else report
    acts = until(state, first(number, class_id=DANGER), ("shiftleader1", "file_case", {"condition": DANGEROUS}))
    return Scene(acts, TAKER, {"true": "yes"})


def _sign(state: State, number: int) -> Scene:
    if state is S.ASSIGNED:
        return Scene(until(state, report(number)), UNIT)
    down: Act = (UNIT, "forward", {"body": "body:wj_cleaning"})
    return Scene([*until(state, report(number)), down], CLEANING)


def _feed_back(state: State, number: int) -> Scene:
    if state is S.HANDLING:
        return Scene(until(state, report(number)), *PLAIN["feed_back"])
    with_help: Act = ("dispatcher1", "dispatch", {"body": "body:wj_sanitation", "assisting": ["body:wj_greenery"]})
    acts = [*until(S.FILED, report(number)), with_help, (GREENERY, "sign", {})]
    return Scene(acts, GREENERY, PLAIN["feed_back"][1])


def _send_check(state: State, number: int) -> Scene:
    if state is S.HANDLED:
        return Scene(until(state, report(number)), *PLAIN["send_check"])
    return Scene([*until(S.CHECKING, report(number)), checked("cannot_tell")], LEADER, PLAIN["send_check"][1])


def _merge(state: State, number: int) -> Scene:
    main = (*report(number)[:3], 1, "2")
    return Scene([*until(state, report(number)), main], TAKER, {"into": "@2", **REASON})


def _adopt(state: State, number: int) -> Scene:
    child = (*report(number)[:3], 1, "2")
    return Scene([*until(state, report(number)), child], TAKER, {"into": "@1", **REASON}, on="2", act="merge")


def _release(state: State, number: int) -> Scene:
    child = (*report(number)[:3], 1, "2")
    merged = ("calltaker1", "merge", {"into": "@1", "reason": "同一问题"}, 1, "2")
    return Scene([*until(state, report(number)), child, merged], TAKER, REASON, on="2", act="unmerge")


def _follow_parent(state: State, number: int) -> Scene:
    raise AssertionError("one row, three ends: see test_a_merged_case_ends_with_its_main_case")


def _lapse(state: State, number: int) -> Scene:
    """Someone's limit is over: the clock's own act, seen on the page."""
    acts = until(state, call(number) if state in (S.UNVERIFIED, *TERMINAL) else report(number))
    if state is S.SUSPENDED:
        acts = [*acts, SUPERVISE]
    return Scene([*acts, ("system", "lapse", {}, LONG_AGO)], LEADER, system=True)


def _explain(state: State, number: int) -> Scene | None:
    """The unit's limit was over; the duty to explain stays whatever becomes of the case."""
    if state in UNREACHED["explain"]:
        return None
    handling = until(S.ASSIGNED if state is S.ASSIGNED else S.HANDLING, report(number))
    late = [*handling, ("system", "lapse", {}, LONG_AGO)]
    granted: Act = ("dispatcher1", "approve", {"granted": True})
    back = [*late, RETURN, granted]
    closing = [*late, FEED_BACK, SEND_CHECK, checked()]
    unfiled = [*back, ("dispatcher1", "unfile", {"reason": "条件有误"})]
    ways = {
        S.ASSIGNED: late, S.HANDLING: late, S.RETURNING: [*late, RETURN], S.FILED: back, S.ACCEPTED: unfiled,
        S.DISPUTED: [*late, ("dispatcher1", *REFER[1:])], S.HANDLED: closing[:-2], S.CHECKING: closing[:-1],
        S.CHECKED: closing, S.SUSPENDED: None,
        S.CLOSED: [*closing, ("shiftleader1", "close", {"outcome": "qualified"})],
        S.REJECTED: [*unfiled, ("shiftleader1", "refuse_filing", {"reason": "不符合立案条件"})],
        S.VOIDED: [*late, VOID, ("shiftleader1", "approve", {"granted": True})],
    }  # fmt: skip
    acts = ways[state]
    if acts is None:  # a suspension is asked before the limit is over; it may be granted after
        office: Act = ("office1", "approve", {"granted": True})
        acts = [*handling, SUSPEND, (*granted[:3], LONG_AGO), ("system", "lapse", {}), office]
    return Scene(acts, UNIT, {"reason": "暴雨停工"})


def _answer(state: State, number: int) -> Scene:
    if state in TERMINAL:
        before = {S.CLOSED: S.CHECKED, S.REJECTED: S.ACCEPTED, S.VOIDED: S.ACCEPTED}[state]
        acts, end = until(before, report(number)), until(state, report(number))
        return Scene([*acts, SUPERVISE, *end[len(acts):]], LEADER, {"text": "已办结"})  # fmt: skip
    return Scene([*until(state, report(number)), SUPERVISE], ANSWERS.get(state, TAKER), {"text": "正在办理"})


def _reply(state: State, number: int) -> Scene:
    return Scene(until(state, report(number) if state in (S.REPORTED, S.SELF_HANDLED, S.MERGED) else call(number)),
                 *PLAIN["reply"])  # fmt: skip


def _after_closing(act: str) -> Any:
    def made(state: State, number: int) -> Scene:
        return Scene(until(state, call(number)), *PLAIN[act])

    return made


def _review_appeal(state: State, number: int) -> Scene:
    appeal: Act = (UNIT, "appeal", {"reason": "连日暴雨"})
    return Scene([*until(state, report(number)), appeal], DISPATCHER, {"granted": "yes"})


_SPECIAL: dict[str, Any] = {
    "request": _request, "withdraw": _withdraw, "approve": _approve, "settle": _settle, "sign": _sign,
    "feed_back": _feed_back, "send_check": _send_check, "merge": _merge, "adopt": _adopt, "release": _release,
    "lapse": _lapse, "explain": _explain, "answer": _answer, "reply": _reply, "review_appeal": _review_appeal,
    "follow_up": _after_closing("follow_up"), "reopen": _after_closing("reopen"), "follow_parent": _follow_parent,
    "confirm": _confirm,
    "reclassify": lambda s, n: _reported_values("reclassify", s, n),
}  # fmt: skip
_BEFORE_UNIT = frozenset({S.UNVERIFIED, S.REPORTED, S.VERIFYING, S.SELF_HANDLED})
UNREACHED: dict[str, frozenset[State | None]] = {
    # Only what a unit let pass must be explained, and no case comes back to these states from a unit.
    "explain": _BEFORE_UNIT,
    # Nothing is merged into what its finder settled and somebody is to review.
    "adopt": frozenset({S.SELF_HANDLED}),
    "release": frozenset({S.SELF_HANDLED}),
    # Of a case that is over only the ladder urges, and the demo city's ladder is about handling.
    "urge": frozenset(TERMINAL),
    "supervise": frozenset(TERMINAL),
}
# Walked elsewhere: what it takes is not in a page's reach.
ELSEWHERE = {
    "retime": "a calendar year is published: tests/process/test_timing.py, tests/cases",
    "escalate": "the demo city's centre dispatches itself: the two-level variants",
}


def rows() -> list[Transition]:
    """All rows that are walked in the demo city."""
    left_out = {(act, state) for act, states in UNREACHED.items() for state in states}
    return [r for r in TRANSITIONS if r.act not in ELSEWHERE and (r.act, r.source) not in left_out]


assert set(OPEN) | set(TERMINAL) == set(State)

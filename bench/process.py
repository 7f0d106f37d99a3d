"""How fast acts are decided and carried out: one core, one process, warm; whole ordinary lives from report to closing.

Beside it a toy of the same shape: a state machine over plain dicts that checks the state, writes an entry of the same
number and keys and copies its case once, without clocks, rules, guards or types. `python -m bench.process`.
"""

import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from types import FrameType
from typing import Any
from uuid import UUID

from citygrid.process import Act, Actor, BodyFact, Case, Decision, Entry, Facts, Place, Refusal, decide, evolve
from citygrid.process import model as nouns
from citygrid.process.acts import ACTS
from citygrid.process.moments import stamp
from citygrid.process.rules import ClassRule, Condition, Rules, StepRule, Variant
from citygrid.process.states import Kind, Side
from citygrid.worktime import Calendar, Limit
from citygrid.worktime.china import china_days

Row = tuple[str, float, str, float | None, str]

LIVES = 300
ROUNDS = 5
CENTRE, COMPANY, UNIT = 1, 2, 3
START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
PHOTO = str(UUID(int=77))
TEXT = {"id": str(UUID(int=78)), "digest": "0" * 64}
PEOPLE = {
    "collector": Actor(1, 1, COMPANY, "collector", Side.SUPERVISING),
    "call_taker": Actor(2, 2, CENTRE, "call_taker", Side.SUPERVISING),
    "shift_leader": Actor(3, 3, CENTRE, "shift_leader", Side.SUPERVISING),
    "dispatcher": Actor(4, 4, CENTRE, "dispatcher", Side.SUPERVISING),
    "unit_desk": Actor(5, 5, UNIT, "unit_desk", Side.HANDLING),
    "worker": Actor(6, 6, UNIT, "worker", Side.HANDLING),
}
# (act, who, content, minutes later): arrival and making safe included, one rework.
LIFE: tuple[tuple[str, str, Mapping[str, Any], int], ...] = (
    ("report", "collector", {"source": "patrol", "class_id": "c", "lon": "121.5000000", "lat": "31.2000000",
                             "media": [PHOTO], "text": TEXT, "address": TEXT}, 0),
    ("accept", "call_taker", {}, 3),
    ("file_case", "shift_leader", {"condition": "1"}, 4),
    ("dispatch", "dispatcher", {"body": UNIT, "note": TEXT}, 6),
    ("sign", "unit_desk", {}, 10),
    ("assign_worker", "unit_desk", {"person": 6}, 2),
    ("arrive", "worker", {"media": [PHOTO]}, 40),
    ("make_safe", "worker", {"media": [PHOTO]}, 20),
    ("feed_back", "worker", {"media": [PHOTO], "note": TEXT}, 90),
    ("send_check", "call_taker", {}, 5),
    ("check", "collector", {"result": "not_fixed", "media": [PHOTO]}, 50),
    ("rework", "shift_leader", {"reason": TEXT}, 5),
    ("feed_back", "worker", {"media": [PHOTO]}, 60),
    ("send_check", "call_taker", {}, 5),
    ("check", "collector", {"result": "fixed", "media": [PHOTO]}, 50),
    ("close", "shift_leader", {"outcome": "qualified"}, 5),
)  # fmt: skip
KINDS = ("accept", "file", "dispatch", "sign", "arrive", "make_safe", "handle", "send_check", "check", "close")


def rules() -> Rules:
    """One class, one variant, every step with a limit."""
    limit = Limit.parse("30 urgent_minute")
    steps = {kind: StepRule("unit_desk" if kind == "handle" else "any", limit=limit) for kind in KINDS}
    acts = {name: frozenset(PEOPLE) for name in ACTS}
    condition = Condition(
        "1", Limit.parse("2 work_day"), arrival=Limit.parse("2 urgent_hour"), make_safe=Limit.parse("3 urgent_hour")
    )
    mapping = {"code": "office", "timezone": "Asia/Shanghai", "periods": ["08:00-12:00", "14:00-18:00"]}
    return Rules(
        "v1",
        {None: Variant("v", acts, steps)},
        {"c": ClassRule("c", Kind.EVENT, {"1": condition}, 1, 1, 1)},
        {"office": Calendar.from_mapping(mapping, china_days())},
        "office",
    )


FACTS = Facts(
    place=Place("121.5000000", "31.2000000", 1, 2, 3, 4, 5, 6, "v1"),
    centres={"city": CENTRE},
    duty=(1, COMPANY),
    bodies={UNIT: BodyFact(UNIT, Side.HANDLING)},
    persons={6: UNIT},
    media={PHOTO: "image"},
    report_no="R-20260302-000001",
    case_no="C-20260302-000001",
)


def acts(number: int) -> list[Act]:
    """The acts of one life."""
    case, at, found = UUID(int=number + 1), START, []
    for n, (name, who, data, later) in enumerate(LIFE):
        at += timedelta(minutes=later)
        found.append(Act(UUID(int=(number << 16) + n), case, name, at, PEOPLE[who], data))
    return found


def live(life: list[Act], in_force: Rules) -> Case:
    """One case from its first act to its last."""
    case: Case | None = None
    for act in life:
        answer = decide(case, act, in_force, FACTS)
        if isinstance(answer, Refusal):
            raise RuntimeError(f"{act.name}: {answer.code}: {answer}")
        case = evolve(case, answer.entry)
    assert case is not None
    return case


# The toy

_ORDER = [name for name, _, _, _ in LIFE]
_MAY: dict[tuple[str | None, str], str] = {(None, "report"): "s0"}
_MAY.update({(f"s{n}", b): f"s{n + 1}" for n, (_, b) in enumerate(pairwise(_ORDER))})


def toy(life: list[Act]) -> dict[str, Any]:
    """The same life on plain dicts."""
    case: dict[str, Any] = {}
    for act in life:
        target = _MAY[case.get("state"), act.name]
        at = stamp(act.at)
        entry = {
            "case": act.case,
            "seq": case.get("version", 0) + 1,
            "type": act.name,
            "schema": 1,
            "act": act.id,
            "recorded_at": at,
            "effective_at": at,
            "actor": act.actor,
            "data": {"said": dict(act.data), "set": {"state": target, "since": at}},
        }
        case = {**case, "id": act.case, "version": entry["seq"], **entry["data"]["set"]}
        case["work"] = ((entry["seq"], act.name, act.actor.body, at),)
    return case


# Measuring


def copies(life: list[Act], in_force: Rules) -> Counter[str]:
    """How many objects of each noun one life makes."""
    kinds = {kind for kind in vars(nouns).values() if isinstance(kind, type) and kind.__module__ == nouns.__name__}
    made: Counter[str] = Counter()

    def watch(frame: FrameType, event: str, arg: Any) -> None:
        if event == "call" and frame.f_code.co_name == "__init__":
            kind = type(frame.f_locals.get("self"))
            if kind in kinds:
                made[kind.__name__] += 1
        elif event == "c_call" and arg is object.__new__:
            made["Case" if frame.f_code.co_name == "evolve" else "other"] += 1

    sys.setprofile(watch)
    try:
        live(life, in_force)
    finally:
        sys.setprofile(None)
    return made


def rows(lives: int = LIVES) -> list[Row]:
    """(name, value, unit, value of the toy in the same run or None, note) of each figure."""
    in_force = rules()
    told = [acts(n) for n in range(lives)]
    count = lives * len(LIFE)
    note = f"{len(LIFE)} acts a life, one core, warm"
    bare = _rate(count, lambda: [toy(life) for life in told])
    both = _rate(count, lambda: [live(life, in_force) for life in told])
    entries = [_entries(life, in_force) for life in told]
    again = _rate(count, lambda: [_replay(one) for one in entries])
    made = copies(told[0], in_force)
    return [
        ("decide + evolve", both, "1/s", bare, note),
        ("evolve (replay)", again, "1/s", bare, note),
        ("copies of the case an act", made["Case"] / len(LIFE), "", 1.0, "Case objects made"),
        ("records an act", sum(made.values()) / len(LIFE), "", None, "of all nouns, by decide and evolve"),
    ]


def _entries(life: list[Act], in_force: Rules) -> list[Entry]:
    case, found = None, []
    for act in life:
        answer = decide(case, act, in_force, FACTS)
        assert isinstance(answer, Decision)
        case = evolve(case, answer.entry)
        found.append(replace(answer.entry))
    return found


def _replay(entries: list[Entry]) -> None:
    case = None
    for entry in entries:
        case = evolve(case, entry)


def _rate(count: int, call: Callable[[], object]) -> float:
    """Acts per second, the best of some rounds: the others were disturbed."""
    best = float("inf")
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - begun)
    return count / best


def main() -> None:
    for name, value, unit, bare, note in rows():
        beside = f"{bare:12,.1f}" if bare else " " * 12
        sys.stdout.write(f"{name:28} {value:12,.1f} {unit:4} toy {beside}  {note}\n")


if __name__ == "__main__":
    main()

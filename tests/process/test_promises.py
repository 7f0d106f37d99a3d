"""What the package promises as a whole: pure, complete, every refusal produced, entries that stay readable."""

import ast
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

import citygrid.process as process
from citygrid.process import Decision, Entry, decide, evolve, replay, upcasting
from citygrid.process.acts import ACTS, ITEM_KINDS
from citygrid.process.coding import ASSIGNMENT, ITEM, REQUEST
from citygrid.process.moments import moment, stamp
from citygrid.process.refusal import MESSAGES, refuse
from citygrid.process.states import STATE_NAMES, State
from citygrid.process.transitions import TRANSITIONS
from tests.process.city import LI, RULES, SANITATION, SUN, WANG, WHY, Story, facts_for, photo

HERE = Path(__file__).parent
SOURCE = Path(process.__file__).parent
GOLDEN = HERE / "golden" / "rework.json"
CLOCKS = re.compile(r"\.(now|utcnow|today|monotonic|perf_counter|time)\(")


def test_every_refusal_is_produced_by_a_test() -> None:
    """Each code stands in a `refused("code", ...)`, which asserts that very code."""
    found = set()
    for path in HERE.glob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "refused":
                first = node.args[0]
                assert isinstance(first, ast.Constant)
                found.add(first.value)
    assert set(MESSAGES) - found == set()


def test_every_refusal_that_the_source_raises_is_known_and_used() -> None:
    raised = set()
    for path in SOURCE.rglob("*.py"):
        raised |= set(re.findall(r'refuse\(\s*"(\w+)"', path.read_text("utf-8")))
    assert raised == set(MESSAGES)
    with pytest.raises(KeyError):
        refuse("no_such_code")


def test_nothing_reads_a_clock() -> None:
    for path in SOURCE.rglob("*.py"):
        text = path.read_text("utf-8")
        assert not CLOCKS.search(text), path
        assert not re.search(r"^(import time|from time|import random|from random|import django|import os)", text, re.M)


def test_the_same_arguments_give_the_same_answer() -> None:
    story = Story().filed()
    act = story.make(LI, "dispatch", {"body": SANITATION})
    facts = facts_for(story.case, act, story.cases)
    case = story.case
    first, second = decide(case, act, RULES, facts), decide(case, act, RULES, facts)
    assert isinstance(first, Decision) and first == second
    assert evolve(case, first.entry) == evolve(case, first.entry)
    assert story.case is case


def test_every_state_act_and_item_has_its_chinese_name() -> None:
    assert set(STATE_NAMES) == set(State)
    assert all(spec.zh and spec.en for spec in ACTS.values())
    assert all(f.zh and f.en for spec in ACTS.values() for f in spec.fields)
    assert {t.answers for t in TRANSITIONS if t.answers} <= set(ITEM_KINDS)


def test_moments_are_written_one_way() -> None:
    at = moment("2026-03-02T01:00:00.000000Z")
    assert stamp(at) == "2026-03-02T01:00:00.000000Z"
    with pytest.raises(ValueError, match="time zone"):
        stamp(at.replace(tzinfo=None))


def life() -> Story:
    story = Story().checked("not_fixed")
    story.later(minutes=10).do(WANG, "rework", reason=WHY)
    story.later(minutes=5).asked("extend").later(minutes=1).do(LI, "approve", granted=True)
    story.later(hours=1).do(SUN, "feed_back", media=[photo("again")])
    return story


def plain(entry: Entry) -> dict[str, object]:
    who = entry.actor
    return {
        "case": str(entry.case),
        "seq": entry.seq,
        "type": entry.type,
        "schema": entry.schema,
        "act": str(entry.act),
        "recorded_at": stamp(entry.recorded_at),
        "effective_at": stamp(entry.effective_at),
        "actor": [who.person, who.post, who.body, who.role, who.side.value],
        "data": entry.data,
    }


def test_a_life_written_down_stays_as_it_was() -> None:
    """A change of the shape of entries is seen here: then raise the schema and write an upcaster, or (before the
    first release) write this file anew by `python -m tests.process.test_promises`."""
    story = life()
    written = json.loads(GOLDEN.read_text("utf-8"))
    assert [plain(e) for e in story.entries[story.id]] == written
    entries = [replace(e, data=w["data"]) for e, w in zip(story.entries[story.id], written, strict=True)]
    assert replay(entries) == story.case


def test_an_old_entry_is_read_through_an_upcaster(monkeypatch: pytest.MonkeyPatch) -> None:
    """Entries are never rewritten: `said` was once called `content`, and in between it was `words`."""
    story = Story().filed()
    entries = story.entries[story.id]
    monkeypatch.setattr(upcasting, "SCHEMA", {"file_case": 3})
    monkeypatch.setattr(
        upcasting,
        "UPCASTERS",
        {
            ("file_case", 1): lambda d: {"words" if k == "content" else k: v for k, v in d.items()},
            ("file_case", 2): lambda d: {"said" if k == "words" else k: v for k, v in d.items()},
        },
    )
    old = {"content" if k == "said" else k: v for k, v in entries[-1].data.items()}
    aged = replace(entries[-1], schema=1, data=old)
    assert upcasting.upcast(aged).data == entries[-1].data
    assert upcasting.upcast(aged).schema == upcasting.schema_of("file_case") == 3
    with pytest.raises(KeyError):
        upcasting.upcast(replace(aged, type="accept", schema=0))
    with pytest.raises(ValueError, match="newer"):
        evolve(None, replace(entries[0], schema=2))


def test_a_timeline_has_an_entry() -> None:
    with pytest.raises(ValueError, match="at least one"):
        replay([])


def test_rows_go_to_json_and_back() -> None:
    case = Story().handling().asked("extend").case
    for record, rows in ((ITEM, case.work), (ASSIGNMENT, case.assignments), (REQUEST, case.requests)):
        for row in rows:
            assert record.load(json.loads(json.dumps(record.dump(row)))) == row


if __name__ == "__main__":
    told = life()
    lines = [plain(e) for e in told.entries[told.id]]
    GOLDEN.write_text(json.dumps(lines, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")

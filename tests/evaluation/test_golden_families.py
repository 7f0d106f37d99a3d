"""Hand-made timelines for every count of every kind of work item: eight tasks of each, their answer counted by hand.

The cases are real up to their dispatch; their own tasks are taken out and one hand-made task is put in."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from citygrid.evaluation.definitions import shipped
from citygrid.process import Entry
from citygrid.process.moments import stamp
from tests.evaluation.lives import table, write
from tests.evaluation.test_golden import MARCH
from tests.process.city import SECOND_LEVEL, STREET_TEAM, WORKS, ZHENG, Story

# Kind of task, answer, what it is about (a2: the assisting unit; l2: the lower unit).
FAMILIES = {
    "acceptances": ("accept", "done", "case"), "verify_sends": ("send_verify", "done", "case"),
    "verifications": ("verify", "false", "case"), "filings": ("file", "done", "case"),
    "dispatches": ("dispatch", "rapid", "case"), "signatures": ("sign", "done", "a1"),
    "arrivals": ("arrive", "done", "a1"), "safe_makings": ("make_safe", "done", "a2"),
    "handlings": ("handle", "done", "a1"), "assist_handlings": ("handle", "done", "a2"),
    "lower_handlings": ("handle", "done", "l2"), "check_sends": ("send_check", "done", "case"),
    "checks": ("check", "cannot_tell", "case"), "closing_decisions": ("close", "rework", "case"),
    "approvals": ("approve", "refused", "case"), "explanations": ("explain", "done", "a1"),
    "replies": ("reply", "done", "case"), "drawn_inspections": ("inspect", "not_in_order", "case"),
}  # fmt: skip
FIFTH, THIRTIETH = datetime(2026, 3, 5, 1, tzinfo=UTC), datetime(2026, 3, 30, 1, tzinfo=UTC)
FEBRUARY, APRIL = datetime(2026, 2, 5, 1, tzinfo=UTC), datetime(2026, 4, 2, 1, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Eight lives of a task, looked at from March:
#   begins on | due after that | done (NOW: when the case was accepted or filed) | how | clock stopped after
NOW = "now"
LIVES: list[tuple[datetime, timedelta, Any, str, timedelta | None]] = [
    (FIFTH, 2 * HOUR, NOW, "answered", None),  # on time
    (FIFTH, timedelta(seconds=30), NOW, "answered", None),  # late
    (FIFTH, HOUR, None, "", None),  # overdue
    (THIRTIETH, 5 * DAY, None, "", None),  # not yet due at the end of March
    (FIFTH, 2 * HOUR, NOW, "dropped", None),  # ended otherwise
    (FEBRUARY, 2 * HOUR, NOW, "answered", None),  # February's: March has nothing of it
    (FEBRUARY, 2 * HOUR, APRIL, "answered", None),  # carried over and carried on: overdue, not opened in March
    (FIFTH, 5 * DAY, None, "", 3 * DAY),  # its clock stood still before it was due: not yet due
]
# Six began in March; two were answered; two were overdue at its end and two not yet due; one fell away.
ANSWER = {
    "_opened": 6, "": 2, "_on_time": 1, "_late": 1, "_overdue": 2, "_not_due": 2, "_to_do": 4, "_ended": 1, "_due": 4,
}  # fmt: skip


def lives(stem: str, number: int) -> Iterator[list[Entry]]:
    kind, answer, subject = FAMILIES[stem]
    for n, (begins, due, done, how, stops) in enumerate(LIVES):
        story = Story(now=begins)
        story.id = UUID(int=number * 100 + n + 1)
        if subject == "l2":
            story.handling(body=SECOND_LEVEL).do(ZHENG, "forward", body=STREET_TEAM)
        else:
            story.dispatched(assisting=(WORKS,))
        case = story.case
        at = case.accepted_at if kind == "accept" else case.filed_at
        entries = [bare(entry) for entry in story.entries[story.id]]
        task = {
            "no": 90, "kind": kind, "holder": [WORKS, "unit_desk", None], "subject": subject.replace("l", "a"),
            "opened_at": stamp(begins), "due": stamp(begins + due),
        }  # fmt: skip
        if stops is not None:
            task["paused_at"] = stamp(begins + stops)
        entries.append(hand_made(entries[-1], begins, {"said": {}, "set": {}, "open": [task]}))
        if done is not None:
            moment = at if done is NOW else done
            assert moment is not None
            closed = {"no": 90, "outcome": answer if how == "answered" else how, "late": moment > begins + due}
            entries.append(hand_made(entries[-1], moment, {"said": {}, "set": {}, "close": [closed]}))
        yield entries


def bare(entry: Entry) -> Entry:
    return replace(entry, data={k: v for k, v in entry.data.items() if k not in ("open", "close", "change")})


def hand_made(last: Entry, at: datetime, data: dict[str, Any]) -> Entry:
    return replace(last, seq=last.seq + 1, type="comment", act=UUID(int=last.act.int + 1), recorded_at=APRIL,
                   effective_at=at, data=data)  # fmt: skip


def test_every_kind_of_task_has_its_eight_lives() -> None:
    assert {key.removesuffix("_opened") for key in shipped().all if key.endswith("_opened")} == set(FAMILIES)


@pytest.mark.parametrize("by", ["unit", "post", "class"])
def test_nine_counts_of_each_kind_are_those_counted_by_hand(city: None, by: str) -> None:
    write([entries for n, stem in enumerate(FAMILIES) for entries in lives(stem, n)])
    keys = [f"{stem}{member}" for stem in FAMILIES for member in ANSWER]
    owed = {"dispatches_owed": 6, "handlings_owed": 6}  # the two that were answered and the four to do
    found = table(by, [*keys, *owed], of=MARCH).total.values
    assert dict(found) == {f"{stem}{member}": n for stem in FAMILIES for member, n in ANSWER.items()} | owed

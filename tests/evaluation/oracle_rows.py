"""What happened, read from timelines in plain Python: tasks, assignments, acts, cases. It knows no facts, no SQL."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from citygrid.process import Case, Entry
from citygrid.process.model import Assignment
from citygrid.process.moments import maybe_moment
from tests.process.city import Story
from tests.process.walker import on_line_micros

Key = tuple[Any, ...]
WHOSE = ("collector", "contractor", "in_charge", "centre")
CENTRES_ACTS = (
    "accept", "refuse", "send_verify", "file_case", "refuse_filing", "unfile", "dispatch", "rapid", "send_check",
    "close", "rework", "redispatch", "review_self",
)  # fmt: skip
CENTRES_TASKS = ("accept", "send_verify", "file", "dispatch", "send_check", "close")
NEVER = datetime.min.replace(tzinfo=UTC)
SILENT = ("lapse", "retime", "comment", "mark", "adopt", "release")
FELL_AWAY = ("dropped", "merged", "withdrawn", "returned", "ended", "disputed", "passed_over", "referred", "unfiled")


@dataclass
class Row:
    """Whatever is counted: whom it is for, by each attribution."""

    case: Case
    unit: int | None
    post: Key | None = None
    whose: dict[str, int | None] = field(default_factory=dict, kw_only=True)
    """Collector, contractor, in_charge, centre."""

    def subject(self, by: str) -> Key:
        if by == "unit":
            return (self.unit,)
        if by == "post":
            return self.post or (None, None, None)
        if by in WHOSE:
            return (self.whose.get(by),)
        if by == "class":
            return (self.case.class_id,)
        if by == "source":
            return (self.case.source,)
        return (getattr(self.case.place, by) if self.case.place is not None else None,)


@dataclass
class Task(Row):
    """A work item as the entries tell it."""

    kind: str = ""
    opened_at: datetime = NEVER
    due: datetime | None = None
    paused_at: datetime | None = None
    done_at: datetime | None = None
    outcome: str = ""
    late: bool = False
    duty: str = "case"
    exempt: bool = False
    stands: bool = True
    micros: int = 0
    checker: tuple[int, str, int | None] | None = None
    """Who answered it, in which role, for which body (not the system)."""


@dataclass
class Given(Row):
    """An assignment."""

    one: Assignment | None = None
    duty: str = "main"


@dataclass
class Done(Row):
    """An act."""

    entry: Entry | None = None
    request: Any = None
    finding: Any = None

    @property
    def result(self) -> object:
        said = self.entry.data.get("said") or {} if self.entry is not None else {}
        return next((said[k] for k in ("result", "rating", "outcome") if said.get(k) is not None), None)


@dataclass
class Again(Row):
    """回潮: a filing that is the same problem at the same place as one closed before; for who handled it."""

    checked: bool = False


@dataclass
class Whole(Row):
    """A case."""

    standing: str = "open"
    late: bool = False
    exempt: bool = False
    overdue_from: datetime | None = None


def post(role: str | None, person: int | None, body: int | None) -> Key:
    """A person on a post; the queue of a body where there is none."""
    return (role, person or None, None if person else body)


def whose_of(story: Story, case: Case) -> dict[str, int | None]:
    """Of a case: who reported it if that was a collector, and for whom they worked; who signed for the main unit; the
    centre that acted last, else who has it now."""
    entries = story.entries[case.id]
    first = entries[0].actor
    by_collector = first.role == "collector"
    acted = [e.actor.body for e in entries if e.type in CENTRES_ACTS and e.actor.body is not None]
    line = case.line
    main = main_of(case)
    return {
        "collector": first.person if by_collector else None,
        "contractor": first.body if by_collector else None,
        "in_charge": signer_of(entries, main) if main is not None else None,
        "centre": acted[-1] if acted else line.holder.body if line is not None else None,
    }


def signer_of(entries: list[Entry], one: Assignment) -> int | None:
    """Who signed for an assignment: signed, named a worker, or handed it down; whatever began it."""
    found = [e.actor.person for e in entries if e.type in ("sign", "assign_worker", "forward")
             and e.effective_at == one.signed_at and e.actor.body == one.body]  # fmt: skip
    return found[-1] if found else None


def tasks_of(story: Story, case: Case) -> list[Task]:
    found: dict[int, tuple[dict[str, Any], Entry | None, dict[str, Any]]] = {}
    for entry in story.entries[case.id]:
        for row in entry.data.get("close", ()):
            found[row["no"]] = (found[row["no"]][0], entry, row)
        for key in ("open", "change"):
            for row in entry.data.get(key, ()):
                found[row["no"]] = (row, None, {})
    verified = {entry.effective_at for row, entry, _ in found.values() if entry is not None and row["kind"] == "verify"}
    signers = [signer_of(story.entries[case.id], one) for one in case.assignments]
    known = Known(case, unit_of(case), whose_of(story, case), signers)
    return [_task(story, known, no, *told, verified) for no, told in found.items()]


@dataclass
class Known:
    """What all tasks of a case ask."""

    case: Case
    unit: int | None
    whose: dict[str, int | None]
    signers: list[int | None]


def _task(
    story: Story, known: Known, no: int, row: dict[str, Any], closing: Entry | None, close: dict[str, Any],
    verified: set[datetime],
) -> Task:  # fmt: skip
    case = known.case
    body, role, person = row["holder"]
    on = case.assignments[int(row["subject"][1:]) - 1] if row["subject"].startswith("a") else None
    opened = maybe_moment(row["opened_at"])
    assert opened is not None
    done_at = closing.effective_at if closing is not None else None
    outcome = close.get("outcome", "")
    if closing is None or outcome in FELL_AWAY:
        who = person
    elif row["kind"] == "accept" and done_at in verified:
        who = None  # the answer to the verification accepted it
    else:
        who = closing.actor.person
    stands = {"file": case.filed_at, "accept": case.accepted_at}.get(row["kind"], done_at) == done_at
    whose = dict(known.whose)
    if row["kind"] in ("verify", "check"):
        whose |= {"collector": person if closing is None or outcome in FELL_AWAY else closing.actor.person or person,
                  "contractor": body}  # fmt: skip
    if on is not None:
        whose["in_charge"] = known.signers[int(row["subject"][1:]) - 1]
    if row["kind"] in CENTRES_TASKS:
        whose["centre"] = body
    micros = on_line_micros(story.opened[case.id][no], done_at) if done_at is not None and row.get("main") else 0
    return Task(
        case, body if on is not None else known.unit, post(role, who, body), row["kind"], opened,
        maybe_moment(row.get("due")), maybe_moment(row.get("paused_at")), done_at, outcome, bool(close.get("late")),
        "case" if on is None else duty_of(on), on is not None and on.exempt, stands, micros,
        (closing.actor.person, role, body) if closing is not None and closing.actor.person else None, whose=whose,
    )  # fmt: skip


def duty_of(one: Assignment) -> str:
    return "lower" if one.parent is not None else "assisting" if one.assisting else "main"


def main_of(case: Case) -> Assignment | None:
    return next((a for a in reversed(case.assignments) if a.parent is None and not a.assisting), None)


def unit_of(case: Case) -> int | None:
    main = main_of(case)
    return main.body if main is not None else None


def given_of(story: Story, case: Case, tasks: list[Task]) -> Iterator[Given]:
    sent = {t.done_at: t for t in tasks if t.kind == "dispatch" and t.outcome in ("done", "rapid")}
    base = whose_of(story, case)
    for one in case.assignments:
        by = sent.get(one.offered_at)
        whose = base | {"in_charge": signer_of(story.entries[case.id], one)}
        if by is not None and by.whose["centre"] is not None:
            whose["centre"] = by.whose["centre"]
        yield Given(case, one.body, by.post if by is not None else None, one, duty_of(one), whose=whose)


def acts_of(story: Story, case: Case) -> Iterator[Done]:
    undone = {finding.no for finding in case.findings if finding.state == "undone"}
    main, base = unit_of(case), whose_of(story, case)
    for entry in story.entries[case.id]:
        if entry.type in SILENT:
            continue
        decided = (r for r in entry.data.get("request", ()) if r.get("state") in ("granted", "refused"))
        request, finding = next(decided, None), next(iter(entry.data.get("finding", ())), None)
        unit, whose = main, dict(base)
        if request is not None and request.get("kind") in ("return", "extend", "suspend", "appeal"):
            unit, whose["in_charge"] = request.get("asker_body"), request.get("asker")
        if entry.actor.role == "collector" or entry.type in ("verify", "check"):
            whose |= {"collector": entry.actor.person or None, "contractor": entry.actor.body}
        whom = post(entry.actor.role, entry.actor.person, entry.actor.body)
        if finding is not None:
            whom = ("collector", finding.get("person"), None)
            worked = (e.actor.body for e in story.entries[case.id]
                      if e.actor.person == finding["person"] and e.actor.body is not None)  # fmt: skip
            whose |= {"collector": finding["person"], "contractor": next(worked, None)}
            if finding.get("state") == "confirmed" and finding["no"] in undone:
                finding = None
        yield Done(case, unit, whom, entry, request, finding, whose=whose)


def comebacks_of(stories: Iterable[Story], span: timedelta) -> Iterator[Again]:
    """All stories are told at a few places: what is at the same one is near, by any rule."""
    told = [(story, case) for story in stories for case in story.cases.values()
            if case.parent is None and case.place is not None and case.class_id is not None]  # fmt: skip
    closed: dict[Any, list[tuple[datetime, str, Story, Case]]] = defaultdict(list)
    for story, case in told:
        if case.state.value == "closed" and case.closed_at is not None and case.place is not None:
            closed[case.class_id, case.place.lon].append((case.closed_at, str(case.id), story, case))
    for rows in closed.values():
        rows.sort(key=lambda row: row[0])
    for story, case in told:
        assert case.place is not None
        if case.filed_at is None or case.state.value in ("voided", "rejected"):
            continue
        rows = closed[case.class_id, case.place.lon]
        until = bisect_right(rows, case.received_at, key=lambda row: row[0])
        near = [row for row in rows[max(0, until - 20) : until] if row[0] > case.received_at - span]
        near = [row for row in near if row[3].id != case.id]
        if near:
            last = max(row[0] for row in near)
            yield _again(story, case, *min((row for row in near if row[0] == last), key=lambda row: row[1])[2:])


def _again(story: Story, case: Case, before: Story, old: Case) -> Again:
    checks = [t for t in tasks_of(before, old) if t.kind == "check" and t.done_at is not None and t.checker]
    checks = [t for t in checks if old.closed_at is not None and t.done_at is not None and t.done_at <= old.closed_at]
    last = max(checks, key=lambda t: t.done_at or NEVER, default=None)
    who, role, body = last.checker if last is not None and last.checker else (None, None, None)
    whose = whose_of(story, case) | {"in_charge": whose_of(before, old)["in_charge"], "collector": who,
                                     "contractor": body}  # fmt: skip
    return Again(case, unit_of(old), post(role, who, body), checked=role is not None, whose=whose)


def whole_of(story: Story, case: Case) -> Whole:
    main, whose = main_of(case), whose_of(story, case)
    over = case.state.value in ("closed", "voided", "rejected")
    standing = "merged" if case.parent is not None else case.state.value if over else "open"
    if main is None:
        return Whole(case, None, None, standing, whose=whose)
    late = main.state == "done" and bool(main.late)
    paused = next((i.paused_at for i in case.work if i.kind == "handle" and i.subject == f"a{main.no}"), None)
    since = main.due
    if main.state == "withdrawn" or (main.state == "done" and not late) or (paused and main.due and main.due >= paused):
        since = None
    return Whole(case, main.body, None, standing, late, main.exempt, since, whose=whose)

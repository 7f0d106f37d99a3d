"""A second, slow computation of all indicators: plain Python over what happened (`oracle_rows`), written from
domain/evaluation.md; it reads neither definitions nor facts. An indicator is a sentence about one row and a period."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from citygrid.evaluation.periods import Period
from citygrid.process.states import Outcome
from tests.evaluation.oracle_rows import (
    FELL_AWAY,
    Again,
    Done,
    Given,
    Key,
    Row,
    Task,
    Whole,
    acts_of,
    comebacks_of,
    given_of,
    tasks_of,
    whole_of,
)
from tests.process.city import Story


@dataclass
class When:
    """A period, and what it makes of a moment."""

    of: Period

    def had(self, moment: datetime | None) -> bool:
        return moment is not None and self.of.start <= moment < self.of.cut

    def saw_open(self, since: datetime | None, until: datetime | None) -> bool:
        return since is not None and since < self.of.cut and (until is None or until >= self.of.cut)

    def saw_overdue(self, task: Task) -> bool:
        stopped = task.paused_at is not None and task.due is not None and task.due >= task.paused_at
        return task.due is not None and task.due < self.of.cut and not stopped


# Work items. stem: kind, answers; further: whose, and whether what was taken back counts no more.
FAMILIES: dict[str, tuple[str, set[str], Callable[[Task], bool]]] = {
    "acceptances": ("accept", {"done"}, lambda t: True),
    "verify_sends": ("send_verify", {"done"}, lambda t: True),
    "verifications": ("verify", {"true", "false"}, lambda t: True),
    "filings": ("file", {"done"}, lambda t: True),
    "dispatches": ("dispatch", {"done", "rapid"}, lambda t: True),
    "signatures": ("sign", {"done"}, lambda t: not t.exempt),
    "arrivals": ("arrive", {"done"}, lambda t: not t.exempt),
    "safe_makings": ("make_safe", {"done"}, lambda t: not t.exempt),
    "handlings": ("handle", {"done"}, lambda t: not t.exempt and t.duty == "main"),
    "assist_handlings": ("handle", {"done"}, lambda t: not t.exempt and t.duty == "assisting"),
    "lower_handlings": ("handle", {"done"}, lambda t: not t.exempt and t.duty == "lower"),
    "check_sends": ("send_check", {"done"}, lambda t: True),
    "checks": ("check", {"fixed", "not_fixed", "cannot_tell"}, lambda t: True),
    "closing_decisions": ("close", {"qualified", "substandard", "rework", "redispatch", "done"}, lambda t: True),
    "approvals": ("approve", {"granted", "refused", "settled"}, lambda t: True),
    "explanations": ("explain", {"done"}, lambda t: True),
    "replies": ("reply", {"done"}, lambda t: True),
    "drawn_inspections": ("inspect", {"in_order", "not_in_order"}, lambda t: True),
}


OF_KIND: dict[str, list[str]] = defaultdict(list)
for _stem, (_kind, _answers, _whose) in FAMILIES.items():
    OF_KIND[_kind].append(_stem)


def family(stem: str, task: Task, answered: bool, when: When) -> Iterable[str]:
    """The counts of its family that a task of this kind belongs to."""
    if when.had(task.opened_at):
        yield f"{stem}_opened"
    if when.had(task.done_at):
        if not answered:
            yield f"{stem}_ended"
        else:
            yield from (stem, f"{stem}_due", f"{stem}_late" if task.late else f"{stem}_on_time")
    if when.saw_open(task.opened_at, task.done_at):
        yield f"{stem}_to_do"
        if when.saw_overdue(task):
            yield from (f"{stem}_overdue", f"{stem}_due")
        else:
            yield f"{stem}_not_due"


TASKS: dict[str, Callable[[Task], bool]] = {
    "verified_reports": lambda t: t.kind == "verify" and t.outcome == "true",
    "checks_invalid": lambda t: t.kind == "check" and t.outcome == "cannot_tell",
    "rapid_handlings": lambda t: t.kind == "dispatch" and t.outcome == "rapid",
}
"""Of tasks done in the period."""
OWED: dict[str, Callable[[Task], bool]] = {
    "dispatches_owed": lambda t: t.kind == "dispatch",
    "handlings_owed": lambda t: t.kind == "handle" and t.duty == "main" and not t.exempt,
}
"""Of tasks answered in the period or open at its end, whether due or not."""


def moved(given: Given) -> bool:
    assert given.one is not None
    return given.one.outcome in ("returned", "disputed", "redispatched")


GIVEN: dict[str, Callable[[Given], bool]] = {
    "assignments": lambda g: True,
    "dispatches_accurate": lambda g: not moved(g),
    "dispatches_wrong": moved,
}
"""Of main assignments given in the period."""


def reported(*names: str) -> Callable[[Done], bool]:
    return lambda a: a.entry is not None and a.entry.type in names


def by_collector(act: Done) -> bool:
    assert act.entry is not None
    return act.entry.type in ("report", "self_report") and act.post is not None and act.post[0] == "collector"


def decided(kind: str, state: str, mode: str | None = None) -> Callable[[Done], bool]:
    def holds(act: Done) -> bool:
        row = act.request
        told = (row.get("kind"), row.get("state")) if row else ()
        return told == (kind, state) and mode in (None, row.get("mode"))

    return holds


def rated(*ratings: str) -> Callable[[Done], bool]:
    return lambda a: a.entry is not None and a.entry.type == "follow_up" and a.result in ratings


def found(*kinds: str) -> Callable[[Done], bool]:
    return lambda a: (a.entry is not None and a.entry.type == "finding" and bool(a.finding)
                      and a.finding.get("state") == "confirmed" and a.finding.get("kind") in kinds)  # fmt: skip


ANY_REPORT = reported("report", "log_call", "warn", "self_report")
PUBLIC_REPORT = reported("report", "log_call")
ACTS: dict[str, Callable[[Done], bool]] = {
    "reports": ANY_REPORT,
    "collector_reports": by_collector,
    "public_reports": lambda a: PUBLIC_REPORT(a) and a.case.public,
    "valid_reports": lambda a: ANY_REPORT(a) and a.case.filed_at is not None,
    "valid_public_reports": lambda a: PUBLIC_REPORT(a) and a.case.public and a.case.filed_at is not None,
    "valid_collector_reports": lambda a: by_collector(a) and a.case.filed_at is not None,
    "acceptances_at_desk": reported("accept"),
    "acceptances_accurate": lambda a: reported("accept")(a) and a.case.filed_at is not None,
    "refusals": reported("refuse"),
    "filing_refusals": reported("refuse_filing"),
    "returns": decided("return", "granted"),
    "shuffles": decided("return", "refused"),
    "extensions": decided("extend", "granted"),
    "suspensions": decided("suspend", "granted", "hang"),
    "deferrals": decided("suspend", "granted", "defer"),
    "exemptions": decided("appeal", "granted"),
    "redispatched_cases": reported("redispatch"),
    "missed_reports": found("missed"),
    "false_reports": found("false", "hidden", "made_up"),
    "inspections": reported("inspect"),
    "inspections_not_in_order": lambda a: reported("inspect")(a) and a.result == "not_in_order",
    "follow_ups": rated("very_satisfied", "satisfied", "unsatisfied"),
    "follow_ups_very_satisfied": rated("very_satisfied"),
    "follow_ups_satisfied": rated("satisfied"),
    "follow_ups_unsatisfied": rated("unsatisfied"),
    "urges": reported("urge"),
    "supervisions": reported("supervise"),
}
"""Of acts done in the period."""

NO_POST = {"returns", "shuffles", "extensions", "suspensions", "deferrals", "exemptions", "urges", "supervisions"}


def of_case(one: Whole, when: When) -> Iterable[str]:
    """The counts that a case belongs to."""
    case, closed = one.case, one.standing == "closed" and when.had(one.case.closed_at)
    yield from _of_filing(one, when)
    if when.had(case.received_at) and case.reopen_of is not None:
        yield "recurrences"
    if one.standing == "voided" and when.had(case.closed_at) and case.filed_at is not None:
        yield "voidings"
    if closed:
        yield from _of_closing(one)
    if one.standing in ("open", "closed", "voided") and when.saw_open(case.filed_at, case.closed_at):
        yield "closings_to_do"
        if not one.exempt and one.overdue_from is not None and one.overdue_from < when.of.cut:
            yield from ("closings_overdue", "closings_due")


def _of_filing(one: Whole, when: When) -> Iterable[str]:
    case = one.case
    if not when.had(case.filed_at):
        return
    yield "filed_cases"
    if one.standing != "voided":
        yield "filings_accurate"
    if one.standing == "merged":
        yield "merged_cases"
    yield from (key for mark, key in (("urgent", "urgent_cases"), ("key", "key_cases")) if mark in case.marks)


def _of_closing(one: Whole) -> Iterable[str]:
    case = one.case
    if case.filed_at is not None:
        yield "filed_closings"
    if case.outcome is Outcome.FORCED:
        yield "forced_closings"
    if case.mode.value == "self":
        yield "self_handlings"
    if one.exempt:
        return
    yield from ("closings", "closings_due", "closings_late" if one.late else "closings_on_time")
    if case.outcome is Outcome.SUBSTANDARD:
        yield "substandard_closings"
    if case.reworks:
        yield "reworks"


RATES: dict[str, tuple[tuple[str, ...], str, int]] = {
    "filing_rate": (("filings",), "acceptances", 100),
    "verified_report_rate": (("verified_reports",), "filings", 100),
    "valid_report_rate": (("valid_collector_reports",), "collector_reports", 100),
    "missed_report_rate": (("missed_reports",), "filings", 100),
    "acceptance_on_time_rate": (("acceptances_on_time",), "acceptances", 100),
    "verify_send_on_time_rate": (("verify_sends_on_time",), "verify_sends_due", 100),
    "verification_on_time_rate": (("verifications_on_time",), "verifications_due", 100),
    "filing_on_time_rate": (("filings_on_time",), "filings", 100),
    "filing_accuracy_rate": (("filings_accurate",), "filed_cases", 100),
    "dispatch_rate": (("dispatches",), "filings", 100),
    "dispatch_on_time_rate": (("dispatches_on_time",), "dispatches_due", 100),
    "dispatch_accuracy_rate": (("dispatches_accurate",), "assignments", 100),
    "handling_rate": (("handlings",), "handlings_due", 100),
    "handling_on_time_rate": (("handlings_on_time",), "handlings_due", 100),
    "handling_overdue_rate": (("handlings_overdue",), "handlings_due", 100),
    "handling_average": (("micros",), "handlings", 1),
    "check_send_on_time_rate": (("check_sends_on_time",), "check_sends_due", 100),
    "check_on_time_rate": (("checks_on_time",), "checks_due", 100),
    "closing_decision_on_time_rate": (("closing_decisions_on_time",), "closing_decisions_due", 100),
    "closing_rate": (("closings",), "closings_due", 100),
    "closing_on_time_rate": (("closings_on_time",), "closings_due", 100),
    "closing_late_rate": (("closings_late",), "closings_due", 100),
    "rework_rate": (("reworks",), "closings_due", 100),
    "extension_rate": (("extensions",), "closings_due", 100),
    "recurrence_rate": (("recurrences_handled",), "closings", 100),
    "recurrence_check_rate": (("recurrences_checked",), "checks", 100),
    "satisfaction_rate": (("follow_ups_very_satisfied", "follow_ups_satisfied"), "follow_ups", 100),
    "drawn_inspection_on_time_rate": (("drawn_inspections_on_time",), "drawn_inspections_due", 100),
    "acceptance_accuracy_rate": (("acceptances_accurate",), "acceptances_at_desk", 100),
    "filing_rate_of_reports": (("filings",), "reports", 100),
    "valid_report_rate_all": (("valid_reports",), "reports", 100),
    "missed_report_rate_public": (("valid_public_reports",), "filings", 100),
    "dispatch_on_time_rate_owed": (("dispatches_on_time",), "dispatches_owed", 100),
    "dispatch_accuracy_rate_due": (("dispatches_accurate",), "dispatches_due", 100),
    "handling_rate_owed": (("handlings",), "handlings_owed", 100),
    "handling_on_time_rate_owed": (("handlings_on_time",), "handlings_owed", 100),
    "closing_on_time_rate_of_closings": (("closings_on_time",), "closings", 100),
    "extension_rate_of_handlings": (("extensions",), "handlings_due", 100),
}
LESS_DEFERRED = {
    "closing_rate_less_deferred": "closings", "closing_on_time_rate_less_deferred": "closings_on_time",
}  # fmt: skip
"""By the closings due without the deferrals."""
MINUTE = 60_000_000


def rounded(over: int, under: int) -> Decimal:
    return (Decimal(over) / Decimal(under)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def rate(key: str, counts: dict[str, int]) -> Decimal | None:
    if key in LESS_DEFERRED:
        below = counts.get("closings_due", 0) - counts.get("deferrals", 0)
        return rounded(counts.get(LESS_DEFERRED[key], 0) * 100, below) if below > 0 else None
    over, under, times = RATES[key]
    below = counts.get(under, 0)
    if key == "handling_average":
        below *= MINUTE
    return rounded(sum(counts.get(k, 0) for k in over) * times, below) if below else None


@dataclass
class Oracle:
    """All rows of some stories, read once."""

    stories: list[Story]
    comes_back: timedelta | None = None
    """How long after a closing the same problem counts as come back; None: it is not looked for."""
    rows: list[Row] = field(default_factory=list)

    def __post_init__(self) -> None:
        for story in self.stories:
            for case in story.cases.values():
                tasks = tasks_of(story, case)
                self.rows += [whole_of(story, case), *tasks, *given_of(story, case, tasks), *acts_of(story, case)]
        if self.comes_back is not None:
            self.rows += comebacks_of(self.stories, self.comes_back)

    def counted(self, of: Period) -> list[tuple[str, Row, int]]:
        """Count, row, how much: of all rows in this period."""
        when, out = When(of), []
        for row in self.rows:
            keys = list(_keys(row, when))
            out += [(key, row, 1) for key in keys]
            if isinstance(row, Task) and "handlings" in keys:
                out.append(("micros", row, row.micros))
        return out

    @staticmethod
    def by(subject: str, counted: Iterable[tuple[str, Row, int]]) -> dict[Key, dict[str, int]]:
        """The same by unit, district, street, community, post, class or source."""
        sums: dict[Key, Counter[str]] = defaultdict(Counter)
        for key, row, much in counted:
            if subject != "post" or not (isinstance(row, Whole) or key in NO_POST):
                sums[row.subject(subject)][key] += much
        return {key: dict(one) for key, one in sums.items()}


def _of_task(row: Task, when: When) -> Iterable[str]:
    for stem in OF_KIND[row.kind]:
        _kind, answers, whose = FAMILIES[stem]
        if whose(row):
            answered = row.outcome in answers and row.outcome not in FELL_AWAY and row.stands
            yield from family(stem, row, answered, when)
    if when.had(row.done_at):
        yield from (key for key, holds in TASKS.items() if holds(row))
    answers = {"done", "rapid"} if row.kind == "dispatch" else {"done"}
    if (when.had(row.done_at) and row.outcome in answers) or when.saw_open(row.opened_at, row.done_at):
        yield from (key for key, holds in OWED.items() if holds(row))


def _keys(row: Row, when: When) -> Iterable[str]:
    if isinstance(row, Whole):
        yield from of_case(row, when)
    elif isinstance(row, Task):
        yield from _of_task(row, when)
    elif isinstance(row, Again):
        if when.had(row.case.filed_at):
            yield from ("recurrences_handled", *(("recurrences_checked",) if row.checked else ()))
    elif isinstance(row, Given):
        if row.one is not None and row.duty == "main" and when.had(row.one.offered_at):
            yield from (key for key, holds in GIVEN.items() if holds(row))
    elif isinstance(row, Done) and row.entry is not None and when.had(row.entry.effective_at):
        yield from (key for key, holds in ACTS.items() if holds(row))


def values(counts: dict[str, int], keys: Iterable[str]) -> dict[str, Any]:
    """The printed values of these indicators: counts, minutes, rates."""
    told: dict[str, Any] = {}
    for key in keys:
        if key == "handling_minutes":
            told[key] = rounded(counts.get("micros", 0), MINUTE)
        else:
            told[key] = rate(key, counts) if key in RATES or key in LESS_DEFERRED else counts.get(key, 0)
    return told

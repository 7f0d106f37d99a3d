"""`decide`: the one door through which every act passes, whoever does it and whenever it was done."""

from datetime import UTC, datetime, timedelta

from citygrid.process import effects
from citygrid.process.acts import ACTS
from citygrid.process.content import check_content
from citygrid.process.effects.checking import LASTING
from citygrid.process.facts import NO_FACTS, Facts
from citygrid.process.guards import answered, may, not_party
from citygrid.process.model import Act, Case, WorkItem
from citygrid.process.refusal import Refusal, Refused, refuse
from citygrid.process.rules import Rules, Variant
from citygrid.process.step import Decision, Step
from citygrid.process.transitions import TABLE
from citygrid.worktime import CalendarGap, Limit, LimitError, Unit


def decide(case: Case | None, act: Act, rules: Rules, facts: Facts = NO_FACTS) -> Decision | Refusal:
    """What `act` does to `case` (None: the act opens the timeline), or why it is refused.

    Pure: reads no clock and no database. The same arguments give the same answer. A refusal has no trace."""
    try:
        return _decide(case, act, rules, facts)
    except Refused as refused:
        return refused.refusal
    except CalendarGap as gap:
        return refuse("calendar_gap", **gap.params).refusal
    except (OverflowError, LimitError):
        # A limit that leads out of all calendars (the year 9999).
        return refuse("calendar_gap", calendar=rules.calendar, year=9999).refusal


def _span(limit: Limit) -> timedelta:
    """A credit is clock time; a work unit's number counts as so many hours or days of the clock."""
    return timedelta(minutes=limit.value * _CREDIT_MINUTES[limit.unit])


_CREDIT_MINUTES = {
    Unit.URGENT_MINUTE: 1,
    Unit.WORK_MINUTE: 1,
    Unit.URGENT_HOUR: 60,
    Unit.WORK_HOUR: 60,
    Unit.NATURAL_DAY: 1440,
    Unit.WORK_DAY: 1440,
}


# Acts that end no other work items: their claimed time is bound by their own item alone.
BESIDE = frozenset(
    {
        "verify",
        "check",
        "sign",
        "assign_worker",
        "arrive",
        "make_safe",
        "explain",
        "answer",
        "reply",
        "follow_up",
        "urge",
        "supervise",
        "instruct",
        "mark",
        "comment",
        "inspect",
        "finding",
        "reopen",
        "appeal",
        "review_appeal",
        "confirm",
        "declare_ownerless",
        "archive",
    }
)


def effective(case: Case | None, act: Act, item: WorkItem | None, variant: Variant, facts: Facts) -> datetime:
    """When the act counts as done: the claimed time as far as the city credits it, never before the opening of the
    work item that it answers nor before the main line's last change (DESIGN idea 5)."""
    at = act.at if act.at.tzinfo is UTC else act.at.astimezone(UTC)
    when = at
    if act.claimed is not None:
        when = act.claimed.astimezone(UTC)
        if when > at:
            raise refuse("future")
        if variant.credit is not None and not facts.imported:
            when = max(when, at - _span(variant.credit))
    if case is None:
        return when
    when = max(when, case.since)
    if item is not None:
        when = max(when, item.opened_at)
    if act.claimed is not None and act.name not in BESIDE:
        # What this act may end was open by then: nothing closes before it opened. A merge ends everything.
        lasting = frozenset() if act.name == "merge" else LASTING
        when = max((when, *(i.opened_at for i in case.work if i.kind not in lasting)))
    return when


def _decide(case: Case | None, act: Act, rules: Rules, facts: Facts) -> Decision:
    spec = ACTS.get(act.name)
    if spec is None:
        raise refuse("unknown_act", act=act.name)
    if case is None and not spec.creates:
        raise refuse("no_such_case")
    if case is not None and spec.creates:
        raise refuse("case_exists")
    check_content(spec, act.data)
    row = TABLE.get((act.name, None if case is None else case.state))
    if row is None:
        raise refuse("wrong_state", act=act.name, state="" if case is None else case.state.value)
    place = facts.place if case is None else case.place
    variant = rules.variant(place.district if place is not None else None)
    may(spec, act.actor, variant)
    item = None if case is None else answered(case, act, row)
    if case is not None:
        not_party(case, spec, act.actor)
    step = Step(case, act, rules, facts, row, item, effective(case, act, item, variant, facts), variant)
    effects.EFFECTS[act.name](step)
    # Whoever answers for a step of a centre is no party by that: only a unit's work makes one.
    return step.finish(handling=spec.handling and (item is None or item.subject.startswith("a")))

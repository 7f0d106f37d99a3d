"""Which unit a case should go to, with the rule that says so: for the dispatcher's list and for automatic dispatch."""

from datetime import datetime

from citygrid.basedata import components
from citygrid.process import Case
from citygrid.rulebook.responsible import Suggestion, responsible


def suggested(case: Case, at: datetime, class_id: str | None = None) -> list[Suggestion]:
    """Bodies in order of trial; of a case without an owner (无责任主体) territory comes first (S0-34, S0-35).

    `class_id`: the class that the case is about to have, its own when not given. Empty before there is a class and a
    place."""
    wanted = class_id or case.class_id
    if wanted is None or case.place is None:
        return []
    owner, maintainer = components.owner_bodies(case.component) if case.component else (None, None)
    if case.ownerless:
        owner = maintainer = None
    found = responsible(wanted, list(case.place.areas), owner, maintainer, at)
    return sorted(found, key=lambda one: one.reason != "territory") if case.ownerless else found


def rule_of(one: Suggestion) -> str:
    """The rule that answered, as an entry keeps it: its reason, and the row of the rulebook when it has one."""
    return one.reason if one.rule is None else f"{one.reason}:{one.rule}"

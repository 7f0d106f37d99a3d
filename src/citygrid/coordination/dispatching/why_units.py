"""Why this unit: for the present and all earlier assignments, which rule answered and what it was asked (asks 12).

What a dispatcher accepted, or the system dispatched by itself, is cited in the entry (`rule`). Where nothing is cited a
person chose; beside it stands what the rules of that very moment would have said."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from citygrid.areas.models import Area
from citygrid.cases import naming, reading, wording
from citygrid.coordination.dispatching import sending, suggesting
from citygrid.coordination.dispatching.suggesting import Reason
from citygrid.process import Case, Entry, evolve
from citygrid.process.acts import ACTS
from citygrid.rulebook.models import Responsibility
from citygrid.web.words import office_day, say

GIVING = ("dispatch", "rapid", "order_first", "settle", "forward")
"""Acts by which a unit gets a case."""
OWNERS = ("owner", "maintainer")


@dataclass(frozen=True, slots=True)
class Why:
    """One assignment. `by`: who gave it, empty for the system; `words`: why; `then`: what the rules of that moment
    said, best first; `facts`: label and value of what they were asked."""

    at: datetime
    act: str
    unit: str
    by: str
    words: str
    cited: str = ""
    then: Sequence[Reason] = ()
    facts: Sequence[tuple[str, str]] = field(default_factory=tuple)


def whys(case: Case) -> list[Why]:
    """The newest first."""
    entries = reading.timeline(case)
    people = naming.people(entry.actor.person for entry in entries)
    found: list[Why] = []
    state: Case | None = None
    for entry in entries:
        state = evolve(state, entry)
        if entry.type in GIVING:
            found.append(_why(state, entry, people.get(entry.actor.person, "")))
    return found[::-1]


def _why(case: Case, entry: Entry, by: str) -> Why:
    """`case` as it was after the entry: class and place are those that counted then."""
    said = entry.data["said"]
    body = said.get("body") or (case.current.body if case.current is not None else None)
    cited = str(said.get("rule", ""))
    then = sending.reasons_of(case, entry.effective_at) if entry.type in ("dispatch", "order_first") else []
    spec = ACTS[entry.type]
    return Why(
        entry.effective_at,
        say((spec.zh, spec.en)),
        naming.body(body),
        by,
        _words(entry, cited, by, case),
        cited,
        then,
        _facts(case),
    )


def _words(entry: Entry, cited: str, by: str, case: Case) -> str:
    if cited:
        return _rule(cited, case)
    if entry.type == "settle":
        return _("Decided in a dispute; the ground stands in the timeline.")
    if entry.type == "forward":
        return _("Handed down to a unit of its own by the unit above.")
    if entry.type == "rapid":
        return _("Rapid handling by the centre's own team.")
    return _("Chosen by hand.") if by else _("Dispatched by the system.")


def _rule(cited: str, case: Case) -> str:
    """`class_area:123` or `owner` in words; the row of responsibilities is never deleted."""
    reason, _colon, number = cited.partition(":")
    kind = say(wording.REASONS.get(reason, (reason, reason)))
    row = Responsibility.objects.filter(pk=int(number)).first() if number.isascii() and number.isdigit() else None
    if row is None:
        component = (case.component or "") if reason in OWNERS else ""
        return _("%(kind)s of component %(code)s.") % {"kind": kind, "code": component} if component else kind
    words = _("%(kind)s: rule %(rule)s, “%(classes)s” in %(area)s, in force since %(since)s.")
    where = Area.objects.filter(code=row.area).order_by("-valid_from").values_list("name", flat=True).first()
    return words % {
        "kind": kind,
        "rule": row.pk,
        "classes": naming.class_words(row.classes),
        "area": where or row.area or _("the whole city"),
        "since": office_day(row.valid_from),
    }


def _facts(case: Case) -> list[tuple[str, str]]:
    place = case.place
    areas = naming.areas(place.areas) if place is not None else {}
    path = [areas.get(one or 0, "") for one in ((place.district, place.street, place.community, place.grid)
                                                if place is not None else ())]  # fmt: skip
    rows = [
        (_("Class"), naming.class_words(case.class_id)),
        (_("Area"), " ".join(one for one in path if one)),
        (_("Component"), case.component or ""),
        (_("Without an owner"), _("yes") if case.ownerless else ""),
    ]
    return [(label, value) for label, value in rows if value]


def shown(reasons: Sequence[Reason]) -> list[tuple[str, str]]:
    """Unit and kind of reason, for a line of the panel."""
    return [(one.name, suggesting.short(one)) for one in reasons]

"""What may be chosen in an act's form: units with suggestions, people, conditions with their limits, near cases."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from citygrid.cases import directory, loads, naming, nearby, suggesting, wording
from citygrid.cases.database import plain
from citygrid.cases.factfinding import shift_of
from citygrid.organization.models import Seat
from citygrid.organization.seats import Signed
from citygrid.process import Case
from citygrid.process.offers import sources as offered_sources
from citygrid.process.states import STATE_NAMES, Side, State
from citygrid.rulebook.search import card
from citygrid.rulebook.slices import rules_at
from citygrid.web.words import chinese, say

Choices = list[tuple[Any, Any]]
COLLECTING = ("collector", "team_lead")


def units(case: Case | None, act: str, signed: Signed, at: datetime) -> Choices:
    """Bodies that may get the case: suggestions with their reasons first, then all others by name."""
    book = directory.current()
    names = book.names if chinese() else book.names_en
    able = {pk for pk, body in book.bodies.items() if body.active and body.side is not Side.SUPERVISING}
    if act == "forward":
        return [(pk, names[pk]) for pk in sorted(able) if book.bodies[pk].parent == signed.body.pk]
    found = suggestions(case, at) if case is not None else []
    first = [(pk, f"{names[pk]}（{why}）" if chinese() else f"{names[pk]} ({why})") for pk, why in found if pk in able]
    chosen = {pk for pk, _why in first}
    rest = sorted(((pk, names[pk]) for pk in able - chosen), key=lambda one: one[1])
    return [(_("Suggested"), first), (_("Others"), rest)] if first else list(rest)


def suggestions(case: Case, at: datetime) -> list[tuple[int, str]]:
    """Body and reason in the reader's words, in order of trial."""
    return [
        (one.body, say(wording.REASONS.get(one.reason, (one.reason, one.reason))))
        for one in suggesting.suggested(case, at)
        if one.body is not None
    ]


def people(case: Case | None, act: str, signed: Signed, at: datetime) -> Choices:
    """Workers of the own body, or collectors: whoever is on duty at the place comes first."""
    held = Seat.objects.filter(Q(until=None) | Q(until__gt=at), since__lte=at)
    held = held.filter(person__is_active=True, post__active=True)
    if act == "assign_worker":
        held = held.filter(post__body=signed.body)
    else:
        held = held.filter(post__role__code__in=COLLECTING)
    rows = held.order_by("person__name", "person_id").values_list("person_id", "person__name", "post__body_id")
    listed = {pk: f"{name}　{naming.body(body)}" for pk, name, body in rows}
    if act == "assign_worker":
        hands = loads.loads([signed.body.pk], at)
        listed = {pk: f"{words}（{loads.words(hands.get(pk, loads.Load()))}）" for pk, words in listed.items()}
    duty = _duty(case, at)
    if act in ("send_verify", "send_check"):
        known = listed.get(duty or 0)
        words = _("Whoever is on duty: %(person)s") % {"person": known} if known else _("Nobody is on duty: choose")
        return [("", words), *((pk, name) for pk, name in listed.items())]
    return [("", "—"), *listed.items()]


def _duty(case: Case | None, at: datetime) -> int | None:
    found = shift_of(case.place, at) if case is not None and case.place is not None else None
    return found.person if found is not None else None


def conditions(class_id: str | None, at: datetime) -> Choices:
    """Conditions of a class with what they bring: `1 路面破损…（3 个工作日）`."""
    found = card(class_id, at) if class_id else None
    if found is None:
        return []
    rows: Choices = []
    for one in found.conditions:
        text = one.text if chinese() or not one.text_en else one.text_en
        extra = [wording.limit(one.limit)]
        if one.arrival:
            extra.append(_("on site within %(limit)s") % {"limit": wording.limit(one.arrival)})
        if one.safety:
            extra.append(_("public safety"))
        rows.append((one.no, f"{text} · {' · '.join(e for e in extra if e)}"))
    return rows


def near_cases(case: Case, signed: Signed, at: datetime) -> list[tuple[nearby.Near, str]]:
    """Open cases of the same class nearby that this person may see, with their state in words."""
    if case.class_id is None or case.place is None:
        return []
    with plain() as connection:
        found = nearby.near(connection, case.class_id, case.place, at, but=case.id, scope=signed.scope)
    return [(one, say(STATE_NAMES[State(one.state)])) for one in found]


def merge_targets(case: Case, signed: Signed, at: datetime) -> Choices:
    rows = near_cases(case, signed, at)
    return [(str(one.id), f"{one.report_no} · {state} · {one.metres:.0f} m") for one, state in rows]


def sources(act: str, role: str, at: datetime) -> Choices:
    """Sources that a post of this role may enter by an act, in the city's order; the first is the usual one."""
    found: dict[str, Any] = {}
    for variant in rules_at(at).variants.values():
        for one in offered_sources(act, role, variant):
            found.setdefault(one.code, one)
    if not found:
        found = dict.fromkeys(wording.SOURCES)  # no variant declares any: whatever comes is taken
    return [(code, wording.source(code)) for code in found]


def grounds(case: Case | None, at: datetime) -> Choices:
    """Why a case may go to the commission, in the variant of its district."""
    rules = rules_at(at)
    variant = rules.variant(case.place.district if case is not None and case.place is not None else None)
    return [(code, wording.ground(code)) for code in variant.grounds]


def narrowed(act: str, name: str, values: Sequence[str], offered: Sequence[str]) -> Choices:
    """Choices of a field in words, only those on offer where the process narrows them."""
    only = [v for v in values if v in offered] if name == "request" and act == "request" and offered else values
    return [(v, wording.choice(v)) for v in only]

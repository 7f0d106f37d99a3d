"""The form of a pattern: which lines, who in which order, by which rule; answered as cells of a roster."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date

from django.http import QueryDict

from citygrid.organization.duty_models import Roster
from citygrid.organization.rosters import cityclock, gaps, led, patterns
from citygrid.organization.rosters.rostering import Key, Row, Somebody
from citygrid.process.refusal import Refusal

Expanded = tuple[set[str], list[patterns.Planned[Somebody]]]
MESSAGES: dict[str, str] = {
    "no_lines": "Choose at least one line.",
    "no_people": "Name at least one person.",
    "no_rule": "Choose a rule.",
    "no_weekdays": "Choose at least one day of the week.",
    "bad_turns": "Days on and off are numbers from 1 to 30, days between two people from 0 to 30.",
    "no_anchor": "Give the day on which the pattern begins.",
    "shift_not_here": "The shift %(shift)s is not worked in %(place)s.",
}


def planned(
    form: QueryDict, roster: Roster, rows: Sequence[Row], somebody: Callable[[Sequence[str]], list[Somebody]]
) -> dict[Key, list[Somebody]] | Refusal:
    """The cells that the pattern fills or empties, from `from` to `to` within the roster; or what is wrong.

    `rule`: `turns` (on, off, step), `cycle` (text), `weekdays` (weekday), `workdays`. All lines of the places that
    the rule names are filled anew: what it leaves free becomes empty."""
    places = form.getlist("place")
    people = somebody([value for n in range(1, 10) if (value := form.get(f"person{n}", ""))])
    here = [row for row in rows if row.place in places]
    if not here:
        return _refuse("no_lines")
    if not people:
        return _refuse("no_people")
    first = max(led.day(form.get("from", ""), roster.first_day) or roster.first_day, roster.first_day)
    last = min(led.day(form.get("to", ""), roster.last_day) or roster.last_day, roster.last_day)
    found: dict[Key, list[Somebody]] = defaultdict(list)
    for place in dict.fromkeys(row.place for row in here):
        lines = {row.shift.code: row for row in here if row.place == place}
        one = next(iter(lines.values())).grid
        answer = _expanded(form, people, first, last, lines, one)
        if isinstance(answer, Refusal):
            return answer
        used, plan = answer
        for code in used:
            if code not in lines:
                return Refusal("shift_not_here", MESSAGES["shift_not_here"], {"shift": code, "place": place[2:]})
            for day in patterns.days(first, last):
                found[place, code, day] = []
        for day, code, person in plan:
            if gaps.worked(lines[code].shift, day):
                found[place, code, day].append(person)
    return dict(found)


def _expanded(
    form: QueryDict, people: list[Somebody], first: date, last: date, lines: dict[str, Row], one: bool
) -> Expanded | Refusal:
    """The shifts that the rule names, and who works which of them when."""
    rule = form.get("rule", "")
    if rule in ("weekdays", "workdays"):
        return _on_days(form, people, first, last, one)
    if rule not in ("turns", "cycle"):
        return _refuse("no_rule")
    anchor, cycle = led.day(form.get("anchor", "")), _cycle(form, lines)
    if anchor is None or isinstance(cycle, Refusal):
        return cycle if isinstance(cycle, Refusal) else _refuse("no_anchor")
    used = set(cycle) - {patterns.OFF}
    step = _number(form.get("step", "")) or 0
    return used, patterns.by_cycle(cycle, anchor, people, first, last, step=step, one=one) if used <= set(lines) else []


def _on_days(form: QueryDict, people: list[Somebody], first: date, last: date, one: bool) -> Expanded | Refusal:
    chosen = {int(text) for text in form.getlist("weekday") if text in "1234567" and len(text) == 1}
    weekly, shift = form.get("rule") == "weekdays", form.get("shift", "")
    if weekly and not chosen:
        return _refuse("no_weekdays")

    def fits(day: date) -> bool:
        return day.isoweekday() in chosen if weekly else cityclock.kind_of(day) == cityclock.WORK

    return {shift}, patterns.by_days(shift, fits, people, first, last, one=one)


def _cycle(form: QueryDict, lines: dict[str, Row]) -> tuple[str, ...] | Refusal:
    if form.get("rule") == "cycle":
        return patterns.parse_cycle(form.get("cycle", ""), lines)
    on, off = (_number(form.get(name, "")) for name in ("on", "off"))
    if not on or not off or _number(form.get("step", "")) is None:
        return _refuse("bad_turns")
    return (*[form.get("shift", "")] * on, *[patterns.OFF] * off)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 3 and int(text) <= 30 else None


def _refuse(code: str) -> Refusal:
    return Refusal(code, MESSAGES[code], {})

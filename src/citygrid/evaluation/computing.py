"""From a scheme and a period to its scores: who belongs to which group, what was counted, what was entered."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django.db.models import Q

from citygrid.areas.models import Area
from citygrid.cases.database import plain
from citygrid.evaluation import entry_seeing, facts, rolled
from citygrid.evaluation.asking import zone_at
from citygrid.evaluation.catalogue import Catalogue, catalogue
from citygrid.evaluation.counting import Counted, Key, Question
from citygrid.evaluation.definitions import Definitions
from citygrid.evaluation.entry_models import Entry
from citygrid.evaluation.exact import quotients_of, values
from citygrid.evaluation.inputs import Given
from citygrid.evaluation.insight import truth
from citygrid.evaluation.insight.rules import insight_at
from citygrid.evaluation.periods import Period
from citygrid.evaluation.results import Scores, is_closing_rate
from citygrid.evaluation.scheme import Group, Scheme
from citygrid.evaluation.scoring import Known, Span, scores
from citygrid.evaluation.standing import figures as standing
from citygrid.evaluation.subjects import BODIES, PEOPLE, Subject, named, text_of
from citygrid.evaluation.tables import Counter
from citygrid.organization.models import Body, Person, Seat
from citygrid.organization.visibility import Scope


class NoSchemeError(ValueError):
    """No scheme has this code; the message is the code."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What the scores of a period rest on: each group's objects with all that is known of them, the counts by object
    (those asked beside the scheme's own too), and the key of each object by its text."""

    scheme: Scheme
    definitions: Definitions
    span: Span
    members: Mapping[str, tuple[Known, ...]]
    counted: Counted
    keys: Mapping[str, Key]

    def scores(self) -> Scores:
        return scores(self.scheme, self.span, self.members)


def computed(code: str, period: Period, now: datetime, known: Catalogue | None = None) -> Scores:
    """The scores of a scheme (as it is in force on the period's last day). NoSchemeError where there is none.

    Counted over everything: who may see which rows is `within`'s to say, so that a rank is that of the whole group."""
    return scored(judged(code, period, now, known), period, now)


def scored(one: Judged, of: Period, now: datetime) -> Scores:
    """Its scores, with the true closing rate of each object where the scheme prints the reported one."""
    terms = (term.value.names if term.value else () for term in one.scheme.terms.values())
    if one.scheme.by not in truth.BY or not any(map(is_closing_rate, terms)):
        return one.scores()
    numbers = {key: one.counted.numbers.get(key, {}) for key in one.keys.values()}
    counted: dict[Key | None, tuple[int, int]] = {
        key: (found.get("closings", 0), found.get("closings_due", 0)) for key, found in numbers.items()
    }
    with plain() as connection:
        question = Question(of, one.scheme.by, one.scheme.level)
        found = truth.truths(connection, question, counted, insight_at(now).rechecks)
    return replace(one.scores(), truths={text: found[key] for text, key in one.keys.items()})


def judged(
    code: str, period: Period, now: datetime, known: Catalogue | None = None, *,
    more: Callable[[Definitions, Scheme], Iterable[str]] = lambda definitions, scheme: (),
    counter: Counter = rolled.count, only: Collection[str] | None = None,
) -> Judged:  # fmt: skip
    """The same before it is scored. `more`: further indicators to count; `counter`: who counts, where it may not be the
    roll-ups; `only`: of these objects alone (by their texts): their scores are the same, their ranks mean nothing."""
    book = known or catalogue(min(period.last, now.astimezone(zone_at(now)).date()))
    if code not in book.schemes:
        raise NoSchemeError(code)
    scheme, definitions = book.schemes[code], book.definitions[code]
    question = Question(period, scheme.by, scheme.level)
    names = scheme.names_used()
    with plain() as connection:
        facts.catch_up(connection)
        counted = counter(connection, definitions.counts_of((*names, *more(definitions, scheme))), question)
    members = _members(scheme, book.lists, period.last, counted)
    if only is not None:
        members = {group: [key for key in rows if text_of(key) in only] for group, rows in members.items()}
    keys = [key for group in members.values() for key in group]
    subjects = named(scheme.by, keys)
    codes = _codes(scheme.by, subjects)
    given = standing.joined(_given(scheme, period, codes), standing.counted_for(scheme, period))
    derived: dict[Key, set[str]] = defaultdict(set)
    for whose, one in counted.derived:
        derived[whose].add(one)
    rests = {name: frozenset(one.key for one in definitions.counts_of([name])) for name in names}
    found = {
        group: tuple(
            _known(definitions, rests, counted.numbers.get(key, {}), frozenset(derived.get(key, ())), subjects[key],
                   codes[key], given) for key in rows
        ) for group, rows in members.items()
    }  # fmt: skip
    span = Span(period.first.isoformat(), period.last.isoformat(), period.cut.isoformat())
    return Judged(scheme, definitions, span, found, counted, {subjects[key].text: key for key in keys})


def within(found: Scores, scope: Scope) -> Scores:
    """Only the objects that a scope has; their ranks stay those of the whole group."""
    if scope.everything:
        return found
    sees = seer(found.by, scope)
    groups = (replace(group, rows=tuple(row for row in group.rows if sees(row.subject))) for group in found.groups)
    return replace(found, groups=tuple(group for group in groups if group.rows))


def seer(by: str, scope: Scope) -> Callable[[str], bool]:
    """Whether an object of that sort lies within a scope; classes and sources are nobody's, and lie in none."""
    if scope.everything:
        return lambda subject: True
    units = frozenset(entry_seeing.bodies(scope).values_list("pk", flat=True))
    seats = Seat.objects.filter(post__body__in=units).values_list("person_id", flat=True)
    people = {str(person) for person in seats} | {str(scope.person)} if by in ("post", *PEOPLE) else set()

    def sees(subject: str) -> bool:
        if by == "post":
            return subject.split(":")[1:2] != [] and subject.split(":")[1] in people
        if by in PEOPLE:
            return subject in people
        ids = units if by in BODIES else scope.areas if by == "area" else frozenset()
        return subject.isdigit() and int(subject) in ids

    return sees


def _known(
    definitions: Definitions, rests: Mapping[str, frozenset[str]], numbers: Mapping[str, int], derived: frozenset[str],
    subject: Subject, code: str, given: Mapping[str, Mapping[str, tuple[Given, ...]]],
) -> Known:  # fmt: skip
    """`rests`: each name that the scheme uses -> the counts that it rests on; `derived`: the doubtful counts."""
    quotients = quotients_of(rests, definitions, numbers, derived)
    doubtful = frozenset(name for name, counts in rests.items() if derived & counts)
    return Known(
        subject.text, code, subject.name, values(rests, definitions, numbers, derived), quotients, doubtful,
        given.get(code, {}),
    )  # fmt: skip


def _members(scheme: Scheme, lists: Mapping[str, tuple[str, ...]], day: date, counted: Counted) -> dict[str, list[Key]]:
    """The objects of each group; one belongs to the first group that takes it."""
    seen: set[Key] = set()
    found: dict[str, list[Key]] = {}
    some = [key for key in counted.numbers if any(part is not None for part in key)]
    for group in scheme.groups:
        keys = [key for key in _named_by(scheme, group, lists, day, some) if key not in seen]
        seen.update(keys)
        found[group.key] = keys
    return found


def _named_by(
    scheme: Scheme, group: Group, lists: Mapping[str, tuple[str, ...]], day: date, counted: list[Key]
) -> list[Key]:
    codes: set[Any] = {*group.codes, *(code for name in group.lists for code in lists.get(name, ()))}
    if scheme.by == "post":
        people = [key for key in counted if key[1] is not None]
        return [key for key in people if group.rest or key[0] in group.roles]
    if scheme.by in BODIES:
        if group.rest:
            return counted
        there = Body.objects.exclude(active_until__lte=day).exclude(active_since__gt=day)
        ids = there.filter(Q(kind__in=group.kinds) | Q(code__in=codes)).values_list("pk", flat=True)
        return [(one,) for one in ids.order_by("code")]
    if scheme.by == "area":
        areas = Area.objects.filter(kind=scheme.level, valid_from__lte=day).exclude(valid_to__lte=day)
        rows = areas if group.rest else areas.filter(code__in=codes)
        return [(one,) for one in rows.order_by("code").values_list("pk", flat=True)]
    if scheme.by in PEOPLE and not group.rest:
        codes = set(Person.objects.filter(login__in=codes).values_list("pk", flat=True))
    return [key for key in counted if group.rest or key[0] in codes]


def _codes(by: str, subjects: Mapping[Key, Subject]) -> dict[Key, str]:
    """How a file names each object: its code; a post's role and login."""
    if by != "post":
        return {key: subject.code for key, subject in subjects.items()}
    logins = dict(Person.objects.filter(pk__in=[key[1] for key in subjects]).values_list("pk", "login"))
    return {key: f"{key[0]}:{logins.get(key[1], '')}" for key in subjects}


def _given(scheme: Scheme, period: Period, codes: Mapping[Key, str]) -> dict[str, dict[str, tuple[Given, ...]]]:
    """Code of the object -> input -> approved entries whose day lies in the period."""
    rows = Entry.objects.filter(
        by=scheme.by, input__in=list(scheme.inputs), state=Entry.State.APPROVED, value__isnull=False,
        day__gte=period.first, day__lte=period.last, subject__in=set(codes.values()),
    )  # fmt: skip
    found: dict[str, dict[str, list[Given]]] = defaultdict(lambda: defaultdict(list))
    for row in rows.order_by("day", "pk"):
        assert row.value is not None
        given = Given(str(row.pk), row.day.isoformat(), Fraction(row.value), row.item)
        found[row.subject][row.input].append(given)
    return {code: {key: tuple(one) for key, one in by_input.items()} for code, by_input in found.items()}

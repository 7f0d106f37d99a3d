"""From a scheme and a period to its scores: who belongs to which group, what was counted, what was entered."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction

from django.db.models import Q

from citygrid.areas.models import Area
from citygrid.cases.database import plain
from citygrid.evaluation import entry_seeing, facts
from citygrid.evaluation.catalogue import Catalogue, catalogue
from citygrid.evaluation.counting import Counted, Key, Question, count
from citygrid.evaluation.definitions import Composed, Definitions, Rate
from citygrid.evaluation.entry_models import Entry
from citygrid.evaluation.exact import parts, values
from citygrid.evaluation.inputs import Given
from citygrid.evaluation.periods import Period
from citygrid.evaluation.results import Scores
from citygrid.evaluation.scheme import Group, Scheme
from citygrid.evaluation.scoring import Known, Span, scores
from citygrid.evaluation.subjects import Subject, named
from citygrid.organization.models import Body, Person, Seat
from citygrid.organization.visibility import Scope


class NoSchemeError(ValueError):
    """No scheme has this code; the message is the code."""


def computed(code: str, period: Period, now: datetime, known: Catalogue | None = None) -> Scores:
    """The scores of a scheme (as it is in force on the period's last day). NoSchemeError where there is none.

    Counted over everything: who may see which rows is `within`'s to say, so that a rank is that of the whole group."""
    book = known or catalogue(min(period.last, now.date()))
    if code not in book.schemes:
        raise NoSchemeError(code)
    scheme, definitions = book.schemes[code], book.definitions[code]
    question = Question(period, scheme.by, scheme.level)
    names = scheme.names_used()
    with plain() as connection:
        facts.refresh(connection)
        counted = count(connection, definitions.counts_of(names), question)
    members = _members(scheme, book.lists, period.last, counted)
    keys = [key for group in members.values() for key in group]
    subjects = named(scheme.by, keys)
    codes = _codes(scheme.by, subjects)
    given = _given(scheme, period, codes)
    found = {
        group: [_known(scheme, definitions, names, counted, subjects[key], codes[key], given, key) for key in rows]
        for group, rows in members.items()
    }
    span = Span(period.first.isoformat(), period.last.isoformat(), period.cut.isoformat())
    return scores(scheme, span, found)


def within(found: Scores, scope: Scope) -> Scores:
    """Only the objects that a scope has; their ranks stay those of the whole group."""
    if scope.everything:
        return found
    units = frozenset(entry_seeing.bodies(scope).values_list("pk", flat=True))
    seats = Seat.objects.filter(post__body__in=units).values_list("person_id", flat=True)
    people = {str(person) for person in seats} | {str(scope.person)} if found.by == "post" else set()

    def sees(subject: str) -> bool:
        if found.by == "post":
            return subject.split(":")[1] in people
        ids = {"unit": units, "area": scope.areas}.get(found.by, frozenset())
        return subject.isdigit() and int(subject) in ids

    groups = (replace(group, rows=tuple(row for row in group.rows if sees(row.subject))) for group in found.groups)
    return replace(found, groups=tuple(group for group in groups if group.rows))


def _known(
    scheme: Scheme, definitions: Definitions, names: Iterable[str], counted: Counted, subject: Subject, code: str,
    given: Mapping[str, Mapping[str, tuple[Given, ...]]], key: Key,
) -> Known:  # fmt: skip
    names = tuple(names)
    numbers = counted.numbers.get(key, {})
    derived = frozenset(one for whose, one in counted.derived if whose == key)
    quotients = {
        name: parts(one, definitions, numbers, derived)
        for name in names
        if isinstance(one := definitions.all[name], Rate | Composed)
    }
    doubtful = frozenset(n for n in names if derived.intersection(c.key for c in definitions.counts_of([n])))
    return Known(
        subject.text, code, subject.name, values(names, definitions, numbers, derived), quotients, doubtful,
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
    codes = {*group.codes, *(code for name in group.lists for code in lists.get(name, ()))}
    if scheme.by == "post":
        people = [key for key in counted if key[1] is not None]
        return [key for key in people if group.rest or key[0] in group.roles]
    if scheme.by == "unit":
        if group.rest:
            return counted
        there = Body.objects.exclude(active_until__lte=day).exclude(active_since__gt=day)
        ids = there.filter(Q(kind__in=group.kinds) | Q(code__in=codes)).values_list("pk", flat=True)
        return [(one,) for one in ids.order_by("code")]
    if scheme.by == "area":
        areas = Area.objects.filter(kind=scheme.level, valid_from__lte=day).exclude(valid_to__lte=day)
        rows = areas if group.rest else areas.filter(code__in=codes)
        return [(one,) for one in rows.order_by("code").values_list("pk", flat=True)]
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

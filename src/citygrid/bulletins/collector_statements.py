"""采集员月度清单: what a collector did in a month, how well, what was found wrong, and what is paid for it.

The numbers are those of the team's workload and of the contractor's statement (`collection/teams`), for one person. Who
worked for two contractors in a month has a statement of each: what was done for it, and what it pays."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from citygrid.collection.models import Patrol, Statement, StatementLine
from citygrid.collection.teams import counting, crew, patrols, quotas, seeing, work
from citygrid.collection.teams.spans import Span
from citygrid.collection.teams.work import Deed
from citygrid.collection.teams.workload import FINDINGS
from citygrid.evaluation.rounding import half_up
from citygrid.organization import tree
from citygrid.organization.models import Body
from citygrid.organization.rosters import cityclock
from citygrid.organization.seats import Signed


@dataclass(frozen=True, slots=True)
class Pay:
    """A line of the contractor's statement that is about this person."""

    label: str
    number: Decimal
    price: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Paid:
    """What the newest statement of the month says. `settled`: it never changes again."""

    lines: tuple[Pay, ...]
    total: Decimal
    currency: str
    version: int
    settled: bool


@dataclass(frozen=True, slots=True)
class Worked:
    """What somebody did in a month for the body that `payer` is. `numbers`: by measure."""

    payer: int
    asked: work.Asked
    days: frozenset[date]
    walked: patrols.Walked
    numbers: dict[str, int]


@dataclass(frozen=True, slots=True)
class Monthly:
    """A collector's month for one contractor. `numbers`: by measure of `work.MEASURES`; `patrolled`: from sign-in to
    sign-out; `coverage` in percent of the duty grid; `against`: quotas; `deeds`: what the numbers count, oldest
    first."""

    person: int
    name: str
    body: str
    span: Span
    over: bool
    days: int
    rounds: int
    patrolled: timedelta
    coverage: Decimal | None
    numbers: Mapping[str, int]
    against: tuple[quotas.Compared, ...]
    deeds: tuple[Deed, ...]
    paid: Paid | None

    def number(self, measure: str) -> int:
        return self.numbers.get(measure, 0)

    def share(self, part: str, whole: str) -> Decimal | None:
        """In percent; None where there is nothing to divide by."""
        return half_up(self.number(part), self.number(whole), 100)

    @property
    def hours(self) -> Decimal:
        """Patrolled, in hours."""
        found = half_up(int(self.patrolled.total_seconds()), 3600)
        assert found is not None
        return found

    @property
    def findings(self) -> int:
        return sum(self.number(name) for name in FINDINGS)


def people(signed: Signed, span: Span, now: datetime) -> list[crew.Member]:
    """Whose statements the post may see: of those whom it leads; else of the one who asks, if they went out. Once for
    each contractor that somebody worked for."""
    whole = crew.members(signed.scope, span.start, span.end, now)
    payers = _payers({one.body for one in whole}, span)
    found: dict[tuple[int, int], crew.Member] = {}
    for one in whole:
        if seeing.may_look(signed) or one.person == signed.person.pk:
            found.setdefault((one.person, payers[one.body]), one)
    return sorted(found.values(), key=lambda one: (one.body, one.login))


def _payers(bodies: Collection[int], span: Span) -> dict[int, int]:
    """Body of a post -> the nearest body above it (or itself) of which there is a statement of the month; itself where
    there is none yet."""
    made = Statement.objects.filter(month=span.first).exclude(state=Statement.State.DROPPED)
    billed, found = set(made.values_list("body", flat=True)), {}
    above = dict(Body.objects.filter(pk__in=tree.ancestors(bodies)).values_list("pk", "parent"))
    for body in bodies:
        one: int | None = body
        while one is not None and one not in billed:
            one = above.get(one)
        found[body] = body if one is None else one
    return found


def worked(one: crew.Member, span: Span, now: datetime) -> Worked:
    """What one of `people` did for the contractor of their post, and for no other."""
    payer = _payers({one.body}, span)[one.body]
    bodies = crew.bodies_below(payer)
    walked = patrols.walked([one.person], span, bodies)[one.person]
    until = min(span.last, cityclock.day_of(now))
    days = crew.days_on_duty(span.first, until, now, bodies).get(one.person, set()) or walked.days
    asked = work.Asked([one.person], span, now, bodies)
    return Worked(payer, asked, frozenset(days), walked, work.counts(asked).get(one.person, {}))


def monthly(one: crew.Member, span: Span, signed: Signed, now: datetime) -> Monthly:
    """The month of one of `people`, for the contractor of their post."""
    done = worked(one, span, now)
    asked, walked, days, numbers = done.asked, done.walked, done.days, done.numbers
    counted = numbers | {"patrols": len(walked.each)}
    compared = quotas.compared(quotas.read(), one.post, one.body, days, counted, walked.mean)
    deeds = tuple(sorted(work.deeds(asked, list(work.MEASURES)), key=lambda deed: (deed.at, str(deed.case), deed.no)))
    return Monthly(
        person=one.person, name=one.name, body=str(Body.objects.get(pk=one.body)), span=span, over=span.end <= now,
        days=len(days), rounds=len(walked.each), patrolled=_patrolled(asked), coverage=walked.mean,
        numbers=numbers, against=tuple(c for c in compared.values() if c.quota is not None), deeds=deeds,
        paid=_paid(one.person, done.payer, span, signed),
    )  # fmt: skip


def _patrolled(asked: work.Asked) -> timedelta:
    """From sign-in to sign-out; a round that nobody signed out of counts to the end of its shift, never past now."""
    total = timedelta()
    rows = Patrol.objects.filter(
        person__in=asked.persons, body__in=asked.bodies or (), day__range=(asked.span.first, asked.span.last)
    )  # fmt: skip
    for came, left, planned in rows.values_list("in_at", "out_at", "planned_ends"):
        end = left or min(planned or came, asked.now)
        total += max(timedelta(), end - came)
    return total


def _paid(person: int, payer: int, span: Span, signed: Signed) -> Paid | None:
    """The newest version that counts, where the asker may see it; one's own lines once they are settled."""
    lines = StatementLine.objects.filter(person=person, statement__month=span.first, statement__body=payer)
    lines = lines.exclude(statement__state=Statement.State.DROPPED).select_related("statement", "statement__body")
    newest = lines.order_by("-statement__version").first()
    if newest is None:
        return None
    made = newest.statement
    settled = made.state == Statement.State.SETTLED
    if not (seeing.sees_statement(signed, made) or (settled and signed.person.pk == person)):
        return None
    labels = counting.labels(made.prices)
    mine = [line for line in lines if line.statement_id == made.pk]
    pay = tuple(
        Pay(labels.get(line.code, line.code), line.number, line.price, line.amount)
        for line in sorted(mine, key=lambda line: line.order)
    )
    return Paid(pay, sum((line.amount for line in pay), Decimal()), made.currency, made.version, settled)

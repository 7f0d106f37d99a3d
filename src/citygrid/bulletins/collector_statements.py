"""采集员月度清单: what a collector did in a month, how well, what was found wrong, and what is paid for it.

The numbers are those of the team's workload and of the contractor's statement (`collection/teams`), for one person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from citygrid.collection.models import Patrol, Statement, StatementLine
from citygrid.collection.teams import counting, crew, patrols, quotas, seeing, work
from citygrid.collection.teams.spans import Span
from citygrid.collection.teams.work import Deed
from citygrid.collection.teams.workload import FINDINGS
from citygrid.evaluation.rounding import half_up
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
class Monthly:
    """A collector's month. `numbers`: by measure of `work.MEASURES`; `patrolled`: from sign-in to sign-out; `coverage`
    in percent of the duty grid; `against`: quotas; `deeds`: what the numbers count, oldest first."""

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
    """Whose statements the post may see: of those whom it leads; else of the one who asks, if they went out."""
    found = crew.by_person(crew.members(signed.scope, span.start, span.end, now))
    if not seeing.may_look(signed):
        found = {pk: one for pk, one in found.items() if pk == signed.person.pk}
    return sorted(found.values(), key=lambda one: (one.body, one.login))


def monthly(one: crew.Member, span: Span, signed: Signed, now: datetime) -> Monthly:
    """The month of one of `people`."""
    asked = work.Asked([one.person], span, now)
    walked = patrols.walked([one.person], span)[one.person]
    worked = crew.days_on_duty(span.first, min(span.last, cityclock.day_of(now)), now).get(one.person, set())
    days = worked or walked.days
    numbers = work.counts(asked).get(one.person, {})
    counted = numbers | {"patrols": len(walked.each)}
    compared = quotas.compared(quotas.read(), one.post, one.body, days, counted, walked.mean)
    deeds = tuple(sorted(work.deeds(asked, list(work.MEASURES)), key=lambda deed: (deed.at, str(deed.case), deed.no)))
    return Monthly(
        person=one.person, name=one.name, body=str(Body.objects.get(pk=one.body)), span=span, over=span.end <= now,
        days=len(days), rounds=len(walked.each), patrolled=_patrolled(one.person, span, now), coverage=walked.mean,
        numbers=numbers, against=tuple(c for c in compared.values() if c.quota is not None), deeds=deeds,
        paid=_paid(one.person, span, signed),
    )  # fmt: skip


def _patrolled(person: int, span: Span, now: datetime) -> timedelta:
    """From sign-in to sign-out; a round that nobody signed out of counts to the end of its shift, never past now."""
    total = timedelta()
    rows = Patrol.objects.filter(person=person, day__range=(span.first, span.last))
    for came, left, planned in rows.values_list("in_at", "out_at", "planned_ends"):
        end = left or min(planned or came, now)
        total += max(timedelta(), end - came)
    return total


def _paid(person: int, span: Span, signed: Signed) -> Paid | None:
    """The newest version that counts, where the asker may see it; one's own lines once they are settled."""
    lines = StatementLine.objects.filter(person=person, statement__month=span.first)
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

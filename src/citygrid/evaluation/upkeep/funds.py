"""维护经费核拨: what a unit is to be paid for a period, drafted from the register, the score and confirmed findings; a
second person confirms; then it never changes, and a correction is another version beside it."""

import hashlib
import json
from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from citygrid.basedata import maintained
from citygrid.evaluation import city_periods, closing
from citygrid.evaluation.asking import all_counted, ask, zone_at
from citygrid.evaluation.catalogue import catalogue
from citygrid.evaluation.computing import NoSchemeError
from citygrid.evaluation.counting import Question
from citygrid.evaluation.definitions import Count
from citygrid.evaluation.periods import Period, holding, period
from citygrid.evaluation.results import SubjectScore
from citygrid.evaluation.score_printing import quotient, shown
from citygrid.evaluation.standing import city_files, seeing
from citygrid.evaluation.standing_models import FundCheck, StandingCheck
from citygrid.evaluation.upkeep import amounts, rules
from citygrid.evaluation.upkeep.rules import FAILED, FILE, Rules
from citygrid.organization.models import Body
from citygrid.organization.seats import Signed
from citygrid.process.refusal import Refusal
from citygrid.rulebook.models import ManagedClass
from citygrid.rulebook.slices import localday
from citygrid.standards.reports import Report
from citygrid.trust import audit

MESSAGES = {
    "not_over": "This period is not over.",
    "not_months": "The fund is checked for whole months of the city: a month, a quarter, a half year, a year.",
    "no_period": "There is no such period: 2026-03, 2026-Q1, 2026-H1 or 2026.",
    "overlaps": "Days of this period are in another check of the unit: %(period)s.",
    "no_rules": "There are no rules of the maintenance fund on %(day)s (upkeep.toml).",
    "no_components": "%(unit)s maintains no component on %(day)s.",
    "no_score": "There is no score of %(unit)s, and the rules do not say what is paid then.",
    "open_already": "There is an open draft of this period.",
    "no_reason": "This period is confirmed: say why there is another version.",
    "not_open": "This draft is not open any more.",
    "same_person": "Whoever made it does not confirm it: a second person does.",
    "own_body": "Nobody confirms the money of their own body.",
    "changed": "The figures have changed since it was drafted: drop it and draft it anew.",
    "long_reason": "At most %(most)s characters.",
    "same_id": "This was sent before, with other content.",
}
REASON = 500


def check(text: str) -> Report:
    """What is wrong with `upkeep.toml`, what it names included."""
    book = catalogue(date.max)
    schemes = {code for code, scheme in book.schemes.items() if scheme.by == "unit"}
    shown_by_unit = next(iter(book.definitions.values()), None)

    def counted(key: str) -> bool:
        one = shown_by_unit.all.get(key) if shown_by_unit is not None else None
        return isinstance(one, Count) and one.scale == 1 and "unit" in one.by

    classes = frozenset(ManagedClass.objects.values_list("class_id", flat=True))
    return rules.read(text, rules.Known(classes, schemes, counted))[1]


def rules_at(day: date) -> Rules | None:
    """The rules in force on a day."""
    text = city_files.text_at(FILE, day)
    return rules.read(text)[0] if text else None


def span(first: date, last: date | None, now: datetime) -> Period:
    """The days from `first` to `last`; without `last` the city's month in which `first` lies."""
    if last is None:
        one = holding("month", first, city_periods.months_on(first))
        first, last = one.first, one.last
    return period(first, last, zone_at(now), now)


def content(unit: Body, of: Period, now: datetime) -> dict[str, Any] | Refusal:
    """All that an amount is made of, as texts: the same facts give the same content. A component counts for each month
    of the period in which it is there on the month's last day."""
    parts = city_periods.months_within(of.first, of.last)
    if parts is None:
        return refuse("not_months")
    found = rules_at(of.last)
    if found is None:
        return refuse("no_rules", day=of.last.isoformat())
    by_month = [(one.name, one.last, maintained.counts(unit.code, one.last)) for one in parts]
    counts = sum((Counter(found) for _name, _day, found in by_month), Counter[str]())
    if not counts:
        return refuse("no_components", unit=str(unit), day=of.last.isoformat())
    all_counted()  # money
    score = _score(found.scheme, unit, of, now) if found.scheme else None
    findings = {one.of: findings_of(one.of, unit, of) for one in found.deductions}
    exact = None if score is None or score.shown is None else Fraction(score.shown)
    made = amounts.amount(found, counts, exact, findings, len(parts))
    if made is None:
        return refuse("no_score", unit=str(unit))
    months = [[name, day.isoformat(), dict(sorted(found.items()))] for name, day, found in by_month]
    return _texts(found, made, score) | ({"months": months} if len(months) > 1 else {})


def _texts(found: Rules, made: amounts.Amount, score: SubjectScore | None) -> dict[str, Any]:
    names = {one.class_id: one.names for one in found.prices}
    said = {one.key: one for one in found.deductions}
    return {
        "currency": found.currency, "scheme": found.scheme,
        "score": None if score is None or score.shown is None else str(score.shown),
        "terms": [[*term.names, quotient(term), shown(term.points), shown(term.share), shown(term.counts)]
                  for term in (*score.terms, *score.plus)] if score else [],
        "steps": [[_plain(step.least), str(step.factor)] for step in found.steps], "factor": str(made.factor),
        "lines": [[one.class_id, *names[one.class_id], one.count, str(one.price), str(one.amount)]
                  for one in made.lines],
        "unpriced": [list(one) for one in made.unpriced], "base": str(made.base), "paid": str(made.paid),
        "taken": [[one.key, *said[one.key].names, said[one.key].of, one.count, str(one.each), str(one.amount),
                   one.bound] for one in made.taken],
        "total": str(made.total),
    }  # fmt: skip


def _plain(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else f"{float(value):g}"


def _score(code: str, unit: Body, of: Period, now: datetime) -> SubjectScore | None:
    """What was frozen of that period where it was closed: money follows the score that was published."""
    try:
        rows = closing.scores_over(code, of, now).rows()
    except NoSchemeError:
        return None
    return next((row for row in rows if row.code == unit.code), None)


def findings_of(key: str, unit: Body, of: Period) -> int:
    """How many findings of a sort a unit has in a period."""
    if key == FAILED:
        return int(failed_checks(unit, of.first, of.last).count())
    table = ask(Question(of, "unit"), [key])
    row = next((row for row in table.rows if row.key == (unit.pk,)), None)
    value = None if row is None else row.values.get(key)
    return int(value) if value is not None else 0


def failed_checks(unit: Body, first: date, last: date) -> Any:
    """The failed spot checks behind a deduction; those that were taken back are none."""
    return StandingCheck.objects.filter(unit=unit, day__gte=first, day__lte=last, failed=True, voided_at=None)


def draft(
    id: UUID, unit: Body, first: date, reason: str, signed: Signed, now: datetime, last: date | None = None
) -> FundCheck | Refusal:
    """Drafts a period that is over: the city's month that has `first`, or the whole months from `first` to `last`.
    Another version of a confirmed one says why. The same id again: the same draft."""
    of = span(first, last, now)
    if of.last >= localday(now):
        return refuse("not_over")
    there = _again(id, unit, of, reason, signed)
    if there is not None:
        return there
    made = content(unit, of, now)
    if isinstance(made, Refusal):
        return made
    with transaction.atomic():
        _lock(unit.pk)
        rows = FundCheck.objects.filter(unit=unit, first=of.first, last=of.last)
        # The same form may have come twice at once: the second finds what the first has kept.
        there = _again(id, unit, of, reason, signed) or _draft_fault(unit, of, reason)
        if there is not None:
            return there
        kept = FundCheck.objects.create(
            id=id, unit=unit, first=of.first, last=of.last, day=of.last, version=rows.count() + 1,
            reason=reason.strip(), currency=made["currency"], amount=Decimal(made["total"]), content=made,
            by_id=signed.person.pk, at=now,
        )  # fmt: skip
        _note(kept, "draft_fund", signed, now)
    return kept


def _again(id: UUID, unit: Body, of: Period, reason: str, signed: Signed) -> FundCheck | Refusal | None:
    """The draft that this id has brought already; refused where it said something else."""
    known = FundCheck.objects.filter(pk=id).first()
    if known is None:
        return None
    ours = (known.unit_id, known.first, known.last, known.by_id, known.reason)
    return known if ours == (unit.pk, of.first, of.last, signed.person.pk, reason.strip()) else refuse("same_id")


def _draft_fault(unit: Body, of: Period, reason: str) -> Refusal | None:
    """One open draft of a period; another version says why; no day is paid twice."""
    if len(reason.strip()) > REASON:
        return refuse("long_reason", most=REASON)
    near = FundCheck.objects.filter(unit=unit, first__lte=of.last, last__gte=of.first)
    near = near.exclude(state=FundCheck.State.DROPPED)
    other = near.exclude(first=of.first, last=of.last).first()
    if other is not None:
        return refuse("overlaps", period=city_periods.name_of(other.first, other.last))
    rows = near.filter(first=of.first, last=of.last)
    if rows.filter(state=FundCheck.State.PROPOSED).exists():
        return refuse("open_already")
    if rows.filter(state=FundCheck.State.CONFIRMED).exists() and not reason.strip():
        return refuse("no_reason")
    return None


def confirm(check_id: UUID, signed: Signed, now: datetime) -> FundCheck | Refusal:
    """A second person confirms a draft while its figures still hold: then it is frozen with its hash."""
    with transaction.atomic():
        one = FundCheck.objects.select_for_update(of=("self",)).select_related("unit").get(pk=check_id)
        if one.state == FundCheck.State.CONFIRMED and one.confirmed_by_id == signed.person.pk:
            return one
        fault = _confirm_fault(one, signed, now)
        if fault is not None:
            return fault
        one.state, one.confirmed_by_id, one.confirmed_at = FundCheck.State.CONFIRMED, signed.person.pk, now
        one.digest = digest(one)
        one.save(update_fields=["state", "confirmed_by", "confirmed_at", "digest"])
        _note(one, "confirm_fund", signed, now)
    return one


def _confirm_fault(one: FundCheck, signed: Signed, now: datetime) -> Refusal | None:
    if one.state != FundCheck.State.PROPOSED:
        return refuse("not_open")
    if one.by_id == signed.person.pk:
        return refuse("same_person")
    if signed.body.pk == one.unit_id or seeing.of_unit(signed.person.pk, one.unit.code, now):
        return refuse("own_body")
    return refuse("changed") if content(one.unit, span(one.first, one.last, now), now) != one.content else None


def drop(check_id: UUID, signed: Signed, now: datetime) -> FundCheck | Refusal:
    """Gives a draft up; it stays to be seen."""
    with transaction.atomic():
        one = FundCheck.objects.select_for_update(of=("self",)).get(pk=check_id)
        if one.state == FundCheck.State.CONFIRMED:
            return refuse("not_open")
        if one.state == FundCheck.State.PROPOSED:
            one.state = FundCheck.State.DROPPED
            one.save(update_fields=["state"])
            _note(one, "drop_fund", signed, now)
    return one


def digest(one: FundCheck) -> str:
    """SHA-256 over all that a confirmed check says."""
    said = {
        "unit": one.unit.code, "first": one.first.isoformat(), "last": one.last.isoformat(),
        "day": one.day.isoformat(), "version": one.version, "reason": one.reason, "amount": f"{one.amount:.2f}",
        "currency": one.currency, "content": one.content, "by": one.by_id, "confirmed_by": one.confirmed_by_id,
    }  # fmt: skip
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def genuine(one: FundCheck) -> bool:
    """Whether a confirmed check still says what was confirmed."""
    return one.state == FundCheck.State.CONFIRMED and digest(one) == one.digest


def _lock(unit: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('evaluation.fund'), %s)", [unit])


def refuse(code: str, **params: object) -> Refusal:
    return Refusal(code, MESSAGES[code], params)


def _note(one: FundCheck, act: str, signed: Signed, at: datetime) -> None:
    params: dict[str, Any] = {"version": one.version, "amount": str(one.amount)}
    params |= {"digest": one.digest} if one.digest else {}
    audit.record(
        at, act, subject=("fund", str(one.pk)), params=params, person=signed.person.pk, seat=signed.seat.pk,
        post=signed.post.pk,
    )  # fmt: skip


city_files.add(FILE, check)

"""采集公司月度结算: a draft of a month, the contractor's objections, the second person who settles it, later versions.

What is settled never changes: its digest is of all that it says, the lists behind its numbers included."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from citygrid.collection.models import Objection, Statement, StatementLine
from citygrid.collection.teams import counting, prices, spans, statement_files
from citygrid.media import storing
from citygrid.organization.models import Body
from citygrid.organization.rights import may
from citygrid.organization.seats import Signed
from citygrid.process.moments import stamp
from citygrid.process.refusal import Refusal
from citygrid.trust import audit

MAKE, SETTLE = "statements.make", "statements.settle"
MESSAGES: dict[str, str] = {
    "not_over": "This month is not over.",
    "no_prices": "There is no price list for %(body)s on %(day)s.",
    "open_already": "There is an open statement of this month.",
    "settled_already": "This month is settled: make a correction instead, and say why.",
    "nothing_settled": "There is no settled statement to correct.",
    "no_reason": "Say why.",
    "not_open": "This statement is not open any more.",
    "objected": "There is an objection to this line that is not answered yet.",
    "bad_number": "Give a number with at most two decimals.",
    "same_number": "This is the number that stands there.",
    "too_late": "Objections could be made until %(until)s.",
    "no_objection": "This objection is answered already.",
    "objections_open": "%(number)s objection(s) are not answered yet.",
    "not_agreed": "The contractor has not agreed yet; it may object until %(until)s.",
    "same_person": "Whoever made it does not settle it: a second person does.",
    "own_body": "Nobody settles the statement of their own body.",
    "changed": "The statement has changed meanwhile: look at it again.",
}


def draft(body: Body, month: str, signed: Signed, at: datetime, reason: str = "") -> Statement | Refusal:
    """Counts a month that is over. The first version needs no reason, a correction of a settled one does."""
    span = spans.month_of(month, at)
    if span.end > at:
        return _refuse("not_over")
    prices_of = prices.in_force(body.pk, span.first)
    if prices_of is None:
        return _refuse("no_prices", body=str(body), day=span.first.isoformat())
    with transaction.atomic():
        _lock(body.pk)
        newest = Statement.objects.filter(body=body, month=span.first).exclude(state=Statement.State.DROPPED)
        last = newest.order_by("-version").first()
        fault = _draft_fault(last, reason)
        if fault is not None:
            return fault
        versions = Statement.objects.filter(body=body, month=span.first).count()
        made = Statement.objects.create(
            body=body, month=span.first, version=versions + 1, reason=reason.strip()[:500],
            currency=prices_of.currency, prices=prices_of.lines, made_by=signed.person, made_at=at,
            object_until=at + timedelta(days=prices_of.objection_days), total=Decimal(),
        )  # fmt: skip
        found = counting.lines(body.pk, span, prices.lines_of(prices_of.lines), at)
        StatementLine.objects.bulk_create(
            StatementLine(
                statement=made, order=order, person_id=one.person, code=one.line.code, counted=one.number,
                number=one.number, price=one.line.price, amount=prices.amount(one.number, one.line.price),
                behind=one.behind,
            )
            for order, one in enumerate(found, start=1)
        )  # fmt: skip
        made.total = _total(made)
        made.save()
        _note(made, "draft_statement", signed, at)
    return made


def _draft_fault(last: Statement | None, reason: str) -> Refusal | None:
    if last is None:
        return None
    if last.state == Statement.State.OPEN:
        return _refuse("open_already")
    return None if reason.strip() else _refuse("settled_already")


def drop(statement_id: UUID, signed: Signed, at: datetime) -> Statement | Refusal:
    """Gives an open one up: it stays, and counts no more."""
    with transaction.atomic():
        made = _locked(statement_id)
        if made.state != Statement.State.OPEN:
            return _refuse("not_open")
        made.state = Statement.State.DROPPED
        made.save()
        _note(made, "drop_statement", signed, at)
    return made


def object_to(
    line_id: int, objection: UUID, wanted: str, reason: str, signed: Signed, at: datetime
) -> Objection | Refusal:
    """The contractor objects to one line and says which number it should be. The same id again changes nothing."""
    number = prices.number_of(wanted.strip())
    with transaction.atomic():
        line = StatementLine.objects.select_related("statement").get(pk=line_id)
        made = _locked(line.statement_id)
        known = Objection.objects.filter(pk=objection, by=signed.person.pk, line=line).first()
        if known is not None:
            return known
        line.refresh_from_db()
        fault = _objection_fault(made, line, number, reason, at)
        if fault is not None or number is None:
            return fault or _refuse("bad_number")
        made.agreed_at = made.agreed_by = None
        made.save()
        one = Objection.objects.create(
            id=objection, line=line, wanted=number, reason=reason.strip()[:1000], by=signed.person, at=at
        )
        _note(made, "object_to_statement", signed, at, {"line": line.pk})
    return one


def _objection_fault(
    made: Statement, line: StatementLine, number: Decimal | None, reason: str, at: datetime
) -> Refusal | None:
    if made.state != Statement.State.OPEN:
        return _refuse("not_open")
    if at >= made.object_until:
        return _refuse("too_late", until=made.object_until.date().isoformat())
    if number is None or number < 0:
        return _refuse("bad_number")
    if number == line.number:
        return _refuse("same_number")
    if not reason.strip():
        return _refuse("no_reason")
    return _refuse("objected") if line.objections.filter(granted=None).exists() else None


def answer(objection_id: UUID, grant: bool, words: str, signed: Signed, at: datetime) -> Objection | Refusal:
    """Grants an objection (the line gets the wanted number) or refuses it, with words."""
    with transaction.atomic():
        one = Objection.objects.select_related("line").get(pk=objection_id)
        made = _locked(one.line.statement_id)
        one.refresh_from_db()
        if made.state != Statement.State.OPEN:
            return _refuse("not_open")
        if one.granted is not None:
            same = one.granted == grant and one.answered_by_id == signed.person.pk
            return one if same else _refuse("no_objection")
        if not words.strip():
            return _refuse("no_reason")
        one.granted, one.answer, one.answered_by, one.answered_at = grant, words.strip()[:1000], signed.person, at
        one.save()
        if grant:
            line = StatementLine.objects.get(pk=one.line_id)
            line.number, line.amount = one.wanted, prices.amount(one.wanted, line.price)
            line.save()
            made.total = _total(made)
        made.save()
        _note(made, "answer_objection", signed, at, {"line": one.line_id, "granted": grant})
    return one


def agree(statement_id: UUID, signed: Signed, at: datetime) -> Statement | Refusal:
    """The contractor agrees; then it can be settled before the time for objections is over."""
    with transaction.atomic():
        made = _locked(statement_id)
        if made.state != Statement.State.OPEN:
            return _refuse("not_open")
        waiting = _waiting(made)
        if waiting:
            return _refuse("objections_open", number=waiting)
        if made.agreed_at is None:
            made.agreed_by, made.agreed_at = signed.person, at
            made.save()
            _note(made, "agree_to_statement", signed, at)
    return made


def settle(statement_id: UUID, total: Decimal, signed: Signed, at: datetime) -> Statement | Refusal:
    """A second person settles what was looked at (`total`): PDF, sheet and digest are made, and it never changes again.
    PaperError when this server cannot print; then nothing is kept."""
    with transaction.atomic():
        made = _locked(statement_id)
        if made.state == Statement.State.SETTLED and made.settled_by_id == signed.person.pk:
            return made
        fault = _settle_fault(made, total, signed, at)
        if fault is None:
            made.state, made.settled_by, made.settled_at = Statement.State.SETTLED, signed.person, at
            made.digest = digest(made)
            name = f"statement-{made.body.code}-{made.month:%Y-%m}-{made.version}"
            paper, sheet = statement_files.pdf(made, former(made), at), statement_files.xlsx(made)
            made.paper = storing.store(paper, f"{name}.pdf", signed.person.pk, at)
            made.sheet = storing.store(sheet, f"{name}.xlsx", signed.person.pk, at)
            made.save()
            _note(made, "settle_statement", signed, at, {"digest": made.digest, "total": str(made.total)})
            return made
    _note(made, "settle_statement", signed, at, fault=fault)
    return fault


def _settle_fault(made: Statement, total: Decimal, signed: Signed, at: datetime) -> Refusal | None:
    waiting = _waiting(made)
    if made.state != Statement.State.OPEN:
        return _refuse("not_open")
    if made.made_by_id == signed.person.pk:
        return _refuse("same_person")
    if signed.body.pk == made.body_id or not may(signed, SETTLE):
        return _refuse("own_body")
    if waiting:
        return _refuse("objections_open", number=waiting)
    if made.agreed_at is None and at < made.object_until:
        return _refuse("not_agreed", until=made.object_until.date().isoformat())
    return _refuse("changed") if total != made.total else None


def former(made: Statement) -> Statement | None:
    """The settled version before this one."""
    rows = Statement.objects.filter(body=made.body_id, month=made.month, state=Statement.State.SETTLED)
    return rows.filter(version__lt=made.version).order_by("-version").first()


def differences(made: Statement) -> list[tuple[int | None, str, Decimal, Decimal]]:
    """(person, code, former amount, amount) of each line that differs from the settled version before."""
    before = former(made)
    if before is None:
        return []
    old = {(one.person_id, one.code): one.amount for one in before.lines.all()}
    new = {(one.person_id, one.code): one.amount for one in made.lines.all()}
    zero = Decimal()
    keys = sorted({*old, *new}, key=lambda key: (key[0] or 0, key[1]))
    return [
        (person, code, old.get((person, code), zero), new.get((person, code), zero))
        for person, code in keys
        if old.get((person, code), zero) != new.get((person, code), zero)
    ]


def digest(made: Statement) -> str:
    """SHA-256 over all that a settled statement says, in one canonical form."""
    lines = [
        [
            one.order,
            one.person_id,
            one.code,
            str(one.counted),
            str(one.number),
            str(one.price),
            str(one.amount),
            one.behind,
        ]
        for one in made.lines.order_by("order")
    ]
    said = [
        [str(one.pk), one.line.order, str(one.wanted), one.reason, one.granted, one.answer]
        for one in Objection.objects.filter(line__statement=made).select_related("line").order_by("at", "id")
    ]
    data = {
        "body": made.body.code, "month": made.month.isoformat(), "version": made.version, "reason": made.reason,
        "currency": made.currency, "prices": made.prices, "lines": lines, "objections": said,
        "total": str(made.total), "made_by": made.made_by_id, "settled_by": made.settled_by_id,
        "settled_at": stamp(made.settled_at) if made.settled_at else None,
    }  # fmt: skip
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def genuine(made: Statement) -> bool:
    """Whether a settled statement still says what was settled."""
    return made.state == Statement.State.SETTLED and digest(made) == made.digest


def _waiting(made: Statement) -> int:
    return Objection.objects.filter(line__statement=made, granted=None).count()


def _total(made: Statement) -> Decimal:
    return sum(made.lines.values_list("amount", flat=True), Decimal())


def _locked(statement_id: UUID) -> Statement:
    return Statement.objects.select_for_update(of=("self",)).select_related("body").get(pk=statement_id)


def _lock(body: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('collection.statement'), %s)", [body])


def _refuse(code: str, **params: Any) -> Refusal:
    return Refusal(code, MESSAGES[code], params)


def _note(
    made: Statement, act: str, signed: Signed, at: datetime, params: Mapping[str, Any] | None = None,
    fault: Refusal | None = None,
) -> None:  # fmt: skip
    audit.record(
        at, act, subject=("statement", str(made.pk)), outcome=audit.REFUSED if fault else audit.DONE,
        code=fault.code if fault else "", params=params, person=signed.person.pk, seat=signed.seat.pk,
        post=signed.post.pk,
    )  # fmt: skip

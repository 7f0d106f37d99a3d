"""Statements of contractors: drafts, objections, settling, files, the lists behind the numbers."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citygrid.collection.models import Objection, Statement, StatementLine
from citygrid.collection.teams import counting, prices, seeing, spans, statement_files, statements, tabs, work
from citygrid.organization.rights import may, right_required
from citygrid.organization.rosters import led
from citygrid.organization.seats import Signed
from citygrid.process.moments import maybe_moment
from citygrid.process.refusal import Refusal
from citygrid.web.papers import PaperError
from citygrid.web.words import office_day

SHOWN, BEHIND = 120, 1000
STATES = {
    Statement.State.OPEN: gettext_lazy("open"),
    Statement.State.SETTLED: gettext_lazy("settled"),
    Statement.State.DROPPED: gettext_lazy("given up"),
}
MAKE, SETTLE, OBJECT = seeing.MAKE, seeing.SETTLE, seeing.OBJECT
FILES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@right_required(MAKE, SETTLE, OBJECT)
def listed(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The statements that the post may see, and the form that drafts one."""
    now = timezone.now()
    bodies = seeing.contractor_bodies(signed)
    refusal: Refusal | None = None
    if request.method == "POST":
        if not may(signed, MAKE):
            raise PermissionDenied
        body = next((one for one in bodies if str(one.pk) == request.POST.get("body")), None)
        if body is None:
            raise Http404
        answer = statements.draft(body, request.POST.get("month", ""), signed, now, request.POST.get("reason", ""))
        if isinstance(answer, Statement):
            messages.success(request, _("Counted. The contractor can look at it and object now."))
            return redirect("collection:statement", answer.pk)
        refusal = answer
    rows = Statement.objects.filter(body__in=[one.pk for one in bodies]).select_related("body", "made_by", "settled_by")
    context = {
        "rows": [
            (one, STATES[Statement.State(one.state)])
            for one in rows.order_by("-month", "body__code", "-version")[:SHOWN]
        ],
        "bodies": bodies,
        "may_make": may(signed, MAKE),
        "month": spans.month_of(None, now).before,
        "typed": request.POST,
        "refusal": led.told(refusal),
    }
    return tabs.page(request, signed, "statements", context, status=422 if refusal else 200)


@never_cache
@require_safe
@right_required(MAKE, SETTLE, OBJECT)
def one(request: HttpRequest, signed: Signed, statement_id: UUID) -> HttpResponse:
    """One statement: sums, lines by person, objections, what differs from the version before."""
    return _page(request, signed, _statement(signed, statement_id))


def _page(request: HttpRequest, signed: Signed, made: Statement, fault: str = "") -> HttpResponse:
    now = timezone.now()
    labels = counting.labels(made.prices)
    lines = list(made.lines.select_related("person").prefetch_related("objections").order_by("order"))
    people: dict[int | None, list[Any]] = {}
    for line in lines:
        waiting = any(one.granted is None for one in line.objections.all())
        people.setdefault(line.person_id, []).append((line, labels.get(line.code, line.code), waiting))
    names = {line.person_id: str(line.person) if line.person else str(made.body) for line in lines}
    said = Objection.objects.filter(line__statement=made).select_related("line__person", "by", "answered_by")
    before = statements.former(made)
    open_ = made.state == Statement.State.OPEN
    context = {
        "made": made,
        "state": STATES[Statement.State(made.state)],
        "people": [
            (names[person], rows, sum((row[0].amount for row in rows), Decimal())) for person, rows in people.items()
        ],
        "sums": _sums(made, lines, labels),
        "objections": [
            (one, labels.get(one.line.code, one.line.code), names[one.line.person_id]) for one in said.order_by("at")
        ],
        "before": before,
        "difference": made.total - before.total if before else None,
        "differences": [
            (names.get(person) or _("somebody else"), labels.get(code, code), old, new, new - old)
            for person, code, old, new in statements.differences(made)
        ],
        "genuine": statements.genuine(made) if made.state == Statement.State.SETTLED else None,
        "may_object": open_ and may(signed, OBJECT) and signed.body.pk == made.body_id and now < made.object_until,
        "may_agree": open_ and may(signed, OBJECT) and signed.body.pk == made.body_id and made.agreed_at is None,
        "may_answer": open_ and may(signed, MAKE),
        "may_settle": open_ and may(signed, SETTLE),
        "may_drop": open_ and may(signed, MAKE),
        "refusal": fault,
        "typed": request.POST,
    }  # fmt: skip
    return tabs.page(request, signed, "statement", context, status=422 if fault else 200)


def _sums(
    made: Statement, lines: list[StatementLine], labels: dict[str, str]
) -> list[tuple[str, Decimal, Decimal, Decimal]]:
    """(label, number, price, amount) of each line of the price list that has any."""
    found = []
    for one in made.prices:
        rows = [line for line in lines if line.code == one["code"]]
        if rows:
            number, amount = (sum((getattr(row, name) for row in rows), Decimal()) for name in ("number", "amount"))
            found.append((labels[one["code"]], number, Decimal(one["price"]), amount))
    return found


def _statement(signed: Signed, statement_id: UUID) -> Statement:
    rows = Statement.objects.select_related("body", "made_by", "agreed_by", "settled_by", "paper", "sheet")
    found = rows.filter(pk=statement_id).first()
    if found is None or not seeing.sees_statement(signed, found):
        raise Http404
    return found


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@right_required(MAKE, SETTLE, OBJECT)
def line(request: HttpRequest, signed: Signed, statement_id: UUID, line_id: int) -> HttpResponse:
    """The list behind one number; the contractor objects here (POST)."""
    made = _statement(signed, statement_id)
    found = made.lines.select_related("person").filter(pk=line_id).first()
    if found is None:
        raise Http404
    now = timezone.now()
    own = may(signed, OBJECT) and signed.body.pk == made.body_id
    fault = ""
    if request.method == "POST":
        if not own:
            raise PermissionDenied
        sent = request.POST
        answer = statements.object_to(
            found.pk, led.client_id(sent.get("id", "")), sent.get("wanted", ""), sent.get("reason", ""), signed, now
        )
        if isinstance(answer, Objection):
            messages.success(request, _("Your objection is noted. You will see here what becomes of it."))
            return redirect("collection:statement", made.pk)
        fault = led.told(answer)
    context = {
        "made": made,
        "line": found,
        "label": counting.labels(made.prices).get(found.code, found.code),
        "free": next((one.free for one in prices.lines_of(made.prices) if one.code == found.code), 0),
        "who": str(found.person) if found.person else str(made.body),
        "rows": _listed_behind(found.behind[:BEHIND], signed),
        "more": max(0, len(found.behind) - BEHIND),
        "objections": found.objections.select_related("by", "answered_by").order_by("at"),
        "may_object": own and made.state == Statement.State.OPEN and now < made.object_until,
        "new_id": request.POST.get("id") or uuid4(),
        "typed": request.POST,
        "refusal": fault,
    }
    return tabs.page(request, signed, "statement_line", context, status=422 if fault else 200)


def _listed_behind(rows: list[list[Any]], signed: Signed) -> list[dict[str, Any]]:
    """Each with its case where the post may open it, its moment or its day, its words."""
    seen = work.visible({row[0] for row in rows if row[0]}, signed.scope)
    found = []
    for case, _no, when, words in rows:
        moment = maybe_moment(when) if "T" in when else None
        day = "" if moment else office_day(date.fromisoformat(when))
        found.append({"case": case if case in seen else None, "at": moment, "day": day, "words": words})
    return found


Deed = Callable[[HttpRequest, Signed, Statement], Any]


def _agree(request: HttpRequest, signed: Signed, made: Statement) -> Any:
    _unless(may(signed, OBJECT) and signed.body.pk == made.body_id)
    return statements.agree(made.pk, signed, timezone.now())


def _settle(request: HttpRequest, signed: Signed, made: Statement) -> Any:
    _unless(may(signed, SETTLE))
    total = prices.number_of(request.POST.get("total", ""))
    try:
        return statements.settle(made.pk, total if total is not None else Decimal("NaN"), signed, timezone.now())
    except PaperError as error:
        return Refusal(error.code, error.message, error.params)


def _drop(request: HttpRequest, signed: Signed, made: Statement) -> Any:
    _unless(may(signed, MAKE))
    return statements.drop(made.pk, signed, timezone.now())


def _answer(request: HttpRequest, signed: Signed, made: Statement) -> Any:
    _unless(may(signed, MAKE))
    sent = request.POST
    try:
        objection = UUID(sent.get("objection", ""))
    except ValueError as error:
        raise Http404 from error
    if not Objection.objects.filter(pk=objection, line__statement=made).exists():
        raise Http404
    return statements.answer(objection, sent.get("grant") == "yes", sent.get("words", ""), signed, timezone.now())


ACTS: dict[str, Deed] = {"agree": _agree, "settle": _settle, "drop": _drop, "answer": _answer}


@require_POST
@right_required(MAKE, SETTLE, OBJECT)
def act(request: HttpRequest, signed: Signed, statement_id: UUID, name: str) -> HttpResponse:
    """Agree, settle, give up, answer an objection."""
    deed = ACTS.get(name)
    if deed is None:
        raise Http404
    made = _statement(signed, statement_id)
    answer = deed(request, signed, made)
    if isinstance(answer, Refusal):
        return _page(request, signed, _statement(signed, statement_id), led.told(answer))
    return redirect("collection:statement", made.pk)


@require_safe
@right_required(MAKE, SETTLE, OBJECT)
def file(request: HttpRequest, signed: Signed, statement_id: UUID, kind: str) -> HttpResponse:
    """The paper (`pdf`) or the workbook (`xlsx`) of a settled statement, as it was kept."""
    made = _statement(signed, statement_id)
    if kind not in FILES or made.state != Statement.State.SETTLED:
        raise Http404
    answer = HttpResponse(statement_files.kept(made, kind), content_type=FILES[kind])
    name = f"statement-{made.body.code}-{made.month:%Y-%m}-{made.version}.{kind}"
    answer["Content-Disposition"] = content_disposition_header(True, name)
    return answer


def _unless(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied

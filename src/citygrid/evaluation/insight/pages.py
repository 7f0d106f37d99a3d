"""Decision support: one address per sheet, the same as CSV and JSON; and what is shown of recurrence beside a case."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from citygrid.cases import naming, reading
from citygrid.cases.database import plain
from citygrid.evaluation import facts, recurring_links
from citygrid.evaluation.insight import asking
from citygrid.evaluation.insight.asking import Asked
from citygrid.evaluation.insight.catalogue import SHEETS
from citygrid.evaluation.insight.rules import insight_at
from citygrid.evaluation.insight.sheet import Sheet, as_csv, as_tree, lines
from citygrid.organization.seats import Signed, seat_required
from citygrid.trust import audit


@require_safe
@seat_required
def index(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The sheets that there are."""
    _allowed(signed)
    rows = [(name, kind.title, kind.about) for name, kind in SHEETS.items()]
    context = {"sheets": rows, "evaluates": signed.role.code in asking.TABLE}
    return render(request, "evaluation/insight/index.html", context)


@require_safe
@seat_required
def page(request: HttpRequest, signed: Signed, name: str) -> HttpResponse:
    """A sheet as a page."""
    asked, sheet = _sheet(request, signed, name)
    context = {
        "sheet": sheet, "lines": lines(sheet), "name": name, "asked": asked, "query": asked.link(),
        "districts": asking.districts(signed.scope), "fields": str(sheet.context.get("form", "")).split(),
        "class_words": naming.class_words(asked.class_id) if asked.class_id else "",
        "limited": not signed.scope.everything, **sheet.context,
    }  # fmt: skip
    return render(request, sheet.template, context)


@require_safe
@seat_required
def file(request: HttpRequest, signed: Signed, name: str) -> HttpResponse:
    """The same as CSV, with a mark by which spreadsheets know UTF-8."""
    asked, sheet = _sheet(request, signed, name)
    called = f"{name}_{asked.period.first}_{asked.period.last}.csv"
    return HttpResponse("\ufeff" + as_csv(sheet), content_type="text/csv; charset=utf-8",
                        headers={"Content-Disposition": content_disposition_header(True, called)})  # fmt: skip


@require_safe
@seat_required
def data(request: HttpRequest, signed: Signed, name: str) -> HttpResponse:
    """The same for machines."""
    asked, sheet = _sheet(request, signed, name)
    of = asked.period
    span = {"from": of.first.isoformat(), "to": of.last.isoformat(), "until": of.cut.isoformat()}
    return JsonResponse(span | as_tree(sheet), json_dumps_params={"ensure_ascii": False})


@require_POST
@seat_required
def undo(request: HttpRequest, signed: Signed, case: UUID) -> HttpResponse:
    """It is not the same place: the recurrence counts no more; the reason stays."""
    if signed.role.code not in asking.UNDOING:
        raise PermissionDenied
    found = reading.case_for(signed.scope, case)
    if found is None:
        raise Http404
    reason, now = request.POST.get("reason", "").replace("\0", "").strip(), timezone.now()
    if not reason or len(reason) > 500:
        context = {"case": case, "number": found.case_no or found.report_no, "reason": reason[:500]}
        return render(request, "evaluation/insight/undo.html", context, status=422)
    with plain() as connection:
        done = recurring_links.undo(connection, case, signed.person.pk, reason, now)
    if done:
        audit.record(
            now, "recurrence_undone", subject=("case", str(case)), person=signed.person.pk, seat=signed.seat.pk,
            post=signed.post.pk,
        )  # fmt: skip
    return redirect("evaluation:insight_page", "recurrences")


@require_safe
@seat_required
def beside(request: HttpRequest, signed: Signed, case: UUID) -> HttpResponse:
    """Fragment of the case page, and above the fields of the desks' forms: what this case comes of, and what came of
    it. Empty where there is nothing to say."""
    found = reading.case_for(signed.scope, case)
    if found is None:
        raise Http404
    rules = insight_at(timezone.now())
    with plain() as connection:
        recurring_links.keep_rule(connection, rules.recurrence_metres, rules.recurrence_days)
        facts.refresh(connection)
        links = recurring_links.links_of(connection, case)
        likely = recurring_links.before(connection, case) if found.filed_at is None else None
    others = [link.earlier if link.case == case else link.case for link in links] + ([likely[0]] if likely else [])
    known = {one: there for one in others if (there := reading.case_for(signed.scope, one)) is not None}
    people = naming.people([link.person for link in links])
    rows = [
        {"link": link, "earlier": link.case == case,
         "other": known.get(link.earlier if link.case == case else link.case), "unit": naming.body(link.unit),
         "checker": people.get(link.person or 0, ""),
         "days": (link.filed_at - link.closed_at).days}
        for link in links
    ]  # fmt: skip
    context = {"rows": rows, "likely": likely, "likely_case": known.get(likely[0]) if likely else None}
    return render(request, "evaluation/insight/beside.html", context)


def _sheet(request: HttpRequest, signed: Signed, name: str) -> tuple[Asked, Sheet]:
    _allowed(signed)
    if name not in SHEETS:
        raise Http404
    asked = asking.read(request.GET.dict(), signed, timezone.now(), SHEETS[name].days)
    return asked, SHEETS[name].make(asked)


def _allowed(signed: Signed) -> None:
    if not asking.may_see(signed):
        raise PermissionDenied


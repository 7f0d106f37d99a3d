"""Decision support: one address per sheet, the same as CSV and JSON; and what is shown of recurrence beside a case."""

from collections.abc import Iterator
from dataclasses import replace
from typing import cast
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from citygrid.cases import naming, reading
from citygrid.cases.database import Connection, plain
from citygrid.evaluation import facts, recurring_links
from citygrid.evaluation.insight import asking, forms
from citygrid.evaluation.insight.asking import Asked, NoAnswerError
from citygrid.evaluation.insight.catalogue import SHEETS, Kind
from citygrid.evaluation.insight.rules import insight_at
from citygrid.evaluation.insight.sheet import Sheet, as_csv, as_tree, lines
from citygrid.organization.seats import Signed, seat_required
from citygrid.trust import audit

PIECE = 2000
"""Rows of a file that are made at once."""


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
    """A sheet as a page; what cannot be understood is said above the fields, with what was typed in them."""
    kind, now, words = _kind(signed, name), timezone.now(), request.GET.dict()
    refusal = None
    try:
        asked = asking.read(words, signed, now, kind.days)
        sheet = kind.make(asked)
    except NoAnswerError as error:
        asked, sheet, refusal = asking.usual(words, signed, now, kind.days), Sheet(str(kind.title), [], []), error
    context = {
        "sheet": sheet, "lines": lines(sheet), "name": name, "asked": asked, "query": asked.link(), "refusal": refusal,
        "districts": asking.districts(signed.scope), "limited": not signed.scope.everything,
        "class_words": naming.class_words(asked.given.get("class")) or asked.given.get("words", ""),
        **forms.fields(name, asked.given, now),
        **sheet.context,
    }  # fmt: skip
    return render(request, sheet.template, context, status=422 if refusal else 200)


@require_safe
@seat_required
def file(request: HttpRequest, signed: Signed, name: str) -> HttpResponse:
    """All rows of the sheet as CSV, in pieces, with a mark by which spreadsheets know UTF-8."""
    kind, now = _kind(signed, name), timezone.now()
    words = {key: value for key, value in request.GET.dict().items() if key not in asking.PAGED}
    try:
        asked = replace(asking.read(words, signed, now, kind.days), most=PIECE)
        begin = kind.make(asked)
    except NoAnswerError as error:
        return HttpResponse(error.sentence, status=422, content_type="text/plain; charset=utf-8")
    called = f"{name}_{asked.period.first}_{asked.period.last}.csv"
    pieces = _in_language(as_csv(_whole(kind, asked, begin)))
    answer = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = content_disposition_header(True, called)
    return cast(HttpResponse, answer)


@require_safe
@seat_required
def data(request: HttpRequest, signed: Signed, name: str) -> HttpResponse:
    """A page of the same for machines."""
    kind, now = _kind(signed, name), timezone.now()
    try:
        asked = asking.read(request.GET.dict(), signed, now, kind.days)
        tree = as_tree(kind.make(asked))
    except NoAnswerError as error:
        return JsonResponse({"code": error.code, "message": error.sentence, "params": error.params}, status=422)
    of = asked.period
    span = {"from": of.first.isoformat(), "to": of.last.isoformat(), "until": of.cut.isoformat()}
    return JsonResponse(span | tree, json_dumps_params={"ensure_ascii": False})


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
    query = request.POST.get("query", "").replace("\0", "")[:1000]
    with plain() as connection:
        refusal = _not_undone(connection, case, signed, reason)
        done = refusal is None and recurring_links.undo(connection, case, signed.person.pk, reason, now)
    if refusal is not None:
        context = {"case": case, "number": found.case_no or found.report_no, "reason": reason[:500], "query": query,
                   "refusal": refusal}  # fmt: skip
        return render(request, "evaluation/insight/undo.html", context, status=422)
    if done:
        audit.record(
            now, "recurrence_undone", subject=("case", str(case)), person=signed.person.pk, seat=signed.seat.pk,
            post=signed.post.pk,
        )  # fmt: skip
    return redirect(reverse("evaluation:insight_page", args=["recurrences"]) + (f"?{query}" if query else ""))


def _not_undone(connection: Connection, case: UUID, signed: Signed, reason: str) -> NoAnswerError | None:
    if not reason or len(reason) > 500:
        return NoAnswerError("no_reason", _("Say why, in at most 500 characters."))
    if recurring_links.party(connection, case, signed.person.pk):
        return NoAnswerError("party", _("You handled or checked the closed case: somebody else has to say so."))
    return None


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
        facts.catch_up(connection)
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


def _kind(signed: Signed, name: str) -> Kind:
    _allowed(signed)
    if name not in SHEETS:
        raise Http404
    return SHEETS[name]


def _whole(kind: Kind, asked: Asked, begin: Sheet) -> Iterator[Sheet]:
    """The pages of a sheet from `begin` on; no more than one is held."""
    sheet = begin
    while True:
        yield sheet
        if sheet.after is None:
            return
        sheet = kind.make(replace(asked, after=sheet.after))


def _in_language(pieces: Iterator[str]) -> Iterator[str]:
    """The file in the language of whoever asked: a server may read it when the request is over."""
    language = translation.get_language()
    yield "\ufeff"
    while True:
        with translation.override(language):
            piece = next(pieces, None)
        if piece is None:
            return
        yield piece


def _allowed(signed: Signed) -> None:
    if not asking.may_see(signed):
        raise PermissionDenied

"""Pages of the reports: the list with the form that asks for one, one report with its progress, and its files."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from citygrid.areas import tree
from citygrid.bulletins import making, ordering, paragraphs, reaching, rules_kept, spans
from citygrid.bulletins.content import KINDS, Span
from citygrid.bulletins.models import Report
from citygrid.bulletins.ordering import MAKE, RULES, may_open
from citygrid.bulletins.reaching import seen, whole
from citygrid.bulletins.rules_files import LANGUAGES
from citygrid.evaluation.asking import zone_at
from citygrid.evaluation.catalogue import catalogue
from citygrid.evaluation.insight.asking import districts
from citygrid.evaluation.periods import FIRST_YEAR
from citygrid.media import storing
from citygrid.media.models import File
from citygrid.organization.addresses import address_of
from citygrid.organization.rights import may, right_required
from citygrid.organization.seats import Signed, seat_required
from citygrid.web.words import say

SHOWN = 100
MOST_SCHEMES = 10
KIND_WORDS = {
    "month": gettext_lazy("Monthly bulletin"),
    "quarter": gettext_lazy("Quarterly review"),
    "year": gettext_lazy("Yearly report"),
}
DOING = {
    "": "",
    "counting": gettext_lazy("counting the period, the one before and the year before"),
    "classes": gettext_lazy("counting classes"),
    "scoring": gettext_lazy("computing scores"),
    "pending": gettext_lazy("looking for cases long open"),
    "printing": gettext_lazy("writing Word and PDF"),
    "keeping": gettext_lazy("keeping the files"),
}
CODES = {
    "no_scheme": gettext_lazy("There is no such scheme any more."),
    "no_chinese_font": gettext_lazy("This server has no font with Chinese signs."),
    "template_faults": gettext_lazy("The template has faults: look at it on the page of templates."),
    "not_held": gettext_lazy("The post for which it was asked is no longer held, or no longer has the area."),
    "left": gettext_lazy("The server was stopped again and again while it was made."),
    "unexpected": gettext_lazy("Something unexpected happened; the log of the server tells what."),
}
TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


@require_safe
@seat_required
def listed(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Reports that this post may see, the newest first; the form for whoever may make them."""
    if not may_open(signed):
        raise PermissionDenied
    return _list(request, signed, {}, "")


@require_POST
@right_required(MAKE)
def ask(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Ask for a report; the same form sent twice asks once."""
    now = timezone.now()
    today = now.astimezone(zone_at(now)).date()
    uid, words = _uid(request.POST.get("uid")), request.POST
    rules = rules_kept.current()
    kind, lang = words.get("kind", ""), words.get("lang", "")
    schemes = tuple(dict.fromkeys(words.getlist("scheme")))[:MOST_SCHEMES]
    if uid is None or kind not in KINDS or lang not in LANGUAGES:
        raise Http404
    try:
        span = spans.span_of(kind, date.fromisoformat(f"{words.get('month', '')}-01"), rules.begins)
    except ValueError:
        return _list(request, signed, words, _("Choose a month, like 2026-03."))
    area = words.get("area", "")
    if area and not (reaching.known(area) and reaching.holds(signed.scope, area)):
        return _list(request, signed, words, _("Choose an area that your post has."))
    known = catalogue(min(span.last, today)).schemes
    refusal = ""
    if not schemes or any(code not in known for code in schemes):
        refusal = _("Choose at least one scheme that there is.")
    elif span.first.year < FIRST_YEAR:
        refusal = _("Choose a month, like 2026-03.")
    elif span.first > today:
        refusal = _("This period has not begun yet.")
    if refusal:
        return _list(request, signed, words, refusal)
    report = ordering.ask(
        uid, kind, span, schemes, rules, signed, now, today, lang, area=area, address=address_of(request)
    )
    return redirect("bulletins:report", report.pk)


@require_safe
@seat_required
def report(request: HttpRequest, signed: Signed, pk: UUID) -> HttpResponse:
    """One report: how far it is, or its files and what stands in it."""
    found = _one(signed, pk)
    context = {
        "row": _row(found), "report": found, "working": found.state in making.ACTIVE,
        "doing": DOING.get(found.doing, ""),
        "why": CODES.get(found.code, found.code), "said": found.said, "sheet": found.sheet,
        "may_cancel": found.state in making.ACTIVE and may(signed, MAKE), "area": _area(found.area),
        "may_again": found.state in (Report.State.FAILED, Report.State.CANCELLED) and may(signed, MAKE),
        "schemes": [_scheme(found, code) for code in found.schemes],
    }  # fmt: skip
    return render(request, "bulletins/report.html", context)


@require_POST
@right_required(MAKE)
def cancel(request: HttpRequest, signed: Signed, pk: UUID) -> HttpResponse:
    """Stop a report that is not made yet."""
    if not ordering.cancel(_one(signed, pk), timezone.now()):
        messages.info(request, _("It was too late: the report is no longer being made."))
    return redirect("bulletins:report", pk)


@require_POST
@right_required(MAKE)
def again(request: HttpRequest, signed: Signed, pk: UUID) -> HttpResponse:
    """Make a report that failed or was stopped once more."""
    if not ordering.again(_one(signed, pk), signed, timezone.now(), address_of(request)):
        messages.info(request, _("There is nothing to make again: the report is ready or being made."))
    return redirect("bulletins:report", pk)


@require_safe
@seat_required
def file(request: HttpRequest, signed: Signed, pk: UUID, form: str) -> HttpResponse:
    """The Word file or the PDF; who took it stands in the audit (web/downloads)."""
    found = _one(signed, pk)
    kept = {"docx": found.docx, "pdf": found.pdf}.get(form)
    if kept is None:
        raise Http404
    return given(kept, f"{making.file_name(found)}.{form}", TYPES[form])


def given(kept: File, name: str, mime: str) -> HttpResponse:
    """A kept file as something to take away."""
    with storing.original(kept) as data:
        answer = HttpResponse(data.read(), content_type=mime)
    answer["Content-Disposition"] = content_disposition_header(True, name)
    return answer


def _one(signed: Signed, pk: UUID) -> Report:
    if not may_open(signed):
        raise PermissionDenied
    found = seen(signed).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _list(request: HttpRequest, signed: Signed, words: Any, refusal: str) -> HttpResponse:
    now = timezone.now()
    rules = rules_kept.current()
    today = now.astimezone(zone_at(now)).date()
    month = spans.newest_over("month", today, rules.begins)
    chosen = words.getlist("scheme") if refusal else ["department"]
    context = {
        "rows": [_row(one) for one in seen(signed)[:SHOWN]], "may_make": may(signed, MAKE), "uid": uuid4(),
        "may_rule": may(signed, RULES), "kinds": KIND_WORDS.items(), "refusal": refusal,
        "schemes": [(code, say(one.names), code in chosen) for code, one in catalogue(today).schemes.items()],
        "month": words.get("month") or f"{month.last:%Y-%m}", "kind": words.get("kind") or "month",
        "lang": words.get("lang") or "zh", "limited": not whole(signed.scope), "area": words.get("area", ""),
        "areas": _areas(signed), "schedule": [(one, _area(one.area)) for one in rules.schedule],
    }  # fmt: skip
    return render(request, "bulletins/reports.html", context, status=422 if refusal else 200)


def _row(one: Report) -> dict[str, Any]:
    title = str(one.sheet["title"]) if one.sheet else ""
    name = paragraphs.period_name(one.kind, Span(one.first, one.last))
    name = f"{name} · {_area(one.area)}" if one.area else name
    return {
        "report": one, "kind": KIND_WORDS[one.kind], "period": name,
        "title": title or f"{KIND_WORDS[one.kind]} · {name}",
        "by": one.seat.person if one.seat else _("Schedule"), "number": one.heading.get("number", ""),
    }  # fmt: skip


def _area(code: str) -> str:
    return reaching.name_of(code) if code else ""


def _areas(signed: Signed) -> list[tuple[str, str]]:
    """The districts that a report may be about: code and name."""
    found = districts(signed.scope)
    codes = tree.codes_by_id([pk for pk, _name in found])
    return [(codes[pk], name) for pk, name in found]


def _scheme(of: Report, code: str) -> str:
    found = catalogue(min(of.last, timezone.localdate())).schemes.get(code)
    return say(found.names) if found else code


def _uid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None

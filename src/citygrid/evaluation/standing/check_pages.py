"""Pages of the inspector, made for a phone too: the lots of today, a check by its checklist, what became of it."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from citygrid.cases import photos
from citygrid.evaluation.standing import checking, city_files, lots, pages, reuse, seeing
from citygrid.evaluation.standing_models import StandingCheck, StandingReport
from citygrid.organization.rights import may, right_required
from citygrid.organization.seats import Signed, seat_required
from citygrid.process.refusal import Refusal
from citygrid.rulebook.slices import localday
from citygrid.web.refusals import Told, tell
from citygrid.web.sent import uuid_of
from citygrid.web.words import say


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(seeing.CHECK)
def today(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The duties that the lot names today; drawn by the first who asks for it (POST), the same for everybody."""
    now = timezone.now()
    day = localday(now)
    if request.method == "POST":
        lots.draw(day, signed, now)
        return redirect("evaluation:standing_checks")
    draws = lots.of_day(day)
    book = city_files.book_at(day)
    sight, names = seeing.Sight(signed), pages.bodies()
    done = {(one.draw_id, one.duty): one for one in StandingCheck.objects.filter(day=day, voided_at=None)}
    rows = [
        {"duty": duty, "name": say(duty.names), "unit": names.get(duty.unit, duty.unit), "place": duty.place,
         "set": say(book.sets[duty.set].names), "done": done.get((draw.pk, duty.code)), "point": duty.point,
         "may": seeing.may_check(signed, duty)}
        for draw, duty in lots.duties_of(draws, book) if sight.sees(duty)
    ]  # fmt: skip
    context = {
        "rows": rows, "day": day, "drawn": bool(draws), "left": sum(row["done"] is None for row in rows),
        "lots": [(draw, lots.proved(draw), len(draw.frame)) for draw in draws.values()],
        "undrawn": any(one.draw and lots.frame(book, code, day) and code not in draws
                       for code, one in book.sets.items()),
    }  # fmt: skip
    return render(request, "evaluation/standing/checks.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(seeing.CHECK)
def new(request: HttpRequest, signed: Signed, code: str) -> HttpResponse:
    """Check a duty: points by line, what is wrong, photos. The same form twice is one check."""
    duty = pages.seen_duty(signed, code)
    if not seeing.may_check(signed, duty):
        raise PermissionDenied
    now = timezone.now()
    day = localday(now)
    refusal: Refusal | None = None
    ids = pages.photo_ids(request)
    if request.method == "POST":
        uid = uuid_of(request.POST.get("uid"))
        if uid is None:
            raise Http404
        points = {line.key: request.POST.get(f"points_{line.key}", "") for line in duty.lines}
        findings = {line.key: request.POST.get(f"finding_{line.key}", "") for line in duty.lines}
        answer = checking.check(
            duty, checking.Seen(uid, points, findings, request.POST.get("note", ""), ids), signed, now
        )
        if isinstance(answer, StandingCheck):
            messages.success(request, _("Kept."))
            return redirect("evaluation:standing_check", answer.pk)
        refusal = answer
    draw = lots.of_day(day).get(duty.set)
    last = StandingReport.objects.filter(duty=code).order_by("-at").first()
    context = {
        "duty": duty, "name": say(duty.names), "standard": say(duty.standard),
        "refusal": tell(refusal) if refusal else None,
        "lines": [_line(line, request.POST) for line in duty.lines], "typed": request.POST,
        "by_lot": draw is not None and code in draw.drawn, "uid": request.POST.get("uid") or uuid4(),
        "pictures": photos.pictures([str(one) for one in ids]), "upload_url": photos.upload_address(), "last": last,
        "shown": photos.pictures([str(one) for one in last.photos]) if last else [],
        "marks": reuse.marks([last], signed)[last.pk] if last else [],
    }  # fmt: skip
    return render(request, "evaluation/standing/check_form.html", context, status=422 if refusal else 200)


def _line(line: Any, typed: Any) -> dict[str, Any]:
    full = f"{float(line.points):g}"
    return {"key": line.key, "name": say(line.names), "full": full, "points": typed.get(f"points_{line.key}", full),
            "finding": typed.get(f"finding_{line.key}", "")}  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@seat_required
def one(request: HttpRequest, signed: Signed, pk: UUID) -> HttpResponse:
    """A check: its lines and photos; whoever made it opens a case (POST act=case), a second person takes it back
    (act=void)."""
    pages.require_open(signed)
    found = get_object_or_404(StandingCheck.objects.select_related("by", "body", "unit", "draw", "voided_by"), pk=pk)
    duty = city_files.newest(found.duty)
    if duty is None:
        raise Http404
    sight = seeing.Sight(signed)
    if not (sight.sees(duty) or sight.has(found.unit.code)):
        raise Http404
    told: Told | None = None
    if request.method == "POST":
        answer = _act(request, signed, found)
        if not isinstance(answer, Refusal):
            messages.success(request, _("Kept."))
            return redirect("evaluation:standing_check", pk)
        told = tell(answer, "report")
    mine = found.by_id == signed.person.pk
    open_ = found.voided_at is None
    context = {
        "check": found, "duty": duty, "name": say(duty.names), "percent": pages.percent(found), "refusal": told,
        "lines": [(say((row[1], row[2])), row[3], row[4], row[5]) for row in found.lines],
        "pictures": photos.pictures([str(one) for one in found.photos]),
        "proved": found.draw is not None and lots.proved(found.draw),
        "may_open_case": mine and open_ and found.failed and found.case_id is None and duty.opens,
        "may_void": open_ and not mine and may(signed, seeing.EDIT), "typed": request.POST,
    }  # fmt: skip
    return render(request, "evaluation/standing/check.html", context, status=422 if told else 200)


def _act(request: HttpRequest, signed: Signed, found: StandingCheck) -> Any:
    now = timezone.now()
    if request.POST.get("act") == "case" and may(signed, seeing.CHECK):
        return checking.open_case(found.pk, signed, now)
    if request.POST.get("act") == "void" and may(signed, seeing.EDIT):
        return checking.take_back(found.pk, request.POST.get("why", ""), signed, now)
    raise PermissionDenied

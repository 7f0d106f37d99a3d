"""Making and changing a duty on a page."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from citygrid.evaluation.standing import city_files, editing, seeing, words
from citygrid.evaluation.standing.duties import Duty
from citygrid.organization.models import Body, Side
from citygrid.organization.rights import right_required
from citygrid.organization.seats import Signed
from citygrid.rulebook.slices import localday
from citygrid.web.words import say


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(seeing.EDIT)
def new(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Make a duty."""
    return _page(request, signed, None)


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(seeing.EDIT)
def change(request: HttpRequest, signed: Signed, code: str) -> HttpResponse:
    """Change a duty from today on; with a last day it ends."""
    duty = city_files.book_at(localday(timezone.now())).duties.get(code)
    if duty is None or not seeing.Sight(signed).sees(duty):
        raise Http404
    return _page(request, signed, duty)


def _page(request: HttpRequest, signed: Signed, old: Duty | None) -> HttpResponse:
    now = timezone.now()
    today = localday(now)
    text = city_files.text_at(city_files.DUTIES, today)
    typed: dict[str, Any] = editing.typed_of(old) if old else {"since": today.isoformat(), "every": "week", "days": "0"}
    faults: list[tuple[str, str]] = []
    if request.method == "POST":
        typed = {name: request.POST.get(name, "") for name in editing.NAMES}
        report = editing.save(typed, old, request.POST.get("based_on", ""), today, signed, now)
        if report.ok:
            messages.success(request, _("Kept."))
            return redirect("evaluation:standing_duty", old.code if old else typed["code"].strip())
        faults = [(one.field, _(one.message) % dict(one.params)) for one in report.problems]
    book = city_files.book_at(today)
    context = {
        "old": old, "name": say(old.names) if old else "", "typed": typed, "faults": faults,
        "wrong": {field for field, _ in faults}, "based_on": editing.mark(text), "sorts": words.SORTS.items(),
        "every": words.EVERY.items(), "sets": [(code, say(one.names)) for code, one in book.sets.items()],
        "units": Body.objects.filter(side=Side.HANDLING).order_by("code"),
        "supervisors": Body.objects.exclude(side=Side.HANDLING).order_by("code"),
    }  # fmt: skip
    return render(request, "evaluation/standing/edit.html", context, status=422 if faults else 200)

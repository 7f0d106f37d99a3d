"""Pages of inspectors: draw lots, look at what was drawn, record what was found, see the counts."""

from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from citygrid.cases import naming, reading, searching, showing, wording
from citygrid.cases.asking import actor_of
from citygrid.cases.closing import inspections
from citygrid.cases.closing.able import may_do
from citygrid.cases.closing.closing_pages import closing_standard
from citygrid.cases.closing_models import Draw, DrawnCase
from citygrid.cases.forms import ActForm, Asked
from citygrid.cases.submission import Submission
from citygrid.organization.seats import Signed, seat_required
from citygrid.process import Case
from citygrid.process.acts import ACTS
from citygrid.process.states import STATE_NAMES
from citygrid.web.refusals import Told, tell
from citygrid.web.sent import uuid_of
from citygrid.web.words import say

SPEC = ACTS["inspect"]
RESULTS = ("in_order", "not_in_order")
NEXT = ("reopen", "finding")
"""What a finding may propose; a second person confirms a finding on a collector."""
SHOWN = 100


def in_bar(signed: Signed | None) -> bool:
    return may_do(signed, "inspect") and not may_do(signed, "close", "dispatch", "feed_back")


def _day() -> forms.DateInput:
    """A browser takes a day only in this form, whatever the language."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class DrawForm(forms.Form):
    """From when to when, how many, and by what the lots are spread."""

    since = forms.DateField(label=gettext_lazy("Closed from"), widget=_day())
    until = forms.DateField(label=gettext_lazy("Closed until"), widget=_day())
    count = forms.IntegerField(label=gettext_lazy("How many"), min_value=1, max_value=inspections.MOST)
    strata = forms.ChoiceField(label=gettext_lazy("Spread over"), required=False)
    due = forms.DateField(label=gettext_lazy("Look at them until"), required=False, widget=_day())

    def __init__(self, data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial, auto_id="draw_%s")
        words = [("", _("nothing")), ("unit", _("units")), ("area", _("districts")), ("class", _("classes"))]
        cast(forms.ChoiceField, self.fields["strata"]).choices = words
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "form-select" if name == "strata" else "form-control"

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        since, until = said.get("since"), said.get("until")
        if since and until and until < since:
            self.add_error("until", _("The span ends before it begins."))
        if since and until and (until - since).days > 400:
            self.add_error("until", _("At most 400 days at once."))
        due, today = said.get("due"), self.initial.get("until")
        if due and today and due < today:
            self.add_error("due", _("That day is over."))
        return said


def _allowed(signed: Signed) -> None:
    if not may_do(signed, "inspect"):
        raise PermissionDenied


@require_http_methods(["GET", "POST"])
@seat_required
def draws(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The draws that this person made, or all for whoever sees everything; and the form for a new one."""
    _allowed(signed)
    now = timezone.now()
    today = timezone.localtime(now).date()
    start = {"since": today - timedelta(days=7), "until": today, "count": 20, "strata": "unit",
             "due": today + timedelta(days=7)}  # fmt: skip
    form = DrawForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        wanted = inspections.Wanted(said["since"], said["until"], said["count"], said["strata"], said["due"])
        actor = actor_of(signed)
        made = inspections.draw(signed.scope, wanted, signed.person.pk, now, post=(actor.role, actor.body))
        if made is not None:
            return redirect("cases:inspection", made.pk)
        form.add_error("since", _("No case was closed in this span."))
    rows = Draw.objects.all() if signed.scope.everything else Draw.objects.filter(by=signed.person.pk)
    shown = list(rows.order_by("-at").prefetch_related("cases")[:SHOWN])
    people = naming.people(row.by for row in shown)
    lines = [{"row": row, "who": people.get(row.by, ""), "done": sum(bool(c.result) for c in row.cases.all()),
              "wrong": sum(c.result == "not_in_order" for c in row.cases.all()), "all": len(row.cases.all())}
             for row in shown]  # fmt: skip
    wrong = request.method == "POST"
    return render(request, "cases/closing/draws.html", {"form": form, "lines": lines}, status=422 if wrong else 200)


def _draw(signed: Signed, draw_id: UUID) -> Draw:
    """A draw of one's own, or any for whoever sees everything; 404 else."""
    row = get_object_or_404(Draw, pk=draw_id)
    if row.by != signed.person.pk and not signed.scope.everything:
        raise Http404
    return row


@require_safe
@seat_required
def drawn(request: HttpRequest, signed: Signed, draw_id: UUID) -> HttpResponse:
    """What was drawn, what was found, and the counts by stratum."""
    _allowed(signed)
    row = _draw(signed, draw_id)
    cases = list(row.cases.order_by("place"))
    listed = searching.search(signed.scope, searching.Query(ids=tuple(one.case_id for one in cases)), inspections.MOST)
    known = {one.id: one for one in listed}
    names = naming.classes(one.class_id for one in listed)
    strata = inspections.stratum_names(row.strata, {one.stratum for one in cases})
    context = {
        "draw": row,
        "who": naming.people([row.by]).get(row.by, ""),
        "rows": [
            {"one": one, "case": known[one.case_id], "stratum": strata.get(one.stratum, one.stratum),
             "title": names.get(known[one.case_id].class_id or "", ""), "unit": naming.body(known[one.case_id].unit),
             "result": wording.choice(one.result) if one.result else ""}
            for one in cases if one.case_id in known
        ],
        "counts": [
            {"name": strata.get(name, name) or _("all"), "in_order": found["in_order"],
             "not_in_order": found["not_in_order"], "waiting": found[""]}
            for name, found in sorted(inspections.counts(cases).items())
        ],
    }  # fmt: skip
    return render(request, "cases/closing/drawn.html", context)


@require_http_methods(["GET", "POST"])
@seat_required
def one(request: HttpRequest, signed: Signed, draw_id: UUID, case_id: UUID) -> HttpResponse:
    """A drawn case with its photos and its standard; what the inspector finds."""
    _allowed(signed)
    row = get_object_or_404(DrawnCase, draw=_draw(signed, draw_id), case_id=case_id)
    case = reading.case_for(signed.scope, case_id)
    if case is None:
        raise Http404
    now = timezone.now()
    asked = Asked(SPEC, signed, now, case)
    if request.method == "GET":
        return _one(request, signed, row, case, ActForm(asked), uuid4())
    act_id = uuid_of(request.POST.get("act_id"))
    if act_id is None:
        raise Http404
    form = ActForm(asked, request.POST)
    if not form.is_valid():
        return _one(request, signed, row, case, form, act_id)
    submission = Submission(case.id, act_id, "inspect", form.content(act_id))
    refusal = inspections.inspect(row, submission, actor_of(signed), signed.scope, now)
    if refusal is not None:
        return _one(request, signed, row, case, form, act_id, tell(refusal, "inspect"))
    messages.success(request, _("Recorded: %(result)s.") % {"result": wording.choice(row.result)})
    if row.result == "not_in_order":
        return redirect("cases:inspect_one", draw_id, case_id)
    return redirect("cases:inspection", draw_id)


def _one(
    request: HttpRequest, signed: Signed, row: DrawnCase, case: Case, form: ActForm, act_id: UUID,
    told: Told | None = None,
) -> HttpResponse:  # fmt: skip
    now: datetime = timezone.now()
    offered = {offer.spec.name for offer in reading.offers_for(case, actor_of(signed), now)}
    context = {
        "row": row,
        "case": case,
        "view": showing.view_of(case, now),
        "state": say(STATE_NAMES[case.state]),
        "standard": closing_standard(case),
        "form": form,
        "act_id": act_id,
        "results": [(code, wording.choice(code), str(n)) for n, code in enumerate(RESULTS, 1)],
        "result": wording.choice(row.result) if row.result else "",
        "next": [(reverse("cases:act", args=[case.id, name]), say((ACTS[name].zh, ACTS[name].en)))
                 for name in NEXT if name in offered and row.result == "not_in_order"],
        "refusal": told,
    }  # fmt: skip
    return render(request, "cases/closing/inspect.html", context, status=422 if form.is_bound else 200)

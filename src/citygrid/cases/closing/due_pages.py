"""Pages of dues: why a case is due then, and a bench on which a limit is tried out (S0-13; asks 2, 3)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from citygrid.cases import reading
from citygrid.cases.closing import due_words
from citygrid.cases.closing.minutes_bar import working_words
from citygrid.cases.forms import LimitField, LocalMoment
from citygrid.organization.seats import Signed, seat_required
from citygrid.process.due_story import counted
from citygrid.process.model import Holder, WorkItem
from citygrid.rulebook.slices import NoRules, rules_at
from citygrid.web.words import office_moment
from citygrid.worktime import Calendar, CalendarGap, Limit, LimitError


@require_safe
@seat_required
def why_due(request: HttpRequest, signed: Signed, case_id: UUID) -> HttpResponse:
    """Every clock of a case: rule, limit, calendar, what moved its due, and each interval that counted."""
    case = reading.case_for(signed.scope, case_id)
    if case is None:
        raise Http404
    told = due_words.clocks(case, reading.timeline(case))
    fragment = request.headers.get("HX-Request") == "true"
    context = {"case": case, "clocks": told, "filed_under": case.rules, "fragment": fragment}
    page = "cases/closing/why_due_shown.html" if fragment else "cases/closing/why_due.html"
    return render(request, page, context)


@dataclass(frozen=True, slots=True)
class Tried:
    """What a limit gives from a moment. `running`: whether work was on at that moment."""

    due: str
    warn: str
    provisional: bool
    running: bool
    total: str
    days: tuple[due_words.Day, ...]
    rules: str


class TryForm(forms.Form):
    """A moment, a limit, a calendar."""

    start = LocalMoment(label=gettext_lazy("From"))
    calendar = forms.ChoiceField(label=gettext_lazy("Calendar"))

    def __init__(self, data: Any, codes: list[str], initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial, auto_id="limits_%s")
        self.fields["limit"] = LimitField(label=_("Limit"))
        pairs = [(code, due_words.calendar_words(code)) for code in codes]
        cast(forms.ChoiceField, self.fields["calendar"]).choices = pairs
        self.fields["calendar"].widget.attrs["class"] = "form-select"
        self.order_fields(("start", "limit", "calendar"))


@require_safe
@seat_required
def limits(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Try a limit out: enter a moment, a limit and a calendar, and see the intervals."""
    now, codes = timezone.now(), due_words.known_calendars()
    asked = "start" in request.GET
    form = TryForm(request.GET if asked else None, codes, {"start": timezone.localtime(now), "limit": "1 work_day"})
    context: dict[str, Any] = {"form": form, "calendars": codes}
    if asked and form.is_valid():
        try:
            context["tried"] = _tried(form.cleaned_data["start"], form.cleaned_data["limit"],
                                      form.cleaned_data["calendar"], now)  # fmt: skip
        except CalendarGap as gap:
            words = _("The work calendar %(calendar)s has no year %(year)s.")
            form.add_error("start", words % gap.params)
        except (LimitError, NoRules, OverflowError):
            form.add_error("limit", _("From this moment nothing can be computed with this limit."))
    wrong = asked and not form.is_valid()
    return render(request, "cases/closing/limits.html", context, status=422 if wrong else 200)


def _tried(start: datetime, text: str, code: str, now: datetime) -> Tried:
    """By the rules in force now: the bench answers what a case would get that is dispatched today."""
    rules, limit = rules_at(now), Limit.parse(text)
    calendar: Calendar = rules.calendars[code] if code in rules.calendars else rules.calendar_for(None)
    due, warn = calendar.due(start, limit), calendar.due(start, limit, rules.warn_percent)
    item = WorkItem(1, "handle", Holder(None, ""), "case", start, limit=text, calendar=code, due=due.at)
    sums = counted(item, calendar)
    try:
        running = calendar.working(start)
    except CalendarGap:
        running = False
    return Tried(
        due=office_moment(due.at),
        warn=office_moment(warn.at),
        provisional=due.provisional,
        running=running or limit.unit.clock,
        total=working_words(sums.total),
        days=due_words.days_of(sums.spans),
        rules=rules.version,
    )

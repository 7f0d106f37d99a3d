"""Pages of standing duties: the list, one duty with its calendar of periods, evidence, the overview of a month."""

import csv
import io
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from citygrid.cases import naming, photos
from citygrid.evaluation import city_periods
from citygrid.evaluation.periods import before
from citygrid.evaluation.rounding import NOTHING, half_up
from citygrid.evaluation.standing import city_files, figures, filing, reuse, seeing, standings, words
from citygrid.evaluation.standing.duties import Book, Duty, plain
from citygrid.evaluation.standing_models import StandingCheck, StandingReport
from citygrid.organization.models import Body
from citygrid.organization.rights import may, right_required
from citygrid.organization.seats import Signed, seat_required
from citygrid.process.refusal import Refusal
from citygrid.rulebook.slices import localday
from citygrid.tabular import guarded
from citygrid.web.refusals import tell
from citygrid.web.sent import uuid_of
from citygrid.web.words import say

CALENDAR_DAYS, SHOWN = 370, 30
RUNNING = timedelta(days=100)
"""So far back lie periods that may still wait for evidence, on the list."""


@require_safe
@seat_required
def listed(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The duties that the post sees, what wants evidence first."""
    require_open(signed)
    today = localday(timezone.now())
    book = city_files.book_at(today)
    found = {duty.code: duty for duty in seen(signed, book)}
    chosen, state = request.GET.get("set", ""), request.GET.get("state", "")
    periods: dict[str, list[standings.Owed]] = {}
    for one in standings.owed(today - RUNNING, today, today, found):
        periods.setdefault(one.duty.code, []).append(one)
    names = bodies()
    rows = [_row(duty, periods.get(duty.code, []), book, names) for duty in found.values()]
    rows = [row for row in rows if chosen in ("", row["duty"].set) and state in ("", row["state"])]
    rows.sort(key=lambda row: (_URGENCY.index(row["state"]), row["until"], row["duty"].code))
    context = {
        "rows": rows, "sets": [(code, say(one.names)) for code, one in book.sets.items()], "set": chosen,
        "states": words.STATES.items(), "state": state, "may_edit": may(signed, seeing.EDIT),
        "may_check": may(signed, seeing.CHECK), "any": bool(found), "today": today,
    }  # fmt: skip
    return render(request, "evaluation/standing/list.html", context)


_URGENCY = ("overdue", "due", "open", "late", "filed", "ended")


def _row(duty: Duty, rows: list[standings.Owed], book: Book, names: dict[str, str]) -> dict[str, Any]:
    """A line of the list: the period that wants evidence most, else the newest."""
    waits = [one for one in rows if one.state == "due"]
    one = waits[0] if waits else rows[-1] if rows else None
    missed = sum(row.state == "overdue" for row in rows)
    state = one.state if one is not None else "ended"
    return {
        "duty": duty, "name": say(duty.names), "set": say(book.sets[duty.set].names), "state": state, "missed": missed,
        "unit": names.get(duty.unit, duty.unit), "sort": words.SORTS[duty.sort], "every": words.EVERY[duty.every],
        "until": one.span.due if one else date.max, "span": one.span if one else None,
        "light": words.LIGHTS.get(state, "none"), "state_words": words.STATES.get(state, _("not in force")),
    }  # fmt: skip


@require_safe
@seat_required
def one(request: HttpRequest, signed: Signed, code: str) -> HttpResponse:
    """A duty: its standard and checklist, the calendar of its periods, what was filed and checked."""
    duty = seen_duty(signed, code)
    now = timezone.now()
    today = localday(now)
    rows = standings.owed(today - timedelta(days=CALENDAR_DAYS), today, today, [code])
    reports = list(StandingReport.objects.filter(duty=code).select_related("by", "body").order_by("-at")[:SHOWN])
    marks = reuse.marks(reports, signed)
    checks = StandingCheck.objects.filter(duty=code).select_related("by").order_by("-day", "-at")[:SHOWN]
    names = bodies()
    book = city_files.book_at(today)
    context = {
        "duty": duty, "name": say(duty.names), "standard": say(duty.standard), "sort": words.SORTS[duty.sort],
        "every": words.EVERY[duty.every], "unit": names.get(duty.unit, duty.unit),
        "supervisor": names.get(duty.supervisor, duty.supervisor), "set": _set_name(book, duty),
        "lines": [(say(line.names), float(line.points)) for line in duty.lines], "full": float(duty.full),
        "wanted": wanted_words(duty), "months": _calendar(rows),
        "reports": [(row, photos.pictures([str(id) for id in row.photos]), marks[row.pk]) for row in reports],
        "checks": [(row, percent(row)) for row in checks], "may_edit": may(signed, seeing.EDIT),
        "may_file": seeing.may_file(signed, duty), "may_check": duty.on(today) and seeing.may_check(signed, duty),
        "in_force": code in book.duties, "light": "none", "point": duty.point,
        "class_name": class_name(duty.class_id), "case_class": class_name(duty.case_class),
    }  # fmt: skip
    return render(request, "evaluation/standing/duty.html", context)


def _calendar(rows: list[standings.Owed]) -> list[tuple[date, list[dict[str, Any]]]]:
    """Months, the newest first, each with the periods that end in it."""
    found: dict[date, list[dict[str, Any]]] = {}
    for row in rows:
        cell = {"one": row, "light": words.LIGHTS[row.state], "state": words.STATES[row.state]}
        found.setdefault(row.span.last.replace(day=1), []).append(cell)
    return sorted(found.items(), reverse=True)


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(seeing.FILE)
def file(request: HttpRequest, signed: Signed, code: str) -> HttpResponse:
    """File evidence of a period: the same form twice is one; what is wrong is said, nothing that was typed is lost."""
    duty = seen_duty(signed, code)
    now = timezone.now()
    waiting = seeing.filed_by(signed, standings.waiting(duty, localday(now)))
    if not waiting and not seeing.may_file(signed, duty):
        raise PermissionDenied
    typed = request.POST if request.method == "POST" else request.GET
    refusal: Refusal | None = None
    ids = photo_ids(request)
    if request.method == "POST":
        uid, first = uuid_of(request.POST.get("uid")), day_of(request.POST.get("period", ""))
        if uid is None:
            raise Http404
        sent = filing.Evidence(uid, first or date.min, typed.get("count", ""), typed.get("note", ""), ids)
        answer = filing.file(duty, sent, signed, now)
        if isinstance(answer, StandingReport):
            messages.success(request, _("Filed."))
            return redirect("evaluation:standing_duty", code)
        refusal = answer
    first_open = next((row for row in waiting if not row.settled), None)
    context = {
        "duty": duty, "name": say(duty.names), "standard": say(duty.standard), "wanted": duty.wanted,
        "count_of": say(duty.wanted.of), "least": _least(duty), "waiting": waiting[::-1],
        "refusal": tell(refusal) if refusal else None,
        "chosen": typed.get("period") or (first_open.span.first.isoformat() if first_open else ""), "typed": typed,
        "uid": request.POST.get("uid") or uuid4(), "pictures": photos.pictures([str(id) for id in ids]),
        "upload_url": photos.upload_address(), "states": words.STATES,
    }  # fmt: skip
    return render(request, "evaluation/standing/file.html", context, status=422 if refusal else 200)


@require_safe
@seat_required
def month(request: HttpRequest, signed: Signed) -> HttpResponse:
    """What became of the duties of each unit in a month of the city, or in any period by its name."""
    require_open(signed)
    now = timezone.now()
    wanted = city_periods.asked(request.GET.get("month"), now)
    rows = _overview(signed, wanted.first, wanted.last, localday(now))
    if request.GET.get("format") == "csv":
        return _csv(rows, wanted.name)
    following = city_periods.after(wanted, localday(now))
    context = {
        "rows": rows, "month": wanted, "after": following.name if following else "",
        "before": before(wanted, city_periods.months_on(localday(now))).name,
    }  # fmt: skip
    return render(request, "evaluation/standing/month.html", context)


def _overview(signed: Signed, first: date, last: date, today: date) -> list[dict[str, Any]]:
    book = city_files.book_at(min(last, today))
    sight = seeing.Sight(signed)
    names = bodies()
    found = []
    for row in figures.overview(first, last, today):
        if not (sight.everything or row.unit in sight.units or _supervised(book, row, signed.body)):
            continue
        set_ = book.sets.get(row.set)
        average = None if row.average is None else half_up(row.average.numerator, row.average.denominator)
        found.append({"row": row, "set": say(set_.names) if set_ else row.set, "unit": names.get(row.unit, row.unit),
                      "average": NOTHING if average is None else str(average)})  # fmt: skip
    return found


def _supervised(book: Book, row: figures.Month, body: Body) -> bool:
    """A body sees a unit's line when it supervises all duties of the set that the unit has."""
    own = [duty for duty in book.duties.values() if (duty.set, duty.unit) == (row.set, row.unit)]
    return bool(own) and all(duty.supervisor == body.code for duty in own)


def _csv(rows: list[dict[str, Any]], name: str) -> HttpResponse:
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n")
    heads = (_("Set of duties"), _("Unit"), _("Periods"), _("Filed in time"), _("Filed late"), _("Periods missed"),
             _("Spot checks"), _("Failed"), _("Average"))  # fmt: skip
    write.writerow(heads)
    for one in rows:
        row = one["row"]
        numbers = (row.ended, row.in_time, row.late, row.missed, row.checks, row.failed)
        write.writerow([guarded(one["set"]), guarded(one["unit"]), *numbers, one["average"]])
    headers = {"Content-Disposition": content_disposition_header(True, f"standing_{name}.csv")}
    return HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


def require_open(signed: Signed) -> None:
    if not seeing.may_open(signed):
        raise PermissionDenied


def seen(signed: Signed, book: Book) -> list[Duty]:
    """The duties of a day that the post sees."""
    sight = seeing.Sight(signed)
    return [duty for duty in book.duties.values() if sight.sees(duty)]


def seen_duty(signed: Signed, code: str) -> Duty:
    """The duty as it is in force, else as it last was. 404 where the post does not see it, nor saw it while periods ran
    that may still wait for evidence: a unit that handed a duty over still answers for those."""
    require_open(signed)
    today = localday(timezone.now())
    duty = city_files.book_at(today).duties.get(code) or city_files.newest(code)
    if duty is None:
        raise Http404
    sight = seeing.Sight(signed)
    lately = (book.duties.get(code) for _begun, _over, book in city_files.versions(today - RUNNING, today))
    if not any(sight.sees(one) for one in (duty, *lately) if one is not None):
        raise Http404
    return duty


def bodies() -> dict[str, str]:
    """Code -> name of every body."""
    return {one.code: str(one) for one in Body.objects.only("code", "name", "name_en")}


def class_name(class_id: str) -> str:
    return naming.class_words(class_id) if class_id else ""


def percent(row: StandingCheck) -> str:
    """The points of a check in per cent."""
    return str(half_up(row.points, row.full, 100, 1))


def photo_ids(request: HttpRequest) -> tuple[UUID, ...]:
    """The photos that a form names, each once, in their order."""
    found = [uuid_of(text) for text in request.POST.getlist("photos")]
    return tuple(dict.fromkeys(one for one in found if one is not None))


def day_of(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def wanted_words(duty: Duty) -> list[str]:
    """What evidence is wanted, in words."""
    found = []
    if duty.wanted.photos:
        found.append(_("at least %(number)s photos") % {"number": duty.wanted.photos})
    if duty.wanted.least is not None:
        found.append(_("%(what)s: at least %(number)s") % {"what": say(duty.wanted.of), "number": _least(duty)})
    return found


def _least(duty: Duty) -> str:
    return "" if duty.wanted.least is None else plain(duty.wanted.least)


def _set_name(book: Book, duty: Duty) -> str:
    return say(book.sets[duty.set].names) if duty.set in book.sets else duty.set

"""The bell in the bar, and the notices behind it: count, list, open, mark as read."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from citygrid.messages import events, notices, rules, wording
from citygrid.messages.events import Told
from citygrid.messages.models import Notice
from citygrid.messages.notices import Reader
from citygrid.organization.seats import Signed, seat_required

PAGE = 50


def reader(signed: Signed) -> Reader:
    """Who reads: the person on the post in use."""
    return Reader(signed.person.pk, signed.post.pk, signed.body.pk)


@never_cache
@require_safe
@seat_required
def bell(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The bell with the number of unread notices; asks for itself again when one comes (live.js)."""
    number = notices.count(reader(signed))
    return render(request, "organization/notices/bell.html", {"number": number, "many": number >= notices.MANY})


@never_cache
@require_safe
@seat_required
def listed(request: HttpRequest, signed: Signed) -> HttpResponse:
    """My notices, newest first; `?unread=1`: only those not read."""
    unread = request.GET.get("unread") == "1"
    mine = notices.unread(reader(signed)) if unread else notices.of(reader(signed))
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 19:
        mine = mine.filter(pk__lt=int(before))
    rows = list(mine.order_by("-pk")[: PAGE + 1])
    more = rows[PAGE - 1].pk if len(rows) > PAGE else None
    context = {
        "rows": worded(rows[:PAGE]),
        "unread": unread,
        "first": f"?unread={int(unread)}" if before else "",
        "next": f"?unread={int(unread)}&before={more}" if more else "",
        "any_unread": any(row.read_at is None for row in rows),
    }
    return render(request, "organization/notices/list.html", context)


@require_POST
@seat_required
def opened(request: HttpRequest, signed: Signed, pk: int) -> HttpResponse:
    """Marks one of mine as read and goes to what it is about; a stranger's does not exist."""
    found = notices.of(reader(signed)).filter(pk=pk).first()
    if found is None:
        return HttpResponse(status=404)
    notices.mark_read(reader(signed), pk, timezone.now())
    event = events.known().get(found.code)
    page = event.page(Told(found.params, found.case_id)) if event is not None else ""
    return redirect(page or "organization:notices")


@require_POST
@seat_required
def all_read(request: HttpRequest, signed: Signed) -> HttpResponse:
    """All of mine up to the newest that the page showed are read; what came meanwhile is not."""
    newest = request.POST.get("newest", "")
    if newest.isascii() and newest.isdigit() and len(newest) < 19:
        notices.mark_all_read(reader(signed), int(newest), timezone.now())
    return redirect("organization:notices")


def worded(rows: list[Notice]) -> list[dict[str, Any]]:
    """Each notice with its words; the code where its event is gone."""
    known, language = rules.current(timezone.now()), get_language() or ""
    language = "en" if language.startswith("en") else "zh-hans"
    words: dict[int, wording.Message] = {}
    for code in {row.code for row in rows}:
        same = [row for row in rows if row.code == code]
        try:
            made = wording.put(code, [Told(row.params, row.case_id) for row in same], language, known)
        except wording.WordingError:
            continue
        words.update(zip((row.pk for row in same), made, strict=True))
    empty = wording.Message("", "", "")
    return [{"row": row, "words": words.get(row.pk, empty)} for row in rows]

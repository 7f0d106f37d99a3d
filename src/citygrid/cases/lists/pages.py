"""The two work lists: the desk (what I owe, first what will be late first) and the list of all cases."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from citygrid.cases import callers, queues, searching
from citygrid.cases.asking import actor_of
from citygrid.cases.lists import exporting, filters, watching
from citygrid.cases.lists.filters import CASES, DESK
from citygrid.cases.lists.frame import frame, key_of, key_text, table
from citygrid.organization.rights import may
from citygrid.organization.seats import Signed, seat_required
from citygrid.process import creations
from citygrid.process.acts import ITEM_KINDS, ActSpec
from citygrid.rulebook.slices import NoRules, rules_at
from citygrid.web.words import say

Counts = dict[str, tuple[int, int]]


@require_safe
@seat_required
def desk(request: HttpRequest, signed: Signed) -> HttpResponse:
    """My open work items and those of my post's queue."""
    now = timezone.now()
    wanted = filters.asked(request.GET, DESK)
    who = (signed.person.pk, signed.body.pk, signed.role.code)
    after = key_of(request.GET.get("after"), True)
    rows = queues.my_items(*who, after=after, filters=wanted, now=now, most=queues.PAGE)
    counts = queues.counts(*who, now)
    context = frame(request, signed, DESK, wanted, now)
    context |= {
        "rows": table(rows, context["columns"], now),
        "after": key_text(rows[-1].key(wanted.sort)) if len(rows) == queues.PAGE else None,
        "kind": wanted.kind,
        "tabs": _tabs(request, counts),
        "total": sum(number for number, _late in counts.values()),
        "late": sum(late for _number, late in counts.values()),
        "more": sum(number for number, _late in counts.values()) >= queues.COUNTED,
        "all_kinds": _with_kind(request, ""),
        "creations": _creations(signed),
        "followed": watching.changed(signed.person.pk),
    }
    return render(request, "cases/desk.html", context)


def _tabs(request: HttpRequest, counts: Counts) -> list[dict[str, object]]:
    return [
        {
            "kind": kind,
            "label": say(ITEM_KINDS[kind]),
            "number": counts[kind][0],
            "late": counts[kind][1],
            "address": _with_kind(request, kind),
        }
        for kind in ITEM_KINDS
        if kind in counts
    ]


def _with_kind(request: HttpRequest, kind: str) -> str:
    """The same filters with another kind of work, from the first page."""
    query = request.GET.copy()
    query.pop("after", None)
    query.pop("kind", None)
    if kind:
        query["kind"] = kind
    return "?" + query.urlencode()


def _creations(signed: Signed) -> list[ActSpec]:
    """Acts by which this person may open a case; none before a city is loaded."""
    try:
        return creations(actor_of(signed), rules_at(timezone.now()).variant(None))
    except NoRules:
        return []


@require_safe
@seat_required
def cases(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The list of all cases that the post may see; search by words, number, and the filters of the desk."""
    now = timezone.now()
    wanted = filters.asked(request.GET, CASES)
    query = exporting.query_of(wanted, now, key_of(request.GET.get("after"), False))
    rows = searching.search(signed.scope, query, searching.PAGE)
    context = frame(request, signed, CASES, wanted, now)
    context |= {
        "rows": table(rows, context["columns"], now),
        "after": key_text(rows[-1].key(wanted.sort)) if len(rows) == searching.PAGE else None,
        "may_find_callers": may(signed, callers.RIGHT),
    }
    return render(request, "cases/list.html", context)

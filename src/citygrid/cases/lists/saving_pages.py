"""Saved lists and the choice of columns."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from citygrid.cases.lists import columns, filters, saved
from citygrid.cases.lists.filters import CASES, DESK
from citygrid.organization.seats import Signed, seat_required
from citygrid.process import Refusal
from citygrid.web.refusals import tell

ROUTES = {DESK: "cases:desk", CASES: "cases:list"}


@require_http_methods(["GET", "POST"])
@seat_required
def save(request: HttpRequest, signed: Signed, which: str) -> HttpResponse:
    """Keep the filters of a list under a name; share them with the post or the body."""
    _known(which)
    given = request.POST if request.method == "POST" else request.GET
    kept = filters.kept(QueryDict(given.get("query", "")))
    context = {"which": which, "query": kept, "name": given.get("name", ""), "share": given.get("share", ""),
               "chips": filters.words_of(filters.asked(QueryDict(kept), which), {})}  # fmt: skip
    if request.method == "GET":
        return render(request, "cases/lists/save.html", context)
    place = given.get("place", "")
    order = int(place) if place.isascii() and place.isdigit() and len(place) < 5 else 100
    answer = saved.save(signed, which, given.get("name", ""), kept, given.get("share", ""), order, timezone.now())
    if isinstance(answer, Refusal):
        return render(request, "cases/lists/save.html", context | {"refusal": tell(answer)}, status=422)
    messages.success(request, _("The list “%(name)s” is kept.") % {"name": answer.name})
    return _go(request, f"{reverse(ROUTES[which])}?{answer.query}")


@require_POST
@seat_required
def forget(request: HttpRequest, signed: Signed, number: int) -> HttpResponse:
    """Take away one of the own saved lists."""
    found = saved.forget(signed, number)
    if found is None:
        raise Http404
    messages.success(request, _("The list “%(name)s” is no longer kept.") % {"name": found.name})
    return _go(request, reverse(ROUTES[found.list]))


@require_http_methods(["GET", "POST"])
@seat_required
def choose(request: HttpRequest, signed: Signed, which: str) -> HttpResponse:
    """Which columns the list shows to this person."""
    _known(which)
    query = filters.kept(QueryDict((request.POST or request.GET).get("query", "")))
    if request.method == "POST":
        saved.choose(signed, which, [] if "usual" in request.POST else request.POST.getlist("column"))
        return _go(request, f"{reverse(ROUTES[which])}?{query}")
    shown = {one.key for one in saved.columns_of(signed, which)}
    rows = [(one.key, one.label, one.key in shown, one.key in columns.ALWAYS) for one in columns.of_list(which)]
    return render(request, "cases/lists/columns.html", {"which": which, "rows": rows, "query": query})


def _known(which: str) -> None:
    if which not in ROUTES:
        raise Http404


def _go(request: HttpRequest, address: str) -> HttpResponse:
    """A redirect that a dialog's request carries out in the whole page."""
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)

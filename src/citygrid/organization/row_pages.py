"""Making, changing and ending a body and what belongs to it: posts, relations, members, hotline seats, extensions."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from citygrid.organization import proposing, row_forms, state
from citygrid.organization.addresses import address_of
from citygrid.organization.body_pages import seen
from citygrid.organization.files import BODIES, DESKS, EXTENSIONS, MEMBERS, POSTS, RELATIONS, Line
from citygrid.organization.models import Body, Seat
from citygrid.organization.planning import key_of
from citygrid.organization.proposing import Proposal, Wish
from citygrid.organization.rights import right_required
from citygrid.organization.rosters import cityclock
from citygrid.organization.row_forms import Row
from citygrid.organization.seats import Signed
from citygrid.process.refusal import Refusal
from citygrid.standards.reports import Report

MESSAGES: dict[str, str] = {
    "row_changed": "Somebody else has changed this since you opened it: what you typed stands here, what holds beside.",
    "post_is_held": "The post %(post)s is held by %(people)s: take it back first.",
    "below_is_alive": "%(bodies)s lie below it: end or move them first.",
}
_TELLING = {BODIES: "code", POSTS: "code", RELATIONS: "other", MEMBERS: "since", DESKS: "number", EXTENSIONS: "number"}
"""The field at which a row that is there already is told."""


@never_cache
@require_http_methods(["GET", "POST"])
@right_required("organization.edit")
def new_body(request: HttpRequest, signed: Signed) -> HttpResponse:
    """A new body; `?parent=` says below which."""
    start = {"parent": request.GET.get("parent", "")[:40], "level": "city"}
    return _form(request, signed, BODIES, None, start, {})


@never_cache
@require_http_methods(["GET", "POST"])
@right_required("organization.edit")
def change_body(request: HttpRequest, signed: Signed, code: str) -> HttpResponse:
    """Another name, kind, side, place of a body; its code stays."""
    seen(signed, code)
    row = next(iter(row_forms.rows_of(BODIES, code, _today())), None)
    if row is None:
        raise Http404  # it has ended
    return _form(request, signed, BODIES, row, row.cells, {"code": code})


@never_cache
@require_http_methods(["GET", "POST"])
@right_required("organization.edit")
def row(request: HttpRequest, signed: Signed, code: str, table: str, ident: str = "") -> HttpResponse:
    """A row that belongs to a body: a new one, or one that is changed (`ident`)."""
    seen(signed, code)
    name = row_forms.SLUGS.get(table)
    if name is None:
        raise Http404
    found = next((one for one in row_forms.rows_of(name, code, _today()) if one.ident == ident), None)
    if ident and found is None:
        raise Http404
    fixed = {"body": code}
    if name == POSTS and found is not None:
        fixed["code"] = found.cells["code"]
    start = found.cells if found else {"body": code, "since": _today().isoformat()}
    return _form(request, signed, name, found, start, fixed)


@require_POST
@right_required("organization.edit")
def end_row(request: HttpRequest, signed: Signed, code: str, table: str, ident: str) -> HttpResponse:
    """The row ends today. A post that somebody holds does not."""
    seen(signed, code)
    name = row_forms.SLUGS.get(table, "")
    found = next((one for one in row_forms.rows_of(name, code, _today()) if one.ident == ident), None) if name else None
    if found is None:
        raise Http404
    refusal = _held([found.cells["code"]]) if name == POSTS else None
    if refusal is None:
        refusal = _end(request, signed, {name: [found.key]})
    return _back(request, code, refusal)


@require_POST
@right_required("organization.edit")
def end_body(request: HttpRequest, signed: Signed, code: str) -> HttpResponse:
    """The body ends today, with its empty posts and all that is its own; not while bodies lie below it or somebody
    holds a post of it."""
    one, today = seen(signed, code), _today()
    alive = Q(active_until=None) | Q(active_until__gt=today)
    below = [str(child) for child in one.children.filter(alive).order_by("code")]
    refusal = Refusal("below_is_alive", MESSAGES["below_is_alive"], {"bodies": "、".join(below)}) if below else None
    posts = list(one.posts.filter(active=True).values_list("code", flat=True))
    refusal = refusal or _held(posts)
    if refusal is None:
        refusal = _end(request, signed, {POSTS: [(post,) for post in posts], BODIES: [(code,)]})
    return _back(request, code, refusal)


def _form(
    request: HttpRequest,
    signed: Signed,
    table: str,
    before: Row | None,
    start: Mapping[str, str],
    fixed: Mapping[str, str],
) -> HttpResponse:
    cells, refusal = dict(start), ""
    report: Report | None = None
    if request.method == "POST":
        cells = row_forms.typed(table, request.POST, fixed)
        if before is not None and request.POST.get("mark") != before.mark:
            refusal = _(MESSAGES["row_changed"])
        else:
            report = _save(request, signed, row_forms.wish(table, cells, before), before is None)
            if report is None:
                return redirect("organization:body", cells["code"] if table == BODIES else fixed["body"])
    failed = bool(report or refusal)
    code = fixed.get("code" if table == BODIES else "body", "")
    context = {
        "title": row_forms.TITLES[table],
        "fields": row_forms.fields(table, cells, fixed, report),
        "others": row_forms.others(report),
        "refusal": refusal,
        "holds": row_forms.fields(table, before.cells, {}) if before and refusal else [],
        "mark": before.mark if before else "",
        "new": before is None,
        "back": code,
        "body": Body.objects.filter(code=code).first(),
    }
    return render(request, "organization/row.html", context, status=422 if failed else 200)


def _save(request: HttpRequest, signed: Signed, wish: Wish, new: bool) -> Report | None:
    """Nothing when it is done; else what is wrong."""
    table, lines = next(iter(wish.rows.items()))
    if new or wish.ended:
        report = _taken(table, lines[0])
        if not report.ok:
            return report
    now = timezone.now()
    answer = proposing.carry_out(wish, signed.person, now, _today(), address=address_of(request))
    assert isinstance(answer, Proposal)  # no mark was given that could be an old one
    if not answer.report.ok:
        return answer.report
    messages.success(request, _("Saved.") if answer.changes else _("Nothing has changed."))
    return None


def _taken(table: str, line: Line) -> Report:
    """A new row may not be one that is there: a form for a new body must not change another."""
    report = Report()
    key = key_of(table, line.cells)
    if any(key_of(table, cells) == key for cells in state.of_table(table, _today())):
        report.add(table, 1, _TELLING[table], "is_there", "This is there already: change it instead.")
    return report


def _end(request: HttpRequest, signed: Signed, ended: Mapping[str, Any]) -> Refusal | None:
    now = timezone.now()
    wish = Wish({}, frozenset(), ended)
    answer = proposing.carry_out(wish, signed.person, now, _today(), address=address_of(request))
    assert isinstance(answer, Proposal)
    if answer.report.ok:
        messages.success(request, _("Ended; it stays on record."))
        return None
    first = answer.report.problems[0]
    return Refusal(first.code, first.message, first.params)


def _held(posts: list[str]) -> Refusal | None:
    rows = Seat.objects.filter(until=None, post__code__in=posts, post__active=True).select_related("person", "post")
    by_post: dict[str, list[str]] = {}
    for seat in rows.order_by("post__code", "pk"):
        by_post.setdefault(str(seat.post), []).append(str(seat.person))
    for post, people in by_post.items():
        return Refusal("post_is_held", MESSAGES["post_is_held"], {"post": post, "people": "、".join(people)})
    return None


def _back(request: HttpRequest, code: str, refusal: Refusal | None) -> HttpResponse:
    if refusal is not None:
        messages.error(request, _(refusal.message) % refusal.params)
    return redirect("organization:body", code)


def _today() -> date:
    return cityclock.day_of(timezone.now())

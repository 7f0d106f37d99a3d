"""公示: published results for everybody, without signing in; nothing that was not published, nothing about a person."""

import hashlib
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.http import condition, require_safe

from citygrid import __version__
from citygrid.bulletins import open_data_kept, published
from citygrid.bulletins.published import Published
from citygrid.evaluation.results import GroupScores, SubjectScore
from citygrid.evaluation.rounding import NOTHING
from citygrid.evaluation.scheme import Scheme
from citygrid.evaluation.score_printing import heads, quotient, shown
from citygrid.web.context import Names
from citygrid.web.words import chinese, say

SHOWN = 36
FRESH = 300
"""Seconds for which a kept copy of the page may be shown."""
ROBOTS = """User-agent: *
Allow: /results/
Allow: /open-data/
Allow: /static/
Disallow: /
"""


def _mark(request: HttpRequest, close: UUID | None = None) -> str:
    said = (sorted(published.marks()), str(close), get_language(), __version__, _who(request), open_data_kept.mark())
    return '"' + hashlib.sha256(repr(said).encode()).hexdigest()[:32] + '"'


def _who(request: HttpRequest) -> str:
    return str(request.user.pk) if request.user.is_authenticated else ""


@require_safe
@condition(etag_func=_mark)
def results(request: HttpRequest, close: UUID | None = None) -> HttpResponse:
    """The newest published period, or the one asked for: ranking by group, grades, figures of the period."""
    known = published.published(SHOWN)
    one = published.find(close) if close is not None else known[0] if known else None
    if close is not None and one is None:
        raise Http404
    context: dict[str, Any] = {
        "city": Names.of_city(chinese()), "one": one, "others": [(o, say(o.scores.names)) for o in known],
        "open_data": open_data_kept.newest() is not None,
    }  # fmt: skip
    if one is not None:
        context |= _context(one)
    answer = render(request, "bulletins/results.html", context)
    return kept(request, answer)


def kept(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """Copies may be kept by whoever carries the page, unless somebody is signed in: then the bar is theirs."""
    patch_vary_headers(answer, ("Cookie", "Accept-Language"))
    if request.user.is_authenticated:
        patch_cache_control(answer, private=True, no_cache=True)
    else:
        patch_cache_control(answer, public=True, max_age=FRESH)
    return answer


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What a search engine may take: what is published."""
    answer = HttpResponse(ROBOTS, content_type="text/plain; charset=utf-8")
    patch_cache_control(answer, no_cache=True)
    return answer


def _context(one: Published) -> dict[str, Any]:
    scheme = one.scheme
    return {
        "name": say(one.scores.names), "groups": [_group(group, scheme) for group in one.scores.groups if group.rows],
        "totals": [(say(count.names), say(count.means), number) for count, number in one.totals()],
        "grades": [(grade, say(grade.names)) for grade in scheme.grades] if scheme else [],
    }  # fmt: skip


def _group(group: GroupScores, scheme: Scheme | None) -> dict[str, Any]:
    return {
        "name": say(group.names), "terms": [say(term.names) for term in heads(group)],
        "rows": [_row(row, group, scheme) for row in group.rows],
    }  # fmt: skip


def _row(row: SubjectScore, group: GroupScores, scheme: Scheme | None) -> dict[str, Any]:
    band = next((grade for grade in scheme.grades if grade.code == row.grade), None) if scheme else None
    by_key = {term.key: term for term in (*row.terms, *row.plus)}
    return {
        "name": row.name, "rank": NOTHING if row.rank is None else row.rank,
        "shown": NOTHING if row.shown is None else row.shown, "grade": row.grade, "band": band,
        "terms": [
            {"name": say(term.names), "value": quotient(by_key[term.key]), "points": shown(by_key[term.key].points)}
            for term in heads(group)
        ],
    }  # fmt: skip

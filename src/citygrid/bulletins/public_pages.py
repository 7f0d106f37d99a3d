"""公示: published results for everybody, without signing in; nothing that was not published, nothing about a person."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.views.decorators.http import condition, require_safe

from citygrid import __version__
from citygrid.bulletins import open_data_kept, public_map, public_trend, public_truth, published
from citygrid.bulletins.published import Published
from citygrid.evaluation.closing_naming import in_words
from citygrid.evaluation.results import GroupScores, SubjectScore
from citygrid.evaluation.rounding import NOTHING, half_up, printed
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
        context |= _context(one, known, timezone.now())
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


def _context(one: Published, known: Sequence[Published], now: datetime) -> dict[str, Any]:
    one, scheme = replace(one, scores=in_words(one.scores)), one.scheme
    past = public_trend.before(one, known)
    groups = [group for group in one.scores.groups if group.rows]
    on_map = scheme is not None and one.scores.by == "area"
    truth = public_truth.whole(one.scores)
    return {
        "name": say(one.scores.names), "compared": bool(past),
        "groups": [_group(group, one, known, past, f"g{n}") for n, group in enumerate(groups)],
        "map": _map(one, scheme, now) if scheme is not None and on_map else "",
        "truth": truth, "reported": _percent(truth.closings, truth.due) if truth is not None else "",
        "totals": [(say(count.names), say(count.means), number) for count, number in one.totals()],
        "grades": [(grade, say(grade.names)) for grade in scheme.grades] if scheme else [],
    }  # fmt: skip


def _percent(part: int, whole: int) -> str:
    return f"{printed(half_up(part, whole, 100))}%"


_maps: dict[tuple[str, str], SafeString] = {}
MOST_MAPS = 64


def _map(one: Published, scheme: Scheme, now: datetime) -> SafeString:
    """Drawn once for a version and a language: what was frozen does not change."""
    key = (one.digest, get_language() or "")
    if key not in _maps:
        if len(_maps) >= MOST_MAPS:
            _maps.clear()
        _maps[key] = public_map.picture(scheme, one.scores.rows(), now)
    return _maps[key]


def _group(
    group: GroupScores, one: Published, known: Sequence[Published], past: Mapping[str, Decimal | None], key: str
) -> dict[str, Any]:
    scheme = one.scheme
    return {
        "name": say(group.names), "terms": [say(term.names) for term in heads(group)],
        "rows": [_row(row, group, scheme) | {"change": _change(row, past)} for row in group.rows],
        "chart": public_trend.chart(one, group, scheme, known, key) if scheme is not None else "",
    }  # fmt: skip


def _change(row: SubjectScore, past: Mapping[str, Decimal | None]) -> str:
    """Against the period before, with its sign; a dash where one of both has no score."""
    old = past.get(row.subject)
    if row.shown is None or old is None:
        return NOTHING
    return f"{row.shown - old:+}".replace("-", "−") if row.shown != old else "0"


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

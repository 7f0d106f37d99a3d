"""Pages of the schemes: which there are, from when to when each version is in force, what it says, its file."""

from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from citygrid.evaluation import catalogue, scheme_versions, score_printing
from citygrid.evaluation import subjects as subject_names
from citygrid.evaluation.asking import zone_at
from citygrid.evaluation.catalogue import Catalogue
from citygrid.evaluation.pages import may_open
from citygrid.evaluation.scheme import Pair, Scheme
from citygrid.evaluation.scheme_changing import CONFIRM, EDIT
from citygrid.evaluation.scheme_models import SchemeChange
from citygrid.evaluation.scheme_words import file_name, points_words, sample_words, value_words, word
from citygrid.organization.rights import may
from citygrid.organization.seats import Signed, seat_required
from citygrid.rulebook.models import SchemeRow
from citygrid.web.words import say

MOST = 50
State = SchemeChange.State


def may_read(signed: Signed) -> bool:
    """Whoever reads the evaluation reads how it is made; and who changes or confirms it."""
    return may_open(signed) or may(signed, EDIT) or may(signed, CONFIRM)


def today_of(now: Any) -> date:
    found: date = now.astimezone(zone_at(now)).date()
    return found


@require_safe
@seat_required
def listed(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Every scheme and every other file with the version in force, the next one, and what waits for confirmation."""
    if not may_read(signed):
        raise PermissionDenied
    day = today_of(timezone.now())
    book = catalogue.catalogue(day)
    rows = list(SchemeRow.objects.order_by("code", "valid_from"))
    codes = sorted({*book.schemes, *(row.code for row in rows)}, key=lambda code: (code not in book.schemes, code))
    waits = dict(SchemeChange.objects.filter(state=State.PROPOSED).values_list("code", "pk"))
    context = {
        "rows": [_line(code, [row for row in rows if row.code == code], book, day, waits.get(code)) for code in codes],
        "changes": SchemeChange.objects.select_related("made_by", "decided_by").order_by("-made_at")[:MOST],
        "may_edit": may(signed, EDIT), "may_confirm": may(signed, CONFIRM),
        "problems": [str(problem) for problem in book.report.problems],
    }  # fmt: skip
    return render(request, "evaluation/schemes.html", context)


def _line(code: str, rows: list[SchemeRow], book: Catalogue, day: date, waits: Any) -> dict[str, Any]:
    now = next((row for row in rows if row.valid_from <= day and (row.valid_to is None or row.valid_to > day)), None)
    scheme = book.schemes.get(code)
    return {
        "code": code, "name": say(scheme.names) if scheme else file_name(code), "own": now is not None,
        "by": str(subject_names.WORDS[scheme.by]) if scheme else "", "since": now.valid_from if now else None,
        "versions": len(rows), "next": next((row.valid_from for row in rows if row.valid_from > day), None),
        "waits": waits, "scored": scheme is not None,
    }  # fmt: skip


@require_safe
@seat_required
def one(request: HttpRequest, signed: Signed, code: str) -> HttpResponse:
    """One file: what the version of a day says (`at`; without it, today's), all versions, all changes."""
    if not may_read(signed):
        raise PermissionDenied
    today = today_of(timezone.now())
    day = _day(request, today)
    text = catalogue.text_at(code, day)
    versions = list(SchemeRow.objects.filter(code=code).order_by("-valid_from"))
    changes = SchemeChange.objects.filter(code=code).select_related("made_by", "decided_by").order_by("-made_at")
    if not text and not versions and not changes:
        raise Http404
    book = catalogue.catalogue(day)
    scheme = book.schemes.get(code)
    confirmed = {row.day: row for row in changes if row.state == State.CONFIRMED}
    context = {
        "code": code, "name": say(scheme.names) if scheme else file_name(code), "scheme": scheme, "day": day,
        "text": text, "today": today, "own": code in scheme_versions.texts_at(day),
        "versions": [_version(row, confirmed.get(row.valid_from), today) for row in versions],
        "standard": code in catalogue.standard(), "changes": changes[:MOST],
        "waits": next((row for row in changes if row.state == State.PROPOSED), None),
        "may_edit": may(signed, EDIT), "by": str(subject_names.WORDS[scheme.by]) if scheme else "",
        **(_content(scheme) if scheme else {}),
    }  # fmt: skip
    return render(request, "evaluation/scheme.html", context)


@require_safe
@seat_required
def file(request: HttpRequest, signed: Signed, code: str) -> HttpResponse:
    """The version of a day as the file that it is."""
    if not may_read(signed):
        raise PermissionDenied
    text = catalogue.text_at(code, _day(request, today_of(timezone.now())))
    if not text:
        raise Http404
    headers = {"Content-Disposition": content_disposition_header(True, f"{code}.toml")}
    return HttpResponse(text, content_type="application/toml; charset=utf-8", headers=headers)


def _version(row: SchemeRow, change: SchemeChange | None, today: date) -> dict[str, Any]:
    ended = row.valid_to is not None and row.valid_to <= today
    return {
        "row": row, "change": change if change is not None and change.text == row.text else None,
        "last": row.valid_to - timedelta(days=1) if row.valid_to else None,
        "state": "next" if row.valid_from > today else "past" if ended else "now",
        "hash": sha256(row.text.encode()).hexdigest()[:12],
    }  # fmt: skip


def _content(scheme: Scheme) -> dict[str, Any]:
    """Groups with the weights of their terms, how each value becomes points, the bands of grades."""
    used: dict[str, Pair] = {key: term.names for key, term in scheme.terms.items()}
    return {
        "groups": [
            {"name": say(group.names), "weights": [(say(used[key]), score_printing.shown(weight))
                                                   for key, weight in group.weights],
             "plus": [say(used[key]) for key in group.plus]}
            for group in scheme.groups
        ],
        "terms": [
            {"name": say(term.names), "value": value_words(term, scheme), "transform": points_words(term),
             "missing": word("missing", term.missing), "sample": sample_words(term)}
            for term in scheme.terms.values()
        ],
        "grades": [{"grade": grade, "name": say(grade.names), "least": score_printing.shown(grade.least)}
                   for grade in scheme.grades],
        "inputs": [(say(one.names), one.sort, one.evidence) for one in scheme.inputs.values()],
    }  # fmt: skip


def _day(request: HttpRequest, today: date) -> date:
    """The day of the address, unsaid today; 404 for what is no day."""
    try:
        return date.fromisoformat(request.GET.get("at") or today.isoformat())
    except ValueError as error:
        raise Http404 from error

"""The page "Whom this case counts for": from a case back to the numbers that it is in."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from citygrid.cases import reading
from citygrid.cases.database import plain
from citygrid.evaluation import asked as asking_page
from citygrid.evaluation import case_effects, facts, score_seeing
from citygrid.evaluation.asked import Asked, Refused
from citygrid.evaluation.asking import zone_at
from citygrid.evaluation.catalogue import Catalogue, catalogue
from citygrid.evaluation.counting import Question
from citygrid.evaluation.definitions import Count, Definitions
from citygrid.evaluation.pages import may_open
from citygrid.evaluation.subjects import WORDS, named
from citygrid.organization.seats import Signed, seat_required
from citygrid.process import Case
from citygrid.web.words import say


def may_ask(signed: Signed, case: Case) -> bool:
    """Who reads the evaluation, and the units that are judged: panel of the case page."""
    return may_open(signed) or score_seeing.is_unit(signed)


@require_safe
@seat_required
def effects(request: HttpRequest, signed: Signed, case_id: UUID) -> HttpResponse:
    """The subjects within the scope for which the case counts in a period: by default the month so far."""
    case = reading.case_for(signed.scope, case_id)
    if case is None:
        raise Http404
    if not may_ask(signed, case):
        raise PermissionDenied
    asked = asking_page.read(request.GET, timezone.now())
    question = asked.question(signed.scope)
    context: dict[str, Any] = {
        "case": case_id, "number": case.case_no or case.report_no, "asked": asked,
        "spans": asking_page.spans(timezone.localdate(asked.now)), "refusal": None, "rows": [],
    }  # fmt: skip
    if isinstance(question, Refused):
        return render(request, "evaluation/case_effects.html", context | {"refusal": question}, status=422)
    book = catalogue(min(question.period.last, asked.now.astimezone(zone_at(asked.now)).date()))
    context["rows"] = _rows(case_id, question, book, asked, signed)
    return render(request, "evaluation/case_effects.html", context)


def _rows(case: UUID, question: Question, book: Catalogue, asked: Asked, signed: Signed) -> list[dict[str, Any]]:
    """Each count of each subject; it opens for who reads the evaluation, and for a unit where it is its own."""
    known = _all(book)
    with plain() as connection:
        facts.catch_up(connection)
        found = case_effects.effects(connection, case, known, question.period, question.scope)
    rows = []
    for by in case_effects.WHOM:
        mine = [one for one in found if one.by == by]
        names, terms = named(by, [one.key for one in mine]), case_effects.terms_by_count(book, by)
        for one in mine:
            words = {"from": asked.first, "to": asked.last, "by": by, "level": one.level}
            words["subject"] = names[one.key].text
            opens = may_open(signed) or score_seeing.owns(by, names[one.key].text, signed)
            rows.append({
                "sort": str(WORDS[by]), "name": names[one.key].name,
                "counts": [_count(key, value, known, book, terms, urlencode(words) if opens else "")
                           for key, value in one.counts.items()],
            })  # fmt: skip
    return rows


def _all(book: Catalogue) -> Definitions:
    """The city's indicators and those that single schemes add."""
    return Definitions({key: one for known in book.definitions.values() for key, one in known.all.items()})


def _count(
    key: str, value: int, known: Definitions, book: Catalogue, terms: dict[str, list[tuple[str, str]]], words: str
) -> dict[str, Any]:
    one = known.all[key]
    assert isinstance(one, Count)
    schemes = [(book.schemes[code], term) for code, term in terms.get(key, ())]
    feeds = [f"{say(scheme.names)}: {say(scheme.terms[term].names)}" for scheme, term in schemes]
    owners = [code for code, its in book.definitions.items() if key in its.all]
    if words and len(owners) < len(book.definitions):  # a count of one scheme's own opens as that scheme has it
        words += "&" + urlencode({"scheme": owners[0]})
    return {"key": key, "name": say(one.names), "value": str(value), "address": words, "feeds": feeds}

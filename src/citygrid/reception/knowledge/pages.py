"""Pages of the knowledge base: the list with counts of use, an article, writing one (right `knowledge.edit`)."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from citygrid.cases import directory, naming
from citygrid.organization.rights import may, right_required
from citygrid.organization.seats import Signed, seat_required
from citygrid.reception.call_models import Article
from citygrid.reception.hotline import pages as hotline
from citygrid.reception.knowledge import articles
from citygrid.reception.knowledge.articles import MESSAGES, RIGHT, NotKeptError, Written
from citygrid.rulebook.slices import localday

FIELDS = ("code", "question", "answer", "keywords", "class_id", "body", "valid_from", "valid_to")


def may_open(signed: Any) -> bool:
    """Whoever writes articles or logs calls."""
    return may(signed, RIGHT) or hotline.may_open(signed)


@require_safe
@seat_required
def listed(request: HttpRequest, signed: Signed) -> HttpResponse:
    """All articles, or those that are found; how often each answered a call."""
    if not may_open(signed):
        raise Http404
    today, words = localday(timezone.now()), request.GET.get("q", "").strip()[:100]
    every = Article.objects.filter(current=True).select_related("body").order_by("code")[:500]
    found = articles.find(words, today, most=50) if words else list(every)
    used = articles.uses()
    names = naming.classes(one.class_id for one in found)
    rows = [
        {"article": one, "uses": used.get(one.code, 0), "class": names.get(one.class_id, ""),
         "valid": one.valid_from <= today and (one.valid_to is None or one.valid_to > today)}
        for one in found
    ]  # fmt: skip
    context = {"rows": rows, "q": words, "may_edit": may(signed, RIGHT)}
    return render(request, "reception/knowledge/list.html", context)


@require_safe
@seat_required
def one(request: HttpRequest, signed: Signed, code: str) -> HttpResponse:
    """An article with its earlier versions."""
    if not may_open(signed):
        raise Http404
    versions = list(Article.objects.filter(code=code).select_related("body", "changed_by").order_by("-version"))
    if not versions:
        raise Http404
    now = versions[0]
    context = {
        "article": now, "earlier": versions[1:], "class": naming.class_words(now.class_id) if now.class_id else "",
        "uses": articles.uses().get(code, 0), "may_edit": may(signed, RIGHT),
    }  # fmt: skip
    return render(request, "reception/knowledge/article.html", context)


@require_http_methods(["GET", "POST"])
@right_required(RIGHT)
def edit(request: HttpRequest, signed: Signed, code: str = "") -> HttpResponse:
    """Write an article, or a new version of one. What was typed stays when it is refused."""
    known = Article.objects.filter(code=code, current=True).select_related("body").first() if code else None
    if code and known is None:
        raise Http404
    values = _values(known) if request.method == "GET" else {name: request.POST.get(name, "") for name in FIELDS}
    version = known.version if known is not None else 0
    errors: dict[str, str] = {}
    if request.method == "POST":
        if code:
            values["code"] = code
        seen = request.POST.get("version", "")
        version = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else version
        try:
            now = timezone.now()
            kept = articles.keep(_written(values), signed.person.pk, now, localday(now), version)
            messages.success(request, _("The article is kept."))
            return redirect("reception:article", kept.code)
        except NotKeptError as error:
            errors[error.field] = _(MESSAGES[error.code]) % error.params
    context = {
        "values": values, "errors": errors, "known": known, "version": version,
        "bodies": _bodies(),
        "class_words": naming.class_words(values["class_id"]) if values["class_id"] else "",
    }  # fmt: skip
    return render(request, "reception/knowledge/edit.html", context, status=422 if errors else 200)


def _bodies() -> list[tuple[str, str]]:
    """Codes and names of the bodies that are active, by name."""
    book = directory.current()
    found = [(code, naming.body(pk)) for code, pk in book.codes.items() if book.bodies[pk].active]
    return sorted(found, key=lambda one: one[1])


def _values(known: Article | None) -> dict[str, str]:
    if known is None:
        return dict.fromkeys(FIELDS, "")
    return {
        "code": known.code, "question": known.question, "answer": known.answer, "keywords": known.keywords,
        "class_id": known.class_id, "body": known.body.code if known.body is not None else "",
        "valid_from": known.valid_from.isoformat(), "valid_to": known.valid_to.isoformat() if known.valid_to else "",
    }  # fmt: skip


def _written(values: dict[str, str]) -> Written:
    """Browsers send text with CRLF; a day that is none is refused at its field."""
    days: dict[str, date | None] = {}
    for name in ("valid_from", "valid_to"):
        try:
            days[name] = date.fromisoformat(values[name]) if values[name] else None
        except ValueError as error:
            raise NotKeptError("article_days", name) from error
    texts = {name: values[name].replace("\r\n", "\n") for name in FIELDS[:6]}
    return Written(**texts, valid_from=days["valid_from"], valid_to=days["valid_to"])

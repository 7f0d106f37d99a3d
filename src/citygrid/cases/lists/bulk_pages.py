"""Many cases at once: the form of the act, then what became of each case, a handful in each request."""

from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from citygrid.cases.forms import ActForm, Asked
from citygrid.cases.lists import bulk
from citygrid.organization.seats import Signed, seat_required
from citygrid.process.acts import ActSpec
from citygrid.web.sent import uuid_of
from citygrid.web.words import say

OURS = frozenset(("csrfmiddlewaretoken", "act", "batch", "pick", "done", "refused"))
"""Fields of a request that are not the act's content."""


@require_POST
@seat_required
def ask(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The form of an act for the chosen rows."""
    now = timezone.now()
    spec = _spec(request, signed)
    picks = bulk.picks_of(request.POST.getlist("pick"))
    form = ActForm(Asked(spec, signed, now)) if spec is not None else None
    return _form(request, spec, form, picks, uuid4())


@require_POST
@seat_required
def run(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Does the act to the first of the chosen cases and says what became of each; the page asks for the others."""
    now = timezone.now()
    spec = _spec(request, signed)
    batch = uuid_of(request.POST.get("batch"))
    if spec is None or batch is None:
        raise Http404
    picks = bulk.picks_of(request.POST.getlist("pick"))[: bulk.MOST]
    form = ActForm(Asked(spec, signed, now), request.POST)
    if not picks or not form.is_valid():
        return _form(request, spec, form, picks, batch)
    now_these, rest = picks[: bulk.CHUNK], picks[bulk.CHUNK :]
    results = list(bulk.run(signed, batch, spec.name, form.content(batch), now_these, now))
    told = [one for one in results if one.told is not None]
    context = {
        "title": say((spec.zh, spec.en)),
        "spec": spec,
        "results": results,
        "batch": batch,
        "rest": [str(pick) for pick in rest],
        "kept": [(name, value) for name, values in request.POST.lists() if name not in OURS for value in values],
        "done": _number(request.POST.get("done")) + len(results) - len(told),
        "refused": _number(request.POST.get("refused")) + len(told),
        "begun": "done" in request.POST,
    }
    return render(request, "cases/lists/bulk_results.html", context)


def _form(
    request: HttpRequest, spec: ActSpec | None, form: ActForm | None, picks: list[bulk.Pick], batch: UUID
) -> HttpResponse:
    """The form; 422 when something is wrong with what was chosen or typed."""
    context = {
        "spec": spec,
        "form": form,
        "title": say((spec.zh, spec.en)) if spec is not None else "",
        "picks": [str(pick) for pick in picks[: bulk.MOST]],
        "number": min(len(picks), bulk.MOST),
        "too_many": len(picks) > bulk.MOST,
        "most": bulk.MOST,
        "batch": batch,
    }
    wrong = spec is None or not picks or (form is not None and form.is_bound)
    return render(request, "cases/lists/bulk_form.html", context, status=422 if wrong else 200)


def _spec(request: HttpRequest, signed: Signed) -> ActSpec | None:
    """The act, if this post may do it to many."""
    wanted = request.POST.get("act", "")
    return next((spec for spec in bulk.acts_for(signed, timezone.now()) if spec.name == wanted), None)


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else 0

"""Samples of finished work: drawing, judging one by one, the result with its bounds."""

from typing import Any
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citygrid.cases import naming
from citygrid.cases.database import cursor, plain
from citygrid.collection.models import Sample, Sampled
from citygrid.collection.teams import crew, samples, seeing, spans, tabs, work
from citygrid.organization.rights import right_required
from citygrid.organization.rosters import led
from citygrid.organization.seats import Signed
from citygrid.process.refusal import Refusal

SHOWN = 60
STRATA = {
    "class": gettext_lazy("by class"),
    "street": gettext_lazy("by street"),
    "person": gettext_lazy("by collector"),
    "none": gettext_lazy("not divided"),
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@right_required(seeing.LEAD)
def listed(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The samples of one's people's work, and the form that draws."""
    now = timezone.now()
    refusal: Refusal | None = None
    if request.method == "POST":
        wanted = _wanted(request)
        answer = samples.draw(wanted, signed, now) if wanted is not None else _incomplete()
        if isinstance(answer, Sample):
            return redirect("collection:sample", answer.pk)
        refusal = answer
    people = crew.members(signed.scope, now)
    bodies = crew.bodies_of(people)
    rows = Sample.objects.filter(body__in=[one.pk for one in bodies]).select_related("body", "person", "by")
    context = {
        "rows": [(one, work.MEASURES[one.measure].label, samples.result(one)) for one in rows.order_by("-at")[:SHOWN]],
        "bodies": bodies,
        "people": sorted(crew.by_person(people).values(), key=lambda one: one.login),
        "kinds": [(name, work.MEASURES[name].label) for name in samples.WORK],
        "strata": STRATA.items(),
        "month": spans.month_of(None, now),
        "new_id": request.POST.get("id") or uuid4(),
        "typed": request.POST,
        "most": samples.MOST,
        "refusal": led.told(refusal),
    }
    return tabs.page(request, signed, "samples", context, status=422 if refusal else 200)


def _wanted(request: HttpRequest) -> samples.Wanted | None:
    sent = request.POST
    first, last = led.day(sent.get("first", "")), led.day(sent.get("last", ""))
    body, size, person = sent.get("body", ""), sent.get("size", ""), sent.get("person", "")
    if first is None or last is None or not _plain(body) or not _plain(size) or (person and not _plain(person)):
        return None
    return samples.Wanted(
        led.client_id(sent.get("id", "")), int(body), sent.get("measure", ""), first, last, int(size),
        sent.get("by_stratum", ""), int(person) if person else None,
    )  # fmt: skip


def _incomplete() -> Refusal:
    return Refusal("incomplete", "Choose a team, days and how many.")


def _plain(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


@never_cache
@require_safe
@right_required(seeing.LEAD)
def one(request: HttpRequest, signed: Signed, sample_id: UUID) -> HttpResponse:
    """One sample: what is to be looked at, what was found, what it says of the whole. It prints as a list."""
    return _page(request, signed, sample_id)


def _page(request: HttpRequest, signed: Signed, sample_id: UUID, fault: str = "", at: int = 0) -> HttpResponse:
    now = timezone.now()
    sample = _sample(signed, sample_id)
    items = list(sample.items.select_related("person", "judged_by").order_by("order"))
    numbers = _numbers([item.case_id for item in items])
    context = {
        "sample": sample,
        "work": work.MEASURES[sample.measure].label,
        "stratum_words": STRATA[sample.by_stratum],
        "items": [(item, *numbers.get(item.case_id, ("", "", ""))) for item in items],
        "result": samples.result(sample),
        "strata": _strata(sample, items),
        "proved": samples.proved(sample, signed, now) if sample.by_id == signed.person.pk else None,
        "mine": sample.by_id == signed.person.pk,
        "me": signed.person.pk,
        "refusal": fault,
        "refused_at": at,
        "typed": request.POST,
    }
    return tabs.page(request, signed, "sample", context, status=422 if fault else 200)


def _sample(signed: Signed, sample_id: UUID) -> Sample:
    """Of a team of one's people; any other does not exist."""
    found = Sample.objects.filter(pk=sample_id).select_related("body", "person", "by").first()
    led_bodies = {one.body for one in crew.members(signed.scope, timezone.now())}
    if found is None or found.body_id not in led_bodies:
        raise Http404
    return found


def _strata(sample: Sample, items: list[Sampled]) -> list[dict[str, Any]]:
    names = _stratum_names(sample, list(sample.strata))
    return [
        {
            "name": names.get(name) or name or _("all"), "size": size, "drawn": drawn,
            "judged": sum(item.stratum == name and item.agrees is not None for item in items),
            "agrees": sum(item.stratum == name and item.agrees is True for item in items),
        }
        for name, (size, drawn) in sorted(sample.strata.items())
    ]  # fmt: skip


def _stratum_names(sample: Sample, names: list[str]) -> dict[str, str]:
    if sample.by_stratum == "class":
        return naming.classes(names)
    numbers = [int(name) for name in names if name]
    found = naming.people(numbers) if sample.by_stratum == "person" else naming.areas(numbers)
    return {str(pk): name for pk, name in found.items()}


def _numbers(cases: list[UUID]) -> dict[UUID, tuple[str, str, str]]:
    """Case -> its number, class in words, community."""
    sql = b"""select c.id, coalesce(c.case_no, c.report_no), c.class_id, c.community from cases_head h
        join cases_case c on c.id = h.case_id and c.bucket = h.bucket where h.case_id = any(%s)"""
    with plain() as connection:
        rows = cursor(connection).execute(sql, [cases]).fetchall()
    classes, areas = naming.classes(row[2] for row in rows), naming.areas(row[3] for row in rows)
    return {row[0]: (row[1], classes.get(row[2] or "", ""), areas.get(row[3], "")) for row in rows}


@require_POST
@right_required(seeing.LEAD)
def judge(request: HttpRequest, signed: Signed, sample_id: UUID, item_id: int) -> HttpResponse:
    """Agrees, or does not and why; one piece of work."""
    sample = _sample(signed, sample_id)
    said = request.POST.get("agrees")
    if said not in ("yes", "no") or not sample.items.filter(pk=item_id).exists():
        raise Http404
    answer = samples.judge(item_id, said == "yes", request.POST.get("note", ""), signed, timezone.now())
    if isinstance(answer, Refusal):
        return _page(request, signed, sample_id, led.told(answer), item_id)
    return redirect(f"{request.path.rsplit('/items/', 1)[0]}/#item-{item_id}")

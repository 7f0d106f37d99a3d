"""Pages of inspectors about evidence: the list of anomalies, one with both photos, the panel on the case page."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from citygrid.cases import naming, reading
from citygrid.cases.photos import pictures
from citygrid.collection.evidence import anomalies, showing
from citygrid.collection.evidence.anomalies import Wanted
from citygrid.collection.evidence.findings import INSPECT, MESSAGES, RefusedError
from citygrid.collection.evidence.judging import WORDS
from citygrid.collection.models import Anomaly, Evidence
from citygrid.organization.models import Person
from citygrid.organization.rights import may, right_required
from citygrid.organization.seats import Signed, seat_required
from citygrid.rulebook.slices import localday, profile_at
from citygrid.web.words import office_moment

SHOWN_DAYS = 30


def may_open(signed: Signed | None) -> bool:
    return may(signed, INSPECT)


def wanted_of(request: HttpRequest, now: datetime) -> Wanted:
    """Filters from the address; what is none of them is left out. Without a span the last 30 days."""
    asked = request.GET
    zone = profile_at(now).timezone
    first, last = _day(asked.get("since")), _day(asked.get("until"))
    start = first or localday(now) - timedelta(days=SHOWN_DAYS)
    return Wanted(
        kind=asked["kind"] if asked.get("kind") in WORDS else "",
        state=asked["state"] if asked.get("state") in Anomaly.State.values else "",
        person=_number(asked.get("person")),
        body=_number(asked.get("body")),
        since=datetime.combine(start, time(), zone),
        until=datetime.combine(last + timedelta(days=1), time(), zone) if last else None,
        severity=3 if asked.get("grave") else 0,
    )


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else None


def _day(text: str | None) -> Any:
    try:
        found = parse_date(text or "")
    except ValueError:
        return None
    return found if found is not None and 1970 <= found.year <= 9000 else None


@require_safe
@right_required(INSPECT)
def anomaly_list(request: HttpRequest, signed: Signed) -> HttpResponse:
    """What is wrong with photos, newest first; or how many by person (`?by=person`)."""
    now = timezone.now()
    wanted = wanted_of(request, now)
    kinds = anomalies.kinds(signed.scope, wanted)
    by_person = request.GET.get("by") == "person"
    rows = [] if by_person else anomalies.listed(signed.scope, wanted, _key(request.GET.get("after")))
    last = rows[-1] if len(rows) == anomalies.PAGE else None
    context = {
        "by_person": by_person,
        "rows": showing.listed(rows, signed.person),
        "counts": _counted(signed, wanted) if by_person else [],
        "kinds": [(code, showing.kind_words(code), kinds[code]) for code in WORDS if kinds.get(code)],
        "states": Anomaly.State.choices,
        "wanted": wanted,
        "since": timezone.localtime(wanted.since).date().isoformat() if wanted.since else "",
        "until": request.GET.get("until", "")[:10] if wanted.until else "",
        "person": naming.people([wanted.person]).get(wanted.person or 0, "") if wanted.person else "",
        "body": naming.body(wanted.body) if wanted.body else "",
        "after": f"{last.at.isoformat()}~{last.pk}" if last is not None else None,
    }
    return render(request, "collection/evidence/anomalies.html", context)


def _counted(signed: Signed, wanted: Wanted) -> list[dict[str, Any]]:
    found = anomalies.counts(signed.scope, wanted)
    people = naming.people(one.person for one in found)
    return [{"one": one, "person": people.get(one.person or 0, "–"), "body": naming.body(one.body)} for one in found]


def _key(text: str | None) -> anomalies.Key | None:
    try:
        at, one = (text or "").split("~")
        moment, ident = datetime.fromisoformat(at), UUID(one)
    except ValueError:
        return None
    return (moment, ident) if moment.tzinfo is not None else None


@require_safe
@right_required(INSPECT)
def anomaly(request: HttpRequest, signed: Signed, anomaly_id: UUID) -> HttpResponse:
    """One anomaly: the photo beside the other one (or beside those of its case), its facts, what to do."""
    return _anomaly(request, signed, _seen(signed, anomaly_id))


def _seen(signed: Signed, anomaly_id: UUID) -> Anomaly:
    row = anomalies.seen(signed.scope, anomaly_id)
    if row is None:
        raise Http404
    return row


def _anomaly(request: HttpRequest, signed: Signed, row: Anomaly, refusal: str = "", typed: str = "") -> HttpResponse:
    other = None
    if row.other_case is not None and reading.case_for(signed.scope, row.other_case) is not None:
        other = row.other_case
    hidden = row.other_case is not None and other is None
    left = pictures([str(row.other_media)], signed.person) if row.other_media is not None and not hidden else []
    right = pictures([str(row.evidence.media)], signed.person)
    known = showing.numbers([row.case_id, *([other] if other else [])])
    others = [one for one in anomalies.of_case(row.case_id) if one.evidence_id == row.evidence_id]
    context = {
        "row": row,
        "kind": showing.kind_words(row.kind),
        "value": showing.value_words(row),
        "tone": showing.SEVERITY.get(row.severity, ""),
        "left": left,
        "right": right,
        "hidden": hidden,
        "number": known.get(row.case_id, ""),
        "other": other,
        "other_number": known.get(other, "") if other else "",
        "proof": showing.proofs([row.evidence], others, signed.person)[0],
        "person": naming.people([row.person]).get(row.person or 0, ""),
        "by": naming.people([row.by]).get(row.by or 0, ""),
        "may_judge": row.state == Anomaly.State.NEW and row.person != signed.person.pk,
        "refusal": refusal,
        "typed": typed,
    }
    return render(request, "collection/evidence/anomaly.html", context, status=422 if refusal else 200)


@require_POST
@right_required(INSPECT)
def explain(request: HttpRequest, signed: Signed, anomaly_id: UUID) -> HttpResponse:
    """Nothing is wrong here, with the reason."""
    row = _seen(signed, anomaly_id)
    words = request.POST.get("words", "")
    try:
        anomalies.explain(signed, row, words, timezone.now())
    except RefusedError as error:
        return _anomaly(request, signed, row, sentence(error), words)
    messages.success(request, _("Explained: %(kind)s.") % {"kind": showing.kind_words(row.kind)})
    return redirect("collection:anomaly", anomaly_id)


def sentence(error: RefusedError) -> str:
    """A refusal for a page."""
    params = {key: office_moment(one) if isinstance(one, datetime) else one for key, one in error.params.items()}
    return _(MESSAGES[error.code]) % params


@require_safe
@seat_required
def panel(request: HttpRequest, signed: Signed, case_id: UUID) -> HttpResponse:
    """The photos of a case with their facts and marks; marks are for those who inspect alone."""
    if reading.case_for(signed.scope, case_id) is None:
        raise Http404
    if not supervises(signed):
        raise PermissionDenied
    rows = list(Evidence.objects.filter(case_id=case_id).order_by("seq", "pk"))
    marks = anomalies.of_case(case_id) if may(signed, INSPECT) else []
    person: Person = signed.person
    context = {"proofs": showing.proofs(rows, marks, person), "may_open": may(signed, INSPECT)}
    return render(request, "collection/evidence/panel.html", context)


def supervises(signed: Signed) -> bool:
    """Whoever judges sees the evidence: the units that handle do not see where a collector walked."""
    return signed.side == "supervising"

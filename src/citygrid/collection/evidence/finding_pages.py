"""Pages of findings: the list with its counts, one with every step, a new one, the collector's own, proposals."""

from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citygrid.cases import factfinding, naming, reading
from citygrid.cases.forms import MediaField, MediaInput
from citygrid.cases.photos import pictures
from citygrid.collection.evidence import anomalies, findings, missed, rules
from citygrid.collection.evidence.anomaly_pages import sentence
from citygrid.collection.evidence.findings import DECIDE, INSPECT, READ, RefusedError, Said, State
from citygrid.collection.models import Anomaly, Evidence, Finding, Patrol
from citygrid.media import permission
from citygrid.media.models import File
from citygrid.organization.models import Body
from citygrid.organization.rights import may, right_required
from citygrid.organization.seats import Signed, seat_required
from citygrid.process import Case, Refusal
from citygrid.rulebook.slices import profile_at
from citygrid.trust import redactable
from citygrid.web.refusals import tell
from citygrid.web.sent import uuid_of

PAGE = 50
MINE = 200
PROPOSED_DAYS = 7
STEP_WORDS = {
    State.PROPOSED: gettext_lazy("proposed"), State.CONFIRMED: gettext_lazy("confirmed by a second person"),
    State.DISMISSED: gettext_lazy("dismissed"), State.APPEALED: gettext_lazy("appealed"),
    State.UPHELD: gettext_lazy("upheld after appeal"), State.UNDONE: gettext_lazy("undone on appeal"),
}  # fmt: skip


def may_open(signed: Signed | None) -> bool:
    return any(may(signed, right) for right in (INSPECT, DECIDE, READ))


def is_collector(signed: Signed | None) -> bool:
    """Whoever has findings on their own work, to look at or to appeal."""
    return signed is not None and not may_open(signed) and _any(signed.person.pk)


def _any(person: int) -> bool:
    """Whether `_mine` has a row, in plain SQL: the bar of every page asks."""
    row = "select from collection_finding where person_id = %s and state <> all(%s)"
    with connection.cursor() as run:
        run.execute(f"select exists ({row})", [person, [State.PROPOSED, State.DISMISSED]])
        return bool(run.fetchone()[0])


def _mine(signed: Signed) -> QuerySet[Finding]:
    rows = Finding.objects.filter(person=signed.person.pk)
    return rows.exclude(state__in=(State.PROPOSED, State.DISMISSED))


class SayForm(forms.Form):
    """Words and photos that go with a step."""

    words = forms.CharField(
        label=gettext_lazy("Why"), max_length=findings.LONGEST, required=True,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
    )  # fmt: skip

    def __init__(self, signed: Signed, data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial, auto_id="finding_%s")
        self.signed = signed
        self.fields["media"] = MediaField(label=_("Photos"), required=False, widget=MediaInput(signed.person))

    def clean_media(self) -> list[str]:
        """Only files that exist and that this person may see: naming a stranger's file must not open it."""
        ids: list[str] = self.cleaned_data["media"]
        known = {str(one.pk) for one in File.objects.filter(pk__in=ids) if permission.may_see(self.signed.person, one)}
        if len(known) != len(ids):
            raise forms.ValidationError(_(findings.MESSAGES["finding_media"]))
        return ids

    def said(self) -> Said:
        return Said(self.cleaned_data["words"], tuple(UUID(one) for one in self.cleaned_data["media"]))


class NewForm(SayForm):
    """A new finding: which kind, on whom."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of finding"), choices=Finding.Kind.choices,
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
    )  # fmt: skip
    person = forms.TypedChoiceField(
        label=pgettext_lazy("person", "Collector"), coerce=int, widget=forms.Select(attrs={"class": "form-select"})
    )

    def __init__(self, signed: Signed, people: list[tuple[int, str]], data: Any = None, initial: Any = None) -> None:
        super().__init__(signed, data, initial)
        self.order_fields(("kind", "person", "words", "media"))
        cast(forms.ChoiceField, self.fields["person"]).choices = people


@require_safe
@right_required(INSPECT, DECIDE, READ)
def finding_list(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Findings within the scope, newest first; `?by=person` counts them by person, body and month."""
    rows = Finding.objects.filter(findings.visible(signed)).exclude(
        Q(person=signed.person.pk) & Q(state__in=(State.PROPOSED, State.DISMISSED))
    )
    wanted = {name: request.GET.get(name, "") for name in ("state", "kind")}
    if wanted["state"] in State.values:
        rows = rows.filter(state=wanted["state"])
    if wanted["kind"] in Finding.Kind.values:
        rows = rows.filter(kind=wanted["kind"])
    by_person = request.GET.get("by") == "person"
    page = [] if by_person else _page(rows, request.GET.get("after"))
    context = {
        "rows": _lines(page),
        "by_person": by_person,
        "counts": _counts(rows) if by_person else [],
        "wanted": wanted,
        "states": State.choices,
        "kinds": Finding.Kind.choices,
        "may_inspect": may(signed, INSPECT),
        "after": f"{page[-1].proposed_at.isoformat()}~{page[-1].pk}" if len(page) == PAGE else None,
    }
    return render(request, "collection/evidence/findings.html", context)


def _page(rows: QuerySet[Finding], after: str | None) -> list[Finding]:
    rows = rows.select_related("person", "body").order_by("-proposed_at", "-pk")
    at, _tilde, one = (after or "").partition("~")
    ident = uuid_of(one)
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        moment = None
    if moment is not None and moment.tzinfo is not None and ident is not None:
        rows = rows.filter(Q(proposed_at__lt=moment) | Q(proposed_at=moment, pk__lt=ident))
    return list(rows[:PAGE])


def _lines(rows: list[Finding]) -> list[dict[str, Any]]:
    people = naming.people([one for row in rows for one in (row.proposed_by, row.confirmed_by)])
    return [
        {"row": row, "by": people.get(row.proposed_by, ""), "second": people.get(row.confirmed_by or 0, "")}
        for row in rows
    ]


def _counts(rows: QuerySet[Finding]) -> list[dict[str, Any]]:
    """By month, body and person: what counts of each kind, and what was undone."""
    zone = profile_at(timezone.now()).timezone
    counted = Q(state__in=findings.COUNTED)
    found = (
        rows.filter(confirmed_at__isnull=False)
        .annotate(month=TruncMonth("confirmed_at", tzinfo=zone))
        .values("month", "body", "person")
        .annotate(
            missed=Count("pk", filter=counted & Q(kind="missed")),
            false=Count("pk", filter=counted & Q(kind="false")),
            hidden=Count("pk", filter=counted & Q(kind="hidden")),
            made_up=Count("pk", filter=counted & Q(kind="made_up")),
            undone=Count("pk", filter=Q(state=State.UNDONE)),
        )
        .order_by("-month", "body", "person")[:500]
    )
    people = naming.people(one["person"] for one in found)
    return [
        {**one, "name": people.get(one["person"], "–"), "unit": naming.body(one["body"]),
         "text": timezone.localtime(one["month"], zone).strftime("%Y-%m")}
        for one in found
    ]  # fmt: skip


@require_safe
@seat_required
def my_findings(request: HttpRequest, signed: Signed) -> HttpResponse:
    """What was found of my work, and until when I may appeal. A proposal is not shown: it is nothing yet."""
    now = timezone.now()
    rows = list(_mine(signed).select_related("body").order_by("-confirmed_at", "-pk")[:MINE])
    lines = [
        {"row": row, "open": row.state == State.CONFIRMED and row.appeal_until is not None and now < row.appeal_until,
         "last": row.appeal_until - timedelta(seconds=1) if row.appeal_until else None}
        for row in rows
    ]  # fmt: skip
    return render(request, "collection/evidence/my_findings.html", {"lines": lines})


@require_safe
@seat_required
def finding(request: HttpRequest, signed: Signed, finding_id: UUID) -> HttpResponse:
    """One finding: what it points to, every step, and what this person may do."""
    return _finding(request, signed, _seen(signed, finding_id))


def _seen(signed: Signed, finding_id: UUID) -> Finding:
    row = findings.seen(signed, finding_id)
    if row is None:
        raise Http404
    return row


def _finding(request: HttpRequest, signed: Signed, row: Finding, form: SayForm | None = None, refusal: str = "",
             ) -> HttpResponse:  # fmt: skip
    now = timezone.now()
    case = reading.case_for(signed.scope, row.case_id) if row.case_id is not None else None
    mine = row.person_id == signed.person.pk
    own = findings.within_own_unit(signed, row, now)
    first, second = row.proposed_by == signed.person.pk, row.confirmed_by == signed.person.pk
    context = {
        "row": row,
        "steps": _steps(row, signed, mine),
        "case": case,
        "title": naming.class_words(case.class_id) if case is not None else "",
        "before": pictures(case.media, signed.person) if case is not None else [],
        "after": pictures(case.after_media, signed.person) if case is not None else [],
        "last": row.appeal_until - timedelta(seconds=1) if row.appeal_until else None,
        "form": form or SayForm(signed),
        "refusal": refusal,
        "may_confirm": may(signed, INSPECT) and row.state == State.PROPOSED and not (first or mine or own),
        "own": own and row.state == State.PROPOSED and may(signed, INSPECT),
        "may_dismiss": may(signed, INSPECT) and row.state == State.PROPOSED and not mine and (first or not own),
        "may_appeal": mine and row.state == State.CONFIRMED and row.appeal_until is not None and now < row.appeal_until,
        "may_decide": may(signed, DECIDE) and row.state == State.APPEALED and not (first or second or mine),
        "waits": row.state == State.PROPOSED and first,
        "mine": mine,
    }
    return render(request, "collection/evidence/finding.html", context, status=422 if refusal else 200)


def _steps(row: Finding, signed: Signed, mine: bool) -> list[dict[str, Any]]:
    steps = list(row.steps.order_by("at", "pk"))
    texts = redactable.get_many(step.text for step in steps if step.text)
    people = naming.people(step.person for step in steps)
    return [
        {
            "step": step,
            "title": STEP_WORDS.get(State(step.code), step.code),
            # The collector reads what is said, not who of the inspectors said it.
            "who": people.get(step.person, "") if not mine or step.person == signed.person.pk else "",
            "words": ((texts[step.text].text or _("(removed)")) if step.text in texts else ""),
            "photos": pictures([str(one) for one in step.media], signed.person),
        }
        for step in steps
    ]


@require_http_methods(["GET", "POST"])
@right_required(INSPECT)
def new_finding(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Propose a finding: `?case=` (with `anomaly=`, `person=`, `kind=` filled in) or `?patrol=`."""
    now = timezone.now()
    case, patrol = _subject(request, signed)
    people = _people(case, patrol, now)
    anomaly = _anomaly(request, signed)
    start = {"kind": request.GET.get("kind", ""), "person": request.GET.get("person", ""), "media": []}
    if anomaly is not None and anomaly.person is not None:
        start["person"] = str(anomaly.person)
    form = NewForm(signed, people, request.POST or None, start)
    act_id = uuid_of(request.POST.get("act_id")) or uuid4()
    refusal = ""
    if request.method == "POST" and form.is_valid():
        said, kind, person = form.said(), form.cleaned_data["kind"], form.cleaned_data["person"]
        try:
            if case is not None:
                made = findings.propose_on_case(
                    signed, case.id, kind, person, said, now, act_id=act_id, anomaly=anomaly
                )
            else:
                assert patrol is not None
                made = findings.propose_on_patrol(signed, patrol, kind, said, now, finding_id=act_id)
        except RefusedError as error:
            refusal = sentence(error)
        else:
            if isinstance(made, Finding):
                messages.success(request, _("Proposed. A second person must confirm it."))
                return redirect("collection:finding", made.pk)
            refusal = tell(made, "finding").sentence
    context = {
        "form": form, "case": case, "patrol": patrol, "anomaly": anomaly, "act_id": act_id, "refusal": refusal,
        "title": naming.class_words(case.class_id) if case is not None else "",
        "before": pictures(case.media, signed.person) if case is not None else [],
        "after": pictures(case.after_media, signed.person) if case is not None else [],
    }  # fmt: skip
    wrong = request.method == "POST"
    return render(request, "collection/evidence/new_finding.html", context, status=422 if wrong else 200)


def _subject(request: HttpRequest, signed: Signed) -> tuple[Case | None, Patrol | None]:
    case_id, patrol_id = uuid_of(request.GET.get("case")), uuid_of(request.GET.get("patrol"))
    if case_id is not None:
        case = reading.case_for(signed.scope, case_id)
        if case is not None:
            return case, None
    elif patrol_id is not None:
        patrol = Patrol.objects.filter(pk=patrol_id).select_related("person").first()
        if patrol is not None and signed.scope.holds(
            bodies=patrol.bodies, areas=patrol.areas, persons=patrol.persons
        ):
            return None, patrol
    raise Http404


def _anomaly(request: HttpRequest, signed: Signed) -> Anomaly | None:
    ident = uuid_of(request.GET.get("anomaly"))
    found = anomalies.seen(signed.scope, ident) if ident is not None else None
    return found if found is not None and str(found.case_id) == request.GET.get("case") else None


def _people(case: Case | None, patrol: Patrol | None, now: datetime) -> list[tuple[int, str]]:
    """Collectors who had to do with it: who reported, verified, checked, sent photos; and who was on duty there when it
    was reported (a missed one is theirs)."""
    if patrol is not None:
        return [(patrol.person_id, str(patrol.person))]
    assert case is not None
    entries = reading.timeline(case)
    acts = ("report", "self_report", "verify", "check")
    found = [one.actor.person for one in entries if one.type in acts and one.actor.person]
    senders = Evidence.objects.filter(case_id=case.id, act__in=acts, person__isnull=False)
    found += [one for one in senders.values_list("person", flat=True) if one]
    duty = factfinding.shift_of(case.place, case.received_at) if case.place is not None else None
    on_duty = duty.person if duty is not None else None
    if on_duty is not None:
        found.append(on_duty)
    names = naming.people(found)
    then = _("%(name)s (on duty there when it was reported)")
    return [
        (one, then % {"name": names[one]} if one == on_duty else names[one])
        for one in dict.fromkeys(found) if one in names
    ]  # fmt: skip


@require_POST
@seat_required
def step(request: HttpRequest, signed: Signed, finding_id: UUID, name: str) -> HttpResponse:
    """Confirm, dismiss, appeal, uphold or undo."""
    row = _seen(signed, finding_id)
    now = timezone.now()
    needed = {"confirm": INSPECT, "dismiss": INSPECT, "uphold": DECIDE, "undo": DECIDE}.get(name)
    if needed is not None and not may(signed, needed):
        raise PermissionDenied
    form = SayForm(signed, request.POST)
    if name != "confirm" and not form.is_valid():
        return _finding(request, signed, row, form, _("Something is missing or not right below."))
    try:
        refusal = _do(name, signed, row, form, now)
    except RefusedError as error:
        return _finding(request, signed, row, form, sentence(error))
    if refusal is not None:
        return _finding(request, signed, row, form, tell(refusal, "finding").sentence)
    messages.success(request, _("Recorded."))
    return redirect("collection:finding", finding_id)


def _do(name: str, signed: Signed, row: Finding, form: SayForm, now: datetime) -> Refusal | None:
    if name == "confirm":
        return findings.confirm(signed, row, now)
    if name == "dismiss":
        findings.dismiss(signed, row, form.said(), now)
    elif name == "appeal":
        findings.appeal(signed, row, form.said(), now)
    elif name in ("uphold", "undo"):
        return findings.decide(signed, row, name == "undo", form.said(), now)
    else:
        raise Http404
    return None


@require_safe
@right_required(INSPECT)
def proposals(request: HttpRequest, signed: Signed) -> HttpResponse:
    """What others reported where a collector had just been, of the last days. Nothing here counts."""
    now = timezone.now()
    known = rules.current(now)
    found = missed.proposals(signed.scope, now - timedelta(days=PROPOSED_DAYS), now, known)
    people = naming.people(one.person for one in found)
    classes = naming.classes(one.reported.class_id for one in found)
    areas = naming.areas(one.reported.community for one in found)
    bodies = {one.pk: str(one) for one in Body.objects.filter(pk__in={one.body for one in found})}
    context = {
        "rows": [
            {"one": one, "person": people.get(one.person, ""), "body": bodies.get(one.body, ""),
             "class": classes.get(one.reported.class_id, one.reported.class_id),
             "where": areas.get(one.reported.community or 0, ""), "minutes": round(one.seconds / 60) or 1}
            for one in found
        ],
        "days": PROPOSED_DAYS,
        "hours": known.missed_hours,
    }  # fmt: skip
    return render(request, "collection/evidence/proposals.html", context)


def section(signed: Signed, now: datetime) -> list[dict[str, Any]]:
    """The collector's own findings for the device (a section of the pack)."""
    rows = _mine(signed).order_by("-confirmed_at", "-pk")[:50]
    return [
        {
            "id": str(row.pk), "kind": row.kind, "state": row.state, "number": row.number,
            "confirmed_at": row.confirmed_at, "appeal_until": row.appeal_until,
            "case": str(row.case_id) if row.case_id else None,
        }
        for row in rows
    ]  # fmt: skip

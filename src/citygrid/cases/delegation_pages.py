"""Pages of delegations: the list, one with what was approved under it, giving and withdrawing (S1-20)."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citygrid.areas.models import Area
from citygrid.cases import delegated_approvals, delegation_forms, delegations, giving, naming, wording
from citygrid.cases.delegation_models import Delegation
from citygrid.media import storing
from citygrid.media.checking import MediaError
from citygrid.media.limits import largest
from citygrid.media.models import File
from citygrid.organization.addresses import address_of
from citygrid.organization.models import Role
from citygrid.organization.rights import may, right_required
from citygrid.organization.seats import Signed, seat_required
from citygrid.process.moments import maybe_moment
from citygrid.process.refusal import Refused
from citygrid.rulebook.slices import localday
from citygrid.trust import audit
from citygrid.web.refusals import Told, tell
from citygrid.web.sent import uuid_of
from citygrid.web.words import office_moment

MOST_ENDED = 100
GIVE = "delegations.give"


@require_safe
@seat_required
def listed(request: HttpRequest, signed: Signed) -> HttpResponse:
    """What the office delegates: in force, coming, ended. All for the office and the auditor, else one's own."""
    now = timezone.now()
    parts: dict[str, list[dict[str, Any]]] = {part: [] for part in (delegations.IN_FORCE, delegations.COMING)}
    ended: list[Delegation] = []
    for row in delegations.concerning(signed).order_by("-first_day", "code"):
        state = _state(row, now)
        if state == delegations.ENDED:
            ended.append(row)
        else:
            parts[state].append(_words(row, now))
    context = {
        "parts": [
            (_("In force"), parts[delegations.IN_FORCE]),
            (_("Coming"), parts[delegations.COMING]),
            (_("Ended"), [_words(row, now) for row in ended[:MOST_ENDED]]),
        ],
        "any": any(parts.values()) or bool(ended),
        "left_off": max(0, len(ended) - MOST_ENDED),
        "may_give": _may_give(signed, now),
        "all": may(signed, GIVE) or may(signed, "audit.read"),
    }
    return render(request, "cases/delegations/list.html", context)


@require_safe
@seat_required
def one(request: HttpRequest, signed: Signed, code: str) -> HttpResponse:
    """One delegation, and what was approved under it as far as the post may see the cases."""
    return render(request, "cases/delegations/one.html", _shown(request, signed, code))


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(GIVE)
def new(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The office delegates. Refused: the form again, as it was typed, with the document that was sent."""
    now = timezone.now()
    if not _may_give(signed, now):
        raise Http404
    if request.method != "POST":
        form = delegation_forms.GivingForm(signed, now, initial={"first_day": localday(now)})
        return _form(request, form, uuid4(), None, None)
    code = uuid_of(request.POST.get("delegation", ""))
    if code is None:
        raise Http404
    file, wrong = _document(request, signed, now)
    form = delegation_forms.GivingForm(signed, now, request.POST)
    if not form.is_valid() or wrong:
        return _form(request, form, code, file, Told("file", wrong, "file") if wrong else None)
    try:
        row, _again = giving.give(form.giving(code, file), signed, now, address_of(request))
    except Refused as refused:
        told = _refused(request, signed, "give_delegation", str(code), refused, now)
        at_field = form.refuse(told.field, told.sentence) if told.field else False
        return _form(request, form, code, file, None if at_field else told)
    messages.success(request, _("Delegated. Whoever approves under it cites it."))
    return redirect("cases:delegation", row.code)


@require_POST
@right_required(GIVE)
def withdraw(request: HttpRequest, signed: Signed, code: str) -> HttpResponse:
    """It holds no longer from now on; what was approved under it stays."""
    now = timezone.now()
    try:
        giving.withdraw(code, signed, now, address_of(request))
    except Refused as refused:
        if refused.refusal.code == "no_delegation":
            raise Http404 from refused
        told = _refused(request, signed, "withdraw_delegation", code, refused, now)
        return render(request, "cases/delegations/one.html", _shown(request, signed, code, told), status=422)
    messages.success(request, _("Withdrawn. What was approved under it stays valid."))
    return redirect("cases:delegation", code)


def _form(
    request: HttpRequest, form: delegation_forms.GivingForm, code: UUID, file: File | None, told: Told | None
) -> HttpResponse:
    context = {"form": form, "code": code, "file": file, "refusal": told}
    return render(request, "cases/delegations/new.html", context, status=422 if form.is_bound else 200)


def _document(request: HttpRequest, signed: Signed, at: datetime) -> tuple[File | None, str]:
    """The document: sent now, or with an earlier try of the same form; with what was wrong with it."""
    sent = request.FILES.get("file")
    if sent is None:
        known = uuid_of(request.POST.get("file_id", ""))
        return File.objects.filter(pk=known, uploader=signed.person.pk).first() if known else None, ""
    if (sent.size or 0) > largest():
        return None, _("The file has %(size)s bytes; at most %(most)s are taken.") % {
            "size": sent.size, "most": largest()
        }  # fmt: skip
    try:
        return storing.store(sent.read(), sent.name or "", signed.person.pk, at), ""
    except MediaError as error:
        return None, _(error.message) % error.params


def _shown(request: HttpRequest, signed: Signed, code: str, told: Told | None = None) -> dict[str, Any]:
    now = timezone.now()
    row = delegations.readable(signed, code)
    if row is None:
        raise Http404
    under = delegated_approvals.under(row.code, signed.scope, _key(request.GET.get("after", "")))
    people, names = naming.people(a.person for a in under), naming.classes(a.class_id for a in under)
    number = delegated_approvals.count(row.code, signed.scope)
    return {
        **_words(row, now),
        "number": number,
        "more": number == delegated_approvals.MOST,
        "approvals": [
            {"row": a, "kind": wording.choice(a.kind), "person": people.get(a.person, ""), "body": naming.body(a.body),
             "title": names.get(a.class_id or "", ""), "granted": _granted(a)} for a in under
        ],
        "after": f"{under[-1].at.isoformat()}~{under[-1].case}~{under[-1].seq}"
        if len(under) == delegated_approvals.PAGE else None,
        "may_withdraw": may(signed, GIVE) and row.giver_post.body_id == signed.body.pk
        and _state(row, now) != delegations.ENDED,
        "refusal": told,
    }  # fmt: skip


def _granted(one: delegated_approvals.Approval) -> str:
    until = maybe_moment(one.until)
    return _("until %(day)s") % {"day": office_moment(until)} if until is not None else wording.limit(one.limit)


def _words(row: Delegation, at: datetime) -> dict[str, Any]:
    """A delegation in the reader's words."""
    return {
        "row": row,
        "state": _state(row, at),
        "to": str(row.post) if row.post is not None else _role(row.role),
        "to_body": str(row.post.body) if row.post is not None else str(row.body),
        "kinds": [wording.choice(kind) for kind in row.kinds],
        "longest": wording.limit(row.longest),
        "classes": delegation_forms.words_of_classes(row.classes, at),
        "areas": _areas(row.areas),
    }


def _role(code: str) -> str:
    found = Role.objects.filter(code=code).first()
    return str(found) if found is not None else code


def _areas(codes: list[str]) -> list[str]:
    names = (
        dict(Area.objects.filter(code__in=codes).order_by("valid_from").values_list("code", "name")) if codes else {}
    )
    return [names.get(code) or code for code in codes]


def _state(row: Delegation, at: datetime) -> str:
    return delegations.state_of(row, at)


def _may_give(signed: Signed, at: datetime) -> bool:
    return may(signed, GIVE) and delegations.holds_power(signed.role.code, at)


def _refused(request: HttpRequest, signed: Signed, act: str, code: str, refused: Refused, at: datetime) -> Told:
    """The refusal in words; the audit keeps who tried what."""
    one = refused.refusal
    audit.record(
        at, act, subject=("delegation", code[:60]), outcome=audit.REFUSED, code=one.code, person=signed.person.pk,
        seat=signed.seat.pk, post=signed.post.pk, address=address_of(request),
    )  # fmt: skip
    return tell(one)


def _key(text: str) -> delegated_approvals.Key | None:
    """The keyset of a page; whatever is not one begins at the beginning."""
    try:
        at, case, seq = text.split("~")
        moment = datetime.fromisoformat(at)
        return (moment, UUID(case), int(seq)) if moment.tzinfo is not None and len(seq) < 9 else None
    except ValueError:
        return None

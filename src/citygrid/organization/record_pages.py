"""The record of a body: its form, and its versions with who made them and what was changed (S0-26, S0-43)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from citygrid.organization import body_seeing, records, row_forms
from citygrid.organization.body_pages import seen
from citygrid.organization.files import RECORDS
from citygrid.organization.models import Person, RecordFile, UnitRecord
from citygrid.organization.rosters import cityclock
from citygrid.organization.seats import Signed, seat_required
from citygrid.organization.workbooks.workbook_words import WORDS
from citygrid.process.refusal import Refused
from citygrid.standards.reports import Report

LONG = frozenset({"team", "funding"})


@never_cache
@require_http_methods(["GET", "POST"])
@seat_required
def record(request: HttpRequest, signed: Signed, code: str) -> HttpResponse:
    """The form; each save is another version. For the body's own head and the administrator."""
    body = seen(signed, code)
    if not body_seeing.may_keep_record(signed, body):
        raise PermissionDenied
    before = records.newest(body)
    words, report, refusal = _words(before), Report(), ""
    if request.method == "POST":
        words = row_forms.typed(RECORDS, request.POST, {})
        words.pop("body")
        now = timezone.now()
        try:
            answer = records.save(body, _sent(request, words), signed.person, now, cityclock.day_of(now))
        except Refused as refused:
            refusal = _(refused.refusal.message) % refused.refusal.params
        else:
            if not isinstance(answer, Report):
                messages.success(request, _("Saved.") if answer else _("Nothing has changed."))
                return redirect("organization:body", code)
            report = answer
    context = {
        "body": body,
        "record": before,
        "fields": _fields(words, report),
        "refusal": refusal,
        "files": _files(before),
        "seen": request.POST.get("seen", before.number if before else 0),
        "others": row_forms.others(report),
    }
    return render(request, "organization/record.html", context, status=422 if refusal or not report.ok else 200)


@never_cache
@require_safe
@seat_required
def versions(request: HttpRequest, signed: Signed, code: str) -> HttpResponse:
    """Every version, newest first, with what it changed."""
    body = seen(signed, code)
    rows = list(body.records.order_by("-number").select_related("made_by").prefetch_related("files"))
    wanted = {one for row in rows for one in row.team_people}
    names = {one.pk: str(one) for one in Person.objects.filter(pk__in=wanted)}
    shown = []
    for at, row in enumerate(rows):
        older = rows[at + 1] if at + 1 < len(rows) else None
        changed = records.differences(row, older)
        shown.append({"record": row, "changed": [_shown(row, name, names) for name in changed]})
    return render(request, "organization/record_versions.html", {"body": body, "rows": shown})


def _shown(row: UnitRecord, name: str, names: dict[int, str]) -> dict[str, str]:
    if name == "files":
        text = "、".join(f"{one.get_purpose_display()}: {one.name}" for one in row.files.all())
        return {"label": _("Files"), "text": text}
    if name == "team_people":
        return {"label": str(WORDS[name]), "text": "、".join(names.get(one, "?") for one in row.team_people)}
    return {"label": str(WORDS[name]), "text": getattr(row, name)}


def _words(before: UnitRecord | None) -> dict[str, str]:
    if before is None:
        return dict.fromkeys(records.WORDS, "")
    words = {name: getattr(before, name) for name in records.WORDS if name != "team_people"}
    logins = Person.objects.filter(pk__in=before.team_people).order_by("login").values_list("login", flat=True)
    return {**words, "team_people": " ".join(logins)}


def _sent(request: HttpRequest, words: dict[str, str]) -> records.Sent:
    files = [(purpose, file) for purpose in RecordFile.Purpose.values for file in request.FILES.getlist(purpose)]
    removed = [int(one) for one in request.POST.getlist("remove") if one.isascii() and one.isdigit()]
    number = request.POST.get("seen", "")
    return records.Sent(words, files, removed, int(number) if number.isascii() and number.isdigit() else -1)


def _fields(words: dict[str, str], report: Report) -> list[dict[str, Any]]:
    hints = {
        "team_people": _("Logins of those with an account, parted by blanks."),
        "contact": _("Who answers, and the number of the office, day and night."),
        "team": _("Strength, equipment, where it stands ready."),
    }
    problems = row_forms.own(report)
    return [
        {
            "name": name,
            "label": WORDS[name],
            "value": words.get(name, ""),
            "long": name in LONG,
            "hint": hints.get(name, ""),
            "errors": [row_forms.sentence(one) for one in problems if one.field == name],
        }
        for name in records.WORDS
    ]


def _files(before: UnitRecord | None) -> list[dict[str, Any]]:
    kept = list(before.files.order_by("name", "pk")) if before else []
    return [
        {"purpose": purpose, "label": label, "kept": [one for one in kept if one.purpose == purpose]}
        for purpose, label in RecordFile.Purpose.choices
    ]

"""A draft as a spreadsheet: out, and in again with a preview; nothing is written before it was looked at."""

import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from citygrid.media import scanning
from citygrid.media.checking import MediaError
from citygrid.organization.rights import right_required
from citygrid.organization.rosters import cityclock, led, roster_sheet, roster_view, rostering
from citygrid.organization.rosters.draft_pages import mine, page
from citygrid.organization.rosters.rostering import Key, Somebody
from citygrid.organization.seats import Signed
from citygrid.process.refusal import Refusal
from citygrid.trust import audit

SALT, KEPT_SECONDS, SHOWN = "citygrid roster sheet", 3600, 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TOO_LARGE = "The file is empty or larger than %(most)s MB."
LOST = "The preview is too old or was changed: send the file again."


@never_cache
@require_safe
@right_required("rosters.edit")
def sheet(request: HttpRequest, signed: Signed, pk: UUID) -> HttpResponse:
    """The roster as XLSX; taking it is in the audit."""
    found = mine(signed, pk)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "roster.xlsx"
        rows = roster_sheet.write(found, path)
        data = path.read_bytes()
    audit.record(
        timezone.now(),
        "export_roster",
        subject=("roster", str(found.pk)),
        params={"rows": rows},
        person=signed.person.pk,
        seat=signed.seat.pk,
        post=signed.post.pk,
    )
    answer = HttpResponse(data, content_type=XLSX)
    name = f"roster-{found.body.code}-{found.first_day}.xlsx"
    answer["Content-Disposition"] = content_disposition_header(True, name)
    return answer


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@right_required("rosters.edit")
def take_in(request: HttpRequest, signed: Signed, pk: UUID) -> HttpResponse:
    """A file, what it would change, and then the change itself."""
    found = mine(signed, pk)
    if request.method != "POST":
        return _show(request, {"roster": found})
    if "changes" in request.POST:
        return _apply(request, signed, pk)
    sent = request.FILES.get("file")
    refusal = _refused(sent, signed)
    if sent is None or refusal is not None:
        return _show(request, {"roster": found, "refusal": led.told(refusal)}, 422)
    read = roster_sheet.read(found, sent.read(), sent.name or "", cityclock.zone(timezone.now()))
    before = rostering.cells(found)
    new = {key: people for key, people in read.wanted.items() if sorted(before.get(key, [])) != sorted(people)}
    told = [{"problem": one, "sentence": _(one.message) % one.params} for one in read.report.problems[:SHOWN]]
    context = {
        "roster": found,
        "looked": True,
        "problems": told,
        "problem_count": len(read.report.problems),
        "changes": _lines(before, new),
        "count": len(new),
        "most": SHOWN,
        "packed": _packed(new) if new and read.report.ok else "",
        "edit_id": uuid4(),
    }
    return _show(request, context, 200 if read.report.ok else 422)


def _show(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(request, "organization/roster_sheet.html", context, status=status)


def _refused(sent: "UploadedFile[Any] | None", signed: Signed) -> Refusal | None:
    if sent is None or not sent.size or sent.size > roster_sheet.MOST_BYTES:
        return Refusal("file_size", TOO_LARGE, {"most": roster_sheet.MOST_BYTES // 1_000_000})
    try:
        scanning.cleared(sent.read(), signed.person.pk, timezone.now())
    except MediaError as error:
        return Refusal(error.code, error.message, error.params)
    sent.seek(0)
    return None


def _lines(before: Mapping[Key, list[Somebody]], new: Mapping[Key, list[Somebody]]) -> list[dict[str, Any]]:
    shown = sorted(new)[:SHOWN]
    names = roster_view.names_of(one[1] for key in shown for one in [*before.get(key, []), *new[key]])

    def named(people: list[Somebody]) -> str:
        return _(", ").join(names.get(person, "–") for _post, person in people) or "–"

    return [
        {"place": place[2:], "shift": shift, "day": day, "before": named(before.get(key, [])), "after": named(new[key])}
        for key in shown
        for place, shift, day in [key]
    ]


def _packed(new: Mapping[Key, list[Somebody]]) -> str:
    rows = [[place, shift, day.isoformat(), people] for (place, shift, day), people in sorted(new.items())]
    return signing.dumps(rows, salt=SALT, compress=True)


def _apply(request: HttpRequest, signed: Signed, pk: UUID) -> HttpResponse:
    found = mine(signed, pk)
    try:
        rows = signing.loads(request.POST["changes"], salt=SALT, max_age=KEPT_SECONDS)
    except signing.BadSignature:
        return _show(request, {"roster": found, "refusal": _(LOST)}, 422)
    wanted: dict[Key, list[Somebody]] = {
        (place, shift, date.fromisoformat(day)): [(post, person) for post, person in people]
        for place, shift, day, people in rows
    }
    now, seen = timezone.now(), request.POST.get("edits", "")
    edits = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else -1
    edit = led.client_id(request.POST.get("id", ""))
    answer = rostering.change(pk, edit, edits, wanted, signed, now, cityclock.zone(now), "sheet")
    if isinstance(answer, Refusal):
        found.refresh_from_db()
        return page(request, signed, found, answer, request.POST)
    return redirect("organization:roster", pk)

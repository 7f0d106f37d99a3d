"""Pages for what people enter: the list, a form, one entry with its approval, many from a table."""

from pathlib import PurePath
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from citygrid.evaluation import entry_seeing, entry_subjects
from citygrid.evaluation.asking import zone_at
from citygrid.evaluation.catalogue import Catalogue, catalogue
from citygrid.evaluation.definitions import SUBJECTS
from citygrid.evaluation.entering import (
    FIELDS,
    MESSAGES,
    Sent,
    Wrong,
    correct,
    decide,
    drafted,
    propose,
    waits_for_appeal,
)
from citygrid.evaluation.entry_files import COLUMNS, Origin, take
from citygrid.evaluation.entry_models import Entry, EntryFile
from citygrid.evaluation.entry_seeing import APPROVE, ENTER
from citygrid.evaluation.subjects import WORDS
from citygrid.media import storing
from citygrid.media.checking import MediaError
from citygrid.media.models import File
from citygrid.organization.rights import may, right_required
from citygrid.organization.seats import Signed, seat_required
from citygrid.process.refusal import Refused
from citygrid.web.sent import uuid_of
from citygrid.web.words import say

PAGE = 50
MOST_BYTES = 5 << 20


@require_safe
@seat_required
def listed(request: HttpRequest, signed: Signed) -> HttpResponse:
    """What was entered, what waits first; and the tables that were sent."""
    if not entry_seeing.may_read(signed):
        raise PermissionDenied
    state = request.GET.get("state", "")
    state = state if state in Entry.State.values else ""
    after = request.GET.get("after", "")
    skip = int(after) if after.isascii() and after.isdigit() and len(after) < 9 else 0
    found = entry_seeing.seen(signed.scope).select_related("made_by", "decided_by").order_by("-made_at", "pk")
    found = found.filter(state=state) if state else found
    rows = list(found[skip : skip + PAGE + 1])
    book, called = _book(), entry_subjects.names((row.by, row.subject) for row in rows)
    context = {
        "rows": [{"entry": row, "input": _input_name(book, row),
                  "subject": called.get((row.by, row.subject), row.subject)} for row in rows[:PAGE]], "state": state,
        "states": Entry.State.choices, "after": str(skip + PAGE) if len(rows) > PAGE else None,
        "may_enter": may(signed, ENTER),
        "files": EntryFile.objects.filter(sent_by=signed.person).order_by("-sent_at")[:5],
    }  # fmt: skip
    return render(request, "evaluation/entries.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(ENTER)
def new(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Enter one. The same form sent twice is one entry; what is wrong stands at its field, what was typed stays."""
    if request.method != "POST":
        words = {name: request.GET.get(name, "") for name in FIELDS}
        words["by"] = words["by"] if words["by"] in SUBJECTS else "unit"
        return _form(request, signed, words, uuid4(), [], None)
    return _kept(request, signed, None)


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(ENTER)
def change(request: HttpRequest, signed: Signed, pk: UUID) -> HttpResponse:
    """Correct an approved entry by another one; without a value it is taken back."""
    old = get_object_or_404(entry_seeing.seen(signed.scope), pk=pk)
    if old.state != Entry.State.APPROVED or old.value is None:
        raise Http404
    if request.method != "POST":
        words = {name: "" if getattr(old, name) is None else str(getattr(old, name)) for name in FIELDS}
        words |= {"value": f"{old.value.normalize():f}", "reason": ""}
        return _form(request, signed, words, uuid4(), [], None, old)
    return _kept(request, signed, old)


@require_http_methods(["GET", "HEAD", "POST"])
@seat_required
def one(request: HttpRequest, signed: Signed, pk: UUID) -> HttpResponse:
    """One entry, how it came about; approve or refuse it."""
    if not entry_seeing.may_read(signed):
        raise PermissionDenied
    entry = get_object_or_404(entry_seeing.seen(signed.scope), pk=pk)
    refusal, words = "", ""
    if request.method == "POST":
        if not may(signed, APPROVE):
            raise PermissionDenied
        words = request.POST.get("words", "")
        try:
            decide(pk, request.POST.get("act") == "approve", words, signed.person, timezone.now())
        except Refused as error:
            refusal = _(error.refusal.message) % dict(error.refusal.params)
        else:
            messages.success(request, _("Kept."))
            return redirect("evaluation:entry", pk)
    waits = entry.state == Entry.State.PROPOSED
    of_appeal = waits and waits_for_appeal(entry)
    context = {
        "entry": entry, "input": _input_name(_book(), entry), "refusal": refusal, "words": words,
        "subject": _subject_name(entry),
        "may_decide": waits and not of_appeal and may(signed, APPROVE) and entry.made_by_id != signed.person.pk,
        "of_appeal": _(MESSAGES["of_an_appeal"]) if of_appeal else "",
        "own": waits and entry.made_by_id == signed.person.pk,
        "may_correct": entry.state == Entry.State.APPROVED and entry.value is not None and may(signed, ENTER),
        "later": entry.replaced_by.order_by("made_at"),
    }  # fmt: skip
    return render(request, "evaluation/entry.html", context, status=422 if refusal else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(ENTER)
def table(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Many at once from a table: all rows or none, each fault with its line."""
    sent, refusal = None, ""
    if request.method == "POST":
        uid, by = uuid_of(request.POST.get("uid")), request.POST.get("by", "")
        upload = request.FILES.get("file")
        evidence, wrong = _evidence(request, signed)
        if uid is None or by not in SUBJECTS:
            raise Http404
        if upload is None or (upload.size or 0) > MOST_BYTES:
            refusal = _("Choose a table of at most %(most)s MB.") % {"most": MOST_BYTES >> 20}
        elif wrong:
            refusal = wrong
        else:
            sent = _taken(upload, Origin(uid, _name(upload), by, evidence, signed.person, timezone.now()), signed)
    if sent is not None and not sent.problems:
        messages.success(request, _("%(count)s entries wait for approval.") % {"count": sent.made})
        return redirect("evaluation:entries")
    context = {
        "uid": uuid4(), "refusal": refusal, "sent": sent, "columns": COLUMNS, "subjects": _subjects(),
        "inputs": [(by, key, say(one.names)) for by in SUBJECTS for key, one in _book().inputs(by).items()],
        "problems": [{**row, "sentence": _(row["message"]) % row["params"]} for row in sent.problems] if sent else [],
        "by": request.POST.get("by", "unit"),
    }  # fmt: skip
    return render(request, "evaluation/entry_table.html", context, status=422 if refusal or sent else 200)


def _taken(upload: "UploadedFile[Any]", origin: Origin, signed: Signed) -> EntryFile:
    def within(by: str, code: str) -> bool:
        return entry_seeing.holds(signed.scope, by, code)

    return take(upload.read(), origin, _book(), timezone.localdate(origin.at), within)


def _kept(request: HttpRequest, signed: Signed, old: Entry | None) -> HttpResponse:
    uid = uuid_of(request.POST.get("uid"))
    if uid is None:
        raise Http404
    words = {name: request.POST.get(name, "") for name in FIELDS}
    typed = words["subject"]
    if old is not None:
        words |= {"input": old.input, "item": old.item, "by": old.by, "subject": old.subject}
    else:
        words["subject"] = entry_subjects.code_of(signed.scope, words["by"], typed)
    evidence, wrong_file = _evidence(request, signed)
    now = timezone.now()
    back = old is not None and request.POST.get("act") == "withdraw"
    draft, wrong = drafted(Sent(words, evidence), _book(), timezone.localdate(now), withdraws=back)
    known = not any(fault.field == "subject" for fault in wrong)
    if known and not entry_seeing.holds(signed.scope, words["by"], words["subject"].strip()):
        wrong.append(Wrong("subject", "unknown_subject", {"subject": words["subject"]}))
    if old is None:
        words["subject"] = typed  # the form shows again what was typed
    if wrong or wrong_file or draft is None:
        return _form(request, signed, words, uid, wrong, evidence, old, wrong_file)
    try:
        if old is None:
            entry = propose(uid, draft, signed.person, now)
        else:
            entry = correct(uid, draft, old.pk, signed.person, now)
    except Refused as error:
        sentence = _(error.refusal.message) % dict(error.refusal.params)
        return _form(request, signed, words, uid, [], evidence, old, sentence)
    messages.success(request, _("It waits for somebody else to approve it."))
    return redirect("evaluation:entry", entry.pk)


def _form(
    request: HttpRequest, signed: Signed, words: dict[str, str], uid: UUID, wrong: list[Wrong], evidence: File | None,
    old: Entry | None = None, refusal: str = "",
) -> HttpResponse:  # fmt: skip
    book = _book()
    by = words["by"] if words["by"] in SUBJECTS else "unit"
    inputs = book.inputs(by)
    faults = {fault.field: _(fault.message) % dict(fault.params) for fault in wrong}
    context = {
        "words": words, "uid": uid, "faults": faults, "evidence": evidence, "old": old, "refusal": refusal, "by": by,
        "subjects": _subjects(), "inputs": [(key, say(one.names)) for key, one in inputs.items()],
        "items": [(one.key, item.key, say(item.names)) for one in inputs.values() for item in one.items],
        "choices": entry_subjects.choices(signed.scope, by) if old is None else [],
        "called": _subject_name(old) if old is not None else "",
    }  # fmt: skip
    return render(request, "evaluation/entry_form.html", context, status=422 if wrong or refusal else 200)


def _evidence(request: HttpRequest, signed: Signed) -> tuple[File | None, str]:
    """The file that was sent, or the one of the last try; and why it cannot be kept."""
    upload = request.FILES.get("evidence")
    if upload is None:
        known = uuid_of(request.POST.get("evidence_id"))
        return (File.objects.filter(pk=known, uploader=signed.person.pk).first() if known else None), ""
    try:
        return storing.store(upload.read(), _name(upload), signed.person.pk, timezone.now()), ""
    except MediaError as error:
        return None, _(error.message) % error.params


def _name(upload: "UploadedFile[Any]") -> str:
    return PurePath((upload.name or "").replace("\\", "/")).name[-200:] or "file"


def _book() -> Catalogue:
    now = timezone.now()
    return catalogue(now.astimezone(zone_at(now)).date())


def _input_name(book: Catalogue, entry: Entry) -> str:
    one = book.inputs(entry.by).get(entry.input)
    if one is None:
        return entry.input
    item = next((item for item in one.items if item.key == entry.item), None)
    return say(one.names) + (f" · {say(item.names)}" if item else "")


def _subject_name(entry: Entry) -> str:
    return entry_subjects.names([(entry.by, entry.subject)]).get((entry.by, entry.subject), entry.subject)


def _subjects() -> list[tuple[str, str]]:
    """Those about which some scheme asks something."""
    book = _book()
    return [(by, str(WORDS[by])) for by in SUBJECTS if by == "unit" or book.inputs(by)]

"""Bringing in a survey: send a file, choose its table, say what its columns mean, look, let it be read (S1-08)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from citygrid.basedata import mappings, staging, survey_asking, survey_forms, survey_uploads, surveys
from citygrid.basedata.classes import classes_at
from citygrid.basedata.component_frame import frame
from citygrid.basedata.mappings import FileMapping
from citygrid.basedata.models import Register, Survey
from citygrid.basedata.survey_uploads import Upload
from citygrid.organization.rights import right_required
from citygrid.organization.seats import Signed
from citygrid.process.refusal import Refused
from citygrid.standards.reports import Problem
from citygrid.tabular import Table, TableError, as_day, open_table
from citygrid.web.refusals import Told

PAGE = 40
AT_ONCE = 2_000_000
"""Bytes of a file that is read while the page waits; larger ones are read by a job."""


@require_safe
@right_required("basedata.survey", "basedata.publish")
def listed(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The surveys that the post may see, newest first; `?status=`, `?after=`."""
    rows = survey_asking.surveys(signed).order_by("-made_at", "-id")
    status = request.GET.get("status", "")
    if status in survey_asking.STATES:
        rows = rows.filter(status=status)
    before = _moment(request.GET.get("after", ""))
    if before is not None:
        rows = rows.filter(made_at__lt=before)
    shown = list(rows[:PAGE])
    context = {
        "rows": shown, "after": shown[-1].made_at.isoformat() if len(shown) == PAGE else None,
        "status": status, "states": list(survey_asking.STATES.items()), **frame(signed, "surveys"),
    }  # fmt: skip
    return render(request, "basedata/surveys/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@right_required("basedata.survey")
def new(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Step 1: the file, what it is called, and what it is for."""
    said = request.POST if request.method == "POST" else request.GET
    refusal = None
    targets = _targets()
    if request.method == "POST":
        target = said.get("target", "")
        target = target if target in dict(targets) else mappings.COMPONENTS
        try:
            upload = survey_uploads.keep(
                _id(said.get("upload", "")), request.FILES.get("file"), signed.person, said.get("title", ""), target
            )
            return redirect("basedata:survey_map", upload.id)
        except Refused as refused:
            refusal = survey_asking.tell(refused.refusal)
    context = {
        "said": said, "targets": targets, "upload": said.get("upload") or uuid4(), "refusal": refusal, "step": 1,
        **frame(signed, "surveys"),
    }  # fmt: skip
    return render(request, "basedata/surveys/new.html", context, status=422 if refusal else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@right_required("basedata.survey")
def mapped(request: HttpRequest, signed: Signed, upload: UUID) -> HttpResponse:
    """Step 2: which table of the file, and what its columns mean. `check` looks again, `start` lets it be read."""
    try:
        kept = survey_uploads.find(upload, signed.person)
    except Refused as refused:
        messages.error(request, survey_asking.tell(refused.refusal).sentence)
        return redirect("basedata:survey_new")
    sheet = request.POST.get("sheet", kept.said.get("sheet", ""))
    try:
        with open_table(kept.path, sheet=sheet or None, encoding=_encoding(request, kept) or None) as table:
            said = _said(request, kept, table, sheet)
            kept = survey_uploads.remember(kept, said)
            return _mapping_page(request, signed, kept, said, sheet, table)
    except TableError as error:
        context = {"upload": kept, "refusal": None, "step": 2, **frame(signed, "surveys")}
        if error.code == "several_tables":
            return render(request, "basedata/surveys/sheets.html", context | {"sheets": error.params["tables"]})
        context["refusal"] = survey_asking.tell_table(error)
        return render(request, "basedata/surveys/unreadable.html", context, status=422)


def _mapping_page(
    request: HttpRequest, signed: Signed, kept: Upload, said: dict[str, str], sheet: str, plain: Table
) -> HttpResponse:
    now, today = timezone.now(), timezone.localdate()
    mapping = survey_forms.read(said, kept.target, sheet, today)
    wrong = survey_forms.check(mapping, plain.columns)
    starting = request.method == "POST" and "start" in request.POST
    refusal: Told | None = None
    if starting and not wrong:
        try:
            return _start(signed, kept, mapping, said)
        except Refused as refused:
            refusal = survey_asking.tell(refused.refusal)
    lines = survey_forms.lines(mapping, plain, today)
    notes = list(plain.problems)
    titles: list[str] = []
    rows: list[Any] = []
    if "crs" not in wrong:
        notes, titles, rows, refused_ = _preview(kept, mapping, lines)
        refusal = refusal or refused_
    context = {
        "upload": kept, "said": said, "lines": lines, "columns": plain.columns, "wrong": wrong if starting else {},
        "missing": wrong, "titles": titles, "rows": rows, "notes": [_sentence(one) for one in notes[:12]],
        "crs": survey_forms.crs_choices(now), "kind": plain.kind, "count": plain.count, "sheet": sheet,
        "has_shapes": plain.source.has_shapes, "saved": mappings.saved(kept.target, today), "refusal": refusal,
        "today": today, "step": 2, "target": dict(_targets()).get(kept.target, kept.target),
        "joins": {line.column for line in lines if survey_forms.JOIN in line.column}, **frame(signed, "surveys"),
    }  # fmt: skip
    return render(request, "basedata/surveys/mapping.html", context, status=422 if starting else 200)


def _preview(
    kept: Upload, mapping: FileMapping, lines: list[survey_forms.Line]
) -> tuple[list[Problem], list[str], list[Any], Told | None]:
    """What the file says of itself, and its first rows as they would be understood."""
    try:
        with staging.opened(kept.path, mapping) as table:
            titles, rows = survey_forms.preview(mapping, table, lines)
            return list(table.problems), titles, rows, None
    except TableError as error:
        return [], [], [], survey_asking.tell_table(error)
    except Refused as refused:
        return [], [], [], survey_asking.tell(refused.refusal)


def _start(signed: Signed, kept: Upload, mapping: FileMapping, said: dict[str, str]) -> HttpResponse:
    """Make the survey of this file and let it be read; keep the mapping when that was asked for. Raises Refused.

    A small file is read at once, a large one by a job."""
    now, today = timezone.now(), timezone.localdate()
    survey = surveys.create(
        kept.path, mapping, id=kept.id, title=kept.title, name=kept.file_name, on=_day(said.get("on", "")) or today,
        complete=_complete(said, today), by=signed.person, at=now,
    )  # fmt: skip
    if said.get("keep"):
        mappings.save(mapping, today)
    if survey.status == Survey.Status.DRAFT:
        if survey.file_size <= AT_ONCE:
            surveys.run(survey.pk, now)
        else:
            surveys.start(survey)
    survey_uploads.drop(kept)
    return redirect("basedata:survey", survey.pk)


def _said(request: HttpRequest, kept: Upload, table: Table, sheet: str) -> dict[str, str]:
    """What the form says: posted, or kept from before, or a first guess; a saved mapping when one is chosen."""
    today = timezone.localdate()
    if request.method == "POST" and ("check" in request.POST or "start" in request.POST):
        apart = {"csrfmiddlewaretoken", "check", "start"}
        return {name: str(value)[:2000] for name, value in request.POST.items() if name not in apart}
    chosen = request.GET.get("mapping", "")
    saved = next((one for one in mappings.saved(kept.target, today) if one.code == chosen), None)
    if kept.said.get("sheet") == sheet and "place" in kept.said and saved is None:
        return dict(kept.said)
    return {"sheet": sheet, "title": kept.title, "on": today.isoformat(),
            **survey_forms.first(table, kept.target, today, saved)}  # fmt: skip


def _targets() -> list[tuple[str, str]]:
    registers = Register.objects.filter(active=True).order_by("name")
    return [(mappings.COMPONENTS, _("Components")), *((mappings.REGISTER + one.code, str(one)) for one in registers)]


def _complete(said: dict[str, str], day: date) -> dict[str, list[str]] | None:
    """The file has all of these classes in these areas: what is missing will be proposed as removed."""
    if not said.get("complete"):
        return None
    known = classes_at(day)
    words = said.get("complete_classes", "").replace(",", " ").split()
    ids = [one for word in words for one in known.find(word)]
    return {"classes": ids, "areas": said.get("complete_areas", "").replace(",", " ").split()}


def _encoding(request: HttpRequest, kept: Upload) -> str:
    return str(request.POST.get("encoding", kept.said.get("encoding", "")))


def _sentence(problem: Problem) -> dict[str, Any]:
    told = survey_asking.told({"code": problem.code, "message": problem.message, "params": dict(problem.params)})
    return {"line": problem.line, "field": problem.field, "sentence": told.sentence if told else ""}


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return uuid4()


def _day(text: str) -> date | None:
    found = as_day(text)
    return date.fromisoformat(found) if found else None


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if timezone.is_aware(found) else None

"""Files of addresses: send one, say which column, watch it, fetch the answer. Each sees only their own."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from citygrid import tabular
from citygrid.geocoding import batch as placing
from citygrid.geocoding import coordinates, jobs, uploads
from citygrid.geocoding.models import Batch
from citygrid.organization.seats import Signed, seat_required
from citygrid.standards.coordinates import CGCS2000, CoordinateError, system

SHOWN = 30


@require_http_methods(["GET", "POST"])
@seat_required
def batches(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Send a file; the files of the last days."""
    problem = ""
    if request.method == "POST":
        try:
            one = _taken(request, signed)
            return redirect("geocoding:batch", pk=one.pk)
        except tabular.TableError as error:
            problem = _(error.message) % error.params
    rows = Batch.objects.filter(person=signed.person.pk).order_by("-made_at")[:SHOWN]
    context = {"rows": rows, "key": uuid4(), "problem": problem, "suffixes": ",".join(uploads.SUFFIXES),
               "days": uploads.KEPT_DAYS}  # fmt: skip
    return render(request, "geocoding/batches.html", context, status=422 if problem else 200)


def _taken(request: HttpRequest, signed: Signed) -> Batch:
    sent = request.FILES.get("file")
    key = _uuid(request.POST.get("id", ""))
    if sent is None or isinstance(sent, list):
        raise tabular.TableError("no_file", "Choose a file.")
    known = Batch.objects.filter(pk=key).first()
    if known is not None and known.person != signed.person.pk:
        raise Http404
    return uploads.keep(key, sent, signed.person.pk, timezone.now())


@require_http_methods(["GET", "POST"])
@seat_required
def batch(request: HttpRequest, signed: Signed, pk: UUID) -> HttpResponse:
    """A file: its columns to choose from, then how far it is, then what came out."""
    one = _own(signed, pk)
    context: dict[str, Any] = {"one": one, "problem": _problem(one), "systems": coordinates.SYSTEMS}
    if one.status == Batch.Status.WAITING:
        if request.method == "POST":
            context["problem"] = _start(request, one)
            if not context["problem"]:
                return redirect("geocoding:batch", pk=pk)
        context |= _choices(one, request.POST.get("sheet", request.GET.get("sheet", "")))
    template = "geocoding/batch_state.html" if request.headers.get("HX-Request") else "geocoding/batch.html"
    return render(request, template, context, status=422 if request.method == "POST" else 200)


@require_safe
@seat_required
def download(request: HttpRequest, signed: Signed, pk: UUID) -> HttpResponse:
    """The answered file."""
    one = _own(signed, pk)
    path = uploads.answer(one)
    if one.status != Batch.Status.DONE or not path.is_file():
        raise Http404
    stem = one.name.rpartition(".")[0] or one.name
    answer: Any = FileResponse(path.open("rb"), as_attachment=True, filename=f"{stem}.placed{path.suffix}")
    sent: HttpResponse = answer
    return sent


def _choices(one: Batch, sheet: str) -> dict[str, Any]:
    """Columns (and sheets, when one must be chosen) with the first rows."""
    try:
        with uploads.opened(one, sheet) as table:
            first = next(iter(table.batches(5)), None)
            rows = [list(cells) for cells in zip(*first.columns.values(), strict=True)] if first is not None else []
            return {"columns": table.columns, "likely": placing.likely_column(table.columns), "rows": rows,
                    "sheet": sheet, "sheets": table.sheets}  # fmt: skip
    except tabular.TableError as error:
        names = error.params.get("names", ()) if error.code == "several_tables" else ()
        sheets = names.split(", ") if isinstance(names, str) and names else list(names)
        return {"columns": [], "sheets": sheets, "problem": _(error.message) % error.params}


def _start(request: HttpRequest, one: Batch) -> str:
    """Queue the job; the sentence of what is wrong, or ""."""
    column, sheet = request.POST.get("column", "")[:200], request.POST.get("sheet", "")[:200]
    crs = request.POST.get("crs", CGCS2000)[:40]
    try:
        system(crs)
        with uploads.opened(one, sheet) as table:
            if column not in table.columns:
                return _("Choose the column with the addresses.")
            total = table.count
    except (CoordinateError, tabular.TableError) as error:
        return _(error.message) % error.params
    with transaction.atomic():
        started = Batch.objects.filter(pk=one.pk, status=Batch.Status.WAITING).update(
            status=Batch.Status.QUEUED, column=column, sheet=sheet, crs=crs, total=total
        )
        if started:
            jobs.defer(one.pk, get_language() or "zh-hans")
    messages.info(request, _("The file is being worked through."))
    return ""


def _problem(one: Batch) -> str:
    return _(one.problem["message"]) % one.problem["params"] if one.problem else ""


def _own(signed: Signed, pk: UUID) -> Batch:
    one = Batch.objects.filter(pk=pk, person=signed.person.pk).first()
    if one is None:
        raise Http404
    return one


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None

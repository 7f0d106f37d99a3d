"""Take a list away as a file: how many rows it would have, then the file. The audit notes every one taken."""

from typing import cast

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from citygrid.cases.lists import exporting, filters, saved
from citygrid.cases.lists.saving_pages import ROUTES
from citygrid.organization.seats import Signed, seat_required

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@seat_required
def ask(request: HttpRequest, signed: Signed, which: str) -> HttpResponse:
    """How many rows the file would have, and that there is a bound."""
    if which not in ROUTES:
        raise Http404
    now = timezone.now()
    wanted = filters.asked(request.GET, which)
    number = exporting.count(signed, which, wanted, now, exporting.MOST)
    query = request.GET.copy()
    query.pop("after", None)
    context = {
        "which": which,
        "number": min(number, exporting.MOST),
        "most": exporting.MOST,
        "too_many": number > exporting.MOST,
        "query": query.urlencode(),
        "columns": saved.columns_of(signed, which),
    }
    return render(request, "cases/lists/export.html", context)


@require_GET
@seat_required
def take(request: HttpRequest, signed: Signed, which: str, kind: str) -> HttpResponse:
    """The file."""
    if which not in ROUTES or kind not in ("csv", "xlsx"):
        raise Http404
    now = timezone.now()
    shown = saved.columns_of(signed, which)
    found = exporting.rows(signed, which, filters.asked(request.GET, which), now, exporting.MOST)
    name = f"{which}-{timezone.localtime(now):%Y%m%d-%H%M}.{kind}"
    if kind == "xlsx":
        book = exporting.xlsx(found, shown, _("Cases"))
        return cast(HttpResponse, FileResponse(book, as_attachment=True, filename=name, content_type=XLSX))
    answer = StreamingHttpResponse(exporting.csv_lines(found, shown), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = content_disposition_header(True, name)
    return cast(HttpResponse, answer)

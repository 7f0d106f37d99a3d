"""The components that a list's filter finds, as a file of any kind that is read here."""

import os
import tempfile
from dataclasses import replace
from pathlib import Path

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from citygrid.basedata import component_pages, exporting, listing, seeing, survey_asking
from citygrid.basedata.component_frame import KINDS
from citygrid.basedata.exporting import Wanted
from citygrid.organization.seats import Signed, seat_required
from citygrid.tabular import TableError
from citygrid.trust import audit

ENDS = {"shp": ".zip"}


@require_safe
@seat_required
def export(request: HttpRequest, signed: Signed, kind: str) -> HttpResponse:
    """A file with facts and shapes; brought in again as a survey it changes nothing. What is out of sight is not in
    it."""
    if kind not in dict(KINDS):
        raise Http404
    component_pages.guard(signed)
    asked = component_pages.asked(request)
    query = replace(asked.query, after="", ended=True)  # what is gone is not exported
    now, today = timezone.now(), timezone.localdate()
    handle, name = tempfile.mkstemp(suffix=ENDS.get(kind, f".{kind}"))
    os.close(handle)
    path = Path(name)
    try:
        count = exporting.export(path, Wanted(scope=listing.condition(query, seeing.components(signed))), today, kind)
        file = path.open("rb")
    except TableError as error:
        messages.error(request, survey_asking.tell_table(error).sentence)
        return redirect(f"{reverse('basedata:components')}?{asked.address}")
    finally:
        path.unlink(missing_ok=True)
    audit.record(now, "component_export", person=signed.person.pk, seat=signed.seat.pk, post=signed.post.pk,
                 params={"count": count, "kind": kind})  # fmt: skip
    return FileResponse(file, as_attachment=True, filename=f"components_{today}{path.suffix}")  # type: ignore[return-value]  # what a page gives

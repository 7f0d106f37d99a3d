"""Labels of components as PDF: one, or sheets for all that a filter finds."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from citygrid.basedata import component_pages, component_words, labels, listing, seeing
from citygrid.basedata.labels import ROLL, SHEET, Label, LabelError, Paper
from citygrid.basedata.models import Component
from citygrid.organization.seats import Signed, seat_required
from citygrid.trust import audit
from citygrid.web.context import Names
from citygrid.web.words import chinese


@require_safe
@seat_required
def label(request: HttpRequest, signed: Signed, code: str) -> HttpResponse:
    """The label of one component; 404 for one out of sight."""
    row = listing.one(code, seeing.components(signed))
    if row is None:
        raise Http404
    back = reverse("basedata:component", args=[row.code])
    return _answer(request, signed, [row], ROLL, f"label_{row.code}.pdf", back)


@require_safe
@seat_required
def sheets(request: HttpRequest, signed: Signed) -> HttpResponse:
    """A4 sheets with the labels of all that the list's filter finds."""
    component_pages.guard(signed)
    asked = component_pages.asked(request)
    rows = listing.page(asked.query, seeing.components(signed), most=labels.MOST + 1)
    back = f"{reverse('basedata:components')}?{asked.address}"
    return _answer(request, signed, rows, SHEET, "labels.pdf", back)


def _answer(
    request: HttpRequest, signed: Signed, rows: Sequence[Component], paper: Paper, name: str, back: str
) -> HttpResponse:
    city = Names.of_city(chinese())
    try:
        made = labels.pdf(_labels(request, rows), paper, city=city, lang="zh" if chinese() else "en")
    except LabelError as error:
        messages.error(request, _(error.message) % error.params)
        return redirect(back)
    audit.record(timezone.now(), "component_labels", person=signed.person.pk, seat=signed.seat.pk, post=signed.post.pk,
                 params={"count": len(rows)})  # fmt: skip
    return HttpResponse(
        made, content_type="application/pdf", headers={"Content-Disposition": content_disposition_header(True, name)}
    )


def _labels(request: HttpRequest, rows: Sequence[Component]) -> list[Label]:
    today = timezone.localdate()
    names = component_words.class_names([row.class_id for row in rows], today)
    areas, units = component_words.area_names(rows), component_words.bodies(rows)
    return [
        Label(
            code=row.code,
            title=names[row.class_id],
            name=component_words.own_name(row, today),
            address=request.build_absolute_uri(reverse("basedata:component", args=[row.code])),
            lines=(
                " ".join(areas.get(code, "") for code in (row.street, row.community) if code),
                _("Grid %(grid)s") % {"grid": row.grid} if row.grid else "",
                component_words.unit(row, "maintainer", units) or component_words.unit(row, "owner", units),
            ),
        )
        for row in rows
    ]

"""The field worker's page, made for a phone: what I have to do, where, and the acts on the spot (S1-49, S4-25)."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from citygrid.coordination.able import able, acts_of
from citygrid.coordination.units import words, work
from citygrid.organization.seats import Signed, seat_required

MAIN = "feed_back"
"""Who may feed back has work in the field."""
SHOWN = ("feed_back", "arrive", "make_safe", "explain")


@require_safe
@seat_required
def field(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Work by name first among equals, then what any field worker of the unit may take; late first."""
    now = timezone.now()
    if not able(signed, now, MAIN):
        raise PermissionDenied
    rows = work.of_worker(signed.person.pk, signed.body.pk, signed.role.code, signed.scope)
    lines = words.lines(rows, now, acts_of(signed, now, *SHOWN))
    context = {
        "mine": [line for line in lines if line.owed.person == signed.person.pk],
        "shared": [line for line in lines if line.owed.person is None],
        "here": request.get_full_path(),
    }
    return render(request, "coordination/units/field.html", context)


def in_field(signed: Signed | None) -> bool:
    """Whether the bar shows the page: to the handling side, where it does not have a desk for it."""
    now = timezone.now()
    return (
        signed is not None and signed.side == "handling" and able(signed, now, MAIN) and not able(signed, now, "sign")
    )

"""The line below the bar while thousands of changed cases wait to be counted (an import, the first day of a city): what
pages show is of before, and says so (`facts.catch_up`)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from citygrid.cases.database import plain
from citygrid.evaluation import facts, score_seeing
from citygrid.evaluation.pages import may_look
from citygrid.organization.seats import Signed, seat_required


def wanted(signed: Signed) -> bool:
    """Whether this post looks at figures, and they are of before."""
    return (may_look(signed) or score_seeing.is_unit(signed)) and _waiting()


@never_cache
@require_safe
@seat_required
def note(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Asks again by itself; empty once all is counted."""
    return render(request, "evaluation/waiting_note.html", {"waiting": wanted(signed)})


def _waiting() -> bool:
    with plain() as connection:
        return facts.waiting(connection)

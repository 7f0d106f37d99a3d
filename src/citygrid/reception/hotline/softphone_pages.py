"""The softphone simulator: a page that plays the telephone system by its own HTTP interface (right `calls.connect`)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from citygrid.organization.rights import right_required
from citygrid.organization.seats import Signed
from citygrid.organization.unit_models import Extension
from citygrid.reception.call_models import Call
from citygrid.reception.hotline import telling
from citygrid.reception.hotline.desk import UNNOTED
from citygrid.reception.shift_models import Sitting


@require_safe
@right_required(telling.RIGHT)
def page(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Ring an extension, answer, hold, move, end, attach a recording."""
    sitting = dict(Sitting.objects.filter(until=None).values_list("desk_id", "person__name"))
    rows = Extension.objects.filter(active=True).select_related("desk", "body").order_by("body__code", "number")
    now = timezone.now()
    trials = Call.objects.filter(simulated=True, came_at__gt=now - UNNOTED).select_related("person", "desk")
    context = {
        "extensions": [(one, sitting.get(one.desk_id, "") if one.desk_id else "") for one in rows],
        "trials": trials.order_by("-came_at")[:20],
    }
    return render(request, "reception/hotline/softphone.html", context)

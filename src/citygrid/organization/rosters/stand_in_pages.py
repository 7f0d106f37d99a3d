"""Stand-ins: who takes whose post, from when to when (顶岗); given by who gives posts, or by who leads the body."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from citygrid.organization.models import Person, Seat
from citygrid.organization.rights import may, right_required
from citygrid.organization.rosters import cityclock, led, standing_in
from citygrid.organization.seats import Signed
from citygrid.process.refusal import Refusal

GIVERS = ("posts.assign", "leave.grant")


def held_by(signed: Signed, at: datetime) -> QuerySet[Seat]:
    """The seats for which the post may name a stand-in: all for who gives posts; else those of the own bodies, but not
    of the administrators, who are three people (三员分立)."""
    rows = Seat.objects.filter(Q(until=None) | Q(until__gt=at), stand_in_for=None, post__active=True)
    if not may(signed, "posts.assign"):
        rows = rows.filter(post__body__in=led.bodies(signed), post__role__exclusive="")
    return rows.select_related("person", "post__body").order_by("post__body__code", "post__code", "person__pinyin")


def people_for(signed: Signed, at: datetime) -> QuerySet[Person]:
    """Who may be named: everybody for who gives posts; else whoever holds a post in the own bodies."""
    rows = Person.objects.filter(is_active=True)
    if not may(signed, "posts.assign"):
        held = Seat.objects.filter(Q(until=None) | Q(until__gt=at), post__body__in=led.bodies(signed), since__lte=at)
        rows = rows.filter(pk__in=held.values("person"))
    return rows.exclude(pk=signed.person.pk).order_by("pinyin", "login")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@right_required(*GIVERS)
def stand_ins(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Who stands in for whom now, and who will; the form to name one."""
    now = timezone.now()
    refusal: Refusal | None = None
    if request.method == "POST":
        answer = _give(request, signed, now)
        if isinstance(answer, Seat):
            text = _("%(person)s stands in for %(absent)s. It ends by itself.")
            messages.success(request, text % {"person": answer.person, "absent": answer.stand_in_for})
            return redirect("organization:stand_ins")
        refusal = answer
    everything = may(signed, "posts.assign")
    context: dict[str, Any] = {
        "rows": standing_in.rows(now, None if everything else led.bodies(signed)),
        "seats": held_by(signed, now),
        "people": people_for(signed, now),
        "now": now,
        "typed": request.POST if request.method == "POST" else request.GET,
        "refusal": led.told(refusal),
        "begin": now.astimezone(cityclock.zone(now)).strftime("%Y-%m-%dT%H:%M"),
    }
    return render(request, "organization/stand_ins.html", context, status=422 if refusal else 200)


def _give(request: HttpRequest, signed: Signed, now: datetime) -> Seat | Refusal:
    wanted = request.POST.get("seat", "")
    seat = held_by(signed, now).filter(pk=int(wanted)).first() if wanted.isascii() and wanted.isdigit() else None
    person = people_for(signed, now).filter(login=request.POST.get("login", "").strip()[:60]).first()
    since, until = (led.moment(request.POST.get(name, ""), now) for name in ("since", "until"))
    if seat is None:
        return Refusal("no_seat", "Choose the post and who is absent.", {})
    if person is None:
        return Refusal("no_person", "Choose who stands in.", {})
    if since is None or until is None:
        return Refusal("no_moments", "Give from when and until when.", {})
    return standing_in.give(seat.person, seat.post, person, since, until, signed, now)


@require_POST
@right_required(*GIVERS)
def end(request: HttpRequest, signed: Signed, pk: int) -> HttpResponse:
    """Let it end now."""
    now = timezone.now()
    seat = get_object_or_404(Seat.objects.select_related("post"), pk=pk, stand_in_for__isnull=False)
    if not may(signed, "posts.assign") and seat.post.body_id not in led.bodies(signed):
        raise Http404
    refusal = standing_in.end(seat, signed, now)
    if refusal is not None:
        messages.error(request, led.told(refusal))
    return redirect("organization:stand_ins")

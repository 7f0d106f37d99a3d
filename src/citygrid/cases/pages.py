"""Pages of cases: the desk, the list, the case. Forms of acts stand in `act_pages`, lists to pick from in `picks`."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from citygrid.cases import callers, component_picks, options, panels, reading, showing
from citygrid.cases.act_pages import OWN_PAGE
from citygrid.cases.asking import actor_of
from citygrid.cases.lists import watching
from citygrid.organization.rights import may
from citygrid.organization.seats import Signed, seat_required
from citygrid.organization.signing import sign_ins
from citygrid.process import Offer
from citygrid.process.states import TERMINAL

# The acts that carry a case forward come first among those that answer the same work item.
MAIN_LINE = ("verify", "accept", "send_verify", "file_case", "dispatch", "sign", "feed_back", "send_check", "check",
             "close", "approve", "settle", "resume", "review_self")  # fmt: skip


@require_safe
@seat_required
def case(request: HttpRequest, signed: Signed, case_id: UUID) -> HttpResponse:
    """One case: what, where, photos, light, holder, the acts that this person may take, the timeline."""
    found = reading.case_for(signed.scope, case_id)
    if found is None:
        raise Http404
    now = timezone.now()
    view = showing.view_of(found, now)
    offered = reading.offers_for(found, actor_of(signed), now)
    first, rest = _ordered(offered)
    context = {
        "case": found,
        "view": view,
        "server_now": now,
        "watched": watching.looked(
            signed.person.pk, found.id, found.version, seen=sign_ins.UNATTENDED not in request.headers
        ),
        "first": first,
        "rest": rest,
        "near": options.near_cases(found, signed, now) if found.state not in TERMINAL else [],
        "related": _related(found, signed),
        "panels": panels.shown(signed, found),
        "outline": showing.outline_of(found),
        "may_see_caller": found.caller is not None and may(signed, callers.RIGHT),
        "component": component_picks.linked(found.component, signed) if found.component else "",
    }
    return render(request, "cases/case.html", context)


def _ordered(offered: list[Offer]) -> tuple[list[Offer], list[Offer]]:
    """What somebody owes comes first; an act that answers the same item comes beside it; the rest behind a menu."""
    first = sorted(
        (one for one in offered if one.item is not None),
        key=lambda one: MAIN_LINE.index(one.spec.name) if one.spec.name in MAIN_LINE else len(MAIN_LINE),
    )
    rest = [one for one in offered if one.item is None and one.spec.name not in OWN_PAGE]
    return first, rest


def _related(found: Any, signed: Signed) -> list[tuple[UUID, str, str]]:
    """Linked cases that this person may see: id, how they are linked, number."""
    links = [(found.parent, _("Merged into")), (found.split_from, _("Split from"))]
    links.append((found.reopen_of, _("Reported before")))
    links += [(child, _("Merged here")) for child in sorted(found.children, key=str)]
    shown = []
    for other, how in links:
        linked = reading.case_for(signed.scope, other) if other is not None else None
        if linked is not None:
            shown.append((linked.id, how, linked.case_no or linked.report_no))
    return shown

"""核查: the checker's page for a task on a phone: both photos under a slider, the standard, the distance (S4-29)."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from citygrid.cases import acting, reading, showing, wording
from citygrid.cases.asking import actor_of
from citygrid.cases.closing.closing_pages import closing_standard
from citygrid.cases.forms import ActForm, Asked
from citygrid.cases.submission import Submission
from citygrid.organization.seats import Signed, seat_required
from citygrid.process import Case, Offer, Refusal
from citygrid.process.acts import ACTS, CHECK_RESULTS
from citygrid.web.refusals import Told, tell
from citygrid.web.sent import uuid_of

SPEC = ACTS["check"]


def may_check(signed: Signed, case: Case) -> bool:
    """Whether this person owes the check: the case page then links here."""
    return any(item.kind == "check" and item.holder.person == signed.person.pk for item in case.work)


@require_http_methods(["GET", "POST"])
@seat_required
def check(request: HttpRequest, signed: Signed, case_id: UUID) -> HttpResponse:
    """One check task: look, compare, answer."""
    case = reading.case_for(signed.scope, case_id)
    if case is None:
        raise Http404
    now = timezone.now()
    offer = next((o for o in reading.offers_for(case, actor_of(signed), now) if o.spec.name == "check"), None)
    asked = Asked(SPEC, signed, now, case)
    if request.method == "GET":
        return _shown(request, ActForm(asked), case, offer, now, uuid4())
    act_id = uuid_of(request.POST.get("act_id"))
    if act_id is None:
        raise Http404
    form = ActForm(asked, request.POST)
    if not form.is_valid():
        return _shown(request, form, case, offer, now, act_id)
    item = offer.item.no if offer is not None and offer.item is not None else None
    submission = Submission(case.id, act_id, "check", form.content(act_id), item=item)
    answer = acting.submit(submission, actor_of(signed), signed.scope, now)
    if isinstance(answer, Refusal):
        told = tell(answer, "check")
        at_field = form.refuse(told.field, told.sentence) if told.field else False
        return _shown(request, form, case, offer, now, act_id, None if at_field else told)
    result = wording.choice(str(answer.case.check_result))
    messages.success(request, _("Check answered: %(result)s.") % {"result": result})
    return redirect("cases:case", case.id)


def _shown(
    request: HttpRequest, form: ActForm, case: Case, offer: Offer | None, now: Any, act_id: UUID,
    told: Told | None = None,
) -> HttpResponse:  # fmt: skip
    view = showing.view_of(case, now)
    item = offer.item if offer is not None else None
    context = {
        "case": case,
        "view": view,
        "form": form,
        "act_id": act_id,
        "owed": item is not None,
        "light": showing.item_light(item, now) if item is not None else None,
        "standard": closing_standard(case),
        "results": [(code, wording.choice(code), str(n)) for n, code in enumerate(CHECK_RESULTS, 1)],
        "handled": next((line for line in view.lines if line.kind == "feed_back"), None),
        "refusal": told,
    }
    return render(request, "cases/closing/check.html", context, status=422 if form.is_bound else 200)

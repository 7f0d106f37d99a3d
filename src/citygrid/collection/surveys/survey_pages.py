"""Pages of special surveys: the list, the form of a draft, one survey with its progress and results, its files."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citygrid.cases import naming
from citygrid.cases.photos import pictures
from citygrid.collection.models import Campaign, SurveyAnswer
from citygrid.collection.surveys import campaign_forms, campaigns, forms, results
from citygrid.collection.surveys.campaign_forms import CampaignForm
from citygrid.organization.rights import right_required
from citygrid.organization.seats import Signed
from citygrid.process.refusal import Refused
from citygrid.web.papers import PaperError
from citygrid.web.refusals import Told, tell
from citygrid.web.sent import uuid_of
from citygrid.web.words import chinese

PAGE, MOST_LINES = 50, 500
KINDS = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
         "pdf": "application/pdf"}  # fmt: skip


@require_safe
@right_required(campaigns.RIGHT)
def listed(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Special surveys, the newest first."""
    rows = list(campaigns.counted(campaigns.seen(signed))[:PAGE])
    return render(request, "collection/surveys/list.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(campaigns.RIGHT)
def new(request: HttpRequest, signed: Signed) -> HttpResponse:
    """A new draft; its id is chosen by the page, so that sending twice makes one."""
    return _edit(request, signed, None, uuid_of(request.POST.get("survey")) or uuid4())


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(campaigns.RIGHT)
def edit(request: HttpRequest, signed: Signed, pk: UUID) -> HttpResponse:
    """A draft that is there."""
    return _edit(request, signed, _one(signed, pk), pk)


def _edit(request: HttpRequest, signed: Signed, row: Campaign | None, pk: UUID) -> HttpResponse:
    now = timezone.now()
    today = timezone.localdate(now)
    start = campaign_forms.initial_of(row) if row else {"first_day": today, "last_day": today, "photos": 1}
    form = CampaignForm(signed, now, request.POST if request.method == "POST" else None, start)
    refusal: Told | None = None
    if request.method == "POST" and form.is_valid():
        try:
            said = form.cleaned_data
            facts = said | {"points": campaign_forms.points_of(said["points"])}
            campaigns.save(pk, facts | {"fields": campaign_forms.questions(request.POST)}, signed, now)
            messages.success(request, _("Kept as a draft."))
            return redirect("collection:survey", pk)
        except Refused as error:
            refusal = tell(error.refusal)
    typed = request.POST if request.method == "POST" else None
    context = {
        "form": form, "row": row, "pk": pk, "refusal": refusal, "kinds": campaign_forms.KINDS,
        "questions": campaign_forms.rows_of(typed, row),
        "classes": {name: naming.class_words(form[name].value()) for name in ("class_id", "report_class")},
    }  # fmt: skip
    return render(request, "collection/surveys/edit.html", context, status=422 if typed is not None else 200)


def _one(signed: Signed, pk: UUID) -> Campaign:
    row = campaigns.seen(signed).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


@require_safe
@right_required(campaigns.RIGHT)
def one(request: HttpRequest, signed: Signed, pk: UUID) -> HttpResponse:
    """One survey: what it asks, how far it is, what was found; by grid, by person, on the map."""
    row = _one(signed, pk)
    return _show(request, signed, row, None)


def _show(request: HttpRequest, signed: Signed, row: Campaign, refusal: Told | None) -> HttpResponse:
    found = results.lines(list(campaigns.tasks_seen(row, signed)))
    zh = chinese()
    heads = [forms.label_of(one, zh) for one in row.fields]
    shown = [
        {"task": task, "answer": answer, "case_no": results.case_no(answer, signed) if answer else "",
         "values": [forms.say(one, answer.values.get(one["name"]), zh, _("yes"), _("no")) for one in row.fields]
         if answer else []}
        for task, answer in found[:MOST_LINES]
    ]  # fmt: skip
    context = {
        "row": row, "heads": heads, "lines": shown, "cut": len(found) > MOST_LINES, "total": len(found),
        "done": sum(answer is not None for _task, answer in found), "grids": results.by_grid(found),
        "people": results.by_person(found), "counts": results.counts(row, found), "shapes": results.as_map(found),
        "class_name": naming.class_words(row.class_id) if row.class_id else "", "refusal": refusal,
        "mine": row.made_by_id == signed.person.pk or row.body_id == signed.body.pk or signed.scope.everything,
    }  # fmt: skip
    return render(request, "collection/surveys/survey.html", context, status=422 if refusal else 200)


@require_POST
@right_required(campaigns.RIGHT)
def act(request: HttpRequest, signed: Signed, pk: UUID, name: str) -> HttpResponse:
    """publish, end."""
    row = _one(signed, pk)
    if name not in ("publish", "end"):
        raise Http404
    try:
        if name == "publish":
            campaigns.publish(pk, signed, timezone.now())
            messages.success(request, _("Published: the tasks are on the way to the collectors."))
        else:
            campaigns.end(pk, signed, timezone.now())
            messages.success(request, _("Ended. Answers that were made before still come in."))
    except Refused as error:
        if error.refusal.code == "survey_right":
            raise PermissionDenied from error
        return _show(request, signed, row, tell(error.refusal))
    return redirect("collection:survey", pk)


@require_safe
@right_required(campaigns.RIGHT)
def task(request: HttpRequest, signed: Signed, pk: UUID, number: int) -> HttpResponse:
    """One thing that was looked at: all answers, the newest first, with photos; what was corrected stays."""
    row = _one(signed, pk)
    found = campaigns.tasks_seen(row, signed).filter(number=number).first()
    if found is None:
        raise Http404
    context = {"row": row, "task": found, "answers": told(row, found, signed)}
    return render(request, "collection/surveys/task.html", context)


def told(row: Campaign, found: Any, signed: Signed) -> list[dict[str, Any]]:
    """Answers as a page shows them."""
    answers = SurveyAnswer.objects.select_related("person", "body").filter(task=found).order_by("-made_at")
    zh = chinese()
    return [
        {"row": one, "newest": found.answer == one.pk, "case_no": results.case_no(one, signed),
         "pictures": pictures([str(photo) for photo in one.photos]),
         "values": [(forms.label_of(f, zh), forms.say(f, one.values.get(f["name"]), zh, _("yes"), _("no")))
                    for f in row.fields]}
        for one in answers
    ]  # fmt: skip


@require_safe
@right_required(campaigns.RIGHT)
def take(request: HttpRequest, signed: Signed, pk: UUID, kind: str) -> HttpResponse:
    """The results as a file: csv, xlsx, or the summary as pdf."""
    row = _one(signed, pk)
    if kind not in KINDS:
        raise Http404
    found = results.lines(list(campaigns.tasks_seen(row, signed)))
    try:
        made = {"csv": lambda: results.as_csv(row, found, signed), "xlsx": lambda: results.as_xlsx(row, found, signed),
                "pdf": lambda: results.as_pdf(row, found, timezone.now())}[kind]()  # fmt: skip
    except PaperError as error:
        messages.error(request, _(error.message) % error.params)
        return redirect("collection:survey", pk)
    name = content_disposition_header(True, f"{row.title}.{kind}")
    return HttpResponse(made, content_type=KINDS[kind], headers={"Content-Disposition": name})

"""Pages of what an office says once: its Word templates with versions and a preview, the rules of its reports."""

import tomllib
from datetime import datetime
from pathlib import PurePath
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citygrid.bulletins import office_paper, ordering, rules_kept, templating
from citygrid.bulletins.content import KINDS
from citygrid.bulletins.fields import spelled
from citygrid.bulletins.folder import text_of
from citygrid.bulletins.models import Report, Template
from citygrid.bulletins.ordering import RULES
from citygrid.bulletins.pages import KIND_WORDS, TYPES, given
from citygrid.bulletins.reaching import seen
from citygrid.bulletins.rules_files import LANGUAGES, MESSAGES
from citygrid.bulletins.templating import LARGEST, Fault, TemplateFaultError
from citygrid.media.checking import MediaError
from citygrid.organization.addresses import address_of
from citygrid.organization.rights import right_required
from citygrid.organization.seats import Signed
from citygrid.standards.reports import Report as Checked
from citygrid.trust import audit

SHOWN = 100
MOST_TEXT = 20_000


@require_safe
@right_required(RULES)
def templates(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Which template holds for which kind, all versions, the fields that there are."""
    return _templates(request, [], "")


@require_POST
@right_required(RULES)
def send(request: HttpRequest, signed: Signed) -> HttpResponse:
    """A new version, or only a try with the figures of the newest report: `act` is `keep` or `try`."""
    kind, lang, uid = request.POST.get("kind", ""), request.POST.get("lang", ""), _uid(request.POST.get("uid"))
    upload = request.FILES.get("file")
    if kind not in KINDS or lang not in LANGUAGES or uid is None:
        raise Http404
    if upload is None or (upload.size or 0) > LARGEST:
        refusal = _("Choose a Word document of at most %(most)s MB.") % {"most": LARGEST // 1_000_000}
        return _templates(request, [], refusal)
    content, name = upload.read(), PurePath((upload.name or "").replace("\\", "/")).name[-200:] or "template.docx"
    try:
        if request.POST.get("act") == "try":
            return _tried(request, signed, kind, lang, content)
        row = ordering.send_template(uid, kind, lang, content, name, request.POST.get("note", ""), signed,
                                     timezone.now(), address_of(request))  # fmt: skip
    except TemplateFaultError as error:
        return _templates(request, error.faults, "")
    except MediaError as error:
        return _templates(request, [], _(error.message) % error.params)
    messages.success(request, _("Version %(number)s holds from now on.") % {"number": row.version})
    return redirect("bulletins:templates")


@require_POST
@right_required(RULES)
def withdraw(request: HttpRequest, signed: Signed, pk: UUID) -> HttpResponse:
    """Take a version back; the one before it holds again."""
    row = Template.objects.filter(pk=pk).first()
    if row is None:
        raise Http404
    ordering.withdraw_template(row, signed, timezone.now(), address_of(request))
    return redirect("bulletins:templates")


@require_safe
@right_required(RULES)
def template_file(request: HttpRequest, signed: Signed, pk: UUID) -> HttpResponse:
    """A version as it was sent."""
    row = Template.objects.select_related("file").filter(pk=pk).first()
    if row is None:
        raise Http404
    return given(row.file, f"template_{row.kind}_{row.lang}_{row.version}.docx", TYPES["docx"])


@require_safe
@right_required(RULES)
def shipped(request: HttpRequest, signed: Signed, lang: str) -> HttpResponse:
    """The shipped template, to be changed in Word."""
    if lang not in LANGUAGES:
        raise Http404
    return _file(office_paper.shipped(lang), f"bulletin_template_{lang}.docx")


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(RULES)
def rules(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The city's `bulletins.toml`: who issues, to whom, what is in it, when it is made."""
    text, problems = text_of(rules_kept.own()), []
    if request.method == "POST":
        text = request.POST.get("text", "")
        if len(text) > MOST_TEXT:
            problems = [_("At most %(most)s characters.") % {"most": MOST_TEXT}]
        else:
            problems = _kept(text, signed, timezone.now(), address_of(request))
        if not problems:
            messages.success(request, _("Kept."))
            return redirect("bulletins:rules")
    context = {"text": text, "problems": problems, "standard": _standard(), "rules": rules_kept.current()}
    return render(request, "bulletins/rules.html", context, status=422 if problems else 200)


def _kept(text: str, signed: Signed, at: datetime, address: str | None) -> list[str]:
    try:
        table = tomllib.loads(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        return [_(MESSAGES["not_toml"]) % {"reason": str(error)[:200]}]
    before = rules_kept.own()
    report: Checked = rules_kept.keep(table, at, signed.person.pk, signed.scope)
    if report.ok and table != before:
        audit.record(
            at, "bulletin_rules", subject=("bulletin_rules", "city"), person=signed.person.pk, seat=signed.seat.pk,
            post=signed.post.pk, address=address, params={"keys": sorted(table)},
        )  # fmt: skip
    return [_(one.message) % one.params for one in report.problems]


def _standard() -> str:
    from importlib.resources import files  # noqa: PLC0415 - for this page only

    return (files("citygrid.bulletins") / "rules" / "standard.toml").read_text(encoding="utf-8")


def _tried(request: HttpRequest, signed: Signed, kind: str, lang: str, content: bytes) -> HttpResponse:
    """The template filled with the newest report of that kind and language that this post may see."""
    newest = seen(signed).filter(kind=kind, lang=lang, state=Report.State.READY).order_by("-last", "-asked_at").first()
    if newest is None or newest.sheet is None:
        faults = templating.check(content)
        if faults:
            return _templates(request, faults, "")
        refusal = _("The template is in order. There is no report of this kind yet to fill it with.")
        return _templates(request, [], refusal)
    return _file(templating.fill(content, newest.sheet, {}), f"try_{kind}_{lang}.docx")


def _file(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=TYPES["docx"])
    answer["Content-Disposition"] = content_disposition_header(True, name)
    return answer


def _templates(request: HttpRequest, faults: list[Fault], refusal: str) -> HttpResponse:
    rows = Template.objects.select_related("made_by").order_by("kind", "lang", "-version")[:SHOWN]
    held: dict[tuple[str, str], UUID] = {}
    for one in rows:
        if one.withdrawn_at is None:
            held.setdefault((one.kind, one.lang), one.pk)
    context = {
        "rows": [{"row": one, "kind": KIND_WORDS[one.kind], "holds": held.get((one.kind, one.lang)) == one.pk}
                 for one in rows],
        "faults": [{"where": one.where, "text": _(one.message) % one.params} for one in faults], "refusal": refusal,
        "uid": uuid4(), "kinds": KIND_WORDS.items(), "kind": request.POST.get("kind", "month"),
        "lang": request.POST.get("lang", "zh"), "note": request.POST.get("note", ""),
        "fields": [_field(name, one) for name, one in spelled()],
    }  # fmt: skip
    return render(request, "bulletins/templates.html", context, status=422 if faults or refusal else 200)


def _field(name: str, one: Any) -> dict[str, str]:
    tag = f"{{{{ {name} }}}}"
    if one.many:
        tag = f"{{% for x in {name} %}}"
    elif "[]." in name:
        tag = f"{{{{ x.{name.rsplit('.', 1)[1]} }}}}"
    return {"name": name, "means": _(one.means), "tag": tag}


def _uid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None

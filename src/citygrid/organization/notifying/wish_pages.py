"""What I want to hear, where I am reached, and which of my browsers take messages."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib import messages
from django.contrib.staticfiles import finders
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citygrid.messages import channels, delivering, events, recipients, rules, sending
from citygrid.messages.channels import Parcel, browsers
from citygrid.messages.channels.interface import SENT
from citygrid.messages.models import Subscription, Wish
from citygrid.organization import tallies
from citygrid.organization.models import Person
from citygrid.organization.seats import person_required
from citygrid.trust import audit

CHANNEL_NAMES = {
    "in_app": gettext_lazy("In the system"),
    "push": gettext_lazy("Browser"),
    "sms": gettext_lazy("SMS"),
    "email": gettext_lazy("E-mail"),
    "wecom": gettext_lazy("WeCom"),
    "dingtalk": gettext_lazy("DingTalk"),
}
TRIES = 3
"""Messages to oneself in a minute: a gateway costs money, and the address may be somebody else's."""
TYPED = ("sms", "email", "wecom", "dingtalk")


@never_cache
@require_http_methods(["GET", "POST"])
@person_required
def wishes(request: HttpRequest, person: Person) -> HttpResponse:
    """All of it on one page. What is wrong stands at its field, and nothing is kept."""
    typed = {name: request.POST.get(f"address_{name}", "") for name in TYPED if f"address_{name}" in request.POST}
    problems: dict[str, str] = {}
    if request.method == "POST":
        problems = _keep(request, person, typed)
        if not problems:
            messages.success(request, _("Your wishes are kept."))
            return redirect("organization:notice_wishes")
    known = rules.current(timezone.now())
    wish = Wish.objects.filter(pk=person.pk).first()
    typed_off = set(request.POST.getlist("was")) - set(request.POST.getlist("on"))
    off = typed_off if problems else set(wish.off if wish else ())
    addresses = recipients.addresses(person.pk) | (typed if problems else {})
    context = {
        "addresses": [
            {"channel": name, "name": CHANNEL_NAMES[name], "value": addresses.get(name, ""),
             "problem": problems.get(name, "")}
            for name in TYPED if sending.ready(name) or addresses.get(name)
        ],
        "names": [CHANNEL_NAMES[name] for name in rules.CHANNELS],
        "events": list(_events(known, off)),
        "languages": settings.LANGUAGES,
        "language": wish.language if wish else settings.LANGUAGE_CODE,
        "browsers": Subscription.objects.filter(person=person.pk).order_by("pk"),
        "push_key": browsers.public_key(),
        "quiet": known.quiet,
    }  # fmt: skip
    return render(request, "organization/notices/wishes.html", context, status=422 if problems else 200)


def _events(known: rules.Rules, off: set[str]) -> Iterator[dict[str, Any]]:
    """Events that staff hear, each with a cell for every channel: on, off, always, or not used."""
    for code, event in sorted(events.known().items(), key=lambda pair: str(pair[1].label)):
        rule = known.events.get(code)
        if rule is None or not (rule.channels or rule.digest) or set(rule.to) <= {"reporter"}:
            continue
        cells = []
        for name in rules.CHANNELS:
            used = name in rule.channels or name in rule.digest
            switch = f"{code}:{name}"
            state = "none" if not used else "always" if not rule.optional else "off" if switch in off else "on"
            cell = {"switch": switch, "state": state, "channel": CHANNEL_NAMES[name], "digest": name in rule.digest}
            cells.append(cell)
        yield {"label": event.label, "cells": cells}


def _keep(request: HttpRequest, person: Person, typed: dict[str, str]) -> dict[str, str]:
    """Keeps all, or nothing and says what is wrong at which channel."""
    problems: dict[str, str] = {}
    for name, text in typed.items():
        try:
            recipients.check(name, text)
        except recipients.RefusedError as refused:
            problems[name] = _(recipients.MESSAGES[refused.code]) % refused.params
    if problems:
        return problems
    now = timezone.now()
    known = rules.current(now)
    optional = {f"{code}:{name}" for code, rule in known.events.items() if rule.optional for name in rules.CHANNELS}
    off = (set(request.POST.getlist("was")) - set(request.POST.getlist("on"))) & optional
    recipients.wish(person.pk, request.POST.get("language", ""), off)
    changed = [name for name, text in typed.items() if recipients.keep_address(person.pk, name, text, now)]
    if changed:
        audit.record(now, "change_addresses", subject=("person", str(person.pk)), params={"channels": changed},
                     person=person.pk)  # fmt: skip
    return {}


@require_POST
@person_required
def try_out(request: HttpRequest, person: Person) -> HttpResponse:
    """A message to myself, at once, by a channel of mine."""
    name = request.POST.get("channel", "")
    channel = channels.channel(name) if name in (*TYPED, "push") else None
    to = recipients.addresses(person.pk).get(name, "") if name in TYPED else ""
    info = Subscription.objects.filter(person=person.pk, pk=_number(request.POST.get("browser", ""))).first()
    if channel is None or (name == "push" and info is None) or (name != "push" and not to):
        return HttpResponse(status=404)
    if tallies.count(f"try_notice:{person.pk}", TRIES, timezone.now()).minute > TRIES:
        messages.error(request, _("That was often enough: wait a minute."))
        return redirect("organization:notice_wishes")
    title, text = _("A message to try it"), _("Messages of the city's system reach you here.")
    parcel = Parcel(str(uuid4()), to, title, text, text, page="/notices/", info=info.info if info else {})
    outcome = delivering.trial(channel, parcel)
    if outcome.state == SENT:
        messages.success(request, _("The message was handed over. It should reach you in a moment."))
    else:
        why = f"{outcome.error} {outcome.detail}".strip()
        messages.error(request, _("It could not be sent: %(why)s.") % {"why": why})
    return redirect("organization:notice_wishes")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


@require_POST
@person_required
def subscribe(request: HttpRequest, person: Person) -> JsonResponse:
    """A browser's subscription as JSON; 200 with its number, 422 with what is wrong."""
    try:
        info = json.loads(request.body)
    except ValueError:
        info = None
    device = request.headers.get("User-Agent", "")
    try:
        row = recipients.subscribe(person.pk, info, _device(device), timezone.now())
    except recipients.RefusedError as refused:
        detail = _(recipients.MESSAGES[refused.code]) % refused.params
        return JsonResponse({"code": refused.code, "detail": detail}, status=422)
    return JsonResponse({"id": row.pk})


def _device(agent: str) -> str:
    """A browser and a system, as far as it says; not more of it is kept."""
    browser = next((name for name in ("Edg", "Firefox", "Chrome", "Safari") if name in agent), "?")
    systems = ("Android", "iPhone", "iPad", "Windows", "Macintosh", "Linux")
    system = next((name for name in systems if name in agent), "?")
    return f"{browser.replace('Edg', 'Edge')} · {system}"


@require_POST
@person_required
def unsubscribe(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """One of my browsers takes no messages any more."""
    if not recipients.unsubscribe(person.pk, pk):
        return HttpResponse(status=404)
    messages.success(request, _("This browser takes no messages any more."))
    return redirect("organization:notice_wishes")


@require_safe
def worker(request: HttpRequest) -> HttpResponseBase:
    """The service worker that shows messages; at the root, so that it may open every page of the site."""
    path = finders.find("organization/notices_worker.js")
    if not isinstance(path, str):
        return HttpResponse(status=404)
    answer = FileResponse(open(path, "rb"), content_type="text/javascript; charset=utf-8")  # noqa: SIM115, PTH123 - the answer closes it
    answer["Cache-Control"] = "no-cache"
    return answer

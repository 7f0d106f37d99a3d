"""The rules of messages as they are in force: who hears of what by which channel, and how it reads."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from citygrid.console.message_pages import RIGHT
from citygrid.messages import events, rules, sending, wording
from citygrid.messages.models import RuleSet
from citygrid.organization.notifying.wish_pages import CHANNEL_NAMES
from citygrid.organization.rights import LABELS, right_required
from citygrid.organization.seats import Signed
from citygrid.web.words import say

SMS_SIGNS, ASCII_SIGNS = 70, 160
"""Signs of one SMS, in Chinese and in plain letters; more is charged as two."""
AUDIENCES = {
    "holder": ("承办人", "whoever holds it"),
    "asker": ("申请人", "who asked"),
    "reporter": ("反映人", "the reporter"),
    "delegate": ("被授权人", "the delegate"),
}


@never_cache
@require_safe
@right_required(RIGHT)
def listed(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Every event with its rule and a preview in each language."""
    known = rules.current(timezone.now())
    newest = RuleSet.objects.filter(since__lte=timezone.localdate()).order_by("-since").first()
    context = {
        "rows": list(_rows(known)),
        "known": known,
        "alarm": int(known.alarm.total_seconds() // 60),
        "since": newest.since if newest is not None else None,
        "providers": [
            {"name": CHANNEL_NAMES[name], "ready": sending.ready(name),
             "kind": settings.MESSAGE_PROVIDERS.get(name, {}).get("kind", "")}
            for name in rules.CHANNELS if name != rules.IN_APP
        ],
        "file": rules.FILE,
    }  # fmt: skip
    return render(request, "console/notice_rules.html", context)


def _rows(known: rules.Rules) -> Iterator[dict[str, Any]]:
    for code, event in sorted(events.known().items(), key=lambda pair: str(pair[1].label)):
        rule = known.events.get(code)
        previews = wording.preview(code, known)
        yield {
            "code": code,
            "label": event.label,
            "rule": rule,
            "to": [_whom(word) for word in rule.to] if rule is not None else [],
            "channels": [CHANNEL_NAMES[name] for name in (rule.channels if rule is not None else ())],
            "digest": [CHANNEL_NAMES[name] for name in (rule.digest if rule is not None else ())],
            "previews": [
                {"language": dict(settings.LANGUAGES).get(language, language), "code": language, "words": words,
                 "signs": len(words.sms), "parts": _parts(words.sms)}
                for language, words in previews.items()
            ],
            "placeholders": sorted(event.placeholders),
        }  # fmt: skip


def _parts(text: str) -> int:
    return -(-len(text) // (ASCII_SIGNS if text.isascii() else SMS_SIGNS))


def _whom(word: str) -> str:
    kind, _colon, code = word.partition(":")
    if kind == "right":
        return str(LABELS.get(code, code))
    if kind == "role":
        return _("role %(code)s") % {"code": code}
    return say(AUDIENCES.get(word, (word, word)))

"""The words of a message: a template of the rules in the recipient's language, filled with the event's words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import translation

from citygrid.messages import events, rules
from citygrid.messages.events import Told

ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Message:
    """What a recipient reads. `page`: an address on this site, without the host; empty for none."""

    title: str
    text: str
    sms: str
    page: str = ""


class WordingError(Exception):
    """A message cannot be put into words: its event is gone, or has no template in any language."""


def put(event: str, told: Sequence[Told], language: str, known: rules.Rules) -> list[Message]:
    """Messages of one event in a language. Raises WordingError."""
    declared, rule = events.known().get(event), known.events.get(event)
    if declared is None or rule is None:
        raise WordingError(event)
    words = rule.words.get(language) or next(iter(rule.words.values()), None)
    if not words:
        raise WordingError(event)
    with translation.override(language):
        filled = declared.words(told)
    return [_message(words, one, declared.page(about)) for one, about in zip(filled, told, strict=True)]


def _message(words: dict[str, str] | object, filled: dict[str, str], page: str) -> Message:
    assert isinstance(words, dict)
    title, text = fill(words.get("title", ""), filled), fill(words.get("text", ""), filled)
    return Message(title, text, fill(words.get("sms", ""), filled) or text or title, page)


def fill(template: str, words: dict[str, str]) -> str:
    """The template with its placeholders filled; what is not known is empty, so that a line always goes out."""
    return template.format_map(_Empty(words))


class _Empty(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


def preview(event: str, known: rules.Rules) -> dict[str, Message]:
    """How an event reads in each language, with its sample words."""
    declared, rule = events.known()[event], known.events.get(event)
    found = {}
    for language, words in (rule.words if rule is not None else {}).items():
        with translation.override(language):
            found[language] = _message(dict(words), declared.sample(), "")
    return found


def gathered(messages: Sequence[Message], language: str, at: datetime) -> Message:
    """One message out of many: how many of each title, and a line for each of the first twenty."""
    with translation.override(language):
        title = translation.ngettext("%(number)d message", "%(number)d messages", len(messages))
        lines = [f"{one.text}{_link(one)}" for one in messages[:20]]
        if len(messages) > len(lines):
            lines.append(translation.gettext("and %(number)d more") % {"number": len(messages) - len(lines)})
    head = title % {"number": len(messages)}
    short = "; ".join(dict.fromkeys(one.title for one in messages))
    return Message(head, "\n".join(lines), f"{head}: {short}"[:300], "/notices/")


def _link(one: Message) -> str:
    link = address(one.page)
    return f" {link}" if link else ""


def address(page: str) -> str:
    """A page with the address under which people know this site; empty where none is set."""
    site: str = settings.SITE_ADDRESS
    return site.rstrip("/") + page if site and page else ""

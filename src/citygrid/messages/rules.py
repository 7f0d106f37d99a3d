"""Who hears of what by which channel, in which words: rules as data (`notices.toml`), shipped ones and a city's own.

[quiet]                     # nothing is sent to people in these hours but what rings, and what is only in the system
from = "22:00"
until = "07:00"
[digest]
at = ["08:30", "17:30"]     # when what was gathered is sent
[alarm]
minutes = 15                # after so long a message that does not get out is told to who cares for messages
[events.late]
to = ["holder", "role:shift_leader"]   # words of the event; role:CODE: in a body that the case passed; right:CODE
channels = ["in_app", "push", "sms"]
digest = ["email"]          # channels on which it is only gathered
optional = true             # a person may switch it off
quiet = false               # true: waits for the end of the quiet hours
again = 5                   # rings: every so many minutes, at most `most` times
most = 12
[events.late.zh]
title = "…{number}…"
text = "…"
sms = "…"                   # left out: the text
"""

import re
import string
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils import timezone

from citygrid.messages import events
from citygrid.messages.models import RuleSet
from citygrid.standards.reports import Report

FILE = "notices.toml"
SHIPPED = Path(__file__).parent / "data" / FILE
IN_APP, PUSH, SMS = "in_app", "push", "sms"
CHANNELS = (IN_APP, PUSH, SMS, "email", "wecom", "dingtalk")
LANGUAGES = {"zh": "zh-hans", "en": "en"}
KEYS: Mapping[str, type] = {
    "to": list, "channels": list, "digest": list, "optional": bool, "quiet": bool, "again": int, "most": int,
    "zh": dict, "en": dict,
}  # fmt: skip
PARTS = ("title", "text", "sms")
LONGEST = {"title": 100, "text": 1000, "sms": 300}
GENERAL = re.compile(r"(role|right):[a-z0-9_.]{1,60}")
_HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True, slots=True)
class Rule:
    """How one event is told. `words`: language -> title, text, sms."""

    event: str
    to: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    digest: tuple[str, ...] = ()
    optional: bool = False
    quiet: bool = False
    again: int = 0
    most: int = 0
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules in force."""

    quiet: tuple[time, time] | None
    digest: tuple[time, ...]
    alarm: timedelta
    events: Mapping[str, Rule]

    def awake(self, at: datetime) -> datetime:
        """The first moment from `at` on that is not in the quiet hours."""
        if self.quiet is None:
            return at
        start, end = self.quiet
        local = timezone.localtime(at)
        now = local.time()
        inside = start <= now < end if start < end else now >= start or now < end
        if not inside:
            return at
        day = local.date() + timedelta(days=1) if now >= end else local.date()
        return datetime.combine(day, end, local.tzinfo)

    def next_digest(self, at: datetime) -> datetime:
        """The next moment at which what was gathered is sent; `at` itself where no hour is named."""
        local = timezone.localtime(at)
        for day in (local.date(), local.date() + timedelta(days=1)):
            for hour in self.digest:
                moment = datetime.combine(day, hour, local.tzinfo)
                if moment > at:
                    return moment
        return at


def current(at: datetime) -> Rules:
    """The rules in force at a moment: the shipped ones, and over them what the city's folder says."""
    newest = RuleSet.objects.filter(since__lte=timezone.localtime(at).date()).order_by("-since").first()
    return made(merged(shipped(), newest.data if newest is not None else {}))


@lru_cache(maxsize=1)
def shipped() -> dict[str, Any]:
    """The shipped rules as a mapping."""
    return tomllib.loads(SHIPPED.read_text(encoding="utf-8"))


def merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`over` on top of `base`, key by key in tables; other values replace."""
    found = dict(base)
    for key, value in over.items():
        known = found.get(key)
        found[key] = merged(known, value) if isinstance(known, dict) and isinstance(value, dict) else value
    return found


def made(data: Mapping[str, Any]) -> Rules:
    """Rules from a checked mapping."""
    quiet = data.get("quiet") or {}
    hours = (_time(quiet["from"]), _time(quiet["until"])) if quiet.get("from") and quiet.get("until") else None
    found = {code: _rule(code, facts) for code, facts in (data.get("events") or {}).items()}
    digest = tuple(sorted(_time(one) for one in (data.get("digest") or {}).get("at", ())))
    return Rules(hours, digest, timedelta(minutes=(data.get("alarm") or {}).get("minutes", 15)), found)


def _rule(code: str, facts: Mapping[str, Any]) -> Rule:
    return Rule(
        code,
        tuple(facts.get("to", ())),
        tuple(facts.get("channels", ())),
        tuple(facts.get("digest", ())),
        facts.get("optional", False),
        facts.get("quiet", False),
        facts.get("again", 0),
        facts.get("most", 0),
        {LANGUAGES[short]: facts[short] for short in LANGUAGES if short in facts},
    )


def _time(text: str) -> time:
    return time.fromisoformat(text)


# reading a city's file


def read(path: Path, report: Report) -> dict[str, Any]:
    """The file as a mapping, checked together with the shipped rules; its problems go into the report."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        report.add(FILE, 0, "", "unreadable", "The file cannot be read: %(why)s.", {"why": str(error)})
        return {}
    for where, code, message, params in faults(data):
        report.add(FILE, 0, where, code, message, params)
    return data


Fault = tuple[str, str, str, dict[str, str]]


def faults(data: Mapping[str, Any]) -> Iterator[Fault]:
    """What is wrong in rules of a city: where, a code, the sentence and its params."""
    for key in data.keys() - {"quiet", "digest", "alarm", "events"}:
        yield key, "unknown_key", "There is no part %(key)s of the rules of messages.", {"key": key}
    yield from _hours(data)
    rows = data.get("events", {})
    if not isinstance(rows, dict):
        yield "events", "wrong_value", "%(key)s has a value of the wrong kind.", {"key": "events"}
        return
    for code, facts in rows.items():
        if code not in events.known():
            yield f"events.{code}", "unknown_event", "There is no event %(event)s.", {"event": code}
        elif not isinstance(facts, dict):
            yield f"events.{code}", "wrong_value", "%(key)s has a value of the wrong kind.", {"key": code}
        else:
            yield from _event_faults(code, facts)


def _hours(data: Mapping[str, Any]) -> Iterator[Fault]:
    parts = {key: data.get(key, {}) for key in ("quiet", "digest", "alarm")}
    if any(not isinstance(one, dict) for one in parts.values()):
        yield "quiet", "wrong_value", "%(key)s has a value of the wrong kind.", {"key": "quiet, digest, alarm"}
        return
    at = parts["digest"].get("at", [])
    wanted = [("quiet.from", parts["quiet"].get("from")), ("quiet.until", parts["quiet"].get("until"))]
    wanted += [("digest.at", one) for one in at] if isinstance(at, list) else [("digest.at", str(at))]
    for where, text in wanted:
        if text not in (None, "") and not (isinstance(text, str) and _HOUR.fullmatch(text)):
            yield where, "wrong_hour", "%(value)s is no hour such as 08:30.", {"value": str(text)}
    minutes = parts["alarm"].get("minutes", 15)
    if type(minutes) is not int or not 1 <= minutes <= 1440:
        yield "alarm.minutes", "wrong_minutes", "Minutes are a whole number from 1 to 1440.", {}


def _event_faults(code: str, facts: Mapping[str, Any]) -> Iterator[Fault]:
    where, event = f"events.{code}", events.known()[code]
    for key, value in facts.items():
        if key not in KEYS:
            yield f"{where}.{key}", "unknown_key", "An event has no %(key)s.", {"key": key}
        elif type(value) is not KEYS[key]:
            yield f"{where}.{key}", "wrong_value", "%(key)s has a value of the wrong kind.", {"key": key}
    yield from _whom_faults(where, facts, event)
    for key, most in (("again", 1440), ("most", 100)):
        if type(facts.get(key, 0)) is int and not 0 <= facts.get(key, 0) <= most:
            yield f"{where}.{key}", "wrong_number", "A whole number from 0 to %(most)s.", {"most": str(most)}
    for short in LANGUAGES:
        if isinstance(facts.get(short), dict):
            yield from _word_faults(f"{where}.{short}", facts[short], event)


def _whom_faults(where: str, facts: Mapping[str, Any], event: events.Event) -> Iterator[Fault]:
    for key in ("channels", "digest"):
        for one in _list(facts, key):
            if one not in CHANNELS or (key == "digest" and one == IN_APP):
                yield f"{where}.{key}", "unknown_channel", "There is no channel %(channel)s here.", {"channel": one}
    for one in _list(facts, "to"):
        if one not in event.audiences and not GENERAL.fullmatch(one):
            params = {"to": one, "known": ", ".join(sorted(event.audiences))}
            yield f"{where}.to", "unknown_recipient", "%(to)s is nobody here; there is: %(known)s.", params


def _list(facts: Mapping[str, Any], key: str) -> list[str]:
    value = facts.get(key, [])
    return [str(one) for one in value] if isinstance(value, list) else []


def _word_faults(where: str, words: Mapping[str, Any], event: events.Event) -> Iterator[Fault]:
    for part, text in words.items():
        if part not in PARTS or not isinstance(text, str):
            yield f"{where}.{part}", "unknown_key", "An event has no %(key)s.", {"key": part}
            continue
        if len(text) > LONGEST[part]:
            params = {"most": str(LONGEST[part])}
            yield f"{where}.{part}", "too_long", "It is longer than %(most)s signs.", params
        try:
            unknown = sorted(placeholders(text) - event.placeholders)
        except ValueError:
            yield f"{where}.{part}", "broken_template", "A curly bracket is open or too many.", {}
            continue
        if unknown:
            params = {"name": ", ".join(unknown), "known": ", ".join(sorted(event.placeholders))}
            message = "There is no placeholder %(name)s here; there is: %(known)s."
            yield f"{where}.{part}", "unknown_placeholder", message, params


def placeholders(text: str) -> set[str]:
    """Names in curly brackets. ValueError for anything but a plain name in them."""
    found = set()
    for _literal, name, spec, conversion in string.Formatter().parse(text):
        if name is None:
            continue
        if spec or conversion or not re.fullmatch(r"[a-z_]{1,30}", name):
            raise ValueError(name)
        found.add(name)
    return found


def keep(data: Mapping[str, Any], since: date) -> None:
    """The city's own rules from a day on; what was planned for later days goes."""
    RuleSet.objects.filter(since__gte=since).delete()
    RuleSet.objects.create(since=since, data=dict(data))

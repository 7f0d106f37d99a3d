"""Replies to callers: the words are ready, made of the city's own text for how the case ended (`replies.toml`)."""

import string
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from citygrid.cases import acting, naming, reading
from citygrid.cases.asking import actor_of
from citygrid.cases.submission import Submission
from citygrid.messages import events
from citygrid.messages.people import To
from citygrid.messages.sending import Draft, send
from citygrid.organization.seats import Signed
from citygrid.process import Case, Refusal
from citygrid.process.states import TERMINAL
from citygrid.reception.call_models import ReplyText
from citygrid.reception.knowledge.folder_part import quoted
from citygrid.rulebook.reading import Table
from citygrid.rulebook.slices import profile_at
from citygrid.standards.reports import Report
from citygrid.trust import redactable
from citygrid.web.words import office_moment

FILE = "replies.toml"
FACTS = ("number", "class", "place", "unit", "city", "received", "closed")
SMS, PHONE = "sms", "phone"
EVENT = "reply_sent"
OPEN = "open"


def text_for(case: Case, english: bool, at: datetime) -> str:
    """The words for this case as it stands; empty when the city has none for it."""
    wanted = [case.state.value, OPEN]
    if case.outcome is not None:
        wanted.insert(0, f"{case.state.value}.{case.outcome.value}")
    if case.state in TERMINAL:
        wanted.remove(OPEN)
    known = {one.when: one for one in ReplyText.objects.filter(when__in=wanted)}
    found = next((known[when] for when in wanted if when in known), None)
    if found is None:
        return ""
    return (found.text_en if english and found.text_en else found.text).format_map(_facts(case, english, at))


def _facts(case: Case, english: bool, at: datetime) -> Mapping[str, str]:
    texts = reading.texts_of(reading.timeline(case))
    unit = next((one.body for one in reversed(case.assignments) if one.parent is None), None)
    profile = profile_at(at)
    return {
        "number": case.case_no or case.report_no,
        "class": naming.class_words(case.class_id),
        "place": texts.get(case.address or "", "") or "–",
        "unit": naming.body(unit) or "–",
        "city": profile.name_en if english and profile.name_en else profile.name,
        "received": office_moment(case.received_at),
        "closed": office_moment(case.closed_at),
    }


def reply(
    case: Case, act_id: UUID, text: str, way: str, signed: Signed, at: datetime, item: int | None = None
) -> acting.Done | Refusal:
    """The act `reply`; by SMS the message is queued in the same transaction, once; nothing is when it is refused.

    The delivery keeps ids of the sealed number and of the text, not what they say."""
    with transaction.atomic():
        one = Submission(case.id, act_id, "reply", {"text": text}, item=item)
        done = acting.submit(one, actor_of(signed), signed.scope, at)
        if isinstance(done, Refusal) or done.repeated or way != SMS:
            return done
        phone = phone_of(case)
        if phone is not None:
            params = {"text": done.entry.data["said"]["text"]["id"]}
            to = {"reporter": (To(phone=phone),)}
            send([Draft(EVENT, f"{case.id}:{done.entry.seq}", to, case.id, params)], at)
    return done


def declare() -> None:
    """What is sent to a caller is an event of its own: which channel it takes is the city's rule (`notices.toml`)."""
    def words(told: Sequence[events.Told]) -> list[dict[str, str]]:
        ids = [UUID(str(one.params["text"])) for one in told]
        rows = redactable.get_many(ids)
        return [{"text": (rows[id].text or "") if id in rows else ""} for id in ids]

    sample = {"text": "……"}
    events.declare(
        events.Event(EVENT, _("a reply to a caller"), frozenset(sample), frozenset({"reporter"}), words, lambda: sample)
    )


def phone_of(case: Case) -> UUID | None:
    """The row of the last number that a caller of this case gave."""
    found = None
    for entry in reading.timeline(case):
        ref = entry.data["said"].get("phone")
        found = UUID(ref["id"]) if isinstance(ref, dict) else found
    return found


def load(folder: Path, at: date) -> Report:
    """Make the city's texts those of the folder. A folder without the file says nothing about them."""
    report = Report()
    path = folder / FILE
    if not path.exists():
        return report
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        report.add(FILE, 0, "", "unreadable", "The file cannot be read: %(why)s.", {"why": str(error)})
        return report
    rows = [_row(when, tables[when], report) for when in sorted(tables)]
    if report.ok:
        with transaction.atomic():
            kept = [row for row in rows if row is not None]
            ReplyText.objects.exclude(when__in=[row.when for row in kept]).delete()
            for row in kept:
                facts = {"text": row.text, "text_en": row.text_en}
                ReplyText.objects.update_or_create(when=row.when, defaults=facts)
        report.count("replies", len(rows))
    return report


def _row(when: str, facts: Any, report: Report) -> ReplyText | None:
    if not isinstance(facts, dict) or len(when) > 40:
        report.add(FILE, 0, when, "not_a_reply", "%(when)s is no table of a reply.", {"when": when})
        return None
    table = Table(FILE, report, facts, f'"{when}"')
    table.known("text", "text_en")
    texts = table.text("text", needed=True), table.text("text_en")
    for text in texts:
        for fact in unknown_facts(text):
            table.problem("text", "unknown_fact", "%(key)s: {%(fact)s} is no fact of a case; there are %(known)s.",
                          fact=fact, known=", ".join(FACTS))  # fmt: skip
        if len(text) > 500:
            table.problem("text", "reply_long", "%(key)s has at most 500 signs.")
    return ReplyText(when=when, text=texts[0], text_en=texts[1])


def unknown_facts(text: str) -> list[str]:
    """Places for facts that there are not; a lone brace is one of them."""
    try:
        found = [name for _text, name, _spec, _turn in string.Formatter().parse(text) if name is not None]
    except ValueError:
        return ["{"]
    return [name for name in found if name not in FACTS]


def dump(folder: Path, at: date) -> None:
    """Write the texts; no file when there are none."""
    parts = []
    for one in ReplyText.objects.order_by("when"):
        english = f"text_en = {quoted(one.text_en)}\n" if one.text_en else ""
        parts.append(f'["{one.when}"]\ntext = {quoted(one.text)}\n{english}')
    if parts:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / FILE).write_text("\n".join(parts), encoding="utf-8", newline="\n")


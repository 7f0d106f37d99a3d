"""A batch of entries, done in order, each exactly once: its answer is written in the transaction that did it.

The row of an entry is the first thing that its transaction writes, so that of two workers with the same entry the
second waits for the first and then finds the answer (docs/decisions/0019-exactly-once-sending.md)."""

import hmac
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from citygrid.cases import partitions
from citygrid.cases.numbers import numbers
from citygrid.collection.models import SentEntry, SentFile
from citygrid.collection.syncing import kinds, reading
from citygrid.collection.syncing.kinds import Answer, Sent
from citygrid.organization.seats import Signed
from citygrid.process.refusal import Refused
from citygrid.trust import keys
from citygrid.web.refusals import tell

log = logging.getLogger(__name__)
MOST = 50
"""Entries of one batch; what is beyond waits for the next."""
LONGEST = 500


@dataclass(frozen=True, slots=True)
class Told:
    """One answer. `state`: done, refused, or waiting (send it again later). `id`: as it was sent."""

    id: Any
    state: str
    code: str = ""
    message: str = ""
    facts: Mapping[str, Any] | None = None
    repeated: bool = False

    def out(self) -> dict[str, Any]:
        return {
            "id": self.id, "state": self.state, "code": self.code, "message": self.message,
            "facts": dict(self.facts or {}), "repeated": self.repeated,
        }  # fmt: skip


def take(
    signed: Signed, device: UUID, entries: Sequence[Any], now: datetime, sent_at: datetime | None = None
) -> list[Told]:
    """Do what the entries say; one answer for each, in their order. `sent_at`: the device's clock when it sent."""
    behind = reading.skew(sent_at, now)
    told = [_one(signed, device, raw, behind, now) for raw in entries[:MOST]]
    rest = _("So many entries at once are not taken: send the rest in another batch.")
    return told + [Told(_id_of(raw), "waiting", "too_many", rest) for raw in entries[MOST:]]


def _one(signed: Signed, device: UUID, raw: Any, behind: int, now: datetime) -> Told:
    try:
        sent, files = reading.entry(raw, device)
    except reading.MalformedError as error:
        message = _("This entry cannot be read (%(where)s: %(why)s).") % {"where": error.where, "why": error.why}
        return Told(_id_of(raw), "refused", "malformed", message[:LONGEST])
    try:
        return _answered(signed, sent, files, behind, now)
    except Exception:
        # The entry's transaction was given up as a whole: nothing of it is there, and the device has it still.
        log.exception("entry %s of kind %s failed", sent.id, sent.kind)
        # What this process remembers of it (numbers taken, a month's tables made) is not there either.
        numbers.forget()
        partitions.forget()
        return Told(sent.id, "waiting", "failed", _("The server could not do this now. It is sent again later."))


def _answered(signed: Signed, sent: Sent, files: tuple[UUID, ...], behind: int, now: datetime) -> Told:
    digests = keys.body_hashes(reading.body(sent, files))
    known = _kept(signed, sent.id, digests)
    if known is not None:
        return known
    handler = kinds.handler(sent.kind)
    if handler is None:
        message = _("This server does not know what to do with an entry of this kind: %(kind)s.") % {"kind": sent.kind}
        return Told(sent.id, "refused", "unknown_kind", message)
    refused = _after(signed, sent)
    if isinstance(refused, Told):
        return refused
    whole = _files(signed, sent, files)
    if isinstance(whole, Told):
        return whole
    refused = refused or (whole if isinstance(whole, Answer) else None)
    media = whole if isinstance(whole, dict) else {}
    ready = replace(sent, made_at=reading.claimed(sent.made_at, behind, now), files=media)
    with transaction.atomic():
        row = _claim(signed, ready, digests[0], behind, now)
        if row is None:
            known = _kept(signed, sent.id, digests)
            assert known is not None, "a row that stops ours is there"
            return known
        answer = refused or _done(handler, signed, ready, now)
        facts = dict(answer.facts) | ({"skew": behind} if behind else {})
        SentEntry.objects.filter(pk=row).update(
            state=answer.state, code=answer.code[:60], message=answer.message[:LONGEST], facts=facts
        )
        if answer.state == "done" and media:
            used = SentFile.objects.filter(person=signed.person, file__in=list(media))
            used.update(entry=sent.id, case=_uuid(facts.get("case")))
    return Told(sent.id, answer.state, answer.code, answer.message, facts)


def _done(handler: kinds.Handler, signed: Signed, sent: Sent, now: datetime) -> Answer:
    """What the room answers. One that raises `Refused` has done nothing."""
    try:
        with transaction.atomic():
            answer = handler(signed, sent, now)
            if answer.state == "done":
                kinds.follow(signed, sent, answer, now)
            return answer
    except Refused as error:
        told = tell(error.refusal)
        return Answer("refused", told.code, told.sentence)


def _claim(signed: Signed, sent: Sent, digest: bytes, behind: int, now: datetime) -> int | None:
    """The new row's id; None when the entry is there. Waits for another worker that has it in hand."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into collection_sententry (person_id, post_id, entry, kind, digest, state, code, message, facts,"
            " device, made_at, at, skew) values (%s, %s, %s, %s, %s, 'doing', '', '', '{}', %s, %s, %s, %s)"
            " on conflict (person_id, entry) do nothing returning id",
            [signed.person.pk, signed.post.pk, sent.id, sent.kind, digest, sent.device, sent.made_at, now, behind],
        )
        row = cursor.fetchone()
    return int(row[0]) if row is not None else None


def _kept(signed: Signed, entry: UUID, digests: Sequence[bytes]) -> Told | None:
    """The answer that was given before; a refusal when the id came with another body."""
    row = SentEntry.objects.filter(person=signed.person, entry=entry).first()
    if row is None:
        return None
    if not any(hmac.compare_digest(bytes(row.digest), one) for one in digests):
        message = _("Another entry was sent under this id before; the first one stays, nothing was changed.")
        return Told(entry, "refused", "same_id", message)
    return Told(entry, row.state, row.code, row.message, row.facts, repeated=True)


def _after(signed: Signed, sent: Sent) -> Told | Answer | None:
    """Waiting while an entry before is not done; refused for good when one was."""
    if not sent.after:
        return None
    found = SentEntry.objects.filter(person=signed.person, entry__in=sent.after)
    states = dict(found.values_list("entry", "state"))
    refused = [str(one) for one in sent.after if states.get(one) == "refused"]
    if refused:
        message = _("What this rests on was refused.")
        return Answer("refused", "after_refused", message, {"after": refused})
    open_ = [str(one) for one in sent.after if one not in states]
    if open_:
        return Told(sent.id, "waiting", "after_open", _("Something before this is not sent yet."), {"after": open_})
    return None


def _files(signed: Signed, sent: Sent, files: tuple[UUID, ...]) -> Told | Answer | dict[UUID, UUID]:
    """Media by the device's ids of files; waiting while one is not whole, refused when one was."""
    if not files:
        return {}
    found = SentFile.objects.filter(person=signed.person, file__in=files)
    rows = {file: (media, code) for file, media, code in found.values_list("file", "media", "code")}
    refused = {str(one): rows[one][1] for one in files if one in rows and rows[one][1]}
    if refused:
        return Answer("refused", "file_refused", _("A file of this was refused."), {"files": refused})
    open_ = [str(one) for one in files if one not in rows or rows[one][0] is None]
    if open_:
        return Told(sent.id, "waiting", "files_open", _("A file of this is not whole yet."), {"files": open_})
    return {one: media for one, (media, _code) in rows.items() if media is not None}


def _id_of(raw: Any) -> Any:
    """The id as it was sent, as far as there is one that can be given back."""
    one = raw.get("id") if isinstance(raw, dict) else None
    return one[:80] if isinstance(one, str) else None


def _uuid(text: Any) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None

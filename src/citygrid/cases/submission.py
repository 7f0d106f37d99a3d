"""An act as a client sends it: plain texts in the fields, an id of its own choosing. Texts become redactable rows."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from citygrid.process.acts import ACTS
from citygrid.process.model import Act, Actor
from citygrid.process.moments import maybe_stamp
from citygrid.trust import keys
from citygrid.trust.algorithms import algorithm_at
from citygrid.trust.redactable import CALLER_NAME, CALLER_PHONE, FREE_TEXT, Draft, draft

_KINDS = {"caller": CALLER_NAME, "phone": CALLER_PHONE}
LONGEST_TEXT = 4000


@dataclass(frozen=True, slots=True)
class Submission:
    """`id`: the client's id of this act (idempotency key together with the case). `data`: content by the field table
    of `process/acts.py`, texts plain. `claimed`: when the actor says it happened. `item`: the work item answered."""

    case: UUID
    id: UUID
    name: str
    data: Mapping[str, Any] = field(default_factory=dict)
    claimed: datetime | None = None
    item: int | None = None

    def digest(self, actor: Actor) -> bytes:
        """Keyed hash of the body: the same id with another body is refused (DESIGN section 3, ids)."""
        return self.digests(actor)[0]

    def digests(self, actor: Actor) -> list[bytes]:
        """The same by every key of this server, the current one first: a repeat is known across a change of keys."""
        content = [self.name, dict(self.data), _stamp(self.claimed), self.item, actor.person, actor.post]
        # Not canonical bytes: what comes from outside may be malformed, and is hashed all the same.
        body = json.dumps(content, sort_keys=True, default=str).encode()
        return [hmac.new(secret.encode(), body, hashlib.sha256).digest() for secret in keys.secrets()]


def _stamp(claimed: datetime | None) -> str | None:
    """Of a moment beyond the calendar (the year 1, east of Greenwich) its own words: it is refused further on."""
    try:
        return maybe_stamp(claimed)
    except OverflowError:
        return str(claimed)


def to_act(submission: Submission, actor: Actor, at: datetime) -> tuple[Act, list[Draft]]:
    """The act with references in place of texts, and the drafts to store when it is not refused.

    Content of the wrong type passes through: `decide` refuses it with its field's name."""
    spec = ACTS.get(submission.name)
    data, drafts, algorithm = dict(submission.data), list[Draft](), algorithm_at(at)
    for one in spec.fields if spec is not None else ():
        value = data.get(one.name)
        if one.type == "text" and isinstance(value, str):
            if not value.strip():
                del data[one.name]
                continue
            data[one.name] = _refer(_KINDS.get(one.name, FREE_TEXT), value, drafts, algorithm)
        elif one.type == "parts" and isinstance(value, list):
            data[one.name] = [_part(p, drafts, algorithm) for p in value]
    act = Act(submission.id, submission.case, submission.name, at, actor, data, submission.claimed, submission.item)
    return act, drafts


def _part(part: Any, drafts: list[Draft], algorithm: str) -> Any:
    if isinstance(part, Mapping) and isinstance(part.get("text"), str):
        return {**part, "text": _refer(FREE_TEXT, part["text"], drafts, algorithm)}
    return part


def _refer(kind: str, text: str, drafts: list[Draft], algorithm: str) -> Any:
    if len(text) > LONGEST_TEXT or "\0" in text:
        return text[:80].replace("\0", "")  # not a reference: refused as not valid
    one = draft(kind, text.strip(), algorithm=algorithm)
    drafts.append(one)
    return {"id": str(one.ref.id), "digest": one.ref.digest.hex()}

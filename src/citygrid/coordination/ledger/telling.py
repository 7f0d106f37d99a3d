"""Lines of the ledger in words, for the page and for the file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from citygrid.cases import naming, wording
from citygrid.cases.delegation_models import Delegation
from citygrid.cases.photos import Picture, pictures
from citygrid.coordination.ledger.reading import Line
from citygrid.process.moments import maybe_moment
from citygrid.trust import redactable
from citygrid.web.refusals import act_name
from citygrid.web.words import office_moment


@dataclass(frozen=True, slots=True)
class Said:
    """One step in words. `ground`: the document of the delegation that it rests on, and its address."""

    at: datetime
    who: str
    body: str
    result: str
    opinion: str
    ground: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """One request in words. `length`: how long was asked or granted, or until when."""

    case: UUID
    seq: int
    number: str
    title: str
    at: datetime
    kind: str
    length: str
    who: str
    body: str
    suggested: str
    reason: str
    evidence: Sequence[Picture]
    files: int
    steps: Sequence[Said]
    state: str
    result: str
    decided_at: datetime | None


def results() -> dict[str, str]:
    return {
        "open": _("to be decided"),
        "granted": wording.answer("granted", True),
        "refused": wording.answer("granted", False),
        "withdrawn": _("withdrawn"),
    }


def told(lines: Sequence[Line], *, photos: bool = True) -> list[Told]:
    """`photos`: with the pictures of the evidence (a file has their number only)."""
    ids = {i for one in lines for i in (one.asked.reason, *(s.note for s in one.steps)) if i}
    texts = {str(i): row.text or "" for i, row in redactable.get_many(UUID(i) for i in ids).items()}
    people = naming.people([p for one in lines for p in (one.asked.person, *(s.person for s in one.steps))])
    classes, words, documents = naming.classes(one.asked.class_id for one in lines), results(), _documents(lines)
    found = []
    for one in lines:
        asked, request = one.asked, one.asked.request
        steps = [
            Said(
                step.at,
                people.get(step.person, ""),
                naming.body(step.body),
                act_name(step.act) if step.granted is None else wording.answer("granted", step.granted),
                texts.get(step.note or "", ""),
                documents.get(step.delegation or ""),
            )
            for step in one.steps
        ]
        until = maybe_moment(request.get("until"))
        mode = wording.choice(str(request["mode"])) if request.get("mode") else wording.choice(one.asked.kind)
        found.append(
            Told(
                asked.case, asked.seq, asked.number, classes.get(asked.class_id or "", ""), asked.at, mode,
                wording.limit(request.get("limit")) or office_moment(until), people.get(asked.person, ""),
                naming.body(asked.body), naming.body(asked.suggested), texts.get(asked.reason or "", ""),
                pictures(asked.media) if photos else (), len(asked.media), steps, asked.state,
                words.get(asked.state, asked.state), maybe_moment(request.get("decided_at")),
            )
        )  # fmt: skip
    return found


def _documents(lines: Sequence[Line]) -> dict[str, tuple[str, str]]:
    codes = {s.delegation for one in lines for s in one.steps if s.delegation}
    rows = Delegation.objects.filter(code__in=codes).values_list("code", "document") if codes else ()
    return {code: (document, reverse("cases:delegation", args=[code])) for code, document in rows}

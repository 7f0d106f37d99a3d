"""A unit's record: leader in charge, department, team, funding, rules and emergency plan; every change is another
version (S0-26, S0-43)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import PurePath
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from citygrid.media import storing
from citygrid.media.checking import MediaError
from citygrid.media.models import File
from citygrid.organization import keeping, proposing, tree
from citygrid.organization.files import COLUMNS, RECORDS, Line
from citygrid.organization.models import Body, Person, RecordFile, UnitRecord
from citygrid.process.refusal import Refusal, Refused
from citygrid.standards.reports import Report
from citygrid.trust import audit

MOST_FILES = 20
MESSAGES: dict[str, str] = {
    "changed_meanwhile": "Somebody else has changed the record since you opened it: look at it, then save again.",
    "not_a_document": "Rules and plans are documents (PDF, Word, Excel); %(name)s is none.",
    "too_many_files": "A record holds at most %(most)s files.",
}
WORDS = tuple(name for name in COLUMNS[RECORDS] if name != "body")
_EMPTY: dict[str, Any] = {**dict.fromkeys(WORDS, ""), "team_people": []}


@dataclass(frozen=True, slots=True)
class Sent:
    """What was typed and sent: words by column, files by purpose, ids of files that go. `seen`: the number of the
    version that was on the page (0: none)."""

    words: dict[str, str]
    files: Sequence[tuple[str, "UploadedFile[Any]"]] = field(default_factory=tuple)
    removed: Collection[int] = ()
    seen: int = 0


def newest(body: Body) -> UnitRecord | None:
    """The version that holds."""
    return UnitRecord.objects.filter(body=body).order_by("-number").select_related("made_by").first()


def save(body: Body, sent: Sent, by: Person, now: datetime, at: date) -> UnitRecord | Report | None:
    """Another version, when anything differs (else None); a report when words are at fault. Raises Refused
    `changed_meanwhile`, `not_a_document`, `too_many_files`, or what `media` refuses; then nothing is written."""
    stored = _stored(sent, by, now)
    with transaction.atomic():
        Body.objects.select_for_update().get(pk=body.pk)
        before = newest(body)
        if (before.number if before else 0) != sent.seen:
            raise Refused(Refusal("changed_meanwhile", MESSAGES["changed_meanwhile"]))
        line = Line(RECORDS, 1, {"body": body.code, **sent.words})
        proposal = proposing.propose(proposing.Wish({RECORDS: [line]}), at)
        if not proposal.report.ok:
            return proposal.report
        gone = before.files.filter(pk__in=sent.removed).count() if before else 0
        if (before.files.count() if before else 0) - gone + len(stored) > MOST_FILES:
            raise Refused(Refusal("too_many_files", MESSAGES["too_many_files"], {"most": MOST_FILES}))
        if not proposal.changes and not stored and not gone:
            return None
        cells = proposal.changes[0].after if proposal.changes else {name: sent.words[name] for name in WORDS}
        team = Person.objects.filter(login__in=cells["team_people"].split()).values_list("pk", flat=True)
        record = keeping.another(body.pk, cells, team, keeping.When(at, now, by))
        _files(record, before, stored, sent.removed)
        tree.bump()
        params = {"number": record.number, "added": len(stored), "removed": gone}
        audit.record(now, "change_unit_record", subject=("body", body.code), params=params, person=by.pk)
        return record


def differences(new: UnitRecord, old: UnitRecord | None) -> list[str]:
    """The columns in which a version differs from the one before, `files` among them."""
    names = [name for name in WORDS if getattr(new, name) != (getattr(old, name) if old else _EMPTY[name])]
    return names + ["files"] * (_ids(new) != _ids(old))


def _stored(sent: Sent, by: Person, now: datetime) -> list[tuple[str, str, File]]:
    """Purpose, name and row of each file; only its sender sees one that no record names."""
    found = []
    for purpose, file in sent.files:
        name = PurePath((file.name or "").replace("\\", "/")).name[-200:] or "file"
        try:
            kept = storing.store(file.read(), name, by.pk, now)
        except MediaError as error:
            raise Refused(Refusal(error.code, error.message, error.params)) from None
        if kept.kind != "document":
            raise Refused(Refusal("not_a_document", MESSAGES["not_a_document"], {"name": name}))
        found.append((purpose, name, kept))
    return found


def _ids(record: UnitRecord | None) -> set[tuple[str, str]]:
    return {(one.purpose, str(one.file_id)) for one in record.files.all()} if record else set()


def _files(
    record: UnitRecord, before: UnitRecord | None, stored: Sequence[tuple[str, str, File]], removed: Collection[int]
) -> None:
    gone = before.files.filter(pk__in=removed) if before else RecordFile.objects.none()
    for one in gone:
        record.files.filter(purpose=one.purpose, file=one.file_id).delete()
    for purpose, name, file in stored:
        RecordFile.objects.get_or_create(record=record, purpose=purpose, file=file, defaults={"name": name})

"""Entries of schemes as a table of the city folder, `score_entries.csv`: every one with who entered and decided it, so
that a city that moves keeps its scores. What is there already stays as it is: an entry is never changed."""

import csv
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from citygrid.evaluation.entering import LARGEST, is_subject
from citygrid.evaluation.entry_models import Entry
from citygrid.media.models import File
from citygrid.organization.models import Person
from citygrid.standards.reports import Report
from citygrid.tabular import guarded

T = TypeVar("T")
FILE = "score_entries.csv"
FIELDS = (
    "id", "by", "input", "item", "subject", "day", "value", "sample", "reason", "source", "evidence", "replaces",
    "state", "made_by", "made_at", "decided_by", "decided_at", "decision",
)  # fmt: skip
MESSAGES = {
    "no_columns": "The table lacks columns: %(columns)s.",
    "unknown_person": "There is no person %(value)s.",
    "unknown_subject": "There is no object %(value)s.",
    "unknown_entry": "There is no entry %(value)s that this one could replace.",
    "not_right": "%(value)s is not right here.",
    "own_entry": "Somebody else than who entered it approves it.",
}


class _Fault(Exception):  # noqa: N818 - becomes a line of the report
    def __init__(self, field: str, code: str, value: object = "") -> None:
        self.field, self.code, self.value = field, code, value


def load(folder: Path, at: date) -> Report:
    """Take in the entries that are not there yet; without the file nothing changes. Files of evidence are taken where
    the store has them."""
    report, path = Report(), folder / FILE
    if not path.exists():
        return report
    with path.open(encoding="utf-8-sig", newline="") as text:
        rows = csv.DictReader(text)
        lacking = [name for name in FIELDS if name not in (rows.fieldnames or ())]
        if lacking:
            report.add(FILE, 1, "", "no_columns", MESSAGES["no_columns"], {"columns": ", ".join(lacking)})
            return report
        found = [(number, row) for number, row in enumerate(rows, 2)]
    people = dict(Person.objects.values_list("login", "pk"))
    there = set(Entry.objects.values_list("pk", flat=True))
    new: list[Entry] = []
    for number, row in found:
        try:
            entry = _entry({name: row[name] or "" for name in FIELDS}, people, there | {one.pk for one in new}, at)
        except _Fault as fault:
            report.add(FILE, number, fault.field, fault.code, MESSAGES[fault.code], {"value": fault.value})
            continue
        if entry.pk not in there:
            new.append(entry)
    if report.ok:
        for entry in new:  # one after another: a correction comes after what it replaces
            entry.save(force_insert=True)
        report.count("score entries", len(found))
    return report


def dump(folder: Path, at: date) -> None:
    """Write all entries, the oldest first; no file where there is none."""
    rows = list(Entry.objects.select_related("made_by", "decided_by", "evidence").order_by("made_at", "pk"))
    if not rows:
        return
    with (folder / FILE).open("w", encoding="utf-8", newline="") as text:
        out = csv.writer(text, lineterminator="\n")
        out.writerow(FIELDS)
        for row in rows:
            words = (
                row.pk, row.by, row.input, row.item, row.subject, row.day, row.value, row.sample, guarded(row.reason),
                guarded(row.source), row.evidence_id, row.replaces_id, row.state, row.made_by.login, _iso(row.made_at),
                row.decided_by.login if row.decided_by else None, _iso(row.decided_at), guarded(row.decision),
            )  # fmt: skip
            out.writerow(["" if word is None else str(word) for word in words])


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None


def _entry(row: Mapping[str, str], people: Mapping[str, int], known: set[UUID], at: date) -> Entry:
    if not is_subject(row["by"], row["subject"], at):
        raise _Fault("subject", "unknown_subject", row["subject"])
    for name in ("made_by", "decided_by"):
        if (row[name] or name == "made_by") and row[name] not in people:
            raise _Fault(name, "unknown_person", row[name])
    if row["decided_by"] and row["decided_by"] == row["made_by"]:
        raise _Fault("decided_by", "own_entry")
    if row["state"] not in Entry.State.values or bool(row["decided_by"]) != (row["state"] != Entry.State.PROPOSED):
        raise _Fault("state", "not_right", row["state"])
    replaces = _read(row, "replaces", UUID)
    if replaces is not None and replaces not in known:
        raise _Fault("replaces", "unknown_entry", replaces)
    evidence = _read(row, "evidence", UUID)
    return Entry(
        id=_must(row, "id", UUID), by=row["by"], input=row["input"][:60], item=row["item"][:60], subject=row["subject"],
        day=_must(row, "day", date.fromisoformat), value=_read(row, "value", _value),
        sample=_read(row, "sample", _sample),
        reason=_text(row, "reason", 500), source=_text(row, "source", 200), replaces_id=replaces, state=row["state"],
        evidence_id=evidence if evidence and File.objects.filter(pk=evidence).exists() else None,
        made_by_id=people[row["made_by"]], made_at=_must(row, "made_at", _moment),
        decided_by_id=people.get(row["decided_by"]),
        decided_at=_must(row, "decided_at", _moment) if row["decided_by"] else None,
        decision=_text(row, "decision", 500),
    )  # fmt: skip


def _read(row: Mapping[str, str], name: str, make: Callable[[str], T]) -> T | None:
    if not row[name]:
        return None
    try:
        return make(row[name])
    except (ValueError, InvalidOperation) as error:
        raise _Fault(name, "not_right", row[name]) from error


def _value(text: str) -> Decimal:
    value = Decimal(text)
    if not value.is_finite() or abs(value) > LARGEST or value != round(value, 4):
        raise ValueError(text)
    return value


def _sample(text: str) -> int:
    if not 0 < int(text) < 10**9:
        raise ValueError(text)
    return int(text)


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(text)
    return at


def _must(row: Mapping[str, str], name: str, make: Callable[[str], T]) -> T:
    found = _read(row, name, make)
    if found is None:
        raise _Fault(name, "not_right", row[name])
    return found


def _text(row: Mapping[str, str], name: str, most: int) -> str:
    """What a spreadsheet was kept from reading as a formula is the text again."""
    text = row[name]
    text = text[1:] if text[:1] == "'" and guarded(text[1:]) == text else text
    if len(text) > most:
        raise _Fault(name, "not_right", text[:20])
    return text

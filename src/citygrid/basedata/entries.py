"""Rows of a register's file: keyed, dated places of another department (S1-10). Same staging, fewer checks.

An entry is known again by its number and the day from which it holds; a row without that day is about the entry that
is open."""

import hashlib
import json
from collections.abc import Sequence
from datetime import date

from citygrid.basedata.chunks import Chunk, Context, Work
from citygrid.basedata.models import RegisterEntry, SurveyRow
from citygrid.basedata.sheets import Field, Wrong
from citygrid.basedata.situating import situate

EMPTY = (
    "class_id", "origin", "key", "department", "department_name", "owner", "owner_name", "maintainer",
    "maintainer_name", "state", "accuracy", "source", "note",
)  # fmt: skip


def check(chunk: Chunk, context: Context) -> tuple[Work, list[str]]:
    """As `checking.check`, for the entries of a register."""
    work = Work(chunk, context)
    facts = work.facts
    facts |= {name: [""] * len(work) for name in EMPTY} | {"surveyed_on": [None] * len(work)}
    for name in ("code", "name", "valid_from", "valid_to"):
        field = context.field(name)
        assert field is not None, name
        facts[name] = work.read(field, [text or "" for text in work.texts(name)])
    for at, key in enumerate(facts["code"]):
        if not key:
            work.tell(at, "key_missing", "code")
    situate(work)
    facts["attributes"] = _attributes(work)
    known = _known(context, [key for key in facts["code"] if key])
    _date(work, known)
    facts["digest"] = _digest(work)
    return work, _judge(work, known)


def _attributes(work: Work) -> list[str]:
    parts = [_cells(work, field) for field in sorted(work.context.extra, key=lambda one: one.name)]
    return ["{" + ", ".join(filter(None, row)) + "}" for row in zip(*parts, strict=True)] or ["{}"] * len(work)


def _cells(work: Work, field: Field) -> list[str]:
    found = []
    default = work.context.mapping.defaults.get(field.name)
    for at, text in enumerate(work.texts(field.name)):
        value = field.read(text or default or "") if text or default else ""
        if isinstance(value, Wrong):
            work.tell(at, value.code, field.name, **value.params)
        elif value == "" and field.required:
            work.tell(at, "field_missing", field.name)
        good = not isinstance(value, Wrong) and value != ""
        found.append(f"{json.dumps(field.name)}: {json.dumps(value, ensure_ascii=False)}" if good else "")
    return found


def _known(context: Context, keys: Sequence[str]) -> dict[str, list[RegisterEntry]]:
    found: dict[str, list[RegisterEntry]] = {}
    rows = RegisterEntry.objects.filter(key__in=keys, register=context.register).order_by("valid_from")
    for row in rows.defer("shape", "data"):
        found.setdefault(row.key, []).append(row)
    return found


def _date(work: Work, known: dict[str, list[RegisterEntry]]) -> None:
    """Days as dates; a row without a first day takes that of the open entry, else the survey's."""
    facts = work.facts
    for at, (key, since, until) in enumerate(zip(facts["code"], facts["valid_from"], facts["valid_to"], strict=True)):
        opened = [one.valid_from for one in known.get(key, ()) if one.valid_to is None]
        first = date.fromisoformat(since) if since else (opened[-1] if opened else work.context.on)
        last = date.fromisoformat(until) if until else None
        facts["valid_from"][at], facts["valid_to"][at] = first.isoformat(), last.isoformat() if last else None
        if last is not None and last <= first:
            work.tell(at, "dates_order", "valid_to", since=first.isoformat(), until=last.isoformat())


def _digest(work: Work) -> list[str]:
    facts = work.facts
    found = []
    for at in range(len(work)):
        place = [facts["lon"][at], facts["lat"][at], facts["shape"][at]]
        content = [facts["code"][at], facts["name"][at], facts["valid_to"][at], facts["attributes"][at], *place]
        found.append(hashlib.blake2b(repr([str(one) for one in content]).encode(), digest_size=16).hexdigest())
    return found


def _judge(work: Work, known: dict[str, list[RegisterEntry]]) -> list[str]:
    verdicts: list[str] = []
    for at, (key, since) in enumerate(zip(work.facts["code"], work.facts["valid_from"], strict=True)):
        same = next((one for one in known.get(key, ()) if one.valid_from.isoformat() == since), None)
        found = work.problems.get(at, ())
        if any(one["severity"] == "error" for one in found):
            verdicts.append(SurveyRow.Verdict.WRONG.value)
        elif same is None:
            verdicts.append(SurveyRow.Verdict.NEW.value)
        elif same.digest == work.facts["digest"][at]:
            verdicts.append(SurveyRow.Verdict.SAME.value)
        else:
            verdicts.append(SurveyRow.Verdict.CHANGED.value)
    return verdicts

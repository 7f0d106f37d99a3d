"""What the screens of tasks need on the device to answer them: the fields of the acts in both languages, never written
into the app. Section `acting` of the pack (subsystems 2.1; S1-36)."""

from datetime import datetime
from typing import Any

from citygrid.cases import wording
from citygrid.cases.submission import LONGEST_TEXT
from citygrid.collection.syncing import pack
from citygrid.organization.seats import Signed
from citygrid.process.acts import ACTS, ActSpec, Field
from citygrid.process.guards import PERSONAL
from citygrid.rulebook.slices import NoRules, rules_at


def register() -> None:
    """Called when the app starts."""
    pack.section("acting", make)


def make(signed: Signed, at: datetime) -> dict[str, Any]:
    """`answers`: act -> its fields, for the tasks that are given by name and that the post may answer. `comment`: may
    it add to a case that it sees. `longest_text`: signs of one text."""
    try:
        acts = rules_at(at).variant(None).acts
    except NoRules:
        acts = {}
    role = signed.role.code
    able = (name for name in sorted(PERSONAL) if role in acts.get(name, frozenset()))
    return {
        "answers": {name: {"words": [ACTS[name].zh, ACTS[name].en], "fields": _fields(ACTS[name])} for name in able},
        "comment": role in acts.get("comment", frozenset()),
        "longest_text": LONGEST_TEXT,
    }


def _fields(spec: ActSpec) -> list[dict[str, Any]]:
    return [
        {"name": one.name, "type": one.type, "words": [one.zh, one.en], "required": one.required,
         "choices": _choices(one)}
        for one in spec.fields
    ]  # fmt: skip


def _choices(field: Field) -> list[list[Any]]:
    """Value, Chinese, English of each choice; of a yes or no too."""
    if field.type == "bool":
        yes, no = wording.BOOLS.get(field.name, (wording.YES, wording.NO))
        return [[True, *yes], [False, *no]]
    return [[value, *wording.CHOICES.get(value, (value, value))] for value in field.choices]

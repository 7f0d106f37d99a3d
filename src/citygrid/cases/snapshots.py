"""A whole case as JSON and back: the projection that acts are decided on, equal to what its timeline gives."""

from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any
from uuid import UUID

from citygrid.process.coding import ASSIGNMENT, FINDING, ITEM, REQUEST, dump_fields, load_fields
from citygrid.process.model import Case

_ROWS = {"work": ITEM, "assignments": ASSIGNMENT, "requests": REQUEST, "findings": FINDING}
_DEFAULTS = [(f.name, f.default if f.default is not MISSING else MISSING) for f in fields(Case) if f.name != "id"]


def dump(case: Case) -> dict[str, Any]:
    """JSON values of all fields that differ from their default; the id is the row's."""
    plain: dict[str, Any] = {}
    rows: dict[str, Any] = {}
    for name, default in _DEFAULTS:
        value = getattr(case, name)
        if value is default or value == default:
            continue
        if name in _ROWS:
            rows[name] = [_ROWS[name].dump(one) for one in value]
        else:
            plain[name] = value
    return {**dump_fields(plain), **rows}


def load(case_id: UUID, data: Mapping[str, Any]) -> Case:
    """The inverse of `dump`."""
    plain = load_fields({k: v for k, v in data.items() if k not in _ROWS})
    rows = {k: tuple(record.load(one) for one in data[k]) for k, record in _ROWS.items() if k in data}
    values: dict[str, Any] = {**plain, **rows}
    return Case(id=case_id, **values)

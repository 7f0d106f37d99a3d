"""Old entries are read through upcasters and never rewritten.

To change the shape of an entry type: raise its number in `SCHEMA` and add a function here that turns the former
shape's data into the new one."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from citygrid.process.model import Entry

SCHEMA: dict[str, int] = {}
"""Entry type -> newest schema number; 1 where not named."""

UPCASTERS: dict[tuple[str, int], Callable[[Mapping[str, Any]], Mapping[str, Any]]] = {}
"""(entry type, old schema) -> data of that schema turned into data of the next."""


def schema_of(entry_type: str) -> int:
    return SCHEMA.get(entry_type, 1)


def upcast(entry: Entry) -> Entry:
    """The same entry in the newest shape; an entry of a schema newer than this program is an error."""
    newest = SCHEMA.get(entry.type, 1)
    if entry.schema == newest:
        return entry
    if entry.schema > newest:
        raise ValueError(f"entry {entry.seq} of {entry.case} has schema {entry.schema}, newer than {newest}")
    data = entry.data
    for schema in range(entry.schema, newest):
        data = UPCASTERS[entry.type, schema](data)
    return replace(entry, schema=newest, data=data)

"""The section `tasks`: what a collector owes by name (核实, 核查), with all that is needed to answer it on the spot."""

from datetime import datetime
from typing import Any
from uuid import UUID

from citygrid.cases import naming, queues, wording
from citygrid.cases.database import cursor, plain
from citygrid.cases.models import OPEN_BUCKET
from citygrid.cases.queues import Queued
from citygrid.collection.syncing import pack
from citygrid.collection.syncing.case_kinds import TASKS
from citygrid.organization.seats import Signed
from citygrid.process.acts import ACTS, Field
from citygrid.web.words import say

MOST = 200
"""Tasks of a kind that a device is given; what is late first."""


def register() -> None:
    """Offer the section; called when the app starts."""
    pack.section("tasks", tasks)


def tasks(signed: Signed, now: datetime) -> dict[str, Any]:
    """`rows`: the open tasks, late ones first. `forms`: the fields of each act that answers one, with its choices."""
    found: list[Queued] = []
    for kind in sorted(TASKS):
        owed = queues.my_items(signed.person.pk, signed.body.pk, signed.role.code, kind=kind, most=MOST, now=now)
        found += [one for one in owed if one.person == signed.person.pk]
    found.sort(key=lambda one: (one.sort_at, one.case, one.no))
    names = naming.classes(one.class_id for one in found)
    known = _of_cases([one.case for one in found])
    return {
        "rows": [_row(one, names, known.get(one.case, {})) for one in found],
        "forms": {act: [_field(one) for one in ACTS[act].fields] for act in sorted(TASKS)},
    }


def _row(one: Queued, names: dict[str, str], known: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": f"{one.case}:{one.no}",
        "kind": one.kind,
        "act": one.kind,
        "case": str(one.case),
        "item": one.no,
        "opened_at": one.opened_at,
        "due": one.due,
        "warn_at": one.warn_at,
        "paused": one.paused_at is not None,
        "provisional": one.provisional,
        "report_no": one.report_no,
        "case_no": one.case_no,
        "class_id": one.class_id,
        "class_name": names.get(one.class_id or "", one.class_id or ""),
        "safety": one.safety,
        "marks": [wording.choice(mark) for mark in sorted(one.marks)],
        "text": one.text or "",
        "address": one.address or "",
        **known,
    }


def _of_cases(cases: list[UUID]) -> dict[UUID, dict[str, Any]]:
    """Place and earlier photos: those of the report (`photos`), those after the handling (`photos_after`)."""
    if not cases:
        return {}
    with plain() as connection:
        rows = cursor(connection).execute(
            b"select id, lon, lat, component, snapshot -> 'media', snapshot -> 'after_media' from cases_case"
            b" where id = any(%s) and bucket = %s",
            [cases, OPEN_BUCKET],
        )
        return {
            case: {
                "lon": None if lon is None else float(lon),
                "lat": None if lat is None else float(lat),
                "component": component,
                "photos": before or [],
                "photos_after": after or [],
            }
            for case, lon, lat, component, before, after in rows.fetchall()
        }


def _field(field: Field) -> dict[str, Any]:
    choices = [[one, wording.choice(one)] for one in field.choices]
    return {
        "name": field.name, "type": field.type, "label": say((field.zh, field.en)), "required": field.required,
        "choices": choices,
    }  # fmt: skip

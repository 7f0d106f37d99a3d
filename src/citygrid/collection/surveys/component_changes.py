"""Components in the field: what the app knows of them offline, and changes that are asked for (S1-08, S1-60)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from citygrid.basedata import asking, component_words, listing, seeing, survey_asking
from citygrid.basedata import components as register
from citygrid.basedata.asking import Asked
from citygrid.basedata.classes import classes_at
from citygrid.basedata.models import ChangeRequest, Component
from citygrid.basedata.sheets import Field
from citygrid.collection.surveys.refusals import refused
from citygrid.collection.syncing import ground
from citygrid.collection.syncing.kinds import Answer, Sent
from citygrid.organization.rights import may
from citygrid.organization.seats import Signed
from citygrid.process.refusal import Refused
from citygrid.rulebook.slices import localday
from citygrid.web.words import chinese

RIGHTS = ("basedata.request", "basedata.publish")
MOST_CARDS, MOST_OWN = 3000, 60
TEXTS = 1000


def take(signed: Signed, sent: Sent, now: datetime) -> Answer:
    """Entry `component_change`: {kind, code, class_id, lon, lat, cells, reason}; its files are the photos. It becomes a
    change request, which somebody else decides on. Raises Refused."""
    said = sent.data
    cells = said.get("cells", {})
    if not isinstance(cells, dict) or not all(isinstance(one, str) and len(one) <= TEXTS for one in cells.values()):
        raise refused("change_malformed", field="cells")
    asked = Asked(
        id=sent.id, kind=_text(said, "kind"), code=_text(said, "code"), class_id=_text(said, "class_id"),
        lon=_degrees(said, "lon"), lat=_degrees(said, "lat"), cells=cells, reason=_text(said, "reason"),
        photos=tuple(sent.files.values()),
    )  # fmt: skip
    try:
        row, _again = asking.ask(asked, signed, now)
    except Refused as error:
        told = survey_asking.tell(error.refusal)
        return Answer("refused", told.code, told.sentence)
    return Answer("done", facts={"request": str(row.pk), "status": row.status})


def _text(said: Any, name: str) -> str:
    value = said.get(name) or ""
    if not isinstance(value, str) or len(value) > TEXTS:
        raise refused("change_malformed", field=name)
    return value


def _degrees(said: Any, name: str) -> float | None:
    value = said.get(name)
    if value is None:
        return None
    if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) <= 180:
        raise refused("change_malformed", field=name)
    return float(value)


def able(signed: Signed) -> bool:
    return any(may(signed, right) for right in RIGHTS)


def cards_mark(signed: Signed, now: datetime) -> str:
    """A mark that changes whenever the cards do."""
    seen, params = seeing.components(signed)
    parts = (register.state(), localday(now), seen, params, able(signed), *ground.of(signed, now).grids)
    return "\0".join(map(str, parts))


def cards(signed: Signed, now: datetime) -> dict[str, Any]:
    """Pack section `cards`: facts of the components in the duty area by code, and which facts each class has.

    {may, fields: {key: {name, title, type, choices: [[code, words]]}}, classes: {class: {name, fields: [keys]}},
    rows: {code: {class_id, name, lon, lat, grid, state, cells: {name: text}}}, cut}. `may`: changes are taken."""
    wanted = listing.Query(grids=tuple(ground.of(signed, now).grids))
    listed = listing.page(wanted, seeing.components(signed), MOST_CARDS + 1) if wanted.grids else []
    rows = Component.objects.filter(code__in=[one.code for one in listed[:MOST_CARDS]], lon__isnull=False)
    known = classes_at(localday(now))
    names = component_words.class_names(sorted(known.sheets), localday(now))
    fields: dict[str, dict[str, Any]] = {}
    classes: dict[str, Any] = {}
    for class_id in sorted(known.sheets):
        keys = []
        for one in asking.fields_for(class_id, now):
            told = _field(one)
            key = one.name if fields.setdefault(one.name, told) == told else f"{class_id} {one.name}"
            fields[key] = told
            keys.append(key)
        classes[class_id] = {"name": names[class_id], "fields": keys}
    return {
        "may": able(signed), "fields": fields, "classes": classes, "cut": len(listed) > MOST_CARDS,
        "rows": {row.code: _card(row, fields, classes.get(row.class_id, {}).get("fields", ())) for row in rows},
    }  # fmt: skip


def _field(one: Field) -> dict[str, Any]:
    choices = [[c.code, one.say(c.code, chinese())] for c in one.choices]
    return {"name": one.name, "title": component_words.title_of(one), "type": one.type, "choices": choices}


def _card(row: Component, fields: Mapping[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    cells = {}
    for name in (fields[key]["name"] for key in keys):
        value = row.attributes[name] if name in row.attributes else getattr(row, name, "")
        if value not in ("", None):
            cells[name] = str(value)
    return {
        "class_id": row.class_id, "name": row.name, "lon": row.lon, "lat": row.lat, "grid": row.grid,
        "state": row.state, "cells": cells,
    }  # fmt: skip


def own(signed: Signed, now: datetime) -> list[dict[str, Any]]:
    """Pack section `component_changes`: what this person asked for and what became of it, the newest first."""
    rows = list(ChangeRequest.objects.filter(asked_by=signed.person).order_by("-asked_at", "-id")[:MOST_OWN])
    names = component_words.class_names([row.class_id for row in rows], localday(now))
    return [_own(row, names.get(row.class_id, "")) for row in rows]


def _own(row: ChangeRequest, class_name: str) -> dict[str, Any]:
    return {
        "id": str(row.pk), "kind": row.kind, "kind_words": str(row.get_kind_display()), "code": row.code,
        "class_name": class_name, "status": row.status, "status_words": str(row.get_status_display()),
        "asked_at": row.asked_at, "decided_at": row.decided_at, "answer": row.answer, "reason": row.reason,
        "version": row.version,
    }  # fmt: skip

"""The copy of what is held about a person: a ZIP with the data (JSON) and a page to read (HTML) (个人信息保护法 45)."""

import io
import json
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string

from citygrid.cases.reading import case_for
from citygrid.cases.showing import view_of
from citygrid.organization.visibility import Scope
from citygrid.personal.deciding import About, about, found_for
from citygrid.personal.holdings import Held, looks_at
from citygrid.personal.models import Demand
from citygrid.process import Case
from citygrid.rulebook.slices import profile_at
from citygrid.web.words import chinese

_ALL = Scope(True, frozenset(), frozenset(), 0, 0)


def archive(demand: Demand, at: datetime) -> bytes:
    """The ZIP for a granted request, as things stand at `at`: `data.json`, `read_me.html`."""
    content = content_of(demand, at)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("data.json", json.dumps(content, ensure_ascii=False, indent=1, default=_moment) + "\n")
        page = render_to_string("personal/copy.html", {"content": content, "chinese": chinese()})
        file.writestr("read_me.html", page)
    return out.getvalue()


def content_of(demand: Demand, at: datetime) -> dict[str, Any]:
    """Everything that is held: the calls, what became of them, when and why it was looked at, how long it stays."""
    held = [one for one in found_for(demand) if not one.other]
    profile = profile_at(at)
    reasons = {one.code: one.name if chinese() else one.name_en for one in profile.personal.reasons}
    return {
        "request": str(demand),
        "document": demand.document,
        "city": profile.name if chinese() or not profile.name_en else profile.name_en,
        "made_at": at.astimezone(profile.timezone),
        "person": _person(about(demand)),
        "calls": [_call(one, profile.timezone) for one in held],
        "looks": [
            {"at": one.at.astimezone(profile.timezone), "case": one.case, "reason": reasons.get(one.reason, one.reason)}
            for one in looks_at(held)
        ],
        "kept_days": dict(profile.personal.keep),
    }


def _moment(value: datetime) -> str:
    return value.isoformat(timespec="seconds")


def _person(one: About) -> dict[str, str | None]:
    return {"phone": one.phone, "name": one.name}


def _call(one: Held, zone: Any) -> dict[str, Any]:
    found = case_for(_ALL, one.case)
    return {
        "case": one.number, "received_at": one.received_at.astimezone(zone), "state": one.state, "class": one.title,
        "closed_at": one.closed_at.astimezone(zone) if one.closed_at else None, "name": one.name, "phone": one.phone,
        "words": one.words, "address": one.address, "steps": _steps(found, one.received_at, zone) if found else [],
    }  # fmt: skip


def _steps(case: Case, at: datetime, zone: Any) -> Sequence[dict[str, Any]]:
    """What was done about the call, without the names of those who did it."""
    lines = view_of(case, at).lines
    return [{"at": line.at.astimezone(zone), "step": line.title} for line in reversed(lines)]

"""Versions of a component: what it was on a day, who brought it, one change at a time, and taking a change back.

A change goes through the same checks as a row of a survey."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import numpy as np
from django.db import transaction
from django.db.models import QuerySet

from citygrid.basedata import clashes, serials
from citygrid.basedata.checking import check
from citygrid.basedata.chunks import Chunk, Context, Work, context
from citygrid.basedata.copying import FACTS
from citygrid.basedata.knowing import CONTENT, shape_of
from citygrid.basedata.mappings import FileMapping
from citygrid.basedata.models import Component, ComponentVersion
from citygrid.basedata.problems import Problem, make, sentence
from citygrid.basedata.publishing import COPIED, hold
from citygrid.organization.models import Person
from citygrid.process.refusal import Refusal, Refused
from citygrid.rulebook.slices import localday
from citygrid.trust import audit

FIELD_ORIGIN = "field"
"""The origin of components that were reported one by one."""
Why = ComponentVersion.Why


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would make, before it is made: column of `Facts` -> value, and what is wrong or worth a look."""

    facts: Mapping[str, Any]
    problems: list[Problem]
    verdict: str


def history(code: str) -> QuerySet[ComponentVersion]:
    """All versions, the newest first."""
    return ComponentVersion.objects.filter(code=code).order_by("-version")


def as_of(code: str, day: date) -> ComponentVersion | None:
    """What the component was on a day; None before its first version and after its end."""
    found = history(code).filter(valid_from__lte=day).first()
    return None if found is None or found.ended else found


def differences(old: ComponentVersion | None, new: ComponentVersion) -> list[tuple[str, Any, Any]]:
    """(fact, before, after) of what changed; extra facts one by one as `attributes.NAME`."""
    found: list[tuple[str, Any, Any]] = []
    for name in CONTENT:
        before, after = getattr(old, name, None), getattr(new, name)
        if name == "attributes":
            before = before or {}
            for key in sorted({*before, *after}):
                if before.get(key) != after.get(key):
                    found.append((f"attributes.{key}", before.get(key), after.get(key)))
        elif name == "shape":
            if bytes(before or b"") != bytes(after or b""):
                found.append((name, before, after))
        elif before != after and not (before is None and after == ""):
            found.append((name, before, after))
    if new.ended != bool(old and old.ended):
        found.append(("ended", bool(old and old.ended), new.ended))
    return found


def preview(
    code: str, cells: Mapping[str, str], shape: Any, at: datetime, *, class_id: str = "", on: date | None = None
) -> Preview:
    """What `change` would make of it."""
    work, verdict, rules = _checked(code, cells, shape, class_id, on or localday(at), localday(at))
    problems = [*work.problems.get(0, ())]
    if not code:
        problems += _near(work, rules)
    return Preview({name: column[0] for name, column in work.facts.items()}, problems, verdict)


def change(
    code: str,
    cells: Mapping[str, str],
    shape: Any,
    *,
    by: Person | None,
    at: datetime,
    why: str,
    class_id: str = "",
    on: date | None = None,
    based_on: int | None = None,
    request: UUID | None = None,
    reason: str = "",
    ended: bool = False,
) -> ComponentVersion:
    """The next version of a component, or (code empty) a new one with the next code of its district and class.

    `cells`: facts as text, by the names of the mapping fields; what they do not say stays. `shape`: in degrees, None
    to leave it where it is. Warnings are for who decides to look at (`preview`); errors are refused (`wrong_facts`,
    with the sentences), and so is a change of what is another version by now (`stale`) or of nothing (`no_change`)."""
    day = on or localday(at)
    with transaction.atomic():
        hold()
        now = Component.objects.filter(code=code).first() if code else None
        if code and now is None:
            raise Refused(Refusal("no_component", "There is no component %(code)s.", {"code": code}))
        if now is not None and based_on is not None and now.version != based_on:
            message = "The component %(code)s was changed meanwhile: look at it again."
            raise Refused(Refusal("stale", message, {"code": code}))
        if ended and now is not None:
            made = _end(now, day)
        else:
            made = _made(now, _checked(code, cells, shape, class_id, day, localday(at)), day)
        return _keep(made, by, at, why, ended, request, reason)


def undo(code: str, by: Person | None, at: datetime, reason: str) -> ComponentVersion:
    """Take the newest change back: a new version with the facts of the one before. Refused when there is none."""
    with transaction.atomic():
        hold()
        found = list(history(code)[:2])
        if len(found) < 2 or found[1].ended:
            raise Refused(Refusal("nothing_before", "There is no version before this one.", {"code": code}))
        now = Component.objects.get(code=code)
        for name in COPIED:
            setattr(now, name, getattr(found[1], name))
        now.version, now.valid_to, now.survey = now.version + 1, None, None
        now.valid_from = max(now.valid_from, localday(at))
        return _keep(now, by, at, Why.UNDO, False, None, reason)


def _checked(
    code: str, cells: Mapping[str, str], shape: Any, class_id: str, on: date, today: date
) -> tuple[Work, str, Context]:
    said = {name: [text] for name, text in cells.items() if name not in ("code", "class")}
    if code:
        said["code"] = [code]
        class_id = class_id or Component.objects.filter(code=code).values_list("class_id", flat=True).first() or ""
    rules = context(FileMapping(FIELD_ORIGIN, constants={"class": class_id} if class_id else {}), on, today)
    if class_id not in rules.classes.sheets and cells.get("class"):
        said["class"] = [cells["class"]]
    shapes = np.full(1, None, dtype=object)
    shapes[0] = shape
    work, verdicts = check(Chunk([1], said, shapes), rules, _Spots())
    return work, verdicts[0], rules


class _Spots(Counter[str]):
    """Numbers made of class and place that are taken already, asked of the register."""

    def __missing__(self, key: str) -> int:
        taken = Component.objects.filter(origin=FIELD_ORIGIN, key__startswith=key, valid_to=None)
        return sum(one == key or one.startswith(f"{key}#") for one in taken.values_list("key", flat=True))


def _near(work: Work, rules: Context) -> list[Problem]:
    sheet = rules.classes.sheets.get(work.facts["class_id"][0])
    if sheet is None or np.isnan(work.x[0]):
        return []
    ours = clashes.Gathered()
    ours.add(work, ["new"])
    spot = clashes.as_spots(ours.spots[0])
    codes, theirs = clashes.published(sheet.class_id, spot, sheet.apart, None)
    _, other, metres = clashes.near_pairs(spot, theirs, sheet.apart)
    return [
        make("near_component", "place", metres=f"{far:.2f}", code=codes[at])
        for at, far in sorted(zip(other.tolist(), metres.tolist(), strict=True), key=lambda one: one[1])[:3]
    ]


def _made(now: Component | None, checked: tuple[Work, str, Context], day: date) -> Component:
    work, verdict, rules = checked
    errors = [one for one in work.problems.get(0, ()) if one["severity"] == "error" and one["code"] != "code_retired"]
    if errors:
        reason = " ".join(sentence(one) for one in errors)
        params = {"reason": reason, "problems": errors}
        raise Refused(Refusal("wrong_facts", "The facts cannot be taken: %(reason)s", params))
    if verdict == "same":
        raise Refused(Refusal("no_change", "Nothing would change.", {}))
    facts = {name: work.facts[name][0] for name in FACTS} | {name: work.facts[name][0] for name in ("lon", "lat")}
    facts |= {
        "surveyed_on": date.fromisoformat(work.facts["surveyed_on"][0]) if work.facts["surveyed_on"][0] else None,
        "attributes": json.loads(work.facts["attributes"][0]),
        "shape": work.facts["shape"][0].wkb if work.facts["shape"][0] is not None else None,
        "point": (float(work.x[0]), float(work.y[0])),
        "box": _box(work.facts["box"][0]),
    }
    made = now or Component(version=0, valid_from=day)
    for name, value in facts.items():
        setattr(made, name, value)
    if not made.code:
        made.code = _code(made, rules)
    made.version += 1
    made.valid_from, made.valid_to, made.survey = max(made.valid_from, day), None, None
    return made


def _box(text: str | None) -> tuple[float, ...] | None:
    if text is None:
        return None
    east, north, west, south = (float(one) for one in text.replace("(", "").replace(")", "").split(","))
    return west, south, east, north


def _code(made: Component, rules: Context) -> str:
    digits = rules.profile.format("component").parts[-1].digits
    district = made.district or made.community
    head = serials.prefix(rules.profile, district, rules.classes.sheets[made.class_id].code)
    return f"{head}{serials.take(head, 1, digits):0{digits}d}"


def _end(now: Component, day: date) -> Component:
    if now.valid_to is not None:
        raise Refused(Refusal("gone", "The component %(code)s is gone already.", {"code": now.code}))
    now.version += 1
    now.valid_from = now.valid_to = max(now.valid_from, day)
    now.survey = None
    return now


def _keep(
    made: Component, by: Person | None, at: datetime, why: str, ended: bool, request: UUID | None, reason: str
) -> ComponentVersion:
    made.save()
    version = ComponentVersion(
        **{name: getattr(made, name) for name in COPIED},
        version=made.version,
        valid_from=made.valid_from,
        ended=ended,
        at=at,
        by=by.pk if by else None,
        why=why,
        request=request,
        reason=reason[:200],
    )
    version.save(force_insert=True)
    params = {"version": made.version, "why": str(why)}
    audit.record(at, "component.change", subject=("component", made.code), person=by.pk if by else None, params=params)
    return version


def place_of(row: Any) -> Any:
    """The shape of a component, a version, a row in staging or an entry, in degrees; None where it has none."""
    return shape_of({"shape": row.shape, "lon": row.lon, "lat": row.lat})

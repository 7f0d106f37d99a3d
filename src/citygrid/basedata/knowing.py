"""What the register knows already of the components that rows are about; digests; what a row would change."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from django.db import connection

from citygrid.basedata.chunks import PLACE, Work
from citygrid.basedata.identifying import BY_PLACE, identify_by_place
from citygrid.basedata.models import SurveyRow
from citygrid.basedata.sheets import shipped

CONTENT = (
    "class_id", "name", "key", "lon", "lat", "shape", "department", "department_name", "owner", "owner_name",
    "maintainer", "maintainer_name", "state", "accuracy", "source", "surveyed_on", "note", "attributes",
)  # fmt: skip
"""What makes a version another one. Areas follow from the place and the division of the day: they are no content."""
_COLUMNS = ("code", "origin", "version", "valid_from", "valid_to", "digest", *CONTENT)
_SELECT = (
    "select code, origin, version, valid_from, valid_to, digest, "  # noqa: S608 - our own columns
    + ", ".join({"attributes": "attributes::text", "surveyed_on": "surveyed_on::text"}.get(one, one) for one in CONTENT)
    + " from basedata_component where "
)
Known = dict[str, Any]


def find_known(work: Work) -> None:
    """Fills `known` by code and by number, and the place of rows that say none."""
    facts = work.facts
    by_code = _by("code", [code for code in facts["code"] if code])
    by_key = _by_key(work.context.mapping.code, [key for key in facts["key"] if key])
    for at, (code, key) in enumerate(zip(facts["code"], facts["key"], strict=True)):
        found, numbered = by_code.get(code), by_key.get(key)
        if code and numbered is not None and numbered["code"] != code:
            work.tell(at, "key_other_code", "key", key=key, code=numbered["code"])
        if found is not None and found["valid_to"] is not None:
            work.tell(at, "code_retired", "code", text=code, since=str(found["valid_to"]))
        work.known[at] = found or (None if code else numbered)
    _places_of_known(work)
    _adopt(work)


def find_known_by_place(work: Work, seen: Counter[str]) -> None:
    """The rows that have neither code nor number, after they have been situated. `seen`: spots of the survey so far."""
    identify_by_place(work, seen)
    facts = work.facts
    rows = [at for at, key in enumerate(facts["key"]) if key.startswith(BY_PLACE) and work.known[at] is None]
    if rows:
        found = _by_key(work.context.mapping.code, [facts["key"][at] for at in rows])
        for at in rows:
            work.known[at] = found.get(facts["key"][at])
        _adopt(work)


def _places_of_known(work: Work) -> None:
    """A file without places (a list of owners, say) leaves components where they are."""
    shapes = work.chunk.shapes
    for at in np.flatnonzero(shapely.is_missing(shapes)).tolist():
        known = work.known[at]
        if known is not None and not any(one["field"] == PLACE for one in work.problems.get(at, ())):
            shapes[at] = shape_of(known)


def shape_of(row: Mapping[str, Any]) -> Any:
    """The shape of a row of `Facts` in degrees: points are kept as lon and lat alone. None without a place."""
    if row["shape"] is not None:
        return shapely.from_wkb(bytes(row["shape"]))
    return None if row["lon"] is None else shapely.Point(row["lon"], row["lat"])


def _adopt(work: Work) -> None:
    """Known components keep their code, and their number when the row says none."""
    facts = work.facts
    facts.setdefault("origin", [work.context.mapping.code] * len(work))
    for at, known in enumerate(work.known):
        if known is not None:
            facts["code"][at] = known["code"]
            if facts["key"][at] in ("", known["key"]):
                facts["key"][at], facts["origin"][at] = known["key"], known["origin"]


def _by(column: str, words: Sequence[str]) -> dict[str, Known]:
    if not words:
        return {}
    return {row[column]: row for row in _rows(_SELECT + f"{column} = any(%s)", [list(words)])}


def _by_key(origin: str, keys: Sequence[str]) -> dict[str, Known]:
    if not keys:
        return {}
    where = "origin = %s and key = any(%s) and not key = ''"
    return {row["key"]: row for row in _rows(_SELECT + where, [origin, list(keys)])}


def _rows(statement: str, params: list[Any]) -> Iterable[Known]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return [dict(zip(_COLUMNS, row, strict=True)) for row in cursor.fetchall()]


def check_known(work: Work) -> None:
    """Tell rows that change a component in a way that somebody should look at."""
    moved, on = float(shipped("limits")["moved"]), work.context.on
    said = work.chunk.cells.get("code")
    for at, known in enumerate(work.known):
        if known is None:
            continue
        if work.facts["class_id"][at] not in ("", known["class_id"]):
            work.tell(at, "class_changed", "class", code=known["code"], **{"class": known["class_id"]})
        if known["valid_from"] > on:
            work.tell(at, "older", "", code=known["code"], day=str(known["valid_from"]))
        if known["valid_to"] is not None and not (said and said[at]):
            work.tell(at, "returned", "", code=known["code"], since=str(known["valid_to"]))
        far = _distance(work, at, known)
        if far > moved:
            work.tell(at, "moved_far", PLACE, code=known["code"], metres=round(far))


def _distance(work: Work, at: int, known: Mapping[str, Any]) -> float:
    if known["lon"] is None or np.isnan(work.x[at]):
        return 0.0
    x, y = work.context.metric(known["lon"], known["lat"])
    return float(np.hypot(x - work.x[at], y - work.y[at]))


def digest(facts: Mapping[str, list[Any]]) -> list[str]:
    """One hash a row over its content."""
    columns = [_words(name, facts[name]) for name in CONTENT]
    make = hashlib.blake2b
    return [make("\x1f".join(row).encode(), digest_size=16).hexdigest() for row in zip(*columns, strict=True)]


def _words(name: str, values: list[Any]) -> list[str]:
    if name in ("lon", "lat"):
        return ["" if value is None else f"{value:.7f}" for value in values]
    if name == "shape":
        return ["" if value is None else shapely.to_wkb(value, hex=True, byte_order=1) for value in values]
    return ["" if value is None else str(value) for value in values]


def judge(work: Work) -> list[str]:
    """The verdict on each row; what changes nothing needs no warning."""
    verdicts = []
    same, new = SurveyRow.Verdict.SAME.value, SurveyRow.Verdict.NEW.value
    changed, wrong = SurveyRow.Verdict.CHANGED.value, SurveyRow.Verdict.WRONG.value
    for at, (known, mark) in enumerate(zip(work.known, work.facts["digest"], strict=True)):
        found = work.problems.get(at)
        if found and any(one["severity"] == "error" for one in found):
            verdicts.append(wrong)
        elif known is None:
            verdicts.append(new)
        elif known["digest"] == mark and known["valid_to"] is None:
            verdicts.append(same)
            work.problems.pop(at, None)
        else:
            verdicts.append(changed)
    return verdicts

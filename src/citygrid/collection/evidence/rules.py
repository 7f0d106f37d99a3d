"""Bounds and severities of the anomalies, the watermark, appeals: `evidence.toml`, shipped and a city's own over it."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from citygrid.areas.citywide import localday
from citygrid.collection.evidence.perceiving import BANDS
from citygrid.collection.models import EvidenceRules
from citygrid.messages.rules import merged
from citygrid.standards.reports import Report

FILE = "evidence.toml"
SHIPPED = Path(__file__).with_name(FILE)
STAGES = ("before", "after", "check")
MOST_BITS = BANDS * 3 - 1
"""The index finds for certain what differs in so many bits: one of the bands then differs in two at most."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of anomaly. `most`: what is still in order, in the kind's own unit."""

    code: str
    severity: int
    most: float = 0
    minutes: float = 0


@dataclass(frozen=True, slots=True)
class Watermark:
    """Which shown copies carry time, place and number."""

    on: bool
    smallest: int
    stages: frozenset[str]
    devices_only: bool


@dataclass(frozen=True, slots=True)
class Rules:
    """What is in force. `kinds`: those that are looked for."""

    bits: int
    days: int
    watermark: Watermark
    appeal_days: int
    missed_hours: int
    missed_seconds: int
    missed_classes: frozenset[str]
    kinds: Mapping[str, Kind]


def current(at: datetime) -> Rules:
    """The rules in force at a moment: the shipped ones, and over them what the city's folder says."""
    newest = EvidenceRules.objects.filter(since__lte=localday(at)).order_by("-since").first()
    return made(merged(shipped(), newest.data if newest is not None else {}))


@lru_cache(maxsize=1)
def shipped() -> dict[str, Any]:
    return tomllib.loads(SHIPPED.read_text(encoding="utf-8"))


def made(data: Mapping[str, Any]) -> Rules:
    """Rules from a checked mapping."""
    mark, missed = data["watermark"], data["missed"]
    kinds = {
        code: Kind(code, row["severity"], row.get("most", 0), row.get("minutes", 0))
        for code, row in data["kinds"].items() if row.get("on", True)
    }  # fmt: skip
    return Rules(
        data["likeness"]["bits"],
        data["likeness"]["days"],
        Watermark(mark["on"], mark["smallest"], frozenset(mark["stages"]), mark["devices_only"]),
        data["findings"]["appeal_days"],
        missed["hours"],
        missed["seconds"],
        frozenset(missed["classes"]),
        kinds,
    )


def keep(data: Mapping[str, Any], since: date) -> None:
    """The city's own rules from a day on; what was planned for later days goes."""
    EvidenceRules.objects.filter(since__gte=since).delete()
    EvidenceRules.objects.create(since=since, data=dict(data))


Fault = tuple[str, str, str, dict[str, str]]
# Part, key -> smallest and largest whole number.
_NUMBERS = {
    ("likeness", "bits"): (0, MOST_BITS), ("likeness", "days"): (1, 3660), ("watermark", "smallest"): (0, 10_000),
    ("findings", "appeal_days"): (1, 365), ("missed", "hours"): (1, 720), ("missed", "seconds"): (0, 86_400),
}  # fmt: skip
_SWITCHES = {("watermark", "on"), ("watermark", "devices_only")}
_LISTS = {("watermark", "stages"), ("missed", "classes")}


def read(path: Path, report: Report) -> dict[str, Any]:
    """The file as a mapping; its problems go into the report."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        report.add(FILE, 0, "", "unreadable", "The file cannot be read: %(why)s.", {"why": str(error)})
        return {}
    for where, code, message, params in faults(data):
        report.add(FILE, 0, where, code, message, params)
    return data


def faults(data: Mapping[str, Any]) -> Iterator[Fault]:
    """What is wrong in a city's rules: where, a code, the sentence and its params."""
    for part, rows in data.items():
        if part not in shipped():
            yield part, "unknown_key", "The rules of evidence have no %(key)s.", {"key": part}
        elif not isinstance(rows, dict):
            yield part, "wrong_value", "%(key)s has a value of the wrong kind.", {"key": part}
        elif part == "kinds":
            yield from _kind_faults(rows)
        else:
            for key, value in rows.items():
                yield from _value_faults(part, key, value)


def _value_faults(part: str, key: str, value: Any) -> Iterator[Fault]:
    where = f"{part}.{key}"
    if (part, key) in _NUMBERS:
        least, most = _NUMBERS[part, key]
        if type(value) is not int or not least <= value <= most:
            params = {"least": str(least), "most": str(most)}
            yield where, "wrong_number", "A whole number from %(least)s to %(most)s.", params
    elif (part, key) in _SWITCHES:
        if type(value) is not bool:
            yield where, "wrong_value", "%(key)s has a value of the wrong kind.", {"key": where}
    elif (part, key) in _LISTS:
        allowed = STAGES if key == "stages" else None
        if not isinstance(value, list) or any(not isinstance(v, str) or (allowed and v not in allowed) for v in value):
            yield where, "wrong_value", "%(key)s has a value of the wrong kind.", {"key": where}
    else:
        yield where, "unknown_key", "The rules of evidence have no %(key)s.", {"key": where}


def _kind_faults(rows: Mapping[str, Any]) -> Iterator[Fault]:
    for code, row in rows.items():
        where = f"kinds.{code}"
        known = shipped()["kinds"].get(code)
        if known is None:
            yield where, "unknown_key", "The rules of evidence have no %(key)s.", {"key": where}
            continue
        if not isinstance(row, dict):
            yield where, "wrong_value", "%(key)s has a value of the wrong kind.", {"key": where}
            continue
        for key, value in row.items():
            yield from _kind_value_faults(f"{where}.{key}", key, value, known)


def _kind_value_faults(where: str, key: str, value: Any, known: Mapping[str, Any]) -> Iterator[Fault]:
    if key == "on":
        if type(value) is not bool:
            yield where, "wrong_value", "%(key)s has a value of the wrong kind.", {"key": where}
    elif key not in known:
        yield where, "unknown_key", "The rules of evidence have no %(key)s.", {"key": where}
    else:
        least, most = (1, 3) if key == "severity" else (0, 100_000)
        if type(value) not in (int, float) or not least <= value <= most or (key == "severity" and value % 1):
            params = {"least": str(least), "most": str(most)}
            yield where, "wrong_number", "A whole number from %(least)s to %(most)s.", params

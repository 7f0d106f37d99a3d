"""The city's rules about positions and patrols: `patrol.toml` of its folder over what is shipped. No database here
(`in_force.py`)."""

import tomllib
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from citygrid.standards.reports import Report

FILE = "patrol.toml"
SHIPPED = Path(__file__).with_name("data") / FILE


@dataclass(frozen=True, slots=True)
class Positions:
    keep_days: float
    future_seconds: float


@dataclass(frozen=True, slots=True)
class Recording:
    """Seconds between fixes of a device that moves, that stands, and between two batches."""

    moving_seconds: float
    still_seconds: float
    send_seconds: float


@dataclass(frozen=True, slots=True)
class Signing:
    early_minutes: float
    grace_minutes: float
    oldest_hours: float


@dataclass(frozen=True, slots=True)
class Track:
    """Metres and seconds by which a track is read (docs/collection.md)."""

    coarse_metres: float
    jump_metres_a_second: float
    jump_fixes: float
    gap_seconds: float
    idle_metres: float
    idle_seconds: float
    edge_metres: float
    outside_seconds: float
    simplify_metres: float


@dataclass(frozen=True, slots=True)
class Coverage:
    step_seconds: float
    visit_metres: float
    visit_seconds: float
    cell_metres: float
    reach_metres: float


@dataclass(frozen=True, slots=True)
class Rules:
    """All of it. `shown()` is what the app gets: plain numbers by section."""

    positions: Positions
    recording: Recording
    signing: Signing
    track: Track
    coverage: Coverage

    def shown(self) -> dict[str, dict[str, float]]:
        parts = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: {one.name: getattr(part, one.name) for one in fields(part)} for name, part in parts.items()}


SECTIONS: dict[str, type[Any]] = {
    "positions": Positions, "recording": Recording, "signing": Signing, "track": Track, "coverage": Coverage,
}  # fmt: skip
MAY_BE_ZERO = {"grace_minutes", "early_minutes", "edge_metres", "visit_metres", "future_seconds", "simplify_metres"}


@lru_cache(maxsize=1)
def shipped() -> dict[str, dict[str, float]]:
    """What is said by the house itself."""
    return tomllib.loads(SHIPPED.read_text(encoding="utf-8"))


def made(data: dict[str, dict[str, float]]) -> Rules:
    """The rules of a city that says `data`; what it leaves out is as shipped."""
    whole = {name: {**part, **data.get(name, {})} for name, part in shipped().items()}
    return Rules(**{name: kind(**whole[name]) for name, kind in SECTIONS.items()})


def checked(text: str, where: str, report: Report) -> dict[str, dict[str, float]]:
    """What a file says, its faults in the report: sections and keys that are not known, values that are no number
    above zero."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        report.add(where, 0, "", "unreadable", "The file cannot be read: %(why)s.", {"why": str(error)})
        return {}
    for name, part in data.items():
        known = shipped().get(name)
        if known is None or not isinstance(part, dict):
            report.add(
                where, 0, name, "unknown_key", "There is no part %(key)s of the rules of patrols.", {"key": name}
            )
            continue
        for key, value in part.items():
            _check(f"{name}.{key}", key in known, value, where, report)
    return data


def _check(key: str, known: bool, value: Any, where: str, report: Report) -> None:
    if not known:
        report.add(where, 0, key, "unknown_key", "There is no part %(key)s of the rules of patrols.", {"key": key})
        return
    number = isinstance(value, (int, float)) and not isinstance(value, bool) and value < 1e9
    least = 0 if key.partition(".")[2] in MAY_BE_ZERO else 1e-9
    if not number or not value >= least:
        message = "%(key)s must be a number above zero, not %(value)s."
        report.add(where, 0, key, "not_a_number", message, {"key": key, "value": str(value)})

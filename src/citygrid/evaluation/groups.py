"""Groups of indicators for pages (`indicators/groups.toml`)."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Group:
    key: str
    names: tuple[str, str]
    indicators: tuple[str, ...]


@cache
def groups() -> tuple[Group, ...]:
    """All groups, the first being what a page shows unasked."""
    text = (files("citygrid.evaluation") / "indicators" / "groups.toml").read_text(encoding="utf-8")
    rows = tomllib.loads(text)["group"]
    return tuple(Group(row["key"], (row["zh"], row["en"]), tuple(row["indicators"])) for row in rows)

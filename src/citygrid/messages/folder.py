"""The part of a city folder that is about messages: `notices.toml` (rules.py says what stands in it)."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

from citygrid.messages import rules
from citygrid.messages.models import RuleSet
from citygrid.standards.reports import Report

FILE = rules.FILE


def load(folder: Path, at: date) -> Report:
    """Keep the city's rules from a day on. A folder without the file says nothing about them: they stay as they are."""
    report = Report()
    path = folder / FILE
    if not path.exists():
        return report
    data = rules.read(path, report)
    if report.ok:
        rules.keep(data, at)
        report.count("notices", len(data.get("events", {})))
    return report


def dump(folder: Path, at: date) -> None:
    """Write what the city says for that day; no file where it says nothing."""
    newest = RuleSet.objects.filter(since__lte=at).order_by("-since").first()
    if newest is not None and newest.data:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / FILE).write_text(text(newest.data), encoding="utf-8", newline="\n")


def text(data: dict[str, Any], path: tuple[str, ...] = ()) -> str:
    """The mapping as TOML, keys in order: values first, then tables."""
    lines = [f"{_key(key)} = {_value(value)}" for key, value in sorted(data.items()) if not isinstance(value, dict)]
    parts = ["\n".join(lines) + "\n"] if lines else []
    for key, value in sorted(data.items()):
        if isinstance(value, dict):
            own = any(not isinstance(one, dict) for one in value.values())
            head = f"[{'.'.join(map(_key, (*path, key)))}]\n" if own or not value else ""
            parts.append(head + text(value, (*path, key)))
    return "\n".join(parts)


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else json.dumps(key, ensure_ascii=False)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"[{', '.join(_value(one) for one in value)}]"
    return json.dumps(value, ensure_ascii=False)

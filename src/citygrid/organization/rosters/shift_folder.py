"""Shifts and kinds of leave of a city folder: `shifts.toml`, `leave_kinds.toml` (S0-43).

[day]                        # its code; a duty grid of the shift `day` is walked in this one only
name = "白班"
name_en = "Day"
from = "07:00"
to = "20:00"                 # not after `from`: it goes on past midnight
covers = "duty_grid"         # or "post": a desk
roles = ["collector"]        # whose posts work it
days = ["workday"]           # on which kinds of day (workday, restday, holiday); without it: on all

[annual]                     # leave_kinds.toml
name = "年假"
name_en = "Annual leave"
longest_days = 15            # at most at once; without it there is no limit
"""

import tomllib
from collections.abc import Collection, Mapping
from datetime import time
from pathlib import Path
from typing import Any

from citygrid.organization.duty_models import LeaveKind, Shift
from citygrid.organization.rosters import cityclock
from citygrid.standards.reports import Report

SHIFTS, LEAVE_KINDS = "shifts.toml", "leave_kinds.toml"
LONGEST_CODE, LONGEST_NAME = 20, 60
SHIFT_KEYS = ("name", "name_en", "from", "to", "covers", "roles", "days")
LEAVE_KEYS = ("name", "name_en", "longest_days")
NOT_ALLOWED = "%(value)s is none of %(values)s."
Rows = dict[str, dict[str, Any]]


def read(folder: Path, roles: Collection[str], report: Report) -> tuple[Rows, Rows]:
    """Shifts and kinds of leave by code; what is wrong is in the report. Files that are not there are empty."""
    shifts = _tables(folder, SHIFTS, SHIFT_KEYS, report)
    kinds = _tables(folder, LEAVE_KINDS, LEAVE_KEYS, report)
    for code, facts in shifts.items():
        _check_shift(code, facts, roles, report)
    for code, facts in kinds.items():
        most = facts.get("longest_days", 0)
        if type(most) is not int or not 0 <= most <= 366:
            message = "longest_days is a whole number of days up to 366."
            report.add(LEAVE_KINDS, 0, f"{code}.longest_days", "not_days", message)
    return shifts, kinds


def keep(shifts: Rows, kinds: Rows, report: Report) -> None:
    """Make the database so; what the folder lacks is put out of use, never deleted."""
    for code, facts in shifts.items():
        row = {
            "name": facts["name"],
            "name_en": facts.get("name_en", ""),
            "starts": _clock(facts["from"]),
            "ends": _clock(facts["to"]),
            "covers": facts["covers"],
            "roles": sorted(facts["roles"]),
            "days": [kind for kind in cityclock.DAY_KINDS if kind in facts.get("days", ())],
            "active": True,
        }
        Shift.objects.update_or_create(code=code, defaults=row)
    Shift.objects.exclude(code__in=shifts).update(active=False)
    for code, facts in kinds.items():
        row = {"name": facts["name"], "name_en": facts.get("name_en", ""), "active": True}
        LeaveKind.objects.update_or_create(code=code, defaults={**row, "longest_days": facts.get("longest_days", 0)})
    LeaveKind.objects.exclude(code__in=kinds).update(active=False)
    report.count("shifts", len(shifts))


def dump(folder: Path) -> None:
    """Write what is in use; a file without rows is not written."""
    shifts = {
        row.code: {
            "name": row.name,
            "name_en": row.name_en,
            "from": row.starts.isoformat("minutes"),
            "to": row.ends.isoformat("minutes"),
            "covers": row.covers,
            "roles": row.roles,
            "days": row.days,
        }
        for row in Shift.objects.filter(active=True)
    }
    kinds = {
        row.code: {"name": row.name, "name_en": row.name_en, "longest_days": row.longest_days}
        for row in LeaveKind.objects.filter(active=True)
    }
    for name, rows, keys in ((SHIFTS, shifts, SHIFT_KEYS), (LEAVE_KINDS, kinds, LEAVE_KEYS)):
        if rows:
            (folder / name).write_text(_text(rows, keys), encoding="utf-8", newline="\n")


def _tables(folder: Path, name: str, keys: Collection[str], report: Report) -> Rows:
    path = folder / name
    if not path.exists():
        return {}
    try:
        whole = tomllib.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        report.add(name, 0, "", "unreadable", "The file cannot be read: %(why)s.", {"why": str(error)})
        return {}
    found: Rows = {}
    for code, facts in whole.items():
        if not isinstance(facts, dict) or not 1 <= len(code) <= LONGEST_CODE:
            report.add(name, 0, code[:40], "not_a_table", "%(code)s is not a table.", {"code": code[:40]})
            continue
        for key in sorted(facts.keys() - set(keys)):
            report.add(name, 0, f"{code}.{key}", "unknown_key", "There is no key %(key)s here.", {"key": key})
        for key in ("name", "name_en"):
            text = facts.get(key, "")
            if not isinstance(text, str) or len(text) > LONGEST_NAME or (key == "name" and not text):
                message = "%(column)s is missing, or longer than %(most)s."
                report.add(name, 0, f"{code}.{key}", "bad_name", message, {"column": key, "most": LONGEST_NAME})
        found[code] = facts
    return found


def _check_shift(code: str, facts: Mapping[str, Any], roles: Collection[str], report: Report) -> None:
    for key in ("from", "to"):
        if _clock(facts.get(key)) is None:
            params = {"value": str(facts.get(key))[:40]}
            report.add(SHIFTS, 0, f"{code}.{key}", "not_a_time", "%(value)s is not a time like 08:30.", params)
    if facts.get("covers") not in Shift.Covers.values:
        params = {"value": str(facts.get("covers"))[:40], "values": ", ".join(Shift.Covers.values)}
        report.add(SHIFTS, 0, f"{code}.covers", "not_allowed", NOT_ALLOWED, params)
    for key, allowed in (("roles", roles), ("days", cityclock.DAY_KINDS)):
        listed = facts.get(key, [])
        wrong = [str(one) for one in listed if one not in allowed] if isinstance(listed, list) else [str(listed)]
        if key == "roles" and not listed:
            wrong = ["–"]
        for value in wrong:
            params = {"value": value[:40], "values": ", ".join(sorted(allowed))}
            report.add(SHIFTS, 0, f"{code}.{key}", "not_allowed", NOT_ALLOWED, params)


def _clock(text: object) -> time | None:
    try:
        found = time.fromisoformat(text) if isinstance(text, str) and len(text) == 5 else None
    except ValueError:
        return None
    return found


def _text(rows: Mapping[str, Mapping[str, Any]], keys: Collection[str]) -> str:
    parts = []
    for code in sorted(rows):
        lines = [f"[{code}]"]
        for key in keys:
            value = rows[code].get(key)
            if isinstance(value, list) and value:
                lines.append(f"{key} = [{', '.join(map(_quoted, value))}]")
            elif isinstance(value, int) and value:
                lines.append(f"{key} = {value}")
            elif isinstance(value, str) and value:
                lines.append(f"{key} = {_quoted(value)}")
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

"""Kinds of permits from `permits/kinds.toml` of the city folder (S2-45).

[night_work]
name = "夜间施工许可"
name_en = "Night work"
classes = ["cjt214-2007:event:0301"]   # what such a permit covers; a prefix ends in *
metres = 60                            # how far around the place, where a permit does not say it
register = "night_work"                # entries of this register of basedata are permits of the kind too
hours_field = "hours"                  # its fact with the hours of day, such as 22:00-06:00
"""

import re
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from django.db import transaction

from citygrid.basedata.models import Register
from citygrid.maps import toml_text
from citygrid.reception.models import PermitKind
from citygrid.rulebook.reading import Table, parse_toml
from citygrid.standards.reports import Report

FILE = "permits/kinds.toml"
KEYS = ("name", "name_en", "classes", "metres", "register", "hours_field")
MOST_METRES = 2000
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")


def covers(patterns: Iterable[str], class_id: str | None) -> bool:
    """Whether one of the patterns is the class, or its prefix with a * at the end."""
    if not class_id:
        return False
    return any(class_id.startswith(one[:-1]) if one.endswith("*") else one == class_id for one in patterns)


def load(folder: Path, report: Report) -> None:
    """Make the kinds those of the folder; one that it lacks is put out of use. Without the file nothing changes."""
    path = folder / FILE
    if not path.exists():
        return
    before = len(report.problems)
    table = parse_toml(FILE, path.read_text(encoding="utf-8"), report)
    if table is None:
        return
    registers = set(Register.objects.values_list("code", flat=True))
    wanted = {code: _read(code, table.table(code), registers) for code in table.data}
    if len(report.problems) > before:
        return
    with transaction.atomic():
        for code, facts in wanted.items():
            PermitKind.objects.update_or_create(code=code, defaults={**facts, "active": True})
        PermitKind.objects.exclude(code__in=wanted).update(active=False)
    report.count("permit_kinds", len(wanted))


def _read(code: str, table: Table, registers: Collection[str]) -> dict[str, Any]:
    table.known(*KEYS)
    if not _CODE.fullmatch(code):
        table.problem("", "wrong_code", "%(key)s: a code has letters, digits, - and _, 40 at most.")
    classes = table.texts("classes")
    if not classes:
        table.problem("classes", "no_classes", "%(key)s: name the classes that such a permit covers.")
    register = table.text("register")
    if register and register not in registers:
        table.problem("register", "unknown_register", "There is no register %(value)s.", value=register)
    metres = table.whole("metres", 0) or 0
    if not 0 <= metres <= MOST_METRES:
        table.problem("metres", "wrong_metres", "%(key)s: 0 to %(most)s metres.", most=MOST_METRES)
    return {
        "name": table.text("name", needed=True), "name_en": table.text("name_en"), "classes": list(classes),
        "metres": metres, "register": register, "hours_field": table.text("hours_field"),
    }  # fmt: skip


def dump(folder: Path) -> None:
    """Write the kinds in use; no file without any."""
    parts = []
    for row in PermitKind.objects.filter(active=True).order_by("code"):
        facts: dict[str, Any] = {name: getattr(row, name) for name in KEYS}
        lines = [f"{name} = {toml_text.value(value)}" for name, value in facts.items() if value not in ("", 0)]
        parts.append("\n".join([f"[{row.code}]", *lines]) + "\n")
    if parts:
        (folder / FILE).parent.mkdir(parents=True, exist_ok=True)
        (folder / FILE).write_text("\n".join(parts), encoding="utf-8", newline="\n")

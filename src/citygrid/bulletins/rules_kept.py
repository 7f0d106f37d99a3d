"""The rules in force: the city's newest over the standard ones; and bringing new ones into force."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from citygrid.bulletins import reaching
from citygrid.bulletins.models import OfficeRules
from citygrid.bulletins.rules_files import FILE, MESSAGES, Rules, parse
from citygrid.organization.visibility import Scope
from citygrid.standards.reports import Report


def own() -> dict[str, Any]:
    """The city's own table, as it was given."""
    row = OfficeRules.objects.order_by("-at", "-id").first()
    return dict(row.data) if row is not None else {}


def current() -> Rules:
    return parse(own(), Report())


def keep(data: Mapping[str, Any], at: datetime, person: int | None, scope: Scope | None = None) -> Report:
    """The table becomes the city's rules unless something is wrong with it; the same again changes nothing. `scope`:
    of the post that brings it (None: a folder): one that has a part of the city changes only schedules about it."""
    report = Report()
    rules = parse(data, report)
    for one in rules.schedule:
        if one.area and not reaching.known(one.area):
            report.add(FILE, 0, "schedule", "unknown_area", MESSAGES["unknown_area"], {"area": one.area})
    if report.ok and scope is not None and not reaching.whole(scope):
        _in_reach(data, scope, report)
    if report.ok and dict(data) != own():
        OfficeRules.objects.create(data=dict(data), at=at, by_id=person)
    return report


def _in_reach(data: Mapping[str, Any], scope: Scope, report: Report) -> None:
    """What is new, changed or taken away beside schedules about the scope's own areas."""
    old = own()
    for key in sorted({*old, *data} - {"schedule"}):
        if old.get(key) != data.get(key):
            report.add(FILE, 0, key, "citys_own", MESSAGES["citys_own"], {"key": key})
    before, after = old.get("schedule", []), data.get("schedule", [])
    for row in [*(one for one in after if one not in before), *(one for one in before if one not in after)]:
        if not reaching.holds(scope, row.get("area", "")):
            report.add(FILE, 0, "schedule", "out_of_reach", MESSAGES["out_of_reach"], {"key": row["key"]})

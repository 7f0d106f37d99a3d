"""The rules in force: the city's newest over the standard ones; and bringing new ones into force."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from citygrid.bulletins.models import OfficeRules
from citygrid.bulletins.rules_files import Rules, parse
from citygrid.standards.reports import Report


def own() -> dict[str, Any]:
    """The city's own table, as it was given."""
    row = OfficeRules.objects.order_by("-at", "-id").first()
    return dict(row.data) if row is not None else {}


def current() -> Rules:
    return parse(own(), Report())


def keep(data: Mapping[str, Any], at: datetime, person: int | None) -> Report:
    """The table becomes the city's rules unless something is wrong with it; the same again changes nothing."""
    report = Report()
    parse(data, report)
    if report.ok and dict(data) != own():
        OfficeRules.objects.create(data=dict(data), at=at, by_id=person)
    return report

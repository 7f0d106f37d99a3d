"""A snapshot of the rulebook: all that is in force on a day as JSON values, and `Rules` made of one.

Codes and texts only, no database ids: the same rules have the same hash on every server."""

import json
import tomllib
from collections.abc import Mapping
from datetime import date
from typing import Any

from citygrid.areas import tree as areas
from citygrid.organization.models import Body
from citygrid.process.rules import ClassRule, Condition, Rules
from citygrid.process.states import Kind
from citygrid.rulebook import models
from citygrid.rulebook.calendars import calendar_from, days_text
from citygrid.rulebook.canonical import canonical, plain
from citygrid.rulebook.dating import in_force
from citygrid.rulebook.profiles import parse_profile
from citygrid.rulebook.variants import variant_from
from citygrid.worktime import DayTable, Limit
from citygrid.worktime.days import Day, DayKind, YearStatus


class NoRules(Exception):  # noqa: N818 - the answer to a question
    """There are no rules for that day or of that version; `code` is `no_rules` or `no_such_rules`."""

    def __init__(self, code: str, message: str, params: Mapping[str, object]) -> None:
        self.code, self.message, self.params = code, message, dict(params)
        super().__init__(message % self.params)


def snapshot(day: date) -> dict[str, Any]:
    """Everything in force on a day as JSON values, in a fixed order."""
    row = in_force(models.Profile, day).first()
    profile = parse_profile("city.toml", row.text)[0] if row else None
    if profile is None:
        raise NoRules("no_rules", "There are no rules for %(day)s.", {"day": day})
    used = {profile.variant, *profile.districts.values()}
    return {
        "calendar": profile.calendar,
        "warn_percent": profile.warn_percent,
        "variant": profile.variant,
        "districts": dict(profile.districts),
        "days": days_text(profile.days, own_days(day).write()),
        "calendars": _texts(models.CalendarRow, day),
        "variants": {code: text for code, text in _texts(models.VariantRow, day).items() if code in used},
        "classes": _classes(day),
        "bodies": dict(Body.objects.exclude(calendar="").order_by("code").values_list("code", "calendar")),
    }


def own_days(day: date) -> DayTable:
    """The city's own day table as in force on a day."""
    years = in_force(models.YearRow, day).values_list("year", "status")
    days = in_force(models.DayRow, day).values_list("date", "kind", "name")
    return DayTable(
        {year: YearStatus(status) for year, status in years},
        [Day(date_, DayKind(kind), name) for date_, kind, name in days],
    )


def _texts(table: type[models.RuleText], day: date) -> dict[str, Any]:
    rows = in_force(table, day).order_by("code").values_list("code", "text")
    return {code: plain(tomllib.loads(text)) for code, text in rows}


_CLASS = ("class_id", "kind", "before_photos", "after_photos", "check_photos", "enforcement", "self_handle")
_MORE = ("before_films", "before_sounds")
_CONDITION = ("no", "limit", "urgent", "safety", "arrival", "make_safe", "level")


def _classes(day: date) -> list[Any]:
    conditions: dict[str, list[Any]] = {}
    for row in in_force(models.Condition, day).values_list("class_id", *_CONDITION):
        conditions.setdefault(row[0], []).append(list(row[1:]))
    rows = in_force(models.ManagedClass, day).values_list(*_CLASS, *_MORE)
    return [_class_content(list(row), sorted(conditions.get(row[0], []))) for row in sorted(rows)]


def _class_content(row: list[Any], conditions: list[Any]) -> list[Any]:
    """Films and sounds stand last, where a class asks for any: rules that ask for none keep the version they had."""
    usual, more = row[: len(_CLASS)], row[len(_CLASS) :]
    return [*usual, conditions, *(more if any(more) else ())]


def build(text: str, version: str) -> Rules:
    content = json.loads(text)
    variants = {code: variant_from(code, data) for code, data in content["variants"].items()}
    by_area: dict[int | None, Any] = {None: variants[content["variant"]]}
    for code, variant in content["districts"].items():
        by_area |= dict.fromkeys(areas.ids_by_code([code]), variants[variant])
    bodies = dict(Body.objects.filter(code__in=content["bodies"]).values_list("code", "id"))
    return Rules(
        version=version,
        variants=by_area,
        classes={row[0]: _class_rule(row) for row in content["classes"]},
        calendars={
            code: calendar_from(canonical(data), content["days"]) for code, data in content["calendars"].items()
        },
        calendar=content["calendar"],
        body_calendars={bodies[c]: name for c, name in content["bodies"].items() if c in bodies},
        warn_percent=content["warn_percent"],
    )


def _class_rule(row: list[Any]) -> ClassRule:
    class_id, kind, before, after, check, enforcement, self_handle, conditions, *more = row
    films, sounds = more or (0, 0)
    return ClassRule(
        id=class_id,
        kind=Kind(kind),
        conditions={one[0]: _condition(one) for one in conditions},
        before_photos=before,
        after_photos=after,
        check_photos=check,
        enforcement=enforcement,
        self_handle=self_handle,
        before_films=films,
        before_sounds=sounds,
    )


def _condition(row: list[Any]) -> Condition:
    no, limit, urgent, safety, arrival, make_safe, level = row
    return Condition(no, _limit(limit), urgent, safety, _limit(arrival), _limit(make_safe), level or None)


def _limit(text: str) -> Limit | None:
    return Limit.parse(text) if text else None

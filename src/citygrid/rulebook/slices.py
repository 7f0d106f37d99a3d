"""The slice of the rulebook in force: `process.rules.Rules`, by moment or by content hash (DESIGN idea 3).

A snapshot holds codes and texts, no database ids: the same rules have the same hash on every server. Ids are
filled in when a snapshot becomes `Rules`. Every snapshot that was handed out is kept in `RulesVersion`.
"""

import json
import secrets
import threading
import time
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from citygrid.areas import tree as areas
from citygrid.areas.versions import Bumps
from citygrid.areas.versions import current as areas_version
from citygrid.organization import tree as organization
from citygrid.organization.models import Body
from citygrid.process.rules import ClassRule, Condition, Rules
from citygrid.process.states import Kind
from citygrid.rulebook import models
from citygrid.rulebook.calendars import calendar_from, days_text
from citygrid.rulebook.canonical import canonical, hash_of, plain
from citygrid.rulebook.profiles import CityProfile, parse_profile
from citygrid.rulebook.variants import variant_from
from citygrid.worktime import DayTable, Limit
from citygrid.worktime.days import Day, DayKind, YearStatus

CHECK_EVERY = 1.0  # seconds between two looks at the mark in the database
IN_FORCE: tuple[type[models.Dated], ...] = (
    models.Profile, models.ManagedClass, models.Condition, models.CalendarRow, models.DayRow, models.YearRow,
    models.VariantRow,
)  # fmt: skip


class NoRules(Exception):  # noqa: N818 - the answer to a question
    """There are no rules for that day or of that version; `code` is `no_rules` or `no_such_rules`."""

    def __init__(self, code: str, message: str, params: Mapping[str, object]) -> None:
        self.code, self.message, self.params = code, message, dict(params)
        super().__init__(message % self.params)


@dataclass(slots=True)
class _Held:
    """What is kept in memory: right as long as the mark in the database is the same. Replaced, never refilled."""

    mark: tuple[object, ...] = ()
    checked: float = float("-inf")
    days: list[date] = field(default_factory=list)
    profiles: list[tuple[date, date | None, CityProfile]] = field(default_factory=list)
    slices: dict[date, Rules] = field(default_factory=dict)
    by_hash: dict[str, Rules] = field(default_factory=dict)
    unstored: set[str] = field(default_factory=set)


class _Shared:
    """What all threads of this process see."""

    held = _Held()


class _Own(threading.local):
    """What a thread sees that has changed the rulebook and not committed yet: nobody else may see it."""

    held: _Held | None = None
    change: "_Settled | None" = None


class _Settled:
    """Called on the commit of a change; a rollback throws it away, and so tells."""

    def __call__(self) -> None:
        _own.held = _own.change = None
        forget()


_own = _Own()


def forget() -> None:
    """Look at the database again at the next question."""
    _Shared.held.checked = float("-inf")
    if _own.held is not None:
        _own.held.checked = float("-inf")


def touch() -> None:
    """Call after every change of the rulebook, in its transaction: all processes read anew in a second."""
    models.RulebookState.objects.update_or_create(id=1, defaults={"mark": secrets.token_hex(8)})
    _own.held, _own.change = _Held(), _Settled()
    transaction.on_commit(_own.change)


def _after_rollback() -> None:
    """Forget what this thread's last change made if it was rolled back; earlier ones may still be committed."""
    pending = [entry[1] for entry in connection.run_on_commit if isinstance(entry[1], _Settled)]
    if not pending:
        _Settled()()
    elif pending[-1] is not _own.change:
        _own.held, _own.change = _Held(), pending[-1]


def rules_at(at: datetime) -> Rules:
    """The rules in force at a moment (aware), by the city's own day. Raises NoRules before the first ones."""
    held = _look()
    day = _profile(held, at).localday(at)
    start = max(start for start in held.days if start <= day)
    rules = held.slices.get(start)
    if rules is None or rules.version in held.unstored:
        text = canonical(snapshot(start))
        version = hash_of(text)
        _store(held, version, start, text)
        rules = held.slices[start] = rules or _build(text, version)
    return rules


def _store(held: _Held, version: str, start: date, text: str) -> None:
    """Keep a snapshot. Until it is sure to be stored it is stored again at each use: a case must never cite
    rules that were rolled back."""
    if models.RulesVersion.objects.filter(hash=version).exists():
        return
    row = models.RulesVersion(hash=version, valid_from=start, snapshot=text)
    models.RulesVersion.objects.bulk_create([row], ignore_conflicts=True)
    held.unstored.add(version)
    transaction.on_commit(lambda: held.unstored.discard(version))


def rules_by_version(version: str) -> Rules:
    """The rules that an entry cites. Raises NoRules for a hash that is not known."""
    held = _look()
    found = held.by_hash.get(version)
    if found is None:
        row = models.RulesVersion.objects.filter(hash=version).first()
        if row is None:
            raise NoRules("no_such_rules", "There are no rules of the version %(version)s.", {"version": version})
        found = held.by_hash[version] = _build(row.snapshot, row.hash)
    return found


def profile_at(at: datetime) -> CityProfile:
    """The city's profile in force. Raises NoRules when no city has been loaded."""
    return _profile(_look(), at)


def _profile(held: _Held, at: datetime) -> CityProfile:
    for since, until, profile in reversed(held.profiles):
        day = profile.localday(at)
        if since <= day and (until is None or day < until):
            return profile
    raise NoRules("no_rules", "There are no rules for %(day)s.", {"day": at.date()})


def localday(at: datetime) -> date:
    """The city's own day at a moment."""
    return profile_at(at).localday(at)


def in_force(rows: type[models.Dated], day: date) -> QuerySet[Any]:
    """The rows of a table that are in force on a day."""
    found: QuerySet[Any] = rows._default_manager.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=day), valid_from__lte=day
    )
    return found


def _look() -> _Held:
    if _own.held is not None:
        _after_rollback()
    held, now = _own.held or _Shared.held, time.monotonic()
    if now - held.checked < CHECK_EVERY and held.mark[:1] == (Bumps.count,):
        return held
    state = models.RulebookState.objects.filter(id=1).values_list("mark", flat=True).first()
    version = areas_version()
    mark = (Bumps.count, state, version and version.id, organization.version())
    if mark != held.mark:
        held = _Held(mark, days=_days(), profiles=_profiles())
        if _own.held is not None:
            _own.held = held
        else:
            _Shared.held = held
    held.checked = now
    return held


def _days() -> list[date]:
    """The days on which anything begins or ends: between two of them the rules are the same."""
    found: set[date | None] = set()
    for table in IN_FORCE:
        found.update(table._default_manager.values_list("valid_from", flat=True).distinct())
        found.update(table._default_manager.values_list("valid_to", flat=True).distinct())
    return sorted(day for day in found if day is not None)


def _profiles() -> list[tuple[date, date | None, CityProfile]]:
    rows = []
    for row in models.Profile.objects.order_by("valid_from"):
        profile, report = parse_profile("city.toml", row.text)
        assert profile is not None, [str(one) for one in report.problems]  # checked before it was stored
        rows.append((row.valid_from, row.valid_to, profile))
    return rows


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
_CONDITION = ("no", "limit", "urgent", "safety", "arrival", "make_safe", "level")


def _classes(day: date) -> list[Any]:
    conditions: dict[str, list[Any]] = {}
    for row in in_force(models.Condition, day).values_list("class_id", *_CONDITION):
        conditions.setdefault(row[0], []).append(list(row[1:]))
    rows = in_force(models.ManagedClass, day).values_list(*_CLASS)
    return [[*row, sorted(conditions.get(row[0], []))] for row in sorted(rows)]


def _build(text: str, version: str) -> Rules:
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
    class_id, kind, before, after, check, enforcement, self_handle, conditions = row
    return ClassRule(
        id=class_id,
        kind=Kind(kind),
        conditions={one[0]: _condition(one) for one in conditions},
        before_photos=before,
        after_photos=after,
        check_photos=check,
        enforcement=enforcement,
        self_handle=self_handle,
    )


def _condition(row: list[Any]) -> Condition:
    no, limit, urgent, safety, arrival, make_safe, level = row
    return Condition(no, _limit(limit), urgent, safety, _limit(arrival), _limit(make_safe), level or None)


def _limit(text: str) -> Limit | None:
    return Limit.parse(text) if text else None


def store_versions(since: date) -> int:
    """Keep the slices of every span from a day on, at the time of the change; how many there are."""
    forget()
    rows = []
    for start in _look().days:
        if start >= since and in_force(models.Profile, start).exists():
            text = canonical(snapshot(start))
            rows.append(models.RulesVersion(hash=hash_of(text), valid_from=start, snapshot=text))
    models.RulesVersion.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)

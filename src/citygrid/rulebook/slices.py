"""The slice of the rulebook in force: `process.rules.Rules`, by moment or by content hash (DESIGN idea 3).

A snapshot holds codes and texts, no database ids: the same rules have the same hash on every server. Ids are
filled in when a snapshot becomes `Rules`. Every snapshot that was handed out is kept in `RulesVersion`.
"""

import secrets
import threading
import time
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from citygrid.areas.versions import Bumps
from citygrid.areas.versions import current as areas_version
from citygrid.organization import tree as organization
from citygrid.process.rules import Rules
from citygrid.rulebook import models
from citygrid.rulebook.canonical import canonical, hash_of
from citygrid.rulebook.dating import in_force
from citygrid.rulebook.profiles import CityProfile, parse_profile
from citygrid.rulebook.snapshots import NoRules, build, snapshot

__all__ = [
    "NoRules", "forget", "in_force", "localday", "profile_at", "remembered", "rules_at",
    "rules_by_version", "store_versions", "touch",
]  # fmt: skip

CHECK_EVERY = 1.0  # seconds between two looks at the mark in the database
IN_FORCE: tuple[type[models.Dated], ...] = (
    models.Profile, models.ManagedClass, models.Condition, models.CalendarRow, models.DayRow, models.YearRow,
    models.VariantRow,
)  # fmt: skip


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
    notes: dict[str, dict[Any, Any]] = field(default_factory=dict)


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


def remembered(name: str) -> dict[Any, Any]:
    """A place for what follows from the rulebook, the areas and the organization alone (names, who supervises): empty
    again within a second after one of them changed."""
    return _look().notes.setdefault(name, {})


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
        rules = held.slices[start] = rules or build(text, version)
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
        found = held.by_hash[version] = build(row.snapshot, row.hash)
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

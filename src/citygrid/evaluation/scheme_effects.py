"""What a change of a scheme, or of an indicator, does to the scores of last month: for every object the score and rank
that it has and would have. Counted now, kept nowhere; frozen periods stay as they are."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from citygrid.evaluation import cycles, scheme_versions
from citygrid.evaluation.asking import zone_at
from citygrid.evaluation.catalogue import Catalogue, assembled
from citygrid.evaluation.computing import computed, within
from citygrid.evaluation.definitions import Count, Definitions, Indicator, parts_of
from citygrid.evaluation.periods import before, holding, period
from citygrid.evaluation.results import SubjectScore
from citygrid.evaluation.scheme import Pair
from citygrid.evaluation.scheme_changing import Wanted
from citygrid.organization.visibility import Scope

MOST = 6
"""So many schemes are counted at most; an indicator that more rest on says so."""


@dataclass(frozen=True, slots=True)
class Moved:
    """One object: as it is and as it would be; None where it is in no group, or has no score."""

    name: str
    old: Decimal | None
    new: Decimal | None
    old_rank: int | None
    new_rank: int | None
    old_grade: str
    new_grade: str
    group: Pair

    @property
    def by(self) -> Decimal | None:
        return None if self.old is None or self.new is None else self.new - self.old

    @property
    def places(self) -> int:
        """How many places it goes up (below zero: down)."""
        return 0 if self.old_rank is None or self.new_rank is None else self.old_rank - self.new_rank

    @property
    def fall(self) -> int:
        """The places that it goes down."""
        return max(0, -self.places)


@dataclass(frozen=True, slots=True)
class Effect:
    """What becomes of one scheme's scores. `fresh`: it is not in force now."""

    code: str
    names: Pair
    first: date
    last: date
    fresh: bool
    rows: tuple[Moved, ...]


def effects(wanted: Wanted, now: datetime, scope: Scope) -> tuple[list[Effect], list[str]]:
    """The schemes whose scores rest on what changes, each with its objects within the scope; and the codes of those
    beyond MOST. The file is right (`scheme_changing.checked`)."""
    today = now.astimezone(zone_at(now)).date()
    old = assembled(scheme_versions.texts_at(today))
    new = assembled({**scheme_versions.texts_at(wanted.day), wanted.code: wanted.text})
    codes = list(touched(old, new))
    return [_effect(code, old, new, now, scope) for code in codes[:MOST]], codes[MOST:]


def touched(old: Catalogue, new: Catalogue) -> Iterator[str]:
    """The schemes that judge differently: by themselves, by a list of objects, or by what an indicator means."""
    for code, scheme in new.schemes.items():
        known = old.schemes.get(code)
        if known is None or replace(known, hash="") != replace(scheme, hash=""):
            yield code
            continue
        lists = {name for group in scheme.groups for name in group.lists}
        used = scheme.names_used()
        if any(old.lists.get(name) != new.lists.get(name) for name in lists) or _meaning(
            old.definitions[code], used
        ) != _meaning(new.definitions[code], used):
            yield code


def _meaning(known: Definitions, keys: tuple[str, ...]) -> list[Indicator]:
    """The indicators of these keys, and what they are made of."""
    found: dict[str, Indicator] = {}
    waiting = list(keys)
    while waiting:
        key = waiting.pop()
        if key not in found:
            one = found[key] = known.all[key]
            waiting += () if isinstance(one, Count) else parts_of(one)
    return [found[key] for key in sorted(found)]


def _effect(code: str, old: Catalogue, new: Catalogue, now: datetime, scope: Scope) -> Effect:
    zone = zone_at(now)
    today = now.astimezone(zone).date()
    months = cycles.current(today).of(code).months
    month = before(holding("month", today, months), months)
    span = period(month.first, month.last, zone, now)
    was = {}
    if code in old.schemes:
        was = {row.subject: row for row in within(computed(code, span, now, old), scope).rows()}
    now_scored = within(computed(code, span, now, new), scope)
    rows = [
        _moved(was.get(row.subject), row, group.names) for group in now_scored.groups for row in group.rows
    ]  # fmt: skip
    there = {row.subject for row in now_scored.rows()}
    rows += [_moved(row, None, ("", "")) for subject, row in was.items() if subject not in there]
    return Effect(code, new.schemes[code].names, month.first, month.last, code not in old.schemes, tuple(rows))


def _moved(old: SubjectScore | None, new: SubjectScore | None, group: Pair) -> Moved:
    one = new or old
    assert one is not None
    return Moved(
        one.name, old.shown if old else None, new.shown if new else None, old.rank if old else None,
        new.rank if new else None, old.grade if old else "", new.grade if new else "", group,
    )  # fmt: skip

"""What will happen, before it does: when each problem arises and from where it is heard of. Same seed, same plan."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import accumulate
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

HELD_MOST = 0.1  # share of the plan that may be left undone on purpose


@dataclass(frozen=True, slots=True)
class Planned:
    """One problem. `number` counts from 1 by time; `kind`: "", duplicate, split, reopen (these make further cases);
    `hold`: the work item that stays undone; `rank`: place among the problems that make further cases."""

    number: int
    at: datetime
    source: str
    kind: str = ""
    hold: str = ""
    rank: int = 0
    of_day: int = 0
    """Place among the problems of its day, from 1."""
    turn: int = 0
    """Place among those that are held at the same kind of work."""


@dataclass(frozen=True, slots=True)
class Plan:
    """`problems` by time, oldest first. `day_counts`: how many on each local day."""

    seed: int
    until: datetime
    problems: tuple[Planned, ...]
    day_counts: dict[str, int]
    further: int

    def newest_first(self) -> list[Planned]:
        """The order of telling: what every desk finds on its table, then day by day backwards."""
        return sorted(self.problems, key=lambda one: (not one.hold, -one.number))


def dice(*words: object) -> Random:
    """The one maker of chance: the same words give the same throws on every machine."""
    return Random(":".join(map(str, words)))  # noqa: S311 # nosec B311 # a simulation, not a secret


def make(seed: int, until: datetime, days: int, total: int, settings: dict[str, Any], zone: ZoneInfo) -> Plan:
    """Problems of the `days` before `until` (aware), `total` in all."""
    chance = dice(seed, "plan")
    held = _held(chance, until, settings, int(total * HELD_MOST))
    drawn = [*held, *(_drawn(chance, until, days, settings, zone) for _ in range(total - len(held)))]
    drawn.sort()
    counts: dict[str, int] = {}
    problems, rank = [], 0
    for number, (at, told, hold, turn) in enumerate(drawn, start=1):
        day = at.astimezone(zone).date().isoformat()
        counts[day] = counts.get(day, 0) + 1
        kind = "" if hold or told == "self" else _kind(chance, settings)
        rank += bool(kind)
        source = "hotline" if kind == "reopen" else told  # they are called back, and say that it is not solved
        problems.append(Planned(number, at, source, kind, hold, rank if kind else 0, counts[day], turn))
    return Plan(seed, until, tuple(problems), counts, rank)


Drawn = tuple[datetime, str, str, int]


def _kind(chance: Random, settings: dict[str, Any]) -> str:
    draw = chance.random()
    for kind, share in settings["further"].items():
        draw -= share
        if draw < 0:
            return str(kind)
    return ""


def manner(source: str) -> str:
    """Whose habits a source follows: collectors', the public's, or a machine's."""
    if source in ("collector", "self", "inspection"):
        return "collector"
    return "sensor" if source in ("sensor", "monitoring", "video") else "public"


def _pick(chance: Random, shares: list[float]) -> int:
    sums = list(accumulate(shares))
    return min(bisect_right(sums, chance.random() * sums[-1]), len(sums) - 1)


def _drawn(
    chance: Random, until: datetime, days: int, settings: dict[str, Any], zone: ZoneInfo
) -> Drawn:
    names = list(settings["sources"])
    source = names[_pick(chance, list(settings["sources"].values()))]
    hours, weekdays = settings["hours"][manner(source)], settings["weekdays"][manner(source)]
    today = until.astimezone(zone).date()
    while True:
        day = today - timedelta(days=chance.randrange(days + 1))
        if chance.random() * max(weekdays) > weekdays[day.weekday()]:
            continue
        second = _pick(chance, hours) * 3600 + chance.randrange(3600)
        at = (datetime.combine(day, time(), zone) + timedelta(seconds=second)).astimezone(UTC)
        if until - timedelta(days=days) <= at < until:
            return at + timedelta(microseconds=chance.randrange(1_000_000)), source, "", 0


_SOURCES = {
    "send_verify": "hotline", "verify": "hotline", "reply": "web", "call_back": "hotline", "review_self": "self",
}  # fmt: skip


def _held(chance: Random, until: datetime, settings: dict[str, Any], most: int) -> list[Drawn]:
    """Problems whose next step nobody has taken yet when the story ends."""
    found = []
    for kind, (count, minutes) in settings["held"].items():
        for turn in range(count):
            ago = timedelta(minutes=minutes * (0.12 + 0.88 * (turn + chance.random()) / count))
            found.append((until - ago, _SOURCES.get(kind, "collector"), kind, turn))
    chance.shuffle(found)
    return found[:most]

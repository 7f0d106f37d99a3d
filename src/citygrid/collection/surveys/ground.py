"""Who works in which duty grid on a day, for handing tasks out; what of surveys lies within a post's ground (S1-41)."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache

from citygrid.organization import tree
from citygrid.organization.rosters import watches
from citygrid.organization.rosters.watching import counting, present
from citygrid.organization.seats import Signed
from citygrid.rulebook.slices import profile_at


def workers(at: datetime) -> dict[str, list[tuple[int, int]]]:
    """(person, post) of whoever begins a watch on the day of `at`, by the duty grid's code."""
    profile = profile_at(at)
    return _workers(tree.version(), profile.localday(at), profile.timezone)


@lru_cache(maxsize=8)
def _workers(version: int, day: date, zone: tzinfo) -> dict[str, list[tuple[int, int]]]:
    plan = watches.plan(day - timedelta(days=1), day, zone)
    found: dict[str, list[tuple[int, int]]] = {}
    for code, rows in plan.by_grid.items():
        for watch in rows:
            if watch.day != day or watch not in counting(rows, watch.starts):
                continue
            person = present(watch, watch.starts, plan.people)
            if person is not None and watch.post is not None:
                found.setdefault(code, []).append((person, watch.post))
    return found


def within(signed: Signed, area_ids: Iterable[int]) -> bool:
    """Whether a place with this path of areas lies in the ground of the post."""
    return signed.scope.everything or not signed.scope.roots.isdisjoint(area_ids)

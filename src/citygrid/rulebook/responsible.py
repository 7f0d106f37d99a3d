"""Who should handle it: owner and maintainer, then class and area, then territory, then nobody.

S0-25 (产权单位或管理维护单位), S0-34 (无责任主体), S0-35 and S0-36 (属地管理).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from citygrid.areas import tree as areas
from citygrid.organization.models import Body
from citygrid.rulebook.dating import in_force
from citygrid.rulebook.models import Responsibility
from citygrid.rulebook.slices import localday

NO_SUBJECT = "no_subject"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A body to try, why (`owner`, `maintainer`, `class_area`, `territory`), and by which rule (row id).

    The last resort is `no_subject` without a body: 无责任主体, to be coordinated (S0-34, S0-40). `order`: how it was
    ranked; two of the same order are equal, and only their order of trial (the last number) may part them."""

    body: int | None
    reason: str
    rule: int | None = None
    order: tuple[int, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Asked:
    """A case for which a body is looked for: the words of `responsible`."""

    class_id: str
    place_ids: Sequence[int]
    owner: int | None = None
    maintainer: int | None = None


def responsible(
    class_id: str,
    place_ids: Sequence[int],
    owner: int | None,
    maintainer: int | None,
    at: datetime,
) -> list[Suggestion]:
    """Bodies in order of trial; each body once; never empty.

    `place_ids`: area ids of the place from the unit grid up to the city (the nearer the earlier; a duty grid may
    stand anywhere). `owner`, `maintainer`: body ids of the component's, when it has them. A body that is not
    active on the day is left out."""
    return responsible_many([Asked(class_id, place_ids, owner, maintainer)], at)[0]


def responsible_many(asked: Sequence[Asked], at: datetime) -> list[list[Suggestion]]:
    """`responsible` for many at once: the same answers, in the order asked, with three questions to the database."""
    codes = areas.codes_by_id({one for each in asked for one in each.place_ids})
    rules = list(in_force(Responsibility, localday(at)).filter(area__in=["", *set(codes.values())]))
    found = [_tried(one, rules, codes) for one in asked]
    active = _active({one.body for each in found for one in each if one.body is not None}, at)
    return [_once(each, active) for each in found]


def _tried(asked: Asked, rules: Iterable[Responsibility], codes: Mapping[int, str]) -> list[Suggestion]:
    near = {codes[one]: rank for rank, one in enumerate(asked.place_ids) if one in codes}
    found = [Suggestion(asked.owner, "owner"), Suggestion(asked.maintainer, "maintainer")]
    rows = ranked(rules, asked.class_id, near)
    return found + [Suggestion(row.body_id, row.kind, row.pk, _order(row, near)) for row in rows]


def _once(found: Iterable[Suggestion], active: set[int]) -> list[Suggestion]:
    seen: dict[int, Suggestion] = {}
    for one in found:
        if one.body is not None and one.body in active:
            seen.setdefault(one.body, one)
    return list(seen.values()) or [Suggestion(None, NO_SUBJECT)]


def ranked(rows: Iterable[Responsibility], class_id: str, near: Mapping[str, int]) -> list[Responsibility]:
    """The rows that answer for a class, in order of trial. `near`: area code -> rank, the nearest area first."""
    fit = [row for row in rows if (not row.area or row.area in near) and covers(row.classes, class_id)]
    return sorted(fit, key=lambda row: _order(row, near))


def covers(pattern: str, class_id: str) -> bool:
    """Whether a pattern (an id, or a prefix that ends in `*`) means a class."""
    return class_id.startswith(pattern[:-1]) if pattern.endswith("*") else class_id == pattern


_KINDS = {"owner": 0, "maintainer": 1, "class_area": 2, "territory": 3}


def _order(row: Responsibility, near: Mapping[str, int]) -> tuple[int, int, int, int, int]:
    """Territory after all others; then the nearest area, the longest class, the kind, the order of trial."""
    exact = len(row.classes.rstrip("*")) * 2 + (not row.classes.endswith("*"))
    territory = int(row.kind == Responsibility.Duty.TERRITORY)
    return territory, near.get(row.area, len(near)), -exact, _KINDS[row.kind], row.trial


def _active(bodies: set[int], at: datetime) -> set[int]:
    day = localday(at)
    rows = Body.objects.filter(id__in=bodies).values_list("id", "active_since", "active_until")
    return {one for one, since, until in rows if (not since or since <= day) and (not until or day < until)}

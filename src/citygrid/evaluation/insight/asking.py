"""What the pages of decision support are asked for: days, a class, a district; what is no answer counts as not said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from citygrid.areas.models import Area
from citygrid.cases import naming
from citygrid.evaluation.asked import LONGEST
from citygrid.evaluation.asking import zone_at
from citygrid.evaluation.periods import Period, period
from citygrid.organization.seats import Signed
from citygrid.organization.visibility import Fragment, Scope

TABLE = frozenset({"leader", "evaluator", "office", "shift_leader", "supervisor_dept"})
"""Posts that read the evaluation's table; the others here read what their desk needs."""
READING = TABLE | {"commission", "inspector", "dispatcher", "unit_desk", "person_in_charge"}
UNDOING = frozenset({"evaluator", "office", "shift_leader"})
"""Who says that a recurrence is not the same place: neither who handled nor who checked."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The days both included; `class_id` and `district` empty for all."""

    signed: Signed
    now: datetime
    period: Period
    class_id: str
    district: int | None
    given: Mapping[str, str]

    @property
    def scope(self) -> Scope:
        return self.signed.scope

    def link(self, **more: Any) -> str:
        """The same question with these words changed; None takes one away."""
        words = {key: value for key, value in self.given.items() if key not in more}
        return "?" + urlencode(words | {key: value for key, value in more.items() if value is not None})

    def whole(self, key: str, usual: int, least: int, most: int) -> int:
        """A whole number from the address, within bounds."""
        text = self.given.get(key, "")
        return min(most, max(least, int(text))) if text.isascii() and text.isdigit() and len(text) < 7 else usual

    def one_of(self, key: str, known: tuple[str, ...]) -> str:
        text = self.given.get(key, "")
        return text if text in known else known[0]

    def cases(self) -> Fragment:
        """The condition on cases `c`: what this seat may see, of the class and the district asked for."""
        text, params = self.scope.sql("c")
        terms, values = [text], list(params)
        if self.class_id:
            terms.append("c.class_id = %s")
            values.append(self.class_id)
        if self.district is not None:
            terms.append("c.district = %s")
            values.append(self.district)
        return " and ".join(terms), values

    def facts(self, alias: str, column: str = "unit") -> Fragment:
        """The condition on rows of facts: units of the scope and its areas, as the evaluation's table has them."""
        if self.scope.everything:
            return "true", []
        areas = sorted(self.scope.areas)
        terms = [f"{alias}.{column} = any(%s::bigint[])"]
        terms += [f"{alias}.{level} = any(%s::bigint[])" for level in ("district", "street", "community")]
        return f"({' or '.join(terms)})", [sorted(self.scope.bodies), areas, areas, areas]


def may_see(signed: Any) -> bool:
    """Whether a post reads decision support; its scope says of what."""
    return signed is not None and signed.role.code in READING


def read(given: Mapping[str, str], signed: Signed, now: datetime, days: int) -> Asked:
    """The last `days` days unless the address says otherwise."""
    zone = zone_at(now)
    today = now.astimezone(zone).date()
    last = _day(given.get("to"), today)
    first = _day(given.get("from"), last - timedelta(days=days - 1))
    if not first <= last or (last - first).days > LONGEST:
        first, last = today - timedelta(days=days - 1), today
    district = given.get("district", "")
    number = int(district) if district.isascii() and district.isdigit() and len(district) < 18 else None
    words = {key: value[:120].replace("\0", "") for key, value in given.items() if value}
    return Asked(signed, now, period(first, last, zone, now), words.get("class", "")[:80], number, words)


def districts(scope: Scope) -> list[tuple[int, str]]:
    """The districts that can be asked for: all, or those of the scope."""
    rows = Area.objects.filter(kind="district", valid_to=None).order_by("code")
    if not scope.everything:
        rows = rows.filter(pk__in=scope.areas)
    ids = list(rows.values_list("pk", flat=True))
    names = naming.areas(ids)
    return [(one, names.get(one, str(one))) for one in ids]


def _day(text: str | None, usual: date) -> date:
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return usual
    return found if 1950 <= found.year <= 2199 else usual

"""What a work list is asked for: the filters of its address, as conditions of SQL and in words.

The address is the filter: it can be kept, sent and bookmarked. Whatever is not understood is left out, never an error.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from citygrid.cases import naming, wording
from citygrid.process.acts import ITEM_KINDS
from citygrid.process.states import STATE_NAMES, State
from citygrid.tabular import as_day
from citygrid.web.lights import NAMES as LIGHTS
from citygrid.web.words import office_day, say

Terms = list[tuple[str, list[Any]]]
"""Conditions with their parameters. The case is `c`, the work item `i`."""

DESK, CASES = "desk", "cases"
ORDERS = {DESK: ("due", "came", "newest"), CASES: ("newest", "due")}
"""The orders that an index gives; the first is the usual one."""
MARKS = ("urgent", "key", "hard", "typical")
KEPT = (
    "kind", "state", "class", "area", "source", "light", "safety", "mark", "unit", "worker", "since", "until", "sort",
)  # fmt: skip
"""What a saved list keeps; words of a search are somebody's data, perhaps, and the page is where one stands."""


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters of one list. Days are the city's own, both included. `class_id`: an id, or a prefix that ends in
    `*`. `words`: of the text or the address; `number`: of a report or case, whole."""

    kind: str = ""
    state: str = ""
    class_id: str = ""
    area: int | None = None
    source: str = ""
    light: str = ""
    safety: bool = False
    mark: str = ""
    unit: int | None = None
    worker: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    words: str = ""
    number: str = ""
    sort: str = ""

    def __bool__(self) -> bool:
        """Whether anything but the order is asked for."""
        return any(getattr(self, name) for name in self.__slots__ if name != "sort")

    @property
    def indexed(self) -> bool:
        """Whether one of the filters has an index in the order of receipt, or needs every case looked at."""
        one = bool(self.class_id) and not self.class_id.endswith("*")
        return one or any((self.state, self.source, self.light, self.safety, self.mark, self.unit))


def asked(given: QueryDict | Mapping[str, Any], which: str) -> Filters:
    """The filters of an address (`which`: `desk` or `cases`)."""
    words = str(given.get("q", "")).replace("\0", "").strip()[:100] if which == CASES else ""
    number = words if any(sign.isdigit() for sign in words) and " " not in words and len(words) > 5 else ""
    source = str(given.get("source", ""))
    return Filters(
        kind=_one(given.get("kind"), ITEM_KINDS) if which == DESK else "",
        state=_one(given.get("state"), [state.value for state in State]),
        class_id=str(given.get("class", given.get("class_id", ""))).replace("\0", "")[:80],
        area=_number(given.get("area")),
        source=source.replace("\0", "")[:40],
        light=_one(given.get("light"), LIGHTS),
        safety=given.get("safety") == "1",
        mark=_one(given.get("mark"), MARKS),
        unit=_number(given.get("unit")),
        worker=_number(given.get("worker")),
        since=day_of(given.get("since")),
        until=day_of(given.get("until")),
        words="" if number else words,
        number=number,
        sort=_one(given.get("sort"), ORDERS[which]) or ORDERS[which][0],
    )


def _one(value: Any, known: Iterable[str]) -> str:
    return str(value) if value is not None and value in known else ""


def _number(value: Any) -> int | None:
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


def day_of(value: Any) -> datetime | None:
    """The first moment of a day in the city's time zone; None for what is no day."""
    text = as_day(str(value or "")[:40])
    found = date.fromisoformat(text) if text else None
    if found is None or not 1900 <= found.year <= 2200:
        return None
    return datetime(found.year, found.month, found.day, tzinfo=timezone.get_current_timezone()).astimezone(UTC)


def of_case(wanted: Filters) -> Terms:
    """Conditions on the case `c`, but for words and number."""
    group = wanted.class_id.endswith("*")
    terms: list[tuple[bool, str, Any]] = [
        (bool(wanted.state), "c.state = %s", wanted.state),
        (group, "starts_with(c.class_id, %s)", wanted.class_id[:-1]),
        (bool(wanted.class_id) and not group, "c.class_id = %s", wanted.class_id),
        (wanted.area is not None, "c.areas && %s::bigint[]", [wanted.area]),
        (bool(wanted.source), "c.source = %s", wanted.source),
        (wanted.safety, "c.safety = %s", True),
        (bool(wanted.mark), "c.marks <> '{}' and c.marks && %s::text[]", [wanted.mark]),
        (wanted.unit is not None, "c.unit = %s", wanted.unit),
        (wanted.since is not None, "c.received_at >= %s", wanted.since),
        (wanted.until is not None, "c.received_at < %s", (wanted.until or timezone.now()) + timedelta(days=1)),
    ]
    return [(condition, [value]) for given, condition, value in terms if given]


def of_light(light: str, now: datetime, alias: str = "i") -> Terms:
    """The same lights as `web.lights.light`, on a table with due, warn_at and paused_at."""
    due, warn, running = f"{alias}.due", f"{alias}.warn_at", f"{alias}.paused_at is null"
    if light == "red":
        return [(f"{due} < %s and {running}", [now])]
    if light == "yellow":
        return [(f"{due} >= %s and {warn} <= %s and {running}", [now, now])]
    if light == "green":
        return [(f"{due} >= %s and ({warn} is null or {warn} > %s) and {running}", [now, now])]
    if light == "paused":
        return [(f"{due} is not null and not ({running})", [])]
    return [(f"{due} is null", [])] if light == "none" else []


def kept(given: QueryDict | Mapping[str, Any]) -> str:
    """The part of an address that a saved list keeps."""
    pairs = [(name, str(given[name])) for name in KEPT if given.get(name)]
    return urlencode(pairs)[:400]


def words_of(wanted: Filters, workers: Mapping[int, str]) -> list[tuple[str, str, str]]:
    """Name in the address, label and value in the reader's words, of each filter that is set. A class or a unit that
    is no longer in force is named all the same. `workers`: the names that this reader may know."""
    area, worker = wanted.area or 0, wanted.worker or 0
    found = [
        ("kind", _("To do"), say(ITEM_KINDS[wanted.kind]) if wanted.kind else ""),
        ("state", _("State"), say(STATE_NAMES[State(wanted.state)]) if wanted.state else ""),
        ("class", _("Class"), _class_words(wanted.class_id)),
        ("area", _("Area"), naming.areas([area]).get(area, str(area)) if area else ""),
        ("source", _("Source"), wording.source(wanted.source) if wanted.source else ""),
        ("light", _("Light"), str(LIGHTS[wanted.light]) if wanted.light else ""),
        ("safety", _("public safety"), "✓" if wanted.safety else ""),
        ("mark", _("Mark"), wording.choice(wanted.mark) if wanted.mark else ""),
        ("unit", _("Unit"), naming.body(wanted.unit)),
        ("worker", _("Person"), workers.get(worker, str(worker)) if worker else ""),
        ("since", _("Received from"), office_day(wanted.since)),
        ("until", _("Received to"), office_day(wanted.until)),
        ("q", _("Words or number"), wanted.words or wanted.number),
    ]
    return [one for one in found if one[2]]


def _class_words(class_id: str) -> str:
    if class_id.endswith("*"):
        return class_id
    return naming.class_words(class_id) if class_id else ""

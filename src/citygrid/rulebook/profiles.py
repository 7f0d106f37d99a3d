"""The city's profile (city.toml): what a city calls itself, counts with and has in use.

code = "990000"  name = "..."  name_en = "..."  timezone = "Asia/Shanghai"  metric_crs = "EPSG:32651"
since = 2010-01-01           # from when the rules of the first import hold
editions = ["gbt30428.2"]
[codes]                      # for standards.CodeProfile
[numbers]                    # templates of report and case numbers
[map]                        # centre and zoom
[calendar]                   # city: the centre's calendar; days: "china" or "file"
[lights]                     # warn_percent
[variants]                   # city: code; [variants.districts]: district area code -> code
[responsibility]             # classes that stand for "nobody's" (S0-34)
[grids]                      # sizes of unit grids (areas/sizing.py)
[personal]                   # reasons for looking at a caller's data, how long it is kept (rulebook/personal.py)
[archive]                    # after_days: when a closed case is archived by itself (0 to 3650); lang: of its paper
[insight]                    # what recurs, what is enough, what is too much (INSIGHT below)
[follow_up]                  # tries: how often a reporter is called before it counts as not reached
hash = "sm3"                 # of the chain; without it SHA-256 (trust/algorithms.py)
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from citygrid.areas import sizing
from citygrid.rulebook.personal import Personal, parse_personal
from citygrid.rulebook.reading import Table, parse_toml
from citygrid.standards.reports import Report
from citygrid.trust.chain import ALGORITHMS

KEYS = (
    "code", "name", "name_en", "short_name", "timezone", "metric_crs", "since", "editions", "codes",
    "numbers", "map", "calendar", "lights", "variants", "responsibility", "words", "duplicates", "grids",
    "hash", "personal", "archive", "follow_up", "insight",
)  # fmt: skip

INSIGHT = {
    "recurrence_metres": 500, "recurrence_days": 365, "rechecks": 10_000, "place_metres": 1_000, "place_cases": 1_000,
    "place_days": 366, "similar": 1_000, "clear_days": 366,
}  # fmt: skip
"""Whole numbers from 1 to this (evaluation/insight/rules.py says what they are for)."""
WRONG_SIZE = "%(key)s is no size for unit grids, or does not go with the other sizes."


@dataclass(frozen=True, slots=True)
class CityProfile:
    """A profile that was read without a problem. `data` is the whole file, for those who need a part."""

    code: str
    name: str
    name_en: str
    timezone: ZoneInfo
    since: date
    editions: tuple[str, ...]
    calendar: str
    days: str
    warn_percent: int
    variant: str
    districts: Mapping[str, str]
    no_subject: frozenset[str] = frozenset()
    data: Mapping[str, Any] = field(default_factory=dict)
    hash: str = ALGORITHMS[0]
    personal: Personal = field(default_factory=Personal)

    def localday(self, at: Any) -> date:
        """The city's own day at a moment."""
        day: date = at.astimezone(self.timezone).date()
        return day


def parse_profile(file: str, text: str) -> tuple[CityProfile | None, Report]:
    """Read city.toml. With problems in the report there is no profile."""
    report = Report()
    table = parse_toml(file, text, report)
    if table is None:
        return None, report
    table.known(*KEYS)
    calendar, variants = table.table("calendar"), table.table("variants")
    districts = variants.table("districts")
    lights = table.table("lights")
    percent = lights.whole("warn_percent", 80)
    if percent is None or not 1 <= percent <= 100:
        lights.problem("warn_percent", "wrong_percent", "%(key)s must be from 1 to 100.")
    for one in (calendar, variants, lights):
        one.known(*{"calendar": ("city", "days"), "variants": ("city", "districts"),
                    "lights": ("warn_percent",)}[one.prefix])  # fmt: skip
    _grids(table.table("grids"))
    _whole_within(table.table("archive"), "after_days", 0, 3650, ("lang",))
    table.table("archive").choice("lang", "zh", ("zh", "en"))
    _whole_within(table.table("follow_up"), "tries", 1, 20)
    _insight(table.table("insight"))
    profile = CityProfile(
        code=table.text("code", needed=True),
        name=table.text("name", needed=True),
        name_en=table.text("name_en"),
        timezone=_zone(table),
        since=_since(table),
        editions=table.texts("editions"),
        calendar=calendar.text("city", needed=True),
        days=calendar.choice("days", "file", ("china", "file")),
        warn_percent=percent or 80,
        variant=variants.text("city", needed=True),
        districts={code: districts.text(code) for code in sorted(districts.data)},
        no_subject=frozenset(table.table("responsibility").texts("no_subject_classes")),
        data=table.data,
        hash=table.choice("hash", ALGORITHMS[0], ALGORITHMS),
        personal=parse_personal(table.table("personal")),
    )
    return (profile if report.ok else None), report


def _whole_within(table: Table, key: str, least: int, most: int, others: tuple[str, ...] = ()) -> None:
    """A whole number within bounds, or nothing."""
    table.known(key, *others)
    number = table.whole(key)
    if number is not None and not least <= number <= most:
        table.problem(key, "wrong_number", "%(key)s must be from %(least)s to %(most)s.", least=least, most=most)


def _insight(table: Table) -> None:
    """Whole numbers within bounds, and nothing else."""
    table.known(*INSIGHT)
    for key, most in INSIGHT.items():
        number = table.whole(key)
        if number is not None and not 1 <= number <= most:
            table.problem(key, "wrong_number", "%(key)s must be from %(least)s to %(most)s.", least=1, most=most)


def _grids(table: Table) -> None:
    """Sizes of unit grids: whole numbers of m2 that go together."""
    table.known("cell", "least", "most", "report")
    report = table.table("report")
    report.known("least", "most")
    before = len(table.report.problems)
    for one, keys in ((table, ("cell", "least", "most")), (report, ("least", "most"))):
        for key in keys:
            if (size := one.whole(key)) is not None and size <= 0:
                one.problem(key, "wrong_size", WRONG_SIZE)
    if len(table.report.problems) == before and (key := sizing.wrong(table.data)):
        table.problem(key, "wrong_size", WRONG_SIZE)


def _zone(table: Table) -> ZoneInfo:
    name = table.text("timezone", needed=True)
    try:
        return ZoneInfo(name or "UTC")
    except (KeyError, ValueError, OSError):
        table.problem("timezone", "unknown_timezone", "The time zone %(name)s is not known.", name=name)
        return ZoneInfo("UTC")


def _since(table: Table) -> date:
    value = table.data.get("since")
    if type(value) is not date:
        table.problem("since", "wrong_type", "%(key)s must be a day such as 2020-01-01.")
        return date(2000, 1, 1)
    return value

"""The mapping of a calendar: what is taken, what is refused and with which key."""

import pickle
import tomllib
from datetime import date, timedelta

import pytest

from citygrid.worktime import Calendar, CalendarError, CalendarGap, DayTable, Limit, Unit, YearStatus
from citygrid.worktime import mapping as mapping_module
from citygrid.worktime.china import china_days
from tests.worktime.calendars import CREW, OFFICE, ROTA, at, calendar


def build(**changes: object) -> Calendar:
    return Calendar.from_mapping(OFFICE | changes, china_days())


def test_the_example_of_the_module_is_two_calendars() -> None:
    """The docstring is the reference of the file format: it must be read as it stands."""
    example = tomllib.loads(str(mapping_module.__doc__).split("\n", 1)[1])
    assert set(example) == mapping_module.KEYS
    cycle = {key: example[key] for key in ("code", "timezone", "cycle")}
    rotation = {key: value for key, value in example.items() if key not in ("cycle", "weekdays")}
    weekly = {key: value for key, value in example.items() if key not in ("cycle", "rotation")}
    for mapping in (cycle, rotation, weekly):
        assert Calendar.from_mapping(mapping, china_days()).code == "office"
    assert Calendar.from_mapping(weekly, china_days()).names == {"zh": "机关", "en": "Office"}


def test_what_is_not_said_is_the_office_week_of_the_table_s_years() -> None:
    short = {"code": "x", "timezone": "Asia/Shanghai", "periods": ["09:00-17:30"]}
    calendar = Calendar.from_mapping(short, china_days())
    assert list(calendar.years) == list(range(2015, 2028))
    assert calendar.day_minutes == 510
    assert calendar.working(at("2026-11-06 17:00"))
    assert not calendar.working(at("2026-11-07 10:00"))


def test_a_work_day_may_be_fixed_apart_from_the_periods() -> None:
    start = at("2026-11-02 08:00")
    for minutes in (450, 480):
        built = build(day_minutes=minutes)
        due = built.due(start, Limit(2, Unit.WORK_DAY))
        assert built.elapsed(start, due.at, Unit.WORK_DAY) == timedelta(minutes=2 * minutes)


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"weekday": [1]}, "weekday"),
        ({"code": ""}, "code"),
        ({"code": 7}, "code"),
        ({"timezone": "Asia/Lujiazui"}, "timezone"),
        ({"timezone": "../etc/passwd"}, "timezone"),
        ({"timezone": ""}, "timezone"),
        ({"names": "office"}, "names"),
        ({"weekdays": []}, "weekdays"),
        ({"weekdays": [0]}, "weekdays"),
        ({"weekdays": [8]}, "weekdays"),
        ({"weekdays": ["1"]}, "weekdays"),
        ({"weekdays": "12345"}, "weekdays"),
        ({"weekdays": [True]}, "weekdays"),
        ({"years": []}, "years"),
        ({"years": [2024, 2026]}, "years"),
        ({"years": [2026, 2025]}, "years"),
        ({"years": ["2026"]}, "years"),
        ({"years": 2026}, "years"),
        ({"periods": []}, "periods"),
        ({"day_minutes": 0}, "day_minutes"),
        ({"day_minutes": 1441}, "day_minutes"),
        ({"day_minutes": 7.5}, "day_minutes"),
        ({"follow_holidays": 1}, "follow_holidays"),
        ({"extra_holidays": ["spring"]}, "extra_holidays"),
        ({"extra_workdays": "2026-01-01"}, "extra_workdays"),
        ({"weekday_periods": {"8": ["08:00-12:00"]}}, "weekday_periods"),
        ({"weekday_periods": ["08:00-12:00"]}, "weekday_periods"),
        ({"variants": [{"from": "05-01", "to": "09-30"}]}, None),
        ({"variants": [{"from": "05-01", "periods": ["08:00-12:00"]}]}, "variants"),
        ({"variants": [{"from": "05-01", "to": "2026-09-30", "periods": ["08:00-12:00"]}]}, "variants"),
        ({"variants": [{"from": "2026-09-30", "to": "2026-05-01", "periods": ["08:00-12:00"]}]}, "variants"),
        ({"variants": [{"from": "05-01", "to": "09-31", "periods": ["08:00-12:00"]}]}, "variants"),
        ({"variants": [{"from": "05-01", "to": "09-30", "hours": ["08:00-12:00"]}]}, "variants"),
        ({"variants": ["summer"]}, "variants"),
        ({"rotation": {"from": "2026-01-05", "weeks": [[1]]}, "weekdays": [1]}, "weekdays"),
        ({"rotation": {"from": "2026-01-05", "weeks": []}}, "rotation.weeks"),
        ({"rotation": {"from": "2026-01-05", "weeks": [[]]}}, "rotation.weeks"),
        ({"rotation": {"weeks": [[1]]}}, "rotation.from"),
        ({"cycle": CREW["cycle"]}, "periods"),
    ],
)
def test_a_wrong_key_is_refused_by_its_name(changes: dict[str, object], key: str | None) -> None:
    with pytest.raises(CalendarError) as error:
        build(**changes)
    assert error.value.params.get("key") == key
    assert str(error.value)


@pytest.mark.parametrize("key", ["code", "timezone", "periods"])
def test_a_key_that_is_needed_is_missed(key: str) -> None:
    with pytest.raises(CalendarError):
        Calendar.from_mapping({k: v for k, v in OFFICE.items() if k != key}, china_days())


def test_a_cycle_without_work_is_refused() -> None:
    for cycle in (
        {"from": "2026-01-01", "days": [[], []]},
        {"from": "2026-01-01", "days": []},
        {"days": [["08:00-09:00"]]},
    ):
        with pytest.raises(CalendarError):
            Calendar.from_mapping(CREW | {"cycle": cycle}, china_days())


def test_a_year_without_its_days_is_refused_when_holidays_are_followed() -> None:
    with pytest.raises(CalendarError) as error:
        build(years=[2026, 2027, 2028])
    assert (error.value.code, error.value.params) == ("year_missing", {"year": 2028})


@pytest.mark.parametrize(
    "periods",
    [
        ["08:00-12:00", "11:00-15:00"],
        ["14:00-18:00", "08:00-12:00"],
        ["22:00-06:00", "08:00-12:00"],
        ["05:00-12:00", "22:00-06:00"],
        ["8:00-12:00"],
        ["08:00"],
        ["08:00-12:00-13:00"],
        ["08:00-25:00"],
        ["08:00-24:01"],
        ["24:00-08:00"],
        ["08:60-12:00"],
        ["０8:00-12:00"],
        ["08.00-12.00"],
        [800],
        "08:00-12:00",
        None,
    ],
)
def test_periods_that_are_none_or_overlap_are_refused(periods: object) -> None:
    with pytest.raises(CalendarError) as error:
        build(periods=periods)
    assert error.value.code in ("periods", "period", "periods_overlap")


@pytest.mark.parametrize(
    ("periods", "minutes"),
    [
        (["00:00-24:00"], 1440),
        (["08:00-08:00"], 1440),
        (["08:00-12:00", "22:00-06:00"], 720),
        (["06:00-12:00", "22:00-06:00"], 840),
        (["08:00-10:00", "10:00-12:00"], 240),
    ],
)
def test_periods_at_the_edge_of_overlapping_are_taken(periods: list[str], minutes: int) -> None:
    assert build(periods=periods).day_minutes == minutes


def test_the_version_is_the_hash_of_what_moves_a_due() -> None:
    base = build()
    same = [
        build(names={"en": "Another name"}),
        build(weekdays=[5, 4, 3, 2, 1]),
        build(day_minutes=480),
        build(extra_holidays=["2031-01-01"]),
        Calendar.from_mapping(dict(reversed(OFFICE.items())), china_days()),
    ]
    assert {base, *same} == {base}
    other = [
        build(weekdays=[1, 2, 3, 4]),
        build(day_minutes=450),
        build(periods=["08:00-12:00", "14:00-18:01"]),
        build(timezone="Asia/Urumqi"),
        build(extra_holidays=["2026-11-02"]),
        build(years=[2026]),
        build(variants=[{"from": "05-01", "to": "05-01", "periods": ["08:00-12:00"]}]),
        build(follow_holidays=False),
        build(weekday_periods={5: ["08:00-12:00"]}),
        build(rotation={"from": "2026-01-05", "weeks": [[1, 2, 3, 4, 5], [1]]}),
    ]
    assert len({base.version, *(calendar.version for calendar in other)}) == len(other) + 1
    assert base != "office"


def test_the_version_stays_the_same_from_release_to_release() -> None:
    """Entries store it: another number here makes every old entry look filed under another calendar."""
    days = DayTable({2026: YearStatus.PUBLISHED})
    rota = Calendar.from_mapping(ROTA | {"years": [2026]}, days)
    assert rota.version == "e09919f146063fe229dfc419e1571143f17d9a95f85c51733230e5306597c7a3"


def test_a_calendar_is_immutable_and_travels_between_processes() -> None:
    office = calendar("office")
    with pytest.raises(AttributeError):
        setattr(office, "co" + "de", "other")
    copy = pickle.loads(pickle.dumps(office))
    start = at("2026-09-30 17:00")
    assert copy == office
    assert copy.due(start, Limit(2, Unit.WORK_DAY)) == office.due(start, Limit(2, Unit.WORK_DAY))


def test_days_outside_the_calendar_s_years_do_not_matter() -> None:
    narrow = build(years=[2026])
    assert narrow.working(at("2026-10-10 09:00"))
    with pytest.raises(CalendarGap):
        narrow.working(at("2025-12-31 09:00"))
    assert date(2026, 10, 10) in china_days().days

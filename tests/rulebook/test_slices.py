"""The slice in force: by day, by content hash, the same on every server (S4-40, S0-29)."""

import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from citygrid.areas.models import Area
from citygrid.areas.versions import bump
from citygrid.organization.models import Body
from citygrid.process.rules import Rules
from citygrid.rulebook import slices
from citygrid.rulebook.models import RulesVersion
from citygrid.rulebook.slices import NoRules, forget, profile_at, rules_at, rules_by_version
from citygrid.worktime import Limit
from tests.rulebook.cities import DAY, NOON, edit, load

GARBAGE = "cjt214-2007:event:0102"
COVER = "cjt214-2007:component:0101"
LATER = date(2026, 6, 1)


def test_the_slice_holds_what_the_process_needs(second: Path, areas: dict[str, int]) -> None:
    """S1-53: flow, filing conditions, limits, calendars and managed objects of the 指挥手册."""
    rules = rules_at(NOON)
    assert isinstance(rules, Rules)
    assert rules.warn_percent == 70
    assert rules.calendar == "desert"
    assert rules.calendars["desert"].day_minutes == 360
    assert rules.variant(None).code == "district_run"
    assert rules.variant(areas["990102"]).code == "city_run"
    assert rules.variant(areas["990101"]).code == "district_run"


def test_arrival_and_public_safety_stand_apart_from_handling_and_urgency(second: Path) -> None:
    """S4-24, S4-25, S1-57, S1-58."""
    rules = rules_at(NOON)
    small = rules.classes[GARBAGE].conditions["1"]
    assert (small.limit, small.arrival) == (Limit.parse("6 work_hour"), Limit.parse("90 urgent_minute"))
    assert not small.urgent and not small.safety
    cover = rules.classes[COVER].conditions["1"]
    assert (cover.arrival, cover.make_safe) == (Limit.parse("1 urgent_hour"), Limit.parse("3 urgent_hour"))
    assert cover.urgent and cover.safety


def test_the_citys_rows_replace_those_of_the_edition(second: Path) -> None:
    rules = rules_at(NOON)
    assert rules.classes[GARBAGE].before_photos == 2
    assert list(rules.classes[COVER].conditions) == ["1"]
    assert len(rules.classes["cjt214-2007:component:0102"].conditions) > 1
    assert "zheshi:event:2101" in rules.classes


def test_a_class_without_conditions_is_there_and_has_none(second: Path) -> None:
    """S0-29: nobody can file under it until somebody gives it a condition."""
    rules = rules_at(NOON)
    assert any(not rule.conditions for rule in rules.classes.values())


def test_a_change_holds_from_its_day_and_not_before(second: Path) -> None:
    before = rules_at(NOON)
    edit(second / "rulebook/conditions.csv", "6 work_hour", "5 work_hour")
    assert load(second, LATER).ok
    last_moment = datetime(2026, 5, 31, 17, 59, 59, tzinfo=UTC)  # 23:59:59 in Urumqi, UTC+6
    assert rules_at(last_moment) == before
    after = rules_at(last_moment + timedelta(seconds=1))
    assert after.classes[GARBAGE].conditions["1"].limit == Limit.parse("5 work_hour")
    assert after.version != before.version


def test_old_rules_come_back_by_their_hash(second: Path) -> None:
    before = rules_at(NOON)
    edit(second / "city.toml", "warn_percent = 70", "warn_percent = 60")
    edit(second / "variants/district_run.toml", 'rework = "restart"', 'rework = "continue"')
    assert load(second, LATER).ok
    assert rules_at(datetime(2026, 7, 1, tzinfo=UTC)).warn_percent == 60
    forget()
    again = rules_by_version(before.version)
    assert again == before
    assert again.variant(None).rework == "restart"


def test_an_unknown_hash_is_refused(second: Path) -> None:
    with pytest.raises(NoRules) as refused:
        rules_by_version("0" * 64)
    assert refused.value.code == "no_such_rules"


def test_before_the_first_rules_there_are_none(second: Path) -> None:
    with pytest.raises(NoRules) as refused:
        rules_at(datetime(1999, 1, 1, tzinfo=UTC))
    assert refused.value.code == "no_rules"


def test_the_same_folder_gives_the_same_version(second: Path) -> None:
    """The hash is of codes and contents: ids of this database are not in it."""
    first = rules_at(NOON).version
    Body.objects.filter(code="water").update(name="other")
    assert load(second, LATER).ok
    assert rules_at(datetime(2026, 7, 1, tzinfo=UTC)).version == first
    text = RulesVersion.objects.get(hash=first).snapshot
    assert '"990102":"city_run"' in text


def test_a_new_shape_of_a_district_keeps_its_variant(second: Path, areas: dict[str, int]) -> None:
    old = Area.objects.get(id=areas["990102"])
    Area.objects.filter(id=old.pk).update(valid_to=LATER)
    new = Area.objects.create(
        kind="district", code="990102", geometry=b"", centre_lon=0, centre_lat=0, area_m2=1, valid_from=LATER
    )
    bump()
    rules = rules_at(datetime(2026, 7, 1, tzinfo=UTC))
    assert rules.variant(new.pk).code == rules.variant(old.pk).code == "city_run"


def test_asking_again_costs_no_query(second: Path) -> None:
    rules = rules_at(NOON)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        for days in range(50):
            assert rules_at(NOON + timedelta(days=days)) is rules
    assert len(asked) == 0


def test_the_profile_knows_the_citys_own_day(second: Path) -> None:
    profile = profile_at(NOON)
    assert profile.name == "赭石市"
    assert profile.localday(datetime(2026, 3, 1, 18, 30, tzinfo=UTC)) == DAY


def test_limits_run_on_the_calendar_of_that_city(second: Path) -> None:
    """Sunday to Thursday, 08:00 to 14:00 in Urumqi."""
    calendar = rules_at(NOON).calendar_for(None)
    thursday = datetime(2026, 3, 5, 7, tzinfo=UTC)  # 13:00
    due = calendar.due(thursday, Limit.parse("2 work_hour"))
    assert due.at == datetime(2026, 3, 8, 3, tzinfo=UTC)  # Sunday 09:00


def test_a_change_that_is_rolled_back_is_forgotten(second: Path) -> None:
    before = rules_at(NOON)
    edit(second / "city.toml", "warn_percent = 70", "warn_percent = 60")
    with pytest.raises(ValueError, match="undone"), transaction.atomic():
        assert load(second).ok
        assert rules_at(NOON).warn_percent == 60
        raise ValueError("undone")
    assert rules_at(NOON) == before


def test_another_thread_sees_a_change_only_when_it_is_committed(second: Path) -> None:
    edit(second / "city.toml", "warn_percent = 70", "warn_percent = 60")
    assert load(second).ok
    assert rules_at(NOON).warn_percent == 60
    seen: list[object] = []
    other = threading.Thread(target=lambda: seen.append(slices._Shared.held.slices))
    other.start()
    other.join()
    assert seen == [{}]

"""Who should handle it (S0-25, S0-34, S0-35)."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from citygrid.organization.models import Body
from citygrid.rulebook.models import Responsibility
from citygrid.rulebook.responsible import NO_SUBJECT, Suggestion, covers, responsible
from tests.rulebook.cities import NOON

LAMP = "cjt214-2007:component:0118"
COVER = "cjt214-2007:component:0101"
SIGN = "cjt214-2007:component:0212"


@pytest.fixture
def bodies(second: Path) -> dict[str, int]:
    return dict(Body.objects.values_list("code", "id"))


def named(found: list[Suggestion], bodies: dict[str, int]) -> list[tuple[str | None, str]]:
    codes = {number: code for code, number in bodies.items()}
    return [(codes.get(one.body) if one.body else None, one.reason) for one in found]


def place(areas: dict[str, int], *codes: str) -> list[int]:
    return [areas[code] for code in codes]


def test_the_components_owner_comes_first_then_its_maintainer(bodies: dict[str, int], areas: dict[str, int]) -> None:
    found = responsible(SIGN, place(areas, "990101", "990100"), bodies["power"], bodies["water"], NOON)
    assert named(found, bodies)[:3] == [
        ("power", "owner"), ("water", "maintainer"), ("east_roads", "class_area"),
    ]  # fmt: skip


def test_the_district_decides_which_unit(bodies: dict[str, int], areas: dict[str, int]) -> None:
    east = responsible(SIGN, place(areas, "99010101", "990101", "990100"), None, None, NOON)
    west = responsible(SIGN, place(areas, "990102", "990100"), None, None, NOON)
    assert named(east, bodies)[0] == ("east_roads", "class_area")
    assert named(west, bodies)[0] == ("west_roads", "class_area")


def test_the_longest_class_goes_before_the_shorter_one(bodies: dict[str, int], areas: dict[str, int]) -> None:
    bin_class = "cjt214-2007:component:0303"
    found = responsible(bin_class, place(areas, "990101"), None, None, NOON)
    assert named(found, bodies)[:2] == [("east_sanitation", "class_area"), ("east_roads", "class_area")]


def test_the_nearest_area_goes_before_the_longest_class(bodies: dict[str, int], areas: dict[str, int]) -> None:
    """The water company owns covers everywhere; the street's own rule is nearer."""
    body = bodies["west_roads"]
    rule = Responsibility.objects.create(
        classes="cjt214-2007:*", area="99010101", body_id=body, kind="class_area", valid_from=date(2026, 1, 1)
    )
    found = responsible(COVER, place(areas, "99010101", "990101", "990100"), None, None, NOON)
    assert found[0] == Suggestion(body, "class_area", rule.pk)


def test_where_no_class_rule_is_the_territory_answers(bodies: dict[str, int], areas: dict[str, int]) -> None:
    """S0-35, S2-17 属地为主."""
    found = responsible("zheshi:event:2101", place(areas, "990101", "990100"), None, None, NOON)
    assert named(found, bodies) == [("east_sanitation", "territory")]


def test_where_nobody_answers_it_is_nobodys(bodies: dict[str, int], areas: dict[str, int]) -> None:
    """无责任主体: S0-34; who coordinates is the process's matter."""
    found = responsible("zheshi:event:2101", place(areas, "990100"), None, None, NOON)
    assert found == [Suggestion(None, NO_SUBJECT)]


def test_a_body_that_has_ended_is_not_suggested(bodies: dict[str, int], areas: dict[str, int]) -> None:
    Body.objects.filter(code="east_roads").update(active_until=date(2026, 1, 1))
    found = responsible(SIGN, place(areas, "990101"), bodies["east_roads"], None, NOON)
    assert named(found, bodies) == [("east_sanitation", "territory")]


def test_a_rule_counts_on_its_days_only(bodies: dict[str, int], areas: dict[str, int]) -> None:
    Responsibility.objects.filter(area="990101").exclude(kind="territory").update(valid_to=date(2026, 3, 3))
    before = responsible(SIGN, place(areas, "990101"), None, None, NOON)
    after = responsible(SIGN, place(areas, "990101"), None, None, NOON.replace(day=10))
    assert named(before, bodies)[0] == ("east_roads", "class_area")
    assert named(after, bodies) == [("east_sanitation", "territory")]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_always_holds(bodies: dict[str, int], areas: dict[str, int], data: st.DataObject) -> None:
    """Never empty, nobody twice, territory after everybody else, and the order of areas given does not invent."""
    class_id = data.draw(st.sampled_from([LAMP, COVER, SIGN, "cjt214-2007:event:0102", "zheshi:event:2101"]))
    where = data.draw(st.lists(st.sampled_from(sorted(areas.values())), unique=True))
    one = st.none() | st.sampled_from(sorted(bodies.values()))
    owner, maintainer = data.draw(one), data.draw(one)
    found = responsible(class_id, where, owner, maintainer, NOON)
    assert found
    named_bodies = [suggestion.body for suggestion in found]
    assert len(set(named_bodies)) == len(named_bodies)
    reasons = [suggestion.reason for suggestion in found]
    assert reasons == sorted(reasons, key=lambda reason: reason == "territory")
    if owner is not None:
        assert found[0] == Suggestion(owner, "owner")
    if NO_SUBJECT in reasons:
        assert found == [Suggestion(None, NO_SUBJECT)] and owner is None and maintainer is None


@pytest.mark.parametrize(
    ("pattern", "yes"),
    [(COVER, True), (COVER[:-1] + "*", True), ("*", True), (COVER[:-1], False), ("gbt*", False), (COVER + "*", True)],
)  # fmt: skip
def test_patterns(pattern: str, yes: bool) -> None:
    assert covers(pattern, COVER) is yes

"""Nobody sees outside their scope (DESIGN section 7; S0-04, S0-67, S3-19, S3-20)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from citygrid.areas import versions
from citygrid.areas.models import Area
from citygrid.organization import tree
from citygrid.organization.models import Body, Post, Role, ScopeKind, Seat
from citygrid.organization.visibility import NOTHING, Scope, scope_of

from .conftest import AT, area, make_post, seat, seat_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standing")]


def ids(codes: str) -> set[int]:
    return set(Body.objects.filter(code__in=codes.split()).values_list("id", flat=True))


def test_a_worker_sees_own_work_only(second: Path) -> None:
    worker = seat_of("east_roads_worker")
    scope = scope_of(worker, AT)
    assert scope == Scope(False, frozenset(), frozenset(), worker.person_id, worker.post_id)
    assert scope.holds(persons=[worker.person_id])
    assert not scope.holds(bodies=[worker.post.body_id], areas=[1], persons=[worker.person_id + 1])


def test_a_desk_sees_its_unit_and_no_other(second: Path) -> None:
    scope = scope_of(seat_of("east_roads_desk"), AT)
    assert scope.bodies == ids("east_roads")
    assert not scope.areas


def test_a_department_sees_the_units_below_it(second: Path) -> None:
    scope = scope_of(seat_of("supervisor1"), AT)
    assert scope.bodies == ids("dept east_roads east_sanitation west_roads west_sanitation")


def test_a_district_centre_sees_its_district_and_not_the_other(second: Path, areas: dict[str, Area]) -> None:
    scope = scope_of(seat_of("east_shiftleader"), AT)
    assert scope.areas == {areas[code].pk for code in ("990101", "99010101", "9901010101")}
    assert scope.roots == {areas["990101"].pk}
    assert scope.bodies == ids("centre_east")


def test_a_post_narrows_the_areas_of_its_body(second: Path, areas: dict[str, Area]) -> None:
    Post.objects.filter(code="calltaker").update(areas=["99010201"])
    tree.bump()
    scope = scope_of(seat_of("calltaker1"), AT)
    assert scope.areas == {areas["99010201"].pk, areas["9901020101"].pk}


def test_everything_is_everything(second: Path) -> None:
    scope = scope_of(seat_of("office1"), AT)
    assert scope.everything
    assert scope.sql("c") == ("true", [])
    assert scope.holds()


def test_a_new_shape_of_a_district_stays_in_scope(second: Path, areas: dict[str, Area]) -> None:
    before = scope_of(seat_of("east_shiftleader"), AT).areas
    versions.bump()
    newer = area("990101", "district", areas["990100"], since=AT.date())
    versions.bump()
    assert scope_of(seat_of("east_shiftleader"), AT).areas == before | {newer.pk}


def test_a_change_of_the_organization_is_seen_at_once(second: Path) -> None:
    desk = seat_of("supervisor1")
    before = scope_of(desk, AT).bodies
    made = Body.objects.create(
        code="new", name="新单位", kind="unit", side="handling", level="city", parent=desk.post.body
    )
    assert scope_of(desk, AT).bodies == before | {made.pk}
    made.parent = None
    made.save()
    assert scope_of(desk, AT).bodies == before


@pytest.mark.parametrize("lost", ["ended", "not begun", "post closed", "person left"])
def test_without_a_valid_seat_nothing_is_seen(second: Path, lost: str) -> None:
    held = seat_of("office1")
    assert scope_of(held, AT).everything
    if lost == "ended":
        held.until = AT
    elif lost == "not begun":
        held.since = AT + timedelta(microseconds=1)
    elif lost == "post closed":
        held.post.active = False
        held.post.save()
    else:
        held.person.is_active = False
        held.person.save()
    assert scope_of(held, AT) == NOTHING
    assert not scope_of(held, AT).holds(persons=[held.person_id])


def test_nothing_asks_for_nobody() -> None:
    condition, params = NOTHING.sql_one("w", body="body")
    assert (condition, params) == ("false", [])


def test_a_signing_in_does_not_throw_scopes_away(second: Path) -> None:
    before = tree.version()
    person = seat_of("office1").person
    person.last_login = AT
    person.save(update_fields=["last_login"])
    assert tree.version() == before


PARENTS = st.lists(st.integers(0, 100), min_size=1, max_size=8)
CASES = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), st.integers(0, 3)), min_size=1, max_size=12)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PARENTS, PARENTS, CASES, st.sampled_from(ScopeKind.values), st.integers(0, 7), st.integers(0, 7))
def test_random_organizations_show_exactly_what_is_inside(
    bodies: list[int],
    areas: list[int],
    cases: list[tuple[int, int, int]],
    kind: str,
    mine: int,
    place: int,
) -> None:
    """The sets, the SQL for arrays and the SQL for single ids agree with walking up parent by parent."""
    below, above = planted_bodies(bodies), planted_areas(areas)
    versions.bump()
    body, home = below[mine % len(below)], above[place % len(above)]
    Body.objects.filter(pk=body.pk).update(areas=[home.code])
    me = seat(f"me {uuid4()}", make_post(uuid4().hex, body, kind))
    strangers = [me.person_id, me.person_id + 1, me.person_id + 2, me.person_id + 3]
    rows = [(below[b % len(below)], above[a % len(above)], strangers[p]) for b, a, p in cases]
    expected = {number for number, row in enumerate(rows) if inside(*row, me, home, kind)}
    scope = scope_of(me, AT)
    assert expected == {
        number
        for number, (held, where, who) in enumerate(rows)
        if scope.holds(bodies=[held.pk], areas=path(where), persons=[who])
    }
    assert expected == selected(scope, rows, arrays=True)
    exact = kind != ScopeKind.AREA  # single ids know their own area only
    assert selected(scope, rows, arrays=False) == expected if exact else selected(scope, rows, arrays=False) <= expected


def planted_bodies(parents: list[int]) -> list[Body]:
    made: list[Body] = []
    for parent in parents:
        above = made[parent % len(made)] if made and parent % 5 else None
        made.append(
            Body.objects.create(code=str(uuid4()), name="体", kind="unit", side="neutral", level="city", parent=above)
        )
    return made


def planted_areas(parents: list[int]) -> list[Area]:
    made: list[Area] = []
    for parent in parents:
        above = made[parent % len(made)] if made and parent % 5 else None
        made.append(area(uuid4().hex, "street", above))
    return made


def path(place: Area | None) -> list[int]:
    return [] if place is None else [place.pk, *path(place.parent)]


def inside(held: Body, where: Area, who: int, me: Seat, home: Area, kind: str) -> bool:
    if who == me.person_id or kind == ScopeKind.ALL:
        return True
    if kind == ScopeKind.OWN:
        return False
    if held.pk == me.post.body_id:
        return True
    if kind == ScopeKind.UNIT_TREE:
        above = held.parent
        while above is not None:
            if above.pk == me.post.body_id:
                return True
            above = above.parent
    return kind in (ScopeKind.AREA, ScopeKind.AREA_TREE) and home.pk in path(where)


def selected(scope: Scope, rows: list[tuple[Body, Area, int]], *, arrays: bool) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute("drop table if exists seen")
        if arrays:
            cursor.execute("create temp table seen (n int, bodies bigint[], areas bigint[], persons bigint[])")
            values = [(n, [b.pk], path(a), [p]) for n, (b, a, p) in enumerate(rows)]
            condition, params = scope.sql("s")
        else:
            cursor.execute("create temp table seen (n int, bodies bigint, areas bigint, persons bigint)")
            values = [(n, b.pk, a.pk, p) for n, (b, a, p) in enumerate(rows)]
            condition, params = scope.sql_one("s", body="bodies", area="areas", person="persons")
        cursor.executemany("insert into seen values (%s, %s, %s, %s)", values)
        cursor.execute(f"select n from seen s where {condition}", params)
        return {row[0] for row in cursor.fetchall()}


def test_a_role_of_an_unknown_scope_cannot_be_stored() -> None:
    from django.db import IntegrityError

    with pytest.raises(IntegrityError):
        Role.objects.create(code="x", name="x", side="neutral", scope="galaxy")


def test_the_moment_decides(second: Path) -> None:
    held = seat_of("office1")
    assert scope_of(held, datetime(2025, 1, 1, tzinfo=UTC)) == NOTHING

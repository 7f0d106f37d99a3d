"""Random organizations: whoever asks, and wherever, sees exactly what walking up the trees by hand says (DESIGN 7;
S0-04, S0-67, S3-19). The oracle knows parents and sets only; nothing of it comes from the program."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from citygrid.areas import versions
from citygrid.areas.models import Area
from citygrid.cases import (
    component_cases,
    explaining,
    nearby,
    partitions,
    photos,
    pushed,
    queues,
    reading,
    rows,
    searching,
)
from citygrid.cases.database import cursor, plain
from citygrid.cases.map_source import _scope
from citygrid.cases.numbers import numbers
from citygrid.cases.partitions import month_of
from citygrid.evaluation.pages import _visible
from citygrid.organization.models import Body, Person, Post, Role, ScopeKind, Seat
from citygrid.organization.seats import Signed, signed
from citygrid.process import Case
from citygrid.process.model import Holder
from citygrid.rulebook import slices
from tests.cases import world as worlds
from tests.organization.conftest import area

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
ME, SOMEBODY = 0, 1
MOST = 5
COMPONENT = "9901020000000001"

Tree = list[int | None]


@dataclass(frozen=True)
class Place:
    """A post: number of its body, scope, numbers of its own areas."""

    body: int
    kind: str
    areas: frozenset[int]


@dataclass(frozen=True)
class Sketch:
    """A case: bodies and persons that had to do with it, where it lies, who owes its open work."""

    bodies: frozenset[int]
    area: int
    persons: frozenset[int]
    owes: int
    mine: bool


@dataclass(frozen=True)
class Town:
    bodies: Tree
    areas: Tree
    of_body: list[frozenset[int]]
    places: list[Place]
    cases: list[Sketch]


@st.composite
def towns(draw: st.DrawFn) -> Town:
    """Trees of two to six bodies and areas, one or two posts of mine, up to eight cases."""
    bodies, areas = draw(trees()), draw(trees())
    body, where = st.integers(0, len(bodies) - 1), st.integers(0, len(areas) - 1)
    some = st.frozensets(where, max_size=2)
    places = st.builds(Place, body, st.sampled_from(ScopeKind.values), some)
    sketch = st.builds(
        Sketch, st.frozensets(body, max_size=3), where, st.frozensets(st.sampled_from((ME, SOMEBODY)), max_size=2),
        body, st.booleans(),
    )  # fmt: skip
    return Town(
        bodies, areas, [draw(some) for _ in bodies], draw(st.lists(places, min_size=1, max_size=2)),
        draw(st.lists(sketch, min_size=1, max_size=8)),
    )  # fmt: skip


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    """The parent of each; a parent comes before its children, and no path is longer than a place is deep."""
    found: Tree = [None]
    for number in range(1, draw(st.integers(2, 6))):
        parent = draw(st.none() | st.integers(0, number - 1))
        deep = parent is not None and len(above(found, parent)) >= MOST
        found.append(None if deep else parent)
    return found


def above(tree: Tree, one: int) -> set[int]:
    """It and all above it."""
    parent = tree[one]
    return {one} if parent is None else {one} | above(tree, parent)


def sees(town: Town, place: Place, case: Sketch) -> bool:
    """The oracle."""
    if place.kind == "all" or ME in case.persons:
        return True
    if place.kind == "own":
        return False
    if place.body in case.bodies:
        return True
    if place.kind == "unit_tree":
        return any(place.body in above(town.bodies, one) for one in case.bodies)
    reach = place.areas or town.of_body[place.body]
    return place.kind in ("area", "area_tree") and bool(reach & above(town.areas, case.area))


@pytest.fixture(scope="module")
def template(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Case]:
    """One real case of the second city, of which the random ones are copies; rolled back in the end."""
    folder: Path = tmp_path_factory.mktemp("city")
    with django_db_blocker.unblock(), override_settings(MEDIA_STORE=folder / "media", DATA=folder):
        block = transaction.atomic()
        block.__enter__()
        for one in (partitions, numbers, slices):
            one.forget()
        worlds.make()
        case = explaining.case_of(worlds.World().report())
        assert case is not None
        yield case
        transaction.set_rollback(True)
        block.__exit__(None, None, None)
    for one in (partitions, numbers, slices):
        one.forget()


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(town=towns())
def test_every_way_to_a_case_shows_exactly_what_the_oracle_says(db: None, template: Case, town: Town) -> None:
    with transaction.atomic():
        seats, cases, files = plant(town, template)
        hold(town, seats, cases, files, template)
        transaction.set_rollback(True)


def plant(town: Town, template: Case) -> tuple[list[Signed], list[Case], list[uuid.UUID]]:
    """The town in the database: my seats, its cases, a file of each."""
    areas = planted_areas(town.areas)
    bodies: list[Body] = []
    for number, parent in enumerate(town.bodies):
        codes = [areas[one].code for one in town.of_body[number]]
        bodies.append(
            Body.objects.create(
                code=uuid.uuid4().hex, name="体", kind="unit", side="neutral", level="city", areas=codes,
                parent=bodies[parent] if parent is not None else None,
            )
        )  # fmt: skip
    versions.bump()
    me, somebody = (Person.objects.create(login=uuid.uuid4().hex, name=name) for name in ("甲", "乙"))
    role_of = {kind: Role.objects.create(code=f"r-{kind}", name=kind, side="neutral", scope=kind) for kind in
               sorted({place.kind for place in town.places})}  # fmt: skip
    seats = []
    for place in town.places:
        codes = [areas[one].code for one in place.areas]
        post = Post.objects.create(
            code=uuid.uuid4().hex, name="岗", body=bodies[place.body], role=role_of[place.kind], areas=codes
        )
        seat = Seat.objects.create(person=me, post=post, since=datetime(2026, 1, 1, tzinfo=UTC))
        seats.append(signed(me, seat, AT))
    people = {ME: me.pk, SOMEBODY: somebody.pk}
    role = seats[0].role.code
    cases = [copied(one, template, town, areas, bodies, people, role) for one in town.cases]
    files = [uuid.uuid4() for _ in cases]
    written(cases, files)
    return seats, cases, files


def planted_areas(tree: Tree) -> list[Area]:
    found: list[Area] = []
    for parent in tree:
        found.append(area(uuid.uuid4().hex, "street", found[parent] if parent is not None else None))
    return found


def copied(
    one: Sketch, template: Case, town: Town, areas: list[Area], bodies: list[Body], people: dict[int, int], role: str
) -> Case:
    """The template with the sketch's bodies, place, persons and work."""
    path: list[int | None] = []
    at: int | None = one.area
    while at is not None:
        path.append(areas[at].pk)
        at = town.areas[at]
    slots = [*path, *[None] * (6 - len(path))]
    names = ("grid", "community", "street", "district", "city", "duty_grid")
    assert template.place is not None
    place = replace(template.place, **dict(zip(names, slots, strict=True)))
    holder = Holder(bodies[one.owes].pk, role, people[ME] if one.mine else None)
    return replace(
        template, id=uuid.uuid4(), report_no=f"R-{uuid.uuid4().hex[:12]}", component=COMPONENT, place=place,
        bodies=frozenset(bodies[number].pk for number in one.bodies),
        persons=frozenset(people[number] for number in one.persons),
        work=tuple(replace(item, holder=holder) for item in template.work[:1]),
    )  # fmt: skip


def written(cases: list[Case], files: list[uuid.UUID]) -> None:
    point = nearby.metres_of(cases[0].place, AT)
    with plain() as connection:
        run = cursor(connection)

        def put(table: str, columns: tuple[str, ...], lines: list[tuple[Any, ...]]) -> None:
            marks = ", ".join(["%s"] * len(columns))
            run.executemany(f"insert into {table} ({', '.join(columns)}) values ({marks})".encode(), lines)

        heads = [(c.id, month_of(c.received_at), rows.bucket_of(c), c.version, b"\0" * 32) for c in cases]
        put("cases_head", ("case_id", "month", "bucket", "version", "head"), heads)
        put("cases_case", rows.CASE, [rows.case_row(c, point) for c in cases])
        put("cases_item", rows.ITEMS, [rows.item_row(c.id, item, None) for c in cases for item in c.work])
        put("cases_number", ("number", "case_id"), [(c.report_no, c.id) for c in cases])
        put("cases_media", ("file_id", "case_id"), list(zip(files, [c.id for c in cases], strict=True)))


def hold(town: Town, seats: list[Signed], cases: list[Case], files: list[uuid.UUID], template: Case) -> None:
    """Each way to a case against the oracle, for each of my posts; what is asked of a person: for all together."""
    ids = [case.id for case in cases]
    whole: set[uuid.UUID] = set()
    for place, who in zip(town.places, seats, strict=True):
        expected = {case.id for case, sketch in zip(cases, town.cases, strict=True) if sees(town, place, sketch)}
        whole |= expected
        found = ways(who, cases, template)
        for way, shown in found.items():
            assert shown & set(ids) == expected, f"{way} as {place}"
        owed = {c.id for c, s in zip(cases, town.cases, strict=True) if s.mine or owes(s, place, who, seats)}
        assert mine(who) & set(ids) == owed, f"the desk as {place}"
    me = seats[0].person
    assert {case for case in ids if pushed.may_hear(me.pk, case)} == whole, "live push"
    assert {case for case, file in zip(ids, files, strict=True) if photos.may_see(me, file)} == whole, "files"


def owes(sketch: Sketch, place: Place, who: Signed, seats: list[Signed]) -> bool:
    """The queue of the role in the body: the cases were written for the role of the first seat."""
    return sketch.owes == place.body and who.role == seats[0].role


def mine(who: Signed) -> set[uuid.UUID]:
    args = who.person.pk, who.body.pk, who.role.code
    items = queues.my_items(*args, most=1000)
    assert sum(number for number, _late in queues.counts(*args, AT).values()) == len(items), "counts"
    return {item.case for item in items}


def ways(who: Signed, cases: list[Case], template: Case) -> dict[str, set[uuid.UUID]]:
    """What each query shows."""
    scope, assigned = who.scope, template.class_id
    assert assigned is not None and template.place is not None
    with plain() as connection:
        near = nearby.near(connection, assigned, template.place, AT, scope=scope, most=1000)
        condition, params = _scope(who)
        map_rows = cursor(connection).execute(
            f"select t.id from cases_case_open t where t.point is not null and {condition}".encode(), list(params)
        )
        shown_on_map = {row[0] for row in map_rows.fetchall()}
    numbered = {row.id for case in cases for row in searching.search(scope, searching.Query(number=case.report_no))}
    return {
        "the list": {row.id for row in searching.search(scope, searching.Query(), most=1000)},
        "search by words": {row.id for row in searching.search(scope, searching.Query(text="一堆垃圾"), most=1000)},
        "search by number": numbered,
        "the page": {case.id for case in cases if reading.case_for(scope, case.id) is not None},
        "cases of a component": {row.id for row in component_cases.cases_of(COMPONENT, scope, most=1000)},
        "near cases": {row.id for row in near},
        "the map": shown_on_map,
        "behind a number of the evaluation": _visible([case.id for case in cases], scope),
        "the explanation": explained(who, cases),
    }


def explained(who: Signed, cases: list[Case]) -> set[uuid.UUID]:
    """Explained as visible is visible, with a condition that says why; nothing met is said of what is hidden."""
    found = set()
    for case in cases:
        one = explaining.explained(case, who.seat, AT)
        assert one.visible == any(condition.met for condition in one.conditions)
        for condition in one.conditions:
            assert condition.found <= condition.reach or not condition.met
        if one.visible:
            found.add(case.id)
    return found

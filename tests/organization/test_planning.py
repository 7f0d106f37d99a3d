"""One path from rows to changes: what is written is what was planned, and planning it again finds nothing to do."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from citygrid.cases import directory
from citygrid.organization import assignment, folder, kinds, planning, proposing, state
from citygrid.organization.checking import circles
from citygrid.organization.files import BODIES, KINDS, PEOPLE, POSTS, RELATIONS, SEATS, Files, Line
from citygrid.organization.models import Body, BodyKind, Person, Post, Seat
from citygrid.organization.proposing import Proposal, Wish
from citygrid.process.refusal import Refusal

from .conftest import DAY

CODES = ("dept", "east_roads", "west_roads", "water", "power", "n1", "n2", "n3")
LOGINS = ("water_worker", "power_worker", "calltaker1", "p.one", "p.two")
HELD = ("water_worker", "power_worker", "calltaker", "n1_post", "n2_post")
WORDS = st.sampled_from(["甲", "乙", "O'Hara; --", "=1+1", '"', "名 称"])
NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)


def _body(code: str, name: str, parent: str, side: str) -> tuple[str, dict[str, str]]:
    return BODIES, {"code": code, "name": name, "parent": parent, "side": side, "kind": "unit", "level": "city"}


ROWS = st.one_of(
    st.builds(_body, st.sampled_from(CODES), WORDS, st.sampled_from(("gov", *CODES)), st.just("handling")),
    st.builds(
        lambda code, body, role: (POSTS, {"code": f"{code}_post", "name": code, "body": body, "role": role}),
        st.sampled_from(("n1", "n2")),
        st.sampled_from(CODES),
        st.sampled_from(("worker", "unit_desk", "shift_leader")),
    ),
    st.builds(lambda login, name: (PEOPLE, {"login": login, "name": name}), st.sampled_from(LOGINS), WORDS),
    st.builds(
        lambda login, post: (SEATS, {"login": login, "post": post}), st.sampled_from(LOGINS), st.sampled_from(HELD)
    ),
    st.builds(
        lambda body, other, sector: (RELATIONS, {"kind": "supervises", "body": body, "other": other, "sector": sector}),
        st.sampled_from(("dept", "centre", "water")),
        st.sampled_from(CODES),
        st.sampled_from(("", "路灯")),
    ),
)


class _Undo(Exception):  # noqa: N818 - carries nothing
    pass


def wish_of(rows: list[tuple[str, dict[str, str]]]) -> Wish:
    wanted: dict[str, list[Line]] = {}
    for number, (table, cells) in enumerate(rows, start=2):
        wanted.setdefault(table, []).append(Line(table, number, cells))
    return Wish(wanted)


def cells_of(all_lines: Files) -> dict[str, list[tuple[tuple[str, str], ...]]]:
    """Every table as sorted cells."""
    return {
        table: sorted(
            tuple(
                sorted((name, planning.canonical(table, line.cells).get(name, "")) for name in planning.columns(table))
            )
            for line in planning.lines_of(all_lines, table)
        )
        for table in planning.ORDER
    }


@pytest.mark.django_db
@pytest.mark.usefixtures("second")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(ROWS, min_size=1, max_size=6))
def test_what_is_written_is_what_was_planned(rows: list[tuple[str, dict[str, str]]]) -> None:
    """Whatever is asked for: with a fault nothing is written; else the state is the plan's, and asking the same again
    changes nothing. Whoever handles never judges afterwards (S0-04)."""
    wish, before = wish_of(rows), cells_of(state.current(DAY))
    try:
        with transaction.atomic():
            done = proposing.carry_out(wish, None, NOW, DAY)
            assert isinstance(done, Proposal)
            after = cells_of(state.current(DAY))
            if not done.report.ok:
                assert after == before
            else:
                assert after == cells_of(done.plan.files)
                assert not proposing.propose(wish, DAY).changes
                assert not circles(dict(Body.objects.values_list("code", "parent__code")))
                judging = Seat.objects.filter(until=None, post__role__judging=True)
                handling = Seat.objects.filter(until=None, post__body__side="handling")
                both = set(judging.values_list("person", flat=True)) & set(handling.values_list("person", flat=True))
                assert not both
            raise _Undo
    except _Undo:
        pass


@given(st.dictionaries(st.integers(0, 12).map(str), st.integers(0, 14).map(str), max_size=13))
def test_circles_are_those_that_come_back(parents: dict[str, str]) -> None:
    def comes_back(code: str) -> bool:
        at = parents.get(code)
        for _ in range(len(parents) + 1):
            if at is None or at == code:
                break
            at = parents.get(at)
        return at == code

    assert circles(parents) == {code for code in parents if comes_back(code)}


@pytest.mark.django_db
def test_what_a_kind_is_taken_for_is_the_citys_to_say(second: Path) -> None:
    """The second city's commission is a `council`, its companies `enterprise`s: no code knows these words."""
    directory.forget()
    found = directory.current()
    assert found.levels["commission"] == Body.objects.get(code="commission").pk
    assert Body.objects.get(code="commission").kind == "council"
    group = Body.objects.get(code="inspection")
    group.parent = Body.objects.get(code="water")
    group.save()
    post = Post.objects.get(code="inspector")
    person = Person.objects.create(login="inspector.new", name="新")
    refused = assignment.assign(person, post, NOW)
    assert isinstance(refused, Refusal) and refused.code == "inspector_under_inspected"


@pytest.mark.django_db
def test_a_folder_without_kinds_has_the_shipped_ones(second: Path, tmp_path: Path) -> None:
    assert BodyKind.objects.filter(code="council").exists()
    for path in second.iterdir():
        if path.is_file() and path.name not in ("body_kinds.csv", "bodies.csv"):
            (tmp_path / path.name).write_bytes(path.read_bytes())
    text = (second / "bodies.csv").read_text(encoding="utf-8")
    shipped = text.replace(",enterprise,", ",utility,").replace(",council,", ",commission,")
    (tmp_path / "bodies.csv").write_text(shipped, encoding="utf-8")
    report = folder.load(tmp_path, DAY)
    assert report.ok, [str(problem) for problem in report.problems]
    assert kinds.natures()["commission"] == "commission"
    assert "council" not in kinds.natures()
    folder.dump(tmp_path / "out", DAY)
    assert not (tmp_path / "out" / "body_kinds.csv").exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("second")
def test_one_new_kind_keeps_the_others(areas: Any) -> None:
    BodyKind.objects.all().delete()
    Body.objects.filter(kind__in=("council", "enterprise")).update(kind="utility", side="handling")
    line = Line(KINDS, 2, {"code": "brigade", "name": "大队", "nature": "unit"})
    planned = planning.plan(state.current(DAY), {KINDS: [line]})
    proposing.keep(planned.changes, proposing.When(DAY, NOW))
    assert {"brigade", "centre", "utility"} <= set(BodyKind.objects.values_list("code", flat=True))

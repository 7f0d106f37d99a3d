"""Handling and judging never meet in one pair of hands; the administrators are three people (S0-04, S3-19)."""

from datetime import timedelta
from pathlib import Path

import pytest

from citygrid.organization import assignment, seats
from citygrid.organization.models import Body, Person, Post, Seat
from citygrid.organization.separation import PostFacts, post_fault
from citygrid.process.refusal import Refusal
from citygrid.trust.models import AuditRecord

from .conftest import AT, make_post, seat_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standing")]


def assigned(login: str, post: str) -> Seat | Refusal:
    return assignment.assign(Person.objects.get(login=login), Post.objects.get(code=post), AT)


@pytest.mark.parametrize(
    ("login", "post", "code"),
    [
        ("east_roads_worker", "shift", "handles_and_judges"),
        ("shiftleader1", "east_roads_worker", "handles_and_judges"),
        ("collector1", "water_desk", "handles_and_judges"),
        ("admin1", "auditor", "different_people"),
        ("auditor1", "security", "different_people"),
        ("shiftleader1", "shift", "already_held"),
    ],
)
def test_posts_that_must_not_meet_are_refused_and_audited(second: Path, login: str, post: str, code: str) -> None:
    before = Seat.objects.count()
    refusal = assigned(login, post)
    assert isinstance(refusal, Refusal)
    assert refusal.code == code
    assert "%(" not in str(refusal)
    assert Seat.objects.count() == before
    assert AuditRecord.objects.get(act="assign_post").code == code


@pytest.mark.parametrize(("login", "post"), [("calltaker1", "shift"), ("east_roads_worker", "east_sanitation_worker")])
def test_posts_of_one_side_may_meet(second: Path, login: str, post: str) -> None:
    assert isinstance(assigned(login, post), Seat)


def test_whoever_gave_up_the_old_post_may_take_the_new_one(second: Path) -> None:
    old = seat_of("east_roads_worker")
    assignment.release(old, AT - timedelta(days=1))
    assert isinstance(assigned("east_roads_worker", "shift"), Seat)


def test_a_seat_that_ends_before_does_not_count_and_one_that_begins_does(second: Path) -> None:
    worker = Person.objects.get(login="east_roads_worker")
    shift = Post.objects.get(code="shift")
    future = seat_of("east_roads_worker")
    Seat.objects.filter(pk=future.pk).update(since=AT + timedelta(days=10))
    until = AT + timedelta(days=10)
    assert isinstance(assignment.assign(worker, shift, AT, until=until + timedelta(days=1)), Refusal)
    assert isinstance(assignment.assign(worker, shift, AT, until=until), Seat)


def test_a_judging_role_in_a_handling_body_is_no_post(second: Path) -> None:
    unit = Body.objects.get(code="water")
    refusal = assignment.assign(
        Person.objects.create(login="new"), make_post("checker", unit, side="neutral", judging=True), AT
    )
    assert isinstance(refusal, Refusal)
    assert refusal.code == "handling_post_judges"


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (PostFacts("p", "b", "supervising", "worker", "handling"), "side_mismatch"),
        (PostFacts("p", "b", "handling", "collector", "supervising"), "side_mismatch"),
        (
            PostFacts("p", "b", "supervising", "i", "supervising", outside=True, above=frozenset({"centre"})),
            "inspector_under_inspected",
        ),
        (PostFacts("p", "b", "supervising", "i", "supervising", outside=True, above=frozenset({"office"})), None),
        (PostFacts("p", "b", "neutral", "worker", "handling"), None),
    ],
)
def test_posts_that_may_not_exist(facts: PostFacts, code: str | None) -> None:
    fault = post_fault(facts)
    assert (fault.code if fault else None) == code


def test_a_stand_in_acts_in_the_posts_name(second: Path) -> None:
    leader, helper = Person.objects.get(login="shiftleader1"), Person.objects.get(login="calltaker1")
    made = assignment.assign(helper, Post.objects.get(code="shift"), AT, stand_in_for=leader)
    assert isinstance(made, Seat)
    assert made.stand_in_for == leader
    assert [seat.post.code for seat in seats.seats_of(helper, AT)] == ["calltaker", "shift"]

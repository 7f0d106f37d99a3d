"""Batches: every case tried alone, answered, idempotent, in pieces; handing over of a unit (S4-21, S0-45)."""

import uuid

import pytest

from citygrid.cases import acting, reading
from citygrid.coordination.dispatching import batches, handing_over, sending
from citygrid.coordination.models import Batch, BatchLine
from citygrid.organization.files import BODIES, POSTS
from citygrid.organization.models import Body, Person, Post
from citygrid.organization.proposing import Wish, carry_out
from citygrid.process.refusal import Refused
from citygrid.process.states import State
from tests.cases.world import World


def state_of(world: World, case: uuid.UUID) -> State:
    return reading.case_for(world.who("dispatcher1").scope, case).state


def make(world: World, cases, login="dispatcher1", **more):
    wish = batches.Wish(more.pop("id", uuid.uuid4()), tuple(cases), **more)
    return batches.make(wish, world.who(login), world.now)[0]


def lines(batch):
    return {line.case: line for line in batch.lines.order_by("no")}


def test_each_goes_to_its_own_suggestion_and_who_cannot_is_told_why(world: World) -> None:
    good, taken = world.filed(), world.filed()
    batch = make(world, [good, taken])
    world.do("dispatcher1", taken, "dispatch", body=world.body("power"))
    assert batches.go_on(batch, world.who("dispatcher1"), world.now) == 0
    found = lines(batch)
    assert found[good].state == BatchLine.State.DONE and found[good].body_id == world.body("west_sanitation")
    assert found[taken].state == BatchLine.State.REFUSED and found[taken].code == "not_waiting"
    assert "方晴" in found[taken].params["taken"], "who took it"
    assert state_of(world, good) is State.ASSIGNED


def test_a_batch_to_one_unit(world: World) -> None:
    cases = [world.filed(), world.filed()]
    batch = make(world, cases, body=Body.objects.get(code="power"))
    batches.go_on(batch, world.who("dispatcher1"), world.now)
    for case in cases:
        found = reading.case_for(world.who("dispatcher1").scope, case)
        assert found.current.body == world.body("power")


def test_the_same_id_is_the_same_batch_and_nothing_is_done_twice(world: World) -> None:
    case, number = world.filed(), uuid.uuid4()
    first = make(world, [case], id=number)
    batches.go_on(first, world.who("dispatcher1"), world.now)
    again = make(world, [case], id=number)
    assert again.pk == first.pk and Batch.objects.count() == 1
    batches.go_on(again, world.who("dispatcher1"), world.now)
    found = reading.case_for(world.who("dispatcher1").scope, case)
    assert len(found.assignments) == 1
    with pytest.raises(Refused, match="batch_other"):
        batches.make(batches.Wish(number, (case,)), world.who("west_dispatcher"), world.now)


def test_a_fall_between_act_and_note_is_mended_by_going_on(world: World, monkeypatch) -> None:
    """The act was taken and the server fell before it was noted: the line still waits, and is found done."""
    case = world.filed()
    batch = make(world, [case])
    usual = sending.send

    def falls(*args, **more):
        usual(*args, **more)
        raise RuntimeError("the server fell")

    monkeypatch.setattr(sending, "send", falls)
    with pytest.raises(RuntimeError):
        batches.go_on(batch, world.who("dispatcher1"), world.now)
    assert lines(batch)[case].state == BatchLine.State.WAITING
    monkeypatch.setattr(sending, "send", usual)
    assert batches.go_on(batch, world.who("dispatcher1"), world.now) == 0
    assert lines(batch)[case].state == BatchLine.State.DONE
    assert len(reading.case_for(world.who("dispatcher1").scope, case).assignments) == 1


def test_a_storm_goes_out_in_pieces(world: World, monkeypatch) -> None:
    monkeypatch.setattr(batches, "CHUNK", 2)
    cases = [world.filed(photos=2) for _ in range(5)]
    batch = make(world, cases)
    left = [batches.go_on(batch, world.who("dispatcher1"), world.now, most=batches.CHUNK) for _ in range(3)]
    assert left == [3, 1, 0]
    assert {state_of(world, case) for case in cases} == {State.ASSIGNED}
    with pytest.raises(Refused, match="batch_many"):
        make(world, [uuid.uuid4() for _ in range(batches.MOST + 1)])


def test_a_case_out_of_sight_is_not_even_named(world: World, sign) -> None:
    case = world.filed()
    client, number = sign("east_dispatcher"), uuid.uuid4()
    answer = client.post("/dispatch/batches/new/", {"batch": number, "case": [case]}, follow=True)
    assert answer.status_code == 200 and BatchLine.objects.filter(batch=number).count() == 0
    assert state_of(world, case) is State.FILED


def test_the_pages_of_a_batch(world: World, sign) -> None:
    case, number = world.filed(), uuid.uuid4()
    client = sign("dispatcher1")
    made = client.post("/dispatch/batches/new/", {"batch": number, "case": [case], "body": ""})
    assert made.status_code == 302 and made.headers["Location"] == f"/dispatch/batches/{number}/"
    assert f'hx-post="/dispatch/batches/{number}/go/"' in client.get(f"/dispatch/batches/{number}/").text
    done = client.post(f"/dispatch/batches/{number}/go/", headers={"HX-Request": "true"})
    assert 'data-state="done"' in done.text and "/go/" not in done.text
    assert f"/dispatch/batches/{number}/" in client.get("/dispatch/batches/").text
    for login in ("west_dispatcher", "west_sanitation_desk"):
        assert sign(login).get(f"/dispatch/batches/{number}/").status_code == 404
        assert sign(login).post(f"/dispatch/batches/{number}/go/").status_code == 404


def test_a_unit_does_not_end_while_it_holds_cases(world: World) -> None:
    """Bad luck: a unit deleted while it holds cases. The refusal says how many; nothing has changed."""
    case = world.handling()
    wish = Wish({}, frozenset(), {POSTS: [(code,) for code in posts("west_sanitation")],
                                  BODIES: [("west_sanitation",)]})  # fmt: skip
    admin = Person.objects.get(login="admin1")
    answer = carry_out(wish, admin, world.now, world.now.date())
    told = [(one.code, one.params["count"]) for one in answer.report.problems if one.code == "holds_cases"]
    assert told == [("holds_cases", 1)]
    assert Body.objects.get(code="west_sanitation").active_until is None
    world.do("west_sanitation_desk", case, "feed_back", media=[world.photo(7), world.photo(8)], culprit="unknown")
    assert handing_over.objections(["west_sanitation", "power"]) == []


def posts(body: str) -> list[str]:
    return list(Post.objects.filter(body__code=body).values_list("code", flat=True))


def test_a_unit_hands_its_cases_over_through_the_dispatcher(world: World, sign) -> None:
    handled, fresh = world.handling(), world.filed()
    world.do("dispatcher1", fresh, "dispatch", body=world.body("west_sanitation"))
    leaving, to = (Body.objects.get(code=code) for code in ("west_sanitation", "power"))
    both = {"kind": Batch.Kind.HAND_OVER, "leaving": leaving, "body": to}
    early = make(world, [handled], **both)
    batches.go_on(early, world.who("dispatcher1"), world.now)
    assert lines(early)[handled].code == "return_first"
    desk = world.who("west_sanitation_desk")
    asked = make(world, [handled, fresh], "west_sanitation_desk", **both)
    assert batches.go_on(asked, desk, world.now) == 0
    assert {line.state for line in lines(asked).values()} == {BatchLine.State.DONE}, lines(asked)[handled].code
    assert {state_of(world, one) for one in (handled, fresh)} == {State.RETURNING}
    granted = make(world, [handled, fresh], **both)
    batches.go_on(granted, world.who("dispatcher1"), world.now)
    assert [line.acts for line in lines(granted).values()] == [["approve", "dispatch"]] * 2
    for one in (handled, fresh):
        found = reading.case_for(world.who("dispatcher1").scope, one)
        assert found.current.body == to.pk
    assert handing_over.counts([leaving.pk]) == {}


def test_the_page_of_handing_over_is_for_the_unit_and_for_dispatchers(world: World, sign) -> None:
    case = world.handling()
    may = {"dispatcher1": 200, "west_sanitation_desk": 200, "power_desk": 404, "collector3": 404}
    for login, status in may.items():
        page = sign(login).get("/dispatch/hand-over/west_sanitation/")
        assert page.status_code == status, login
        assert (str(case) in page.text) is (status == 200)
    client, number = sign("west_sanitation_desk"), uuid.uuid4()
    data = {"batch": number, "case": [case], "body": world.body("west_sanitation")}
    client.post("/dispatch/hand-over/west_sanitation/", data)
    assert not Batch.objects.filter(pk=number).exists(), "not to itself"
    answer = client.post("/dispatch/hand-over/west_sanitation/", data | {"body": world.body("power")})
    assert answer.headers["Location"] == f"/dispatch/batches/{number}/"


def test_acting_is_asked_for_every_single_case(world: World, monkeypatch) -> None:
    """A batch is no way round the process: each case goes through the same acting as by hand."""
    seen, usual = [], acting.submit

    def counted(submission, *rest, **more):
        seen.append(submission.case)
        return usual(submission, *rest, **more)

    cases = [world.filed(), world.filed()]
    monkeypatch.setattr(acting, "submit", counted)
    batch = make(world, cases)
    batches.go_on(batch, world.who("dispatcher1"), world.now)
    assert sorted(seen) == sorted(cases)

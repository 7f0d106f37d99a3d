"""The office (Xu Nuo, office1) delegates; dispatcher1 approves under it, a stranger does not (S1-20)."""

import uuid
from dataclasses import replace
from datetime import date, timedelta

import pytest

from citygrid.cases import acting, delegated_approvals, delegations, giving
from citygrid.cases.delegation_models import Delegation
from citygrid.cases.giving import Giving
from citygrid.cases.reading import case_for
from citygrid.cases.submission import Submission
from citygrid.cases.verifying import verify
from citygrid.organization.models import Post, Seat
from citygrid.process import Refusal
from citygrid.process.refusal import Refused
from citygrid.trust.models import AuditRecord
from tests.cases.world import GARBAGE, World

TODAY = date(2026, 3, 1)


def asked(world: World, **said: object) -> uuid.UUID:
    """A case of which the unit asks for more time."""
    case = world.handling()
    world.do("west_sanitation_desk", case, "request", request="extend", reason="连续降雨", **said)
    return case


def wanted(**changes: object) -> Giving:
    base = Giving(
        str(uuid.uuid4()), ("extend",), TODAY, post="dispatch", longest="9 natural_day", document="文〔2026〕8号"
    )
    return replace(base, **changes)


def give(world: World, login: str = "office1", **changes: object) -> Delegation:
    return giving.give(wanted(**changes), world.who(login), world.now)[0]


def refusal_of(world: World, login: str = "office1", **changes: object) -> str:
    before = Delegation.objects.count()
    with pytest.raises(Refused) as told:
        give(world, login, **changes)
    assert Delegation.objects.count() == before
    assert str(told.value.refusal)
    return told.value.refusal.code


def cited(world: World, case: uuid.UUID) -> str | None:
    found = case_for(world.who("office1").scope, case)
    assert found is not None
    return found.requests[-1].delegation


def test_the_dispatcher_approves_under_the_city_folders_delegation(world: World) -> None:
    case = asked(world, limit="2 natural_day")
    world.do("dispatcher1", case, "approve", granted=True)
    assert cited(world, case) == "centre-extend"
    assert [f for f in verify() if f.case == case] == []


def test_too_long_for_it_is_refused_and_the_office_gives_more(world: World) -> None:
    case = asked(world, limit="5 natural_day")
    answer = world.send("dispatcher1", case, "approve", granted=True)
    assert (
        isinstance(answer, Refusal) and answer.code == "delegation_long" and answer.params["longest"] == "3 natural_day"
    )
    more = give(world)
    world.do("dispatcher1", case, "approve", granted=True)
    assert cited(world, case) == more.code


def test_withdrawn_it_covers_nothing_more_and_what_was_approved_stays(world: World) -> None:
    row = give(world)
    first, second = asked(world, limit="5 natural_day"), asked(world, limit="5 natural_day")
    world.do("dispatcher1", first, "approve", granted=True)
    then = giving.withdraw(row.code, world.who("office1"), world.now).withdrawn_at
    answer = world.send("dispatcher1", second, "approve", granted=True)
    assert isinstance(answer, Refusal) and answer.code == "delegation_long"
    found = case_for(world.who("office1").scope, first)
    assert found is not None and found.extensions == 1 and cited(world, first) == row.code
    assert list(verify()) == []
    again = giving.withdraw(row.code, world.who("office1"), world.now + timedelta(hours=1))
    assert again.withdrawn_at == then, "a second time changes nothing"


def test_it_begins_and_ends_with_the_days_of_the_city(world: World) -> None:
    """The city's clock is Asia/Urumqi: its midnight is 18:00 UTC of the day before."""
    row = give(world, first_day=TODAY + timedelta(days=1), last_day=TODAY + timedelta(days=2))
    begins = world.now.replace(hour=18, minute=0, second=0)
    states = [delegations.state_of(row, begins + delta) for delta in (
        -timedelta(seconds=1), timedelta(0), timedelta(days=2, seconds=-1), timedelta(days=2))]  # fmt: skip
    assert states == ["coming", "in_force", "in_force", "ended"]


def test_the_office_suspends_by_its_own_power(world: World) -> None:
    case = world.handling()
    world.do(
        "west_sanitation_desk", case, "request", request="suspend", mode="hang", reason="冬季", limit="90 natural_day"
    )
    world.do("dispatcher1", case, "approve", granted=True)
    world.do("office1", case, "approve", granted=True)
    found = case_for(world.who("office1").scope, case)
    assert found is not None and found.suspend_mode == "hang" and cited(world, case) is None


def test_who_may_give_and_to_whom(world: World) -> None:
    assert refusal_of(world, "shiftleader1") == "delegation_right"
    assert refusal_of(world, post="west_sanitation_desk") == "delegation_handles"
    assert refusal_of(world, post="collector_1") == "delegation_not_asked"
    assert refusal_of(world, post="office") == "delegation_holds"
    assert refusal_of(world, post="nowhere") == refusal_of(world, post="") == "delegation_to"
    assert refusal_of(world, post="dispatch", role="dispatcher", body="centre") == "delegation_to"
    assert give(world, post="", role="shift_leader", body="centre_west").role == "shift_leader"


def test_nobody_delegates_to_themselves_nor_uses_what_they_gave(world: World) -> None:
    person = world.who("office1").person
    row = give(world)
    seat = Seat.objects.create(person=person, post=Post.objects.get(code="dispatch"), since=world.now)
    assert refusal_of(world, longest="") == "delegation_self"
    assert refusal_of(world, post="", role="dispatcher", body="centre") == "delegation_self"
    held = delegations.held(world.actor("office1", "dispatch"), world.now)
    assert {one.giver for one in held if one.code == row.code} == {person.pk}
    case = asked(world, limit="5 natural_day")
    one = world.who("office1", "dispatch")
    assert one.seat.pk == seat.pk
    submission = Submission(case, uuid.uuid4(), "approve", {"granted": True})
    answer = acting.submit(submission, world.actor("office1", "dispatch"), one.scope, world.now)
    assert isinstance(answer, Refusal) and answer.code == "delegation_long", (
        "only the folder's is left, which is shorter"
    )


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("delegation_kinds", {"kinds": ()}),
        ("delegation_kinds", {"kinds": ("appeal",)}),
        ("delegation_longest", {"longest": "long"}),
        ("delegation_classes", {"classes": ("cjt214-2007:event:9999",)}),
        ("delegation_classes", {"classes": ("*",)}),
        ("delegation_areas", {"areas": ("000000",)}),
        ("delegation_days", {"last_day": TODAY - timedelta(days=1)}),
        ("delegation_past", {"first_day": TODAY - timedelta(days=1)}),
        ("delegation_document", {"document": "  "}),
        ("delegation_file", {"file": uuid.uuid4()}),
        ("delegation_many", {"classes": (GARBAGE,) * 201}),
    ],
)
def test_what_is_wrong_is_told(world: World, code: str, changes: dict[str, object]) -> None:
    assert refusal_of(world, **changes) == code


def test_the_same_form_twice_is_one_delegation(world: World) -> None:
    one = wanted()
    first, again = (giving.give(one, world.who("office1"), world.now) for _ in range(2))
    assert (first[0].pk, first[1]) == (again[0].pk, False) and again[1]
    with pytest.raises(Refused) as told:
        giving.give(replace(one, document="另一份"), world.who("office1"), world.now)
    assert told.value.refusal.code == "delegation_other_body"


def test_the_audit_says_who_gave_and_who_withdrew(world: World) -> None:
    row = give(world)
    giving.withdraw(row.code, world.who("office1"), world.now)
    found = AuditRecord.objects.filter(subject_kind="delegation", subject_id=row.code).order_by("id")
    assert [one.act for one in found] == ["give_delegation", "withdraw_delegation"]
    assert {one.person for one in found} == {world.person("office1")}


def test_an_office_of_a_district_delegates_for_its_district(world: World) -> None:
    post = Post.objects.get(code="office")
    Post.objects.filter(pk=post.pk).update(areas=["990102"])
    post.role.scope = "area_tree"
    post.role.save()
    assert give(world).areas == ["990102"]
    assert refusal_of(world, areas=("990101",)) == "delegation_areas"


def test_who_reads_which(world: World) -> None:
    """The office and the auditor all, a dispatcher one's own; whoever sees a case, what its approval cites."""
    row = give(world)
    case = asked(world, limit="5 natural_day")
    sees = {login: {one.code for one in delegations.concerning(world.who(login))} for login in (
        "office1", "auditor1", "dispatcher1", "east_dispatcher", "west_sanitation_desk")}  # fmt: skip
    everything = set(Delegation.objects.values_list("code", flat=True))
    assert sees["office1"] == sees["auditor1"] == everything
    assert sees["dispatcher1"] == {"centre-extend", row.code}
    assert sees["east_dispatcher"] == {"east-extend"} and sees["west_sanitation_desk"] == set()
    unit, stranger = world.who("west_sanitation_desk"), world.who("east_roads_desk")
    assert delegations.readable(unit, row.code) is None
    world.do("dispatcher1", case, "approve", granted=True)
    assert delegations.readable(unit, row.code) == row
    assert delegations.readable(stranger, row.code) is None


def test_what_was_approved_under_it_as_far_as_one_may_see(world: World) -> None:
    row = give(world)
    cases = [asked(world, limit="5 natural_day") for _ in range(3)]
    for case in cases:
        world.do("dispatcher1", case, "approve", granted=True)
    plain = asked(world)
    world.do("dispatcher1", plain, "approve", granted=True)
    assert [one.limit for one in delegated_approvals.under("centre-extend", world.who("office1").scope)] == [
        case_for(world.who("office1").scope, plain).assignments[0].limit
    ], "nobody named a length: the original limit once more"
    office, stranger = world.who("office1").scope, world.who("east_roads_desk").scope
    found = delegated_approvals.under(row.code, office)
    assert [one.case for one in found] == cases[::-1]
    assert {(one.kind, one.limit, one.person) for one in found} == {
        ("extend", "5 natural_day", world.person("dispatcher1"))
    }
    assert (delegated_approvals.count(row.code, office), delegated_approvals.count(row.code, stranger)) == (3, 0)
    assert delegated_approvals.under(row.code, stranger) == []
    page = delegated_approvals.under(row.code, office, most=2)
    rest = delegated_approvals.under(row.code, office, (page[-1].at, page[-1].case, page[-1].seq))
    assert [one.case for one in page + rest] == cases[::-1]

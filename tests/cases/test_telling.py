"""What happens to a case is told to whoever holds it, decides it, asked for it, or reported it (S0-22, S4-25)."""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from citygrid.cases.models import Head
from citygrid.cases.telling import hearing
from citygrid.messages import relay, ringing, rules, sending
from citygrid.messages.models import Delivery, Notice, Ring
from citygrid.organization.models import Person, Seat
from citygrid.process import Refusal
from citygrid.process.moments import stamp
from citygrid.trust import redactable
from tests.cases.world import World

pytestmark = pytest.mark.django_db
PHONE = "13900000009"


@pytest.fixture(autouse=True)
def sms_by_file(settings: Any, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MESSAGE_PROVIDERS = {"sms": {"kind": "file", "path": "sms.jsonl"}}
    monkeypatch.setattr(timezone, "now", lambda: world.now)


@pytest.fixture
def tell(world: World) -> Iterator[Any]:
    """Runs the relay: whatever was noted is told."""

    def run() -> None:
        result = relay.drain(timezone.now() + timedelta(days=36_500))  # the rows carry the database's own clock
        assert not result.failed

    yield run


def heard(world: World, login: str) -> list[str]:
    return list(Notice.objects.filter(person=world.person(login)).order_by("id").values_list("code", flat=True))


def test_the_unit_hears_of_its_order_and_nobody_else_does(world: World, tell: Any) -> None:
    case = world.filed()
    tell()
    Notice.objects.all().delete()
    world.do("dispatcher1", case, "dispatch", body=world.body("west_sanitation"))
    tell()
    assert heard(world, "west_sanitation_desk") == ["order_given"]
    assert set(Notice.objects.values_list("person", flat=True)) == {world.person("west_sanitation_desk")}
    notice = Notice.objects.get()
    assert notice.case_id == case and notice.params["kind"] == "sign"
    assert "路边" not in str(notice.params), "ids and codes only"


def test_a_collector_s_task_is_told_by_name(world: World, tell: Any) -> None:
    case = world.handling()
    photos = [world.photo(7), world.photo(8)]
    world.do("west_sanitation_desk", case, "feed_back", minutes=60, media=photos, culprit="unknown")
    world.do("calltaker1", case, "send_check", person=world.person("collector4"))
    tell()
    assert heard(world, "collector4") == ["task_given"]
    assert heard(world, "collector3") == []


def test_a_task_of_somebody_who_left_goes_to_whoever_holds_the_post(world: World, tell: Any) -> None:
    """A message is not lost because an account ended (asks 13)."""
    case = world.handling()
    photos = [world.photo(7), world.photo(8)]
    world.do("west_sanitation_desk", case, "feed_back", minutes=60, media=photos, culprit="unknown")
    world.do("calltaker1", case, "send_check", person=world.person("collector4"))
    left = Seat.objects.get(person__login="collector4", until=None)
    left.until = world.now
    left.save()
    heir = Person.objects.create_user("heir", name="接任")
    Seat.objects.create(person=heir, post=left.post, since=world.now)
    world.now += timedelta(minutes=1)
    tell()
    assert Notice.objects.filter(person=heir.pk).values_list("code", flat=True).get() == "task_given"
    assert heard_of(left.person_id) == []


def heard_of(person: int) -> list[str]:
    return list(Notice.objects.filter(person=person).values_list("code", flat=True))


def test_urged_late_and_supervised_reach_whoever_holds_it(world: World, tell: Any) -> None:
    case = world.handling()
    tell()
    Notice.objects.all().delete()
    world.do("shiftleader1", case, "urge")
    world.do("leader1", case, "supervise", due=stamp(world.now + timedelta(days=1)))
    tell()
    assert set(heard(world, "west_sanitation_desk")) == {"urged", "supervised"}


def test_a_safety_order_rings_until_it_is_signed(world: World, tell: Any) -> None:
    case = world.filed()
    tell()
    world.do("dispatcher1", case, "dispatch", body=world.body("west_sanitation"))
    found, entry = hearing._read([(case, _version(case))])[0]
    drafts = hearing.drafts_of(replace(found, safety=True), entry)
    (draft,) = [one for one in drafts if one.event == "safety_order"]
    rule = rules.current(world.now).events["safety_order"]
    sending.send([draft], world.now)
    assert heard(world, "west_sanitation_desk") == ["safety_order"]
    assert ringing.ring(world.now + timedelta(minutes=rule.again - 1)) == 0
    assert ringing.ring(world.now + timedelta(minutes=rule.again)) == 1
    assert heard(world, "west_sanitation_desk") == ["safety_order", "safety_order"]
    world.do("west_sanitation_desk", case, "sign")
    assert ringing.ring(world.now + timedelta(hours=1)) == 0
    assert not Ring.objects.exists()


def _version(case: Any) -> int:
    return Head.objects.get(pk=case).version


def call(world: World, **data: Any) -> Any:
    case = uuid.uuid4()
    world.do("calltaker1", case, "log_call", source="hotline", class_id="cjt214-2007:event:0102", lon="111.0155000",
             lat="30.0005000", text="垃圾没人收", caller="许若兰", phone=PHONE, **data)  # fmt: skip
    return case


def test_a_reporter_is_told_by_sms_when_it_is_refused_and_no_number_stands_in_the_row(world: World, tell: Any) -> None:
    case = call(world)
    answer = world.send("calltaker1", case, "refuse", reason="不属于受理范围")
    assert not isinstance(answer, Refusal), answer
    tell()
    row = Delivery.objects.get(event="refused_for_reporter")
    assert row.phone is not None and redactable.get_many([row.phone])[row.phone].text == PHONE
    assert PHONE not in str(Delivery.objects.values().get(pk=row.pk))
    assert row.person is None and row.channel == "sms"


def test_who_reported_twice_hears_once_of_the_family(world: World, tell: Any) -> None:
    """A merged case ends with its main case; one number, one message, both report numbers (asks 7, 23)."""
    main, other = call(world), call(world)
    world.do("calltaker1", other, "merge", into=str(main), reason="同一处")
    world.do("calltaker1", main, "refuse", reason="不属于受理范围")
    tell()
    rows = Delivery.objects.filter(event="refused_for_reporter")
    assert rows.count() == 1
    assert len(rows.get().params["numbers"]) == 2

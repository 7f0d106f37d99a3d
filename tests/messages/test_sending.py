"""What happened becomes notices and deliveries: for whom, by which channel, when, once (asks 13, 23)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from citygrid.messages import people, recipients, sending
from citygrid.messages.models import Delivery, Notice, Ring
from citygrid.messages.people import To
from citygrid.messages.sending import Draft
from citygrid.trust import redactable
from tests.messages.conftest import COLLEAGUE, NOON, OWNER, STRANGER

pytestmark = pytest.mark.django_db
CASE = UUID("11111111-1111-5111-8111-111111111111")


@pytest.fixture(autouse=True)
def book(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody is there as named; post 10 is the owner's, post 11 nobody's."""

    class Book:
        def present(self, wanted: Any, at: Any) -> list[list[int]]:
            posts = {10: [OWNER]}
            return [[to.person] if to.person else posts.get(to.post, []) for to in wanted]

    monkeypatch.setattr(people, "_book", [Book()])


def to_owner(**more: Any) -> Draft:
    return replace(Draft("flood", "case:1:1", {"holder": [To(person=OWNER)]}, CASE, {"level": 3}), **more)


def rows() -> list[tuple[int | None, str, str]]:
    return list(Delivery.objects.order_by("id").values_list("person", "channel", "state"))


def test_a_notice_and_a_delivery_for_the_owner_alone(flood: Any, sms: Any, phones: None) -> None:
    flood()
    sending.send([to_owner()], NOON)
    assert list(Notice.objects.values_list("person", "code")) == [(OWNER, "flood")]
    assert rows() == [(OWNER, "sms", "queued")]
    assert "138" not in str(Delivery.objects.values().get()), "no number stands in the row"


def test_the_same_draft_again_adds_no_delivery(flood: Any, sms: Any, phones: None) -> None:
    flood(channels=["sms"])
    for _ in range(3):
        sending.send([to_owner()], NOON)
    sending.send([to_owner(key="case:1:2")], NOON)
    assert len(rows()) == 2


def test_who_switched_an_optional_event_off_hears_nothing_of_it(flood: Any, sms: Any, phones: None) -> None:
    recipients.wish(OWNER, "en", ["flood:sms"])
    flood(optional=True)
    sending.send([to_owner()], NOON)
    assert not rows() and Notice.objects.count() == 1
    flood(optional=False)
    sending.send([to_owner()], NOON)
    assert rows() == [(OWNER, "sms", "queued")], "what is not optional cannot be switched off"
    assert Delivery.objects.get().language == "en"


def test_what_must_be_heard_and_has_no_address_is_noted(flood: Any, sms: Any, phones: None) -> None:
    flood()
    stranger = {"holder": [To(person=STRANGER)]}
    sending.send([to_owner(to=stranger)], NOON)
    assert rows() == [(STRANGER, "sms", "suppressed")]
    flood(optional=True)
    sending.send([to_owner(to=stranger, key="again")], NOON)
    assert len(rows()) == 1, "nobody is bothered about what is optional"


def test_without_a_provider_nothing_waits(flood: Any, settings: Any, phones: None) -> None:
    settings.MESSAGE_PROVIDERS = {}
    flood()
    sending.send([to_owner()], NOON)
    assert list(Delivery.objects.values_list("state", "error")) == [("suppressed", "no_provider")]


def test_a_post_that_nobody_holds_is_stuck_and_its_next_holder_reads_the_notice(flood: Any, sms: Any) -> None:
    flood()
    sending.send([to_owner(to={"holder": [To(post=11)]})], NOON)
    row = Delivery.objects.get()
    assert (row.state, row.error, row.person) == ("failed", "nobody_there", None)
    assert row.params["wanted"] == [{"post": 11}]
    assert Notice.objects.get().post == 11


def test_quiet_hours_wait_and_what_rings_does_not(flood: Any, sms: Any, phones: None) -> None:
    night = NOON.replace(hour=15)  # 23:00 there
    quiet = {"from": "22:00", "until": "07:00"}
    flood(quiet=True, _quiet=quiet)
    sending.send([to_owner()], night)
    assert Delivery.objects.get().next_try == night + timedelta(hours=8)
    flood(quiet=True, again=5, most=3, _quiet=quiet)
    sending.send([to_owner(key="loud", item=4)], night)
    assert Delivery.objects.latest("id").next_try == night
    ring = Ring.objects.get()
    assert (ring.item, ring.left, ring.next_at) == (4, 3, night + timedelta(minutes=5))
    assert sending.unpacked(ring.draft) == to_owner(key="loud", item=4)


def test_what_is_gathered_waits_for_the_hour(flood: Any, sms: Any, phones: None) -> None:
    flood(channels=[], digest=["sms"], _digest={"at": ["08:30", "17:30"]})
    sending.send([to_owner()], NOON)
    row = Delivery.objects.get()
    assert row.digest and row.next_try == NOON + timedelta(hours=5, minutes=30)
    sending.send([to_owner(key="late")], NOON + timedelta(hours=8))
    assert Delivery.objects.latest("id").next_try == NOON + timedelta(hours=20, minutes=30), "next morning"


def test_a_caller_is_reached_by_sms_alone(flood: Any, sms: Any) -> None:
    flood(to=["reporter"])
    phone = redactable.put(redactable.CALLER_PHONE, "13900000009", NOON).id
    sending.send([to_owner(to={"reporter": [To(phone=phone)]})], NOON)
    row = Delivery.objects.get()
    assert (row.phone, row.person, row.channel) == (phone, None, "sms")
    assert not Notice.objects.exists()


def test_ten_thousand_recipients_are_few_statements(flood: Any, sms: Any, django_assert_max_num_queries: Any) -> None:
    flood()
    drafts = [to_owner(key=f"storm:{n}", to={"holder": [To(person=n + 1)]}) for n in range(10_000)]
    with django_assert_max_num_queries(30):
        sending.send(drafts, NOON)
    assert Notice.objects.count() == 10_000


def test_colleagues_of_a_role_hear_together(flood: Any, sms: Any, phones: None, monkeypatch: Any) -> None:
    class Book:
        def present(self, wanted: Any, at: Any) -> list[list[int]]:
            assert [(to.role, to.body) for to in wanted] == [("lead", 7), ("lead", 8)]
            return [[OWNER], [OWNER, COLLEAGUE]]

    monkeypatch.setattr(people, "_book", [Book()])
    flood(to=["role:lead"])
    sending.send([to_owner(bodies=(7, 8))], NOON)
    assert rows() == [(OWNER, "sms", "queued"), (COLLEAGUE, "sms", "queued")], "nobody hears twice"

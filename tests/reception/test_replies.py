"""Replies to callers: words ready by how the case ended, by SMS or told by phone, once; callers' data goes in time."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.test import Client

from citygrid.cases import reading
from citygrid.messages.delivery_models import Delivery
from citygrid.personal import due, holdings
from citygrid.reception.call_models import ReplyText
from citygrid.reception.hotline import outcomes, replies
from citygrid.trust import redactable
from tests.cases.pages import hidden
from tests.cases.world import GARBAGE, WEST, World

pytestmark = pytest.mark.django_db
Sign = Callable[..., Client]
NUMBER = "13900009999"
DEMO = Path(__file__).parent.parent.parent / "src" / "citygrid" / "demo" / "city"


def called(world: World, **more: str) -> uuid.UUID:
    case = uuid.uuid4()
    world.do("calltaker1", case, "log_call", source="hotline", class_id=GARBAGE, lon=WEST[0], lat=WEST[1],
             text="路口有一堆垃圾", address="河西路 3 号", caller="王女士", **{"phone": NUMBER, **more})  # fmt: skip
    return case


@pytest.fixture
def words(world: World) -> None:
    report = replies.load(DEMO, date(2026, 3, 1))
    assert report.ok, [str(one) for one in report.problems]


def test_the_words_are_those_of_how_the_case_stands_with_its_facts(words: None, world: World) -> None:
    case = called(world)
    found = reading.case_for(world.who("calltaker1").scope, case)
    text = replies.text_for(found, False, world.now)
    assert found.report_no in text
    assert "河西路 3 号" in text
    assert "正在办理" in text
    world.do("calltaker1", case, "refuse", reason="不属于受理范围")
    refused = reading.case_for(world.who("calltaker1").scope, case)
    assert "不属于" in replies.text_for(refused, False, world.now)
    assert replies.text_for(refused, True, world.now).startswith("[")


def test_a_reply_by_sms_is_queued_once_and_keeps_ids_only(words: None, world: World, sign: Sign) -> None:
    case = called(world)
    world.do("calltaker1", case, "refuse", reason="不属于受理范围")
    client = sign("calltaker1")
    assert str(case) in client.get("/hotline/replies/").text
    page = client.get(f"/hotline/replies/{case}/")
    sent = {"act_id": hidden(page, "act_id"), "text": "您反映的问题已答复。", "way": "sms", "language": "zh"}
    assert client.post(f"/hotline/replies/{case}/", sent).status_code == 302
    client.post(f"/hotline/replies/{case}/", sent)
    mine = Delivery.objects.filter(event="reply_sent")
    assert mine.count() == 1
    row = mine.get()
    assert redactable.get_many([row.phone])[row.phone].text == NUMBER
    assert NUMBER not in str(row.params)
    assert "您反映的" not in str(row.params)
    assert str(case) not in client.get("/hotline/replies/").text


def test_told_by_phone_nothing_is_sent_and_without_a_number_nothing_can_be(world: World, sign: Sign) -> None:
    case = called(world, phone="")
    world.do("calltaker1", case, "refuse", reason="不属于受理范围")
    client = sign("calltaker1")
    page = client.get(f"/hotline/replies/{case}/")
    sent = {"act_id": hidden(page, "act_id"), "text": "已电话答复", "way": "sms", "language": "zh"}
    answer = client.post(f"/hotline/replies/{case}/", sent)
    assert answer.status_code == 422
    assert "已电话答复" in answer.text
    assert client.post(f"/hotline/replies/{case}/", sent | {"way": "phone"}).status_code == 302
    assert not Delivery.objects.filter(event="reply_sent").exists()


def test_a_unit_and_another_centre_reply_to_nobody(world: World, sign: Sign) -> None:
    case = called(world)
    for login in ("west_sanitation_desk", "east_calltaker", "collector3"):
        assert sign(login).get(f"/hotline/replies/{case}/").status_code == 404, login


def test_a_folder_with_an_unknown_fact_is_refused_and_changes_nothing(words: None, tmp_path: Path) -> None:
    (tmp_path / "replies.toml").write_text('[closed]\ntext = "{number} {phone}"\n')
    report = replies.load(tmp_path, date(2026, 3, 1))
    assert [(one.code, one.params["fact"]) for one in report.problems] == [("unknown_fact", "phone")]
    assert ReplyText.objects.count() == 7
    replies.dump(tmp_path, date(2026, 3, 1))
    assert (tmp_path / "replies.toml").read_text() == (DEMO / "replies.toml").read_text()


def test_what_a_call_without_a_case_holds_is_told_and_forgotten_in_time(world: World) -> None:
    """个人信息保护法 19, 45; the second city keeps callers for so many days."""
    taker = world.who("calltaker1")
    noted = outcomes.Outcome("enquiry", "answered", caller="王女士", phone=NUMBER, words="问清运时间")
    call = outcomes.note(None, noted, taker, world.now)
    (held,) = holdings.held_about(NUMBER, "王女士")
    assert (held.phone, held.name, held.words) == (NUMBER, "王女士", "问清运时间")
    assert holdings.held_about(NUMBER, "李先生")[0].other
    later = world.now + timedelta(days=4000)
    before = {row for one in due.due(world.now) for rows in one.rows.values() for row in rows}
    after = {row for one in due.due(later) if one.kind == "caller" for rows in one.rows.values() for row in rows}
    assert call.number not in before
    assert {call.number, call.name} <= after

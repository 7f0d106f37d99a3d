"""Pages of cases: every act on offer leads to a form, a refusal is told and loses nothing, strangers see nothing.

DESIGN section 6 (errors say what to do, nothing typed is lost) and section 7 (no account sees outside its scope).
"""

import re
import uuid

import pytest
from django.test import Client

from citygrid.cases import queues, reading
from citygrid.rulebook.models import ManagedClass
from tests.cases.pages import Sign, hidden, sign, take
from tests.cases.world import EAST, GARBAGE, WEST, World

__all__ = ["sign"]

STAFF = (
    "calltaker1", "shiftleader1", "dispatcher1", "west_sanitation_desk", "collector3", "leader1", "inspector1",
    "office1", "supervisor1",
)  # fmt: skip


@pytest.mark.parametrize("stage", ["report", "filed", "handling", "checked"])
def test_every_act_on_offer_leads_to_a_form(world: World, sign: Sign, stage: str) -> None:
    case = getattr(world, stage)()
    seen = set()
    for login in STAFF:
        client = sign(login)
        page = client.get(f"/cases/{case}/")
        if page.status_code == 404:
            continue
        for act in set(re.findall(rf"/cases/{case}/acts/(\w+)/", page.text)):
            form = client.get(f"/cases/{case}/acts/{act}/", headers={"HX-Request": "true"})
            assert form.status_code == 200, (login, act)
            assert hidden(form, "act_id") and "cg-refusal" not in form.text, (login, act)
            seen.add(act)
    wanted = {"report": "accept", "filed": "dispatch", "handling": "feed_back", "checked": "close"}
    assert wanted[stage] in seen and "comment" in seen


def test_the_case_page_shows_what_where_and_who_holds_it(world: World, sign: Sign) -> None:
    case = world.handling()
    page = sign("west_sanitation_desk").get(f"/cases/{case}/").text
    for words in ("路边有一堆垃圾", "处置中", "处置前", "处置后", f'data-lon="{WEST[0]}"', "办理过程", "签收"):
        assert words in page, words


def test_a_refused_act_says_why_and_keeps_what_was_typed(world: World, sign: Sign) -> None:
    case = world.handling()
    answer = take(sign("west_sanitation_desk"), case, "feed_back", note="已清运，路面已冲洗", culprit="none")
    assert answer.status_code == 422
    assert 'data-code="evidence_missing"' in answer.text and "照片" in answer.text
    assert "已清运，路面已冲洗" in answer.text
    assert str(reading.case_for(world.who("calltaker1").scope, case).state) == "handling"


def test_what_is_missing_is_said_at_its_field(world: World, sign: Sign) -> None:
    case = world.handling()
    answer = take(sign("west_sanitation_desk"), case, "request", request="extend")
    assert answer.status_code == 422 and 'id="request_reason_error"' in answer.text


def test_a_return_is_asked_with_the_fields_that_it_needs(world: World, sign: Sign) -> None:
    """S0-45. The page sends the unit of a length that nobody typed: that is no length."""
    case = world.handling()
    data = {"request": "return", "reason": "不属本单位", "limit_0": "", "limit_1": "work_day", "mode": ""}
    answer = take(sign("west_sanitation_desk"), case, "request", **data)
    assert answer.status_code == 200 and answer.headers["HX-Redirect"] == f"/cases/{case}/"
    assert str(reading.case_for(world.who("calltaker1").scope, case).state) == "returning"


def test_the_same_act_sent_twice_is_taken_once(world: World, sign: Sign) -> None:
    case = world.report()
    client, address = sign("calltaker1"), f"/cases/{case}/acts/accept/"
    form = client.get(address, headers={"HX-Request": "true"})
    data = {"act_id": hidden(form, "act_id"), "item": hidden(form, "item"), "class_id": GARBAGE, "note": "属实"}
    first = client.post(address, data, headers={"HX-Request": "true"})
    again = client.post(address, data, headers={"HX-Request": "true"})
    assert first.headers["HX-Redirect"] == again.headers["HX-Redirect"] == f"/cases/{case}/"
    found = reading.case_for(world.who("calltaker1").scope, case)
    assert found is not None and [e.type for e in reading.timeline(found)] == ["report", "accept"]
    other = client.post(address, {**data, "note": "另一内容"}, headers={"HX-Request": "true"})
    assert other.status_code == 422 and 'data-code="act_id_used"' in other.text


def test_an_act_that_the_state_forbids_is_told_in_words(world: World, sign: Sign) -> None:
    case = world.report()
    answer = sign("calltaker1").get(f"/cases/{case}/acts/close/")
    assert "待受理" in answer.text and "结案" in answer.text


def test_a_stranger_finds_nothing(world: World, sign: Sign) -> None:
    case = world.handling()
    client = sign("east_sanitation_desk")
    for address in (f"/cases/{case}/", f"/cases/{case}/acts/feed_back/"):
        assert client.get(address).status_code == 404
    sent = client.post(f"/cases/{case}/acts/comment/", {"act_id": str(uuid.uuid4()), "text": "…"})
    assert sent.status_code == 404
    assert str(case) not in client.get("/cases/").text


def test_nobody_sees_a_page_without_a_seat(world: World) -> None:
    for address in ("/", "/cases/", f"/cases/{uuid.uuid4()}/", "/cases/new/", "/pick/class/?words=lj"):
        assert Client().get(address).status_code == 302


def test_a_call_is_logged_and_nothing_is_lost_on_the_way(world: World, sign: Sign) -> None:
    """S0-20, S1-29: a complaint by telephone."""
    client = sign("calltaker1")
    form = client.get("/cases/new/log_call/")
    data = {
        "act_id": hidden(form, "act_id"), "case": hidden(form, "case"), "source": "hotline", "lon": EAST[0],
        "lat": "89.0000000", "text": "井盖缺失", "caller": "王女士", "phone": "13800000000",
    }  # fmt: skip
    outside = client.post("/cases/new/log_call/", data)
    assert outside.status_code == 422 and 'data-code="outside_area"' in outside.text
    for typed in ("井盖缺失", "王女士", "13800000000", data["act_id"], data["case"]):
        assert typed in outside.text
    done = client.post("/cases/new/log_call/", {**data, "lat": EAST[1]})
    assert done.status_code == 302 and done.headers["Location"] == f"/cases/{data['case']}/"


def test_a_callers_name_and_number_are_never_on_the_page(world: World, sign: Sign) -> None:
    case = uuid.uuid4()
    world.do("calltaker1", case, "log_call", source="hotline", class_id=GARBAGE, lon=WEST[0], lat=WEST[1],
             text="垃圾", caller="王淑芬", phone="13812345678")  # fmt: skip
    page = sign("calltaker1").get(f"/cases/{case}/").text
    assert "王淑芬" not in page and "13812345678" not in page


def test_the_desk_shows_what_the_post_owes_and_pages_through_it(
    world: World, sign: Sign, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [world.report() for _ in range(3)]
    monkeypatch.setattr(queues, "PAGE", 2)
    monkeypatch.setattr(queues.my_items, "__kwdefaults__", {**queues.my_items.__kwdefaults__, "most": 2})
    client = sign("calltaker1")
    first = client.get("/?kind=accept")
    shown = re.findall(r'class="cg-open" href="/cases/([0-9a-f-]+)/"', first.text)
    following = re.search(r'href="(\?[^"]*after=[^"]+)"', first.text)
    assert len(shown) == 2 and following is not None
    second = client.get("/" + following[1].replace("&amp;", "&"))
    shown += re.findall(r'class="cg-open" href="/cases/([0-9a-f-]+)/"', second.text)
    assert set(shown) == {str(c) for c in cases}


def test_an_empty_desk_says_what_to_do_next(world: World, sign: Sign) -> None:
    assert "当前没有待办" in sign("dispatcher1").get("/").text


def test_cases_are_found_by_words_and_by_number(world: World, sign: Sign) -> None:
    case = world.report()
    client = sign("calltaker1")
    number = reading.case_for(world.who("calltaker1").scope, case).report_no
    for words in ("垃圾", number):
        assert str(case) in client.get("/cases/", {"q": words}).text, words
    assert "没有符合条件的案卷" in client.get("/cases/", {"q": "路灯"}).text


def test_a_class_is_found_by_pinyin_initials_and_by_name(world: World, sign: Sign) -> None:
    client = sign("calltaker1")
    row = ManagedClass.objects.filter(class_id=GARBAGE).latest("valid_from")
    for typed in (row.name[:2], row.initials, row.code):
        assert f'data-pick-value="{GARBAGE}"' in client.get("/pick/class/", {"words": typed}).text, typed


def test_conditions_follow_the_class_with_their_limits(world: World, sign: Sign) -> None:
    answer = sign("calltaker1").get("/pick/conditions/", {"class_id": GARBAGE})
    assert 'name="condition" value="1"' in answer.text


@pytest.mark.parametrize("after", ["", "x", "2026-01-01~no~1", "~~", "2026-01-01T00:00:00+00:00~" + "0" * 32 + "~1"])
def test_a_page_key_that_is_none_begins_at_the_beginning(world: World, sign: Sign, after: str) -> None:
    assert sign("calltaker1").get("/", {"after": after}).status_code == 200

"""A caller's name and number: masked for everybody, shown for a reason and a record to who may (S0-06, S3-14, S3-19).

Owner: the call-taker of the city. Colleague: a collector on the case, without the right. Stranger: the other district.
"""

import json
import uuid
from datetime import timedelta

import pytest

from citygrid.cases import callers, reading
from citygrid.cases.models import EntryRow
from citygrid.trust import redactable
from citygrid.trust.models import AuditRecord
from tests.cases.pages import Sign, sign
from tests.cases.world import EAST, GARBAGE, WEST, World

__all__ = ["sign"]
NAME, PHONE = "许若兰", "13912345678"


@pytest.fixture
def called(world: World) -> uuid.UUID:
    return call(world)


def call(world: World, where: tuple[str, str] = WEST, phone: str = PHONE, name: str = NAME) -> uuid.UUID:
    case = uuid.uuid4()
    world.do("calltaker1", case, "log_call", source="hotline", class_id=GARBAGE, lon=where[0], lat=where[1],
             text="路边有一堆垃圾", caller=name, phone=phone)  # fmt: skip
    return case


def line(act: str) -> AuditRecord:
    return AuditRecord.objects.get(act=act)


def test_who_has_the_right_sees_them_for_a_reason_and_the_audit_says_so(
    world: World, sign: Sign, called: uuid.UUID
) -> None:
    client = sign("calltaker1")
    page = client.get(f"/cases/{called}/").text
    assert f"/cases/{called}/caller/" in page and PHONE not in page and NAME not in page
    form = client.get(f"/cases/{called}/caller/")
    assert "再次询问" in form.text and PHONE not in form.text
    assert not AuditRecord.objects.filter(act="read_caller").exists()
    shown = client.post(f"/cases/{called}/caller/", {"reason": "ask_again", "note": "问是哪一侧"})
    assert NAME in shown.text and PHONE in shown.text
    assert "no-store" in shown["Cache-Control"]
    found = line("read_caller")
    assert (found.outcome, found.person, found.subject_id) == ("seen", world.person("calltaker1"), str(called))
    assert found.params["reason"] == "ask_again" and "哪一侧" not in json.dumps(found.params, ensure_ascii=False)
    note = uuid.UUID(found.params["note"])
    assert redactable.get_many([note])[note].text == "问是哪一侧"


@pytest.mark.parametrize("reason", ["", "curiosity", "thank "])
def test_without_a_reason_of_the_list_nothing_is_shown(sign: Sign, called: uuid.UUID, reason: str) -> None:
    answer = sign("calltaker1").post(f"/cases/{called}/caller/", {"reason": reason, "note": "要电话"})
    assert answer.status_code == 422 and PHONE not in answer.text and "要电话" in answer.text
    assert not AuditRecord.objects.filter(act="read_caller").exists()


def test_the_dialog_is_told_in_place(sign: Sign, called: uuid.UUID) -> None:
    answer = sign("calltaker1").post(f"/cases/{called}/caller/", {"reason": ""}, headers={"HX-Request": "true"})
    assert answer.status_code == 200 and "cg-refusal" in answer.text and "<html" not in answer.text


def test_a_colleague_without_the_right_sees_them_masked_and_is_refused(
    world: World, sign: Sign, called: uuid.UUID
) -> None:
    world.do("calltaker1", called, "send_verify", person=world.person("collector3"))
    client = sign("collector3")
    page = client.get(f"/cases/{called}/").text
    assert "许**" in page and PHONE not in page and f"/cases/{called}/caller/" not in page
    for answer in (
        client.get(f"/cases/{called}/caller/"),
        client.post(f"/cases/{called}/caller/", {"reason": "ask_again"}),
        client.post("/cases/by-caller/", {"phone": PHONE}),
    ):
        assert answer.status_code == 403 and PHONE not in answer.text
    assert not AuditRecord.objects.filter(act__in=("read_caller", "search_caller")).exists()


def test_for_a_stranger_there_is_no_such_case_even_with_the_right(world: World, sign: Sign, called: uuid.UUID) -> None:
    client = sign("east_calltaker")
    assert client.get(f"/cases/{called}/caller/").status_code == 404
    assert client.post(f"/cases/{called}/caller/", {"reason": "ask_again"}).status_code == 404
    found = client.post("/cases/by-caller/", {"phone": PHONE})
    assert found.status_code == 200 and str(called) not in found.text
    assert line("search_caller").params["found"] == 0


def test_who_signed_in_long_ago_proves_anew_who_they_are(world: World, sign: Sign, called: uuid.UUID) -> None:
    client = sign("calltaker1")
    world.now += timedelta(minutes=16)
    answer = client.post(f"/cases/{called}/caller/", {"reason": "thank", "note": "留着"})
    assert PHONE not in answer.text and "留着" in answer.text
    assert not AuditRecord.objects.filter(act="read_caller").exists()


def test_a_case_without_a_caller_has_nothing_to_show(world: World, sign: Sign) -> None:
    case = world.report()
    assert f"/cases/{case}/caller/" not in sign("calltaker1").get(f"/cases/{case}/").text
    assert sign("calltaker1").get(f"/cases/{case}/caller/").status_code == 404


def test_cases_are_found_by_a_number_and_the_audit_has_no_number(world: World, sign: Sign) -> None:
    here, there, other = call(world), call(world, EAST), call(world, phone="13800000000")
    answer = sign("calltaker1").post("/cases/by-caller/", {"phone": "+86 139-1234-5678"})
    assert {str(here), str(there)} == {c for c in map(str, (here, there, other)) if c in answer.text}
    assert "no-store" in answer["Cache-Control"]
    found = line("search_caller")
    assert found.params["found"] == 2 and len(found.params["asked"]) == 16
    assert PHONE not in json.dumps(list(AuditRecord.objects.values_list("params", flat=True)))


def test_a_number_too_short_is_told_and_not_looked_up(sign: Sign, called: uuid.UUID) -> None:
    answer = sign("calltaker1").post("/cases/by-caller/", {"phone": "139"})
    assert answer.status_code == 422 and 'value="139"' in answer.text
    assert not AuditRecord.objects.filter(act="search_caller").exists()


def test_a_forgotten_caller_is_told_as_forgotten(world: World, sign: Sign, called: uuid.UUID) -> None:
    said = EntryRow.objects.get(case_id=called, type="log_call").data["said"]
    for name in callers.FIELDS:
        redactable.redact(uuid.UUID(said[name]["id"]), world.now, "asked")
    shown = sign("calltaker1").post(f"/cases/{called}/caller/", {"reason": "thank"})
    assert shown.status_code == 200 and NAME not in shown.text and "已遗忘" in shown.text
    assert callers.by_rows(redactable.find_phone(PHONE)) == []


def test_the_api_and_the_list_never_give_them(sign: Sign, called: uuid.UUID) -> None:
    client = sign("calltaker1")
    for address in (f"/api/v1/cases/{called}", "/api/v1/items", "/cases/", "/", f"/cases/{called}/"):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert NAME not in answer.text and PHONE not in answer.text, address


def test_a_missing_key_is_told_and_not_an_error_page(sign: Sign, called: uuid.UUID, settings: object) -> None:
    settings.PERSONAL_KEY, settings.PERSONAL_KEYS_BEFORE = "another", []
    client = sign("calltaker1")
    answer = client.post(f"/cases/{called}/caller/", {"reason": "thank"})
    assert answer.status_code == 500 and "密钥" in answer.text


def test_a_repeat_across_a_change_of_keys_is_the_same_act(world: World, settings: object) -> None:
    """The idempotency hash is keyed: an act sent again after the change is known all the same."""
    case, act = uuid.uuid4(), uuid.uuid4()
    content = dict(source="hotline", class_id=GARBAGE, lon=WEST[0], lat=WEST[1], text="垃圾", caller=NAME, phone=PHONE)
    first = world.send("calltaker1", case, "log_call", act_id=act, **content)
    old = settings.PERSONAL_KEY
    settings.PERSONAL_KEY, settings.PERSONAL_KEYS_BEFORE = "another", [old]
    again = world.send("calltaker1", case, "log_call", act_id=act, **content)
    assert again.repeated and again.entry == first.entry
    settings.PERSONAL_KEYS_BEFORE = []
    assert world.send("calltaker1", case, "log_call", act_id=act, **content).code == "act_id_used"
    assert reading.case_for(world.who("calltaker1").scope, case) == first.case

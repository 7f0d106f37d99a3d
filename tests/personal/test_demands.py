"""People ask for a copy of what is held about them, or to be forgotten; one writes it down, another decides (S3-14).

Owner: office1 and commission1, who hold `personal.decide`. Colleague: the call-taker, who sees callers and decides
nothing. Stranger: a worker of a unit. The auditor sees that there are requests, and nobody's name.
"""

import io
import json
import re
import uuid
import zipfile
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.http import HttpResponse

from citygrid.cases import callers, reading
from citygrid.cases.verifying import verify
from citygrid.personal import deciding, due
from citygrid.personal.models import Demand
from citygrid.trust import forgetting, redactable
from citygrid.trust.models import AuditRecord, Forgetting, Redactable
from tests.cases.pages import Sign
from tests.cases.world import World
from tests.personal.conftest import NAME, PHONE, Call


def ask(sign: Sign, kind: str, login: str = "office1", **more: str) -> HttpResponse:
    data = {"id": str(uuid.uuid4()), "kind": kind, "phone": "139 1234 5678", "name": NAME, "proof": "passport",
            "document": "赭数管〔2026〕8号", **more}  # fmt: skip
    return sign(login).post("/personal-data/new/", data)


def asked(sign: Sign, kind: str, **more: str) -> Demand:
    answer = ask(sign, kind, **more)
    assert answer.status_code == 302, answer.text
    return Demand.objects.latest("serial")


def decide(
    sign: Sign, demand: Demand, answer: str = "grant", login: str = "commission1", reason: str = "属实"
) -> HttpResponse:
    address = f"/personal-data/{demand.pk}/decision/"
    done = sign(login).post(address, {"answer": answer, "reason": reason})
    demand.refresh_from_db()
    return done


def test_to_be_forgotten_is_granted_by_another_and_carried_out_at_once(world: World, sign: Sign, call: Call) -> None:
    case, other = call(over=True), call(phone="13800000000", over=True)
    demand = asked(sign, "forget")
    page = sign("commission1").get(f"/personal-data/{demand.pk}/")
    assert page.status_code == 200 and "许**" in page.text
    assert decide(sign, demand).status_code == 302
    assert (demand.state, demand.kept) == ("granted", 0)
    assert redactable.find_phone(PHONE) == [] and callers.by_rows(redactable.find_phone("13800000000"))[0].case == other
    proof = Forgetting.objects.get()
    assert (proof.reason, proof.cause_id) == ("asked_by_person", str(demand.pk))
    assert proof.counts == {"caller_name": 1, "caller_phone": 2, "person_name": 1} and demand.forgotten == 4
    found = reading.case_for(world.who("calltaker1").scope, case)
    assert found is not None and reading.texts_of(reading.timeline(found))[str(found.text)] == "楼下有一堆垃圾"
    assert list(verify()) == [] and list(forgetting.faults()) == []
    after = sign("office1").get(f"/personal-data/{demand.pk}/").text
    assert PHONE not in after and NAME not in after and "赭数管〔2026〕8号" in after
    lines = AuditRecord.objects.filter(subject_id=str(demand.pk)).values_list("act", "person")
    assert ("ask_personal", world.person("office1")) in lines and (
        "decide_personal",
        world.person("commission1"),
    ) in lines


def test_the_words_of_the_call_go_only_when_that_was_asked(world: World, sign: Sign, call: Call) -> None:
    case = call(over=True)
    decide(sign, asked(sign, "forget", with_texts="1"))
    found = reading.case_for(world.who("calltaker1").scope, case)
    assert found is not None and str(found.text) not in reading.texts_of(reading.timeline(found))
    assert Forgetting.objects.get().counts["free_text"] == 2
    assert list(verify()) == []


def test_whoever_wrote_it_down_does_not_decide_it(world: World, sign: Sign, call: Call) -> None:
    call(over=True)
    demand = asked(sign, "forget")
    answer = decide(sign, demand, login="office1")
    assert answer.status_code == 422 and demand.state == "open" and "属实" not in answer.text
    assert not Forgetting.objects.exists() and redactable.find_phone(PHONE)
    refused = AuditRecord.objects.get(act="decide_personal")
    assert (refused.outcome, refused.code) == ("refused", "same_person")
    with pytest.raises(IntegrityError), transaction.atomic():
        Demand.objects.filter(pk=demand.pk).update(decided_by=demand.asked_by)


def test_a_refusal_needs_a_reason_and_forgets_nothing(sign: Sign, call: Call) -> None:
    call(over=True)
    demand = asked(sign, "forget")
    assert decide(sign, demand, "refuse", reason=" ").status_code == 422 and demand.state == "open"
    assert decide(sign, demand, "refuse", reason="身份不符").status_code == 302 and demand.state == "refused"
    assert not Forgetting.objects.exists()
    assert "身份不符" in sign("office1").get(f"/personal-data/{demand.pk}/").text
    assert decide(sign, demand, "grant").status_code == 422 and demand.state == "refused"


def test_open_cases_keep_the_caller_until_they_are_over(world: World, sign: Sign, call: Call) -> None:
    call(over=True)
    case = call()
    demand = asked(sign, "forget")
    decide(sign, demand)
    assert (demand.forgotten, demand.kept) == (2, 2)
    assert [one.case for one in callers.by_rows(redactable.find_phone(PHONE))] == [case]
    assert deciding.finish(world.now) == 0
    world.do("calltaker1", case, "refuse", reason="不在受理范围")
    assert deciding.finish(world.now) == 4
    demand.refresh_from_db()
    assert (demand.forgotten, demand.kept) == (6, 0) and redactable.find_phone(PHONE) == []


def test_another_name_on_the_same_number_is_left_out(sign: Sign, call: Call) -> None:
    call(over=True)
    other = call(name="蓝天", over=True)
    demand = asked(sign, "forget")
    assert sign("commission1").get(f"/personal-data/{demand.pk}/").text.count("姓名不同") == 1
    decide(sign, demand)
    assert [one.case for one in callers.by_rows(redactable.find_phone(PHONE))] == [other]


def test_a_copy_has_everything_and_nothing_of_others(world: World, sign: Sign, call: Call) -> None:
    case = call(over=True)
    call(phone="13800000000", name="蓝天")
    found = reading.case_for(world.who("calltaker1").scope, case)
    assert found is not None
    callers.show(found, "ask_again", "", world.now, person=world.person("calltaker1"))
    demand = asked(sign, "export")
    assert sign("office1").get(f"/personal-data/{demand.pk}/copy.zip").status_code == 404
    decide(sign, demand)
    answer = sign("office1").get(f"/personal-data/{demand.pk}/copy.zip")
    assert answer["Content-Type"] == "application/zip" and "no-store" in answer["Cache-Control"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
        data, page = json.loads(file.read("data.json")), file.read("read_me.html").decode()
    assert data["person"] == {"phone": "139 1234 5678", "name": NAME}
    (told,) = data["calls"]
    assert (told["case"], told["name"], told["phone"]) == (found.report_no, NAME, PHONE)
    assert (told["words"], told["address"]) == ("楼下有一堆垃圾", "人民路八号") and len(told["steps"]) == 2
    assert [(one["case"], one["reason"]) for one in data["looks"]] == [(found.report_no, "再次询问")]
    for words in (NAME, PHONE, "人民路八号", "再次询问"):
        assert words in page
    assert "蓝天" not in page + json.dumps(data, ensure_ascii=False)
    staff = world.who("calltaker1").person.name
    assert staff not in page + json.dumps(data, ensure_ascii=False), "who handled it is not the caller's to know"
    assert AuditRecord.objects.get(act="export_personal").person == world.person("office1")


def test_a_copy_can_be_taken_for_thirty_days_and_its_data_is_kept_as_long(world: World, sign: Sign, call: Call) -> None:
    case = call(over=True)
    world.now += timedelta(days=89)
    demand = asked(sign, "export")
    decide(sign, demand)
    world.now += timedelta(days=29)
    due.anonymise(world.now)
    assert [one.case for one in callers.by_rows(redactable.find_phone(PHONE))] == [case]
    assert sign("office1").get(f"/personal-data/{demand.pk}/copy.zip").status_code == 200
    world.now += timedelta(days=2)
    assert sign("office1").get(f"/personal-data/{demand.pk}/copy.zip").status_code == 404
    due.anonymise(world.now)
    assert callers.by_rows(redactable.find_phone(PHONE)) == []
    world.now += timedelta(days=90)
    due.anonymise(world.now)
    assert Redactable.objects.get(pk=demand.phone).redacted_at is not None


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [("phone", "139", "phone"), ("kind", "", "kind"), ("proof", "none", "proof"), ("document", "  ", "document")],
)
def test_what_is_missing_is_told_and_nothing_typed_is_lost(sign: Sign, field: str, value: str, code: str) -> None:
    answer = ask(sign, **({"kind": "forget"} | {field: value}))
    assert answer.status_code == 422 and 'role="alert"' in answer.text
    if field != "phone":
        assert 'value="139 1234 5678"' in answer.text
    assert f'value="{NAME}"' in answer.text and not Demand.objects.exists()
    assert not Redactable.objects.filter(kind="person_name").exists()


def test_the_same_form_twice_is_one_request(sign: Sign) -> None:
    one = str(uuid.uuid4())
    assert ask(sign, "export", id=one).status_code == ask(sign, "export", id=one).status_code == 302
    assert Demand.objects.count() == 1


@pytest.mark.parametrize("login", ["calltaker1", "west_sanitation_worker", "auditor1", "leader1"])
def test_nobody_else_sees_or_decides(sign: Sign, call: Call, login: str) -> None:
    call(over=True)
    demand = asked(sign, "export")
    decide(sign, demand)
    client = sign(login)
    for address in (f"/personal-data/{demand.pk}/", "/personal-data/new/", f"/personal-data/{demand.pk}/copy.zip"):
        answer = client.get(address)
        assert answer.status_code == 403 and PHONE not in answer.text, address
    assert client.post(f"/personal-data/{demand.pk}/decision/", {"answer": "grant", "reason": "x"}).status_code == 403
    wanted = 200 if login == "auditor1" else 403
    assert [client.get(a).status_code for a in ("/personal-data/", "/personal-data/forgotten/")] == [wanted, wanted]


def test_the_auditor_reads_who_looked_with_which_reason(world: World, sign: Sign, call: Call) -> None:
    case = call()
    found = reading.case_for(world.who("calltaker1").scope, case)
    assert found is not None
    sign("calltaker1").post(f"/cases/{case}/caller/", {"reason": "thank", "note": "送锦旗"})
    sign("calltaker1").post("/cases/by-caller/", {"phone": PHONE})
    page = sign("auditor1").get("/personal-data/looks/").text
    for words in ("程远", "致谢", "送锦旗", found.report_no):
        assert words in page, words
    assert PHONE not in page and NAME not in page
    demand = asked(sign, "export")
    assert f"申请 <span class=\"cg-num\">{demand}</span>" not in page
    sign("commission1").get(f"/personal-data/{demand.pk}/")
    assert f"申请 <span class=\"cg-num\">{demand}</span>" in sign("auditor1").get("/personal-data/looks/").text
    assert "致谢" not in sign("auditor1").get("/personal-data/looks/?login=nobody").text
    assert sign("office1").get("/personal-data/looks/").status_code == 403


def test_the_page_of_proofs_says_what_is_due_and_which_proof_holds(world: World, sign: Sign, call: Call) -> None:
    call(over=True)
    world.now += timedelta(days=91)
    assert re.search(
        r'<td class="cg-num">2</td><td class="cg-num">1</td>', sign("office1").get("/personal-data/forgotten/").text
    )
    due.anonymise(world.now)
    page = sign("auditor1").get("/personal-data/forgotten/").text
    assert "sm3" in page and "text-danger" not in page
    Redactable.objects.exclude(redacted_at=None).update(plain="x")
    assert "text-danger" in sign("auditor1").get("/personal-data/forgotten/").text

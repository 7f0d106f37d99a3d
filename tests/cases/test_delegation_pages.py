"""Pages of delegations: the office gives and withdraws, those concerned read, a stranger finds nothing (S1-20)."""

import re
import uuid

from django.core.files.uploadedfile import SimpleUploadedFile

from citygrid.cases.delegation_models import Delegation
from citygrid.media.models import File
from citygrid.trust.models import AuditRecord
from tests.cases.pages import Sign, hidden, sign, take
from tests.cases.world import World, picture

__all__ = ["sign"]
FORM = {
    "to": "post:dispatch", "kinds": ["extend"], "longest_0": "9", "longest_1": "natural_day", "first_day": "2026-03-01",
    "document": "赭城管办〔2026〕8号",
}  # fmt: skip


def fill(sign: Sign, login: str = "office1", **changes: object):
    client = sign(login)
    form = client.get("/delegations/new/")
    assert form.status_code == 200, form.status_code
    return client, client.post("/delegations/new/", {**FORM, "delegation": hidden(form, "delegation"), **changes})


def test_the_office_gives_and_the_page_shows_it(world: World, sign: Sign) -> None:
    client, answer = fill(sign, areas=["990102"], majors=["cjt214-2007:event:01*"])
    row = Delegation.objects.get(document=FORM["document"])
    assert answer.status_code == 302 and answer["Location"] == f"/delegations/{row.code}/"
    assert (row.post.code, row.longest, row.areas, row.classes) == (
        "dispatch", "9 natural_day", ["990102"], ["cjt214-2007:event:01*"])  # fmt: skip
    assert row.giver == world.who("office1").person and row.given_at == world.now
    page = client.get(answer["Location"]).text
    for words in (FORM["document"], "派遣岗", "延期", "9 个自然日", "990102", "市容环境", "许诺"):
        assert words in page, words
    listed = client.get("/delegations/").text
    assert listed.index("有效") < listed.index(row.code) and "centre-extend" in listed


def test_a_refused_form_keeps_what_was_typed_and_the_document(world: World, sign: Sign) -> None:
    sent = SimpleUploadedFile("scan.jpg", picture(5), "image/jpeg")
    client, answer = fill(sign, kinds=[], file=sent)
    assert answer.status_code == 422
    file = File.objects.get(pk=hidden(answer, "file_id"))
    assert FORM["document"] in answer.text and 'value="9"' in answer.text
    again = client.post("/delegations/new/", {
        **FORM, "delegation": hidden(answer, "delegation"), "file_id": str(file.pk)})  # fmt: skip
    assert again.status_code == 302
    row = Delegation.objects.get(document=FORM["document"])
    assert row.file == file
    address = f"/media/{file.pk}/"
    assert address in client.get(again["Location"]).text
    assert sign("dispatcher1").get(address).status_code == 200
    assert sign("east_dispatcher").get(address).status_code == 404


def test_what_the_rules_refuse_is_told_at_its_field_and_noted(world: World, sign: Sign) -> None:
    _client, answer = fill(sign, first_day="2026-02-01")
    assert answer.status_code == 422 and "今天或今后" in answer.text
    _client, answer = fill(sign, to="post:water_desk")
    assert answer.status_code == 422, "not even offered"
    noted = AuditRecord.objects.filter(act="give_delegation", outcome="refused")
    assert [one.code for one in noted] == ["delegation_past"]
    assert not Delegation.objects.filter(document=FORM["document"]).exists()


def test_another_form_with_the_same_id_is_refused(world: World, sign: Sign) -> None:
    code = str(uuid.uuid4())
    for changes, status in (({}, 302), ({}, 302), ({"document": "另一份"}, 422)):
        assert fill(sign, delegation=code, **changes)[1].status_code == status
    assert Delegation.objects.filter(code=code).count() == 1


def test_withdrawing(world: World, sign: Sign) -> None:
    client, _ = fill(sign)
    row = Delegation.objects.get(document=FORM["document"])
    address = f"/delegations/{row.code}/withdraw/"
    assert client.get(address).status_code == 405
    assert sign("dispatcher1").post(address).status_code == 403
    assert sign("office1").post(address).status_code == 302
    row.refresh_from_db()
    assert row.withdrawn_at == world.now and row.withdrawn_by == world.who("office1").person
    page = sign("office1").get(f"/delegations/{row.code}/").text
    assert "已撤销" in page and address not in page
    assert sign("office1").post("/delegations/nothing/withdraw/").status_code == 404
    over = Delegation.objects.get(code="east-void")
    Delegation.objects.filter(pk=over.pk).update(last_day="2020-12-31")
    assert sign("office1").post("/delegations/east-void/withdraw/").status_code == 422


def test_who_opens_which_page(world: World, sign: Sign) -> None:
    fill(sign)
    own = Delegation.objects.get(document=FORM["document"]).code
    for login, new, page, mine in (
        ("office1", 200, 200, True), ("auditor1", 403, 200, True), ("dispatcher1", 403, 200, True),
        ("east_dispatcher", 403, 404, False), ("west_sanitation_desk", 403, 404, False),
    ):  # fmt: skip
        client = sign(login)
        assert client.get("/delegations/new/").status_code == new, login
        assert client.get(f"/delegations/{own}/").status_code == page, login
        listed = client.get("/delegations/")
        assert listed.status_code == 200 and (own in listed.text) is mine, login
    bar = {
        login: 'href="/delegations/"' in sign(login).get("/").text for login in ("office1", "dispatcher1", "collector3")
    }
    assert bar == {"office1": True, "dispatcher1": True, "collector3": False}


def test_an_approval_cites_it_on_the_case_page_with_a_link(world: World, sign: Sign) -> None:
    fill(sign)
    row = Delegation.objects.get(document=FORM["document"])
    case = world.handling()
    world.do("west_sanitation_desk", case, "request", request="extend", reason="降雨", limit="5 natural_day")
    answer = take(sign("dispatcher1"), case, "approve", granted="yes")
    assert answer.status_code == 200, answer.text
    page = sign("west_sanitation_desk").get(f"/cases/{case}/").text
    cited = re.findall(rf'依据授权</dt><dd><a href="/delegations/{row.code}/">([^<]*)</a>', page)
    assert cited == [FORM["document"]], "in the timeline"
    assert page.count(f'href="/delegations/{row.code}/"') == 2, "and at the request"
    read = sign("west_sanitation_desk").get(f"/delegations/{row.code}/")
    assert read.status_code == 200 and f"/cases/{case}/" in read.text and "方晴" in read.text
    assert sign("east_roads_desk").get(f"/delegations/{row.code}/").status_code == 404


def test_the_form_says_before_on_what_an_approval_would_rest(world: World, sign: Sign) -> None:
    case = world.handling()
    world.do("west_sanitation_desk", case, "request", request="extend", reason="降雨", limit="1 natural_day")
    address = f"/cases/{case}/acts/approve/"
    form = sign("dispatcher1").get(address).text
    assert "赭城管办〔2020〕4号" in form and "3 个自然日" in form and "只能选择不同意" not in form
    Delegation.objects.filter(code="centre-extend").update(classes=["zheshi:*"])
    form = sign("dispatcher1").get(address).text
    assert "不包括此类别" in form and "只能选择不同意" in form
    world.do("calltaker1", case, "request", request="void", reason="重复")
    assert "赭城管办〔2020〕4号" in sign("shiftleader1").get(address).text
    world.do("dispatcher1", case, "request", request="force", reason="无主")
    assert "data-standing" not in sign("office1").get(address).text, "the office needs no ground"


def test_a_refusal_says_what_is_missing_in_the_readers_words(world: World, sign: Sign) -> None:
    case = world.handling()
    world.do("west_sanitation_desk", case, "request", request="extend", reason="降雨", limit="5 natural_day")
    answer = take(sign("dispatcher1"), case, "approve", granted="yes", note="同意延期")
    assert answer.status_code == 422 and 'data-code="delegation_long"' in answer.text
    assert "3 个自然日" in answer.text and "同意延期" in answer.text

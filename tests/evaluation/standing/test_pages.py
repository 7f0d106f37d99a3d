"""Pages of standing duties: who sees and does what (unit, rival, inspector, supervisor); forms keep what was typed."""

from uuid import uuid4

import pytest
from django.urls import reverse

from citygrid.evaluation.standing import city_files, seeing
from citygrid.evaluation.standing_models import StandingCheck, StandingReport
from citygrid.media.models import File
from citygrid.organization.models import Person
from citygrid.rulebook.slices import localday
from tests.cases import world as worlds
from tests.cases.kept_city import signed_in
from tests.evaluation.standing.conftest import MARCH_9, photo, who

DESK, RIVAL, INSPECTOR, SUPERVISOR = "west_sanitation_desk", "east_sanitation_desk", "inspector1", "supervisor1"


def test_each_sees_its_own_duties() -> None:
    wanted = {DESK: (True, False), RIVAL: (False, True), INSPECTOR: (True, True), SUPERVISOR: (True, True),
              "leader1": (True, True)}  # fmt: skip
    for login, (west, east) in wanted.items():
        client = signed_in(login)
        page = client.get(reverse("evaluation:standing")).content.decode()
        assert (">Square<" in page, ">East Square<" in page) == (west, east), login
        for code, seen in (("square", west), ("east_square", east)):
            status = client.get(reverse("evaluation:standing_duty", args=[code])).status_code
            assert status == (200 if seen else 404), (login, code)
    for login in ("collector3", "calltaker1", "auditor1"):
        assert signed_in(login).get(reverse("evaluation:standing")).status_code == 403


def test_the_unit_files_by_the_form_and_a_refusal_loses_nothing() -> None:
    client = signed_in(DESK)
    address = reverse("evaluation:standing_file", args=["market"])
    first = client.get(address).context["chosen"]
    sent = {"uid": str(uuid4()), "period": first, "note": "swept twice" + "x" * 1000, "photos": []}
    refused = client.post(address, sent)
    assert refused.status_code == 422 and "swept twice" in refused.content.decode()
    assert not StandingReport.objects.exists()
    sent["note"] = "swept twice"
    assert client.post(address, sent).status_code == 302
    assert client.post(address, sent).status_code == 302, "the same form again"
    assert StandingReport.objects.get().note == "swept twice"
    assert signed_in(RIVAL).get(address).status_code == 404
    assert signed_in(INSPECTOR).get(address).status_code == 403


def test_the_inspector_draws_and_checks_by_the_form() -> None:
    client = signed_in(INSPECTOR)
    assert client.post(reverse("evaluation:standing_checks")).status_code == 302
    rows = client.get(reverse("evaluation:standing_checks")).context["rows"]
    [row] = rows
    code = row["duty"].code
    sent = {"uid": str(uuid4())} | {f"points_{line.key}": "0" for line in row["duty"].lines}
    address = reverse("evaluation:standing_check_new", args=[code])
    refused = client.post(address, sent)
    assert refused.status_code == 422 and refused.context["refusal"].code == "no_finding"
    done = client.post(address, sent | {f"finding_{line.key}": "dirty" for line in row["duty"].lines})
    check = StandingCheck.objects.get()
    assert done.status_code == 302 and done.headers["Location"] == reverse("evaluation:standing_check", args=[check.pk])
    assert check.failed and check.draw is not None
    for login in (DESK, RIVAL, SUPERVISOR, "office1"):
        assert signed_in(login).post(reverse("evaluation:standing_checks")).status_code == 403
        assert signed_in(login).post(address, sent).status_code == 403


def test_the_photo_of_evidence_is_for_who_sees_the_duty() -> None:
    file = photo(DESK, 3)
    StandingReport.objects.create(
        id=uuid4(), duty="square", first=localday(MARCH_9), last=localday(MARCH_9), due=localday(MARCH_9),
        day=localday(MARCH_9), photos=[file], body=who(DESK).body, by=who(DESK).person, at=MARCH_9,
    )  # fmt: skip
    assert File.objects.filter(pk=file).exists()
    seen = {login: seeing.may_see_file(Person.objects.get(login=login), file)
            for login in (DESK, RIVAL, INSPECTOR, SUPERVISOR, "collector3")}  # fmt: skip
    assert seen == {DESK: True, RIVAL: False, INSPECTOR: True, SUPERVISOR: True, "collector3": False}


def test_the_office_changes_a_duty_and_the_file_stays_whole() -> None:
    client = signed_in("office1")
    address = reverse("evaluation:standing_change", args=["square"])
    page = client.get(address)
    typed = {**page.context["typed"], "based_on": page.context["based_on"]}
    wrong = client.post(address, typed | {"days": "many", "zh": "新广场"})
    assert wrong.status_code == 422 and "新广场" in wrong.content.decode()
    assert client.post(address, typed | {"days": "5", "zh": "新广场"}).status_code == 302
    duty = city_files.newest("square")
    before = city_files.book_at(localday(MARCH_9)).duties["square"]
    assert duty is not None and (duty.days, duty.names[0], before.days) == (5, "新广场", 2)
    assert duty.lines == before.lines and duty.wanted == before.wanted and duty.point == before.point
    assert city_files.newest("east_square") is not None
    late = client.post(address, typed | {"days": "6"})
    assert late.status_code == 422, "somebody was quicker"
    for login in (DESK, INSPECTOR, SUPERVISOR):
        assert signed_in(login).get(address).status_code == 403


@pytest.mark.parametrize("login", ["leader1", "office1", "commission1"])
def test_the_list_for_leaders_and_its_paper(login: str, town: worlds.World) -> None:
    client = signed_in(login)
    page = client.get(reverse("evaluation:leaders"))
    assert page.status_code == 200
    found = page.context["found"]
    assert found.pending_in_all == 2, "a handled and a filed one wait since March"
    text = page.content.decode()
    assert ("/acts/instruct/" in text) == (login == "leader1"), "who may instruct does it from here"
    paper = client.get(reverse("evaluation:leaders_paper"))
    assert paper.headers["Content-Type"] == "application/pdf" and paper.content.startswith(b"%PDF")


@pytest.mark.parametrize("login", [DESK, RIVAL, INSPECTOR, SUPERVISOR, "collector3"])
def test_others_do_not_read_the_list_for_leaders(login: str) -> None:
    client = signed_in(login)
    assert client.get(reverse("evaluation:leaders")).status_code == 403
    assert client.get(reverse("evaluation:leaders_paper")).status_code == 403

"""The pages of closing, by the people who use them: evaluator, a unit and its rival, reviewers, a stranger (S2-13)."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from citygrid.evaluation import catalogue, closing, closing_correcting
from citygrid.evaluation.closing_models import Correction, FrozenVersion, PeriodClose, ScoreAppeal
from tests.cases import world as worlds
from tests.evaluation.test_api import got
from tests.evaluation.test_closing import NOW, after, march, person, scheme, term_appeal, west
from tests.evaluation.test_entries import LISTED, entered
from tests.evaluation.test_pages import MARCH, fresh, signed_in, town
from tests.media.pictures import PDF

__all__ = ["fresh", "scheme", "town"]


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """The clock of the pages, which a test may put on."""
    now = [NOW]
    monkeypatch.setattr("django.utils.timezone.now", lambda: now[0])
    yield now


def text(client: Client, address: str, status: int = 200) -> str:
    page = client.get(address)
    assert page.status_code == status, (address, page.status_code)
    return page.content.decode()


def test_from_the_preview_to_the_public(clock: list[Any]) -> None:
    evaluator = signed_in("evaluator1")
    form = {"uid": str(uuid4()), "scheme": "own", "period": "2026-13"}
    page = evaluator.post(reverse("evaluation:closes"), form)
    assert page.status_code == 422 and "2026-13" in page.content.decode(), "what was typed stays"
    assert evaluator.post(reverse("evaluation:closes"), {**form, "period": "2026-03"}).status_code == 302
    close = PeriodClose.objects.get()
    address = reverse("evaluation:close", args=[close.pk])
    assert "Open for appeals" in text(evaluator, address)
    assert text(signed_in("west_sanitation_desk"), address, 404), "a preview is not for those who are judged"
    assert evaluator.post(address, {"act": "freeze"}).status_code == 422
    assert evaluator.post(address, {"act": "open_appeals"}).status_code == 302
    assert "West Sanitation" in text(signed_in("west_sanitation_desk"), address)
    assert evaluator.post(address, {"act": "freeze"}).status_code == 422, "the window is open"
    close.refresh_from_db()
    clock[0] = after(close)
    evaluator = signed_in("evaluator1")
    assert evaluator.post(address, {"act": "freeze"}).status_code == 302
    assert evaluator.post(address, {"act": "publish"}).status_code == 302
    version = FrozenVersion.objects.get()
    assert version.hash in text(evaluator, address)
    scores = text(evaluator, f"{reverse('evaluation:scores')}?{MARCH}&scheme=own")
    assert "Frozen: version 1" in scores
    assert "Frozen: version 1" not in text(evaluator, f"{reverse('evaluation:scores')}?{MARCH}&scheme=own&live=1")


def test_a_unit_appeals_and_reads_both_reviews() -> None:
    row = march()
    unit, rival = signed_in("west_sanitation_desk"), signed_in("east_sanitation_desk")
    form = reverse("evaluation:new_appeal", args=[row.pk])
    sent = {"uid": str(UUID(int=9)), "subject": west()[0], "about": "term:seen", "reason": ""}
    page = unit.post(form, sent)
    assert page.status_code == 422 and "what is wrong" in page.content.decode()
    page = unit.post(form, {**sent, "about": "case", "number": " "})
    assert set(page.context["faults"]) == {"number", "reason"} and not page.context["refusal"], "each at its field"
    assert "Give the number" in page.content.decode()
    assert rival.post(form, {**sent, "reason": "theirs"}).status_code == 404, "not one's own figures"
    assert unit.post(form, {**sent, "reason": "inspected twice"}).status_code == 302
    assert unit.post(form, {**sent, "reason": "inspected twice"}).status_code == 302
    appeal = ScoreAppeal.objects.get()
    address = reverse("evaluation:appeal", args=[appeal.pk])
    assert "The next review is for: " in text(unit, address), "nobody wonders why nothing happens"
    assert text(rival, address, 404) and "inspected twice" not in text(rival, reverse("evaluation:appeals"))
    assert unit.post(address, {"act": "grant", "words": "yes"}).status_code == 403
    office, leader = signed_in("office1"), signed_in("leader1")
    assert "Propose the entry" in text(office, address) and "Propose the entry" not in text(leader, address)
    review = {"act": "grant", "words": "the report shows it", "input": "inspection", "value": "950",
              "day": "2026-03-20"}  # fmt: skip
    page = office.post(address, review)
    assert page.status_code == 422 and "the report shows it" in page.content.decode()
    assert office.post(address, {**review, "value": "95", "day": "2026-02-20"}).status_code == 422, "not of the period"
    assert office.post(address, {**review, "value": "95"}).status_code == 302
    assert office.post(address, {"act": "grant", "words": "and again"}).status_code == 422, "the second is the leader's"
    assert leader.post(address, {"act": "grant", "words": "granted by me"}).status_code == 302
    found = text(unit, address)
    assert "the report shows it" in found and "granted by me" in found
    assert "95" in text(unit, reverse("evaluation:close_subject", args=[row.pk]) + f"?subject={west()[0]}")


def test_what_sets_an_appeal_right_takes_its_evidence() -> None:
    """The unit sent none, the input wants some: the reviewer is told, and gives it."""
    wanted = LISTED.replace('sort = "entries"\n', 'sort = "entries"\nevidence = true\n')
    report = catalogue.keep("own", wanted, date(2026, 3, 2))
    assert report.ok, [str(one) for one in report.problems]
    office, address = signed_in("office1"), reverse("evaluation:appeal", args=[term_appeal().pk])
    review = {"act": "grant", "words": "as the report shows", "input": "faults/late", "value": "1", "day": "2026-03-20"}
    page = office.post(address, review)
    assert page.status_code == 422 and "This input needs its evidence: a file." in page.content.decode()
    shown = SimpleUploadedFile("report.pdf", PDF)
    page = office.post(address, {**review, "evidence": shown})
    assert page.status_code == 302, (page.context["faults"], page.context["refusal"])
    entry = ScoreAppeal.objects.get().entry
    assert entry is not None and entry.evidence is not None


def test_a_unit_appeals_about_a_case_behind_its_figures() -> None:
    row = march()
    unit = signed_in("west_sanitation_desk")
    form = reverse("evaluation:new_appeal", args=[row.pk])
    numbers = unit.get(form, {"subject": west()[0]}).context["numbers"]
    sent = {"subject": west()[0], "about": "case", "reason": "heavy rain"}
    page = unit.post(form, {**sent, "uid": str(uuid4()), "number": "nonsense"})
    assert page.status_code == 422 and "not behind your figures" in page.content.decode()
    answers = {unit.post(form, {**sent, "uid": str(uuid4()), "number": number}).status_code for number in numbers}
    assert answers == {302, 422}, "the closed one is appealed, the open one refused with the process's own words"
    assert ScoreAppeal.objects.count() == 1
    found = text(unit, reverse("evaluation:appeal", args=[ScoreAppeal.objects.get().pk]))
    assert "reviewed twice at the case" in found and "/cases/" in found


def test_every_frozen_number_opens_to_as_many_rows_for_good(town: worlds.World, clock: list[Any]) -> None:
    row = march()
    with override("zh-hans"):
        closing.freeze(row.pk, person("evaluator1"), after(row))
    town.now = NOW - timedelta(days=4)
    town.closed()
    leader = signed_in("leader1")
    page = leader.get(f"{reverse('evaluation:score')}?{MARCH}&scheme=own&subject={west()[0]}")
    uses = [use for term in page.context["terms"] for use in term["uses"]]
    assert [use["text"] for use in uses] == ["50.00%"]
    closed = text(leader, reverse("evaluation:close_subject", args=[row.pk]) + f"?subject={west()[0]}")
    assert "West Sanitation</h1>" in closed, "frozen in another language, read in this"
    assert "50.00%</a>" in closed and "0.5</a>" not in closed, "a rate in per cent here too"
    assert "ev-band ev-" in closed, "a grade is said in words and colour, as on every page"
    opened = leader.get(reverse("evaluation:table") + uses[0]["address"])
    assert [key for key, _ in opened.context["parts"]] == ["closings", "closings_due"]
    for key, number in (("closings", 1), ("closings_due", 2)):
        address = reverse("evaluation:close_rows", args=[row.pk])
        rows = leader.get(address, {"subject": west()[0], "key": key})
        assert (rows.context["count"], len(rows.context["rows"])) == (number, number)
        assert all(one["visible"] for one in rows.context["rows"])


def test_a_correction_by_the_pages(clock: list[Any]) -> None:
    row = march()
    closing.freeze(row.pk, person("evaluator1"), after(row))
    clock[0] = after(row) + timedelta(days=1)
    entered(3, value="95", day="2026-03-09")
    evaluator, office = signed_in("evaluator1"), signed_in("office1")
    address = reverse("evaluation:close", args=[row.pk])
    assert evaluator.post(address, {"act": "correct", "uid": str(uuid4()), "reason": ""}).status_code == 422
    live = text(evaluator, reverse("evaluation:close_difference", args=[row.pk]) + "?live=1")
    assert "70.00" in live
    sent = {"act": "correct", "uid": str(UUID(int=77)), "reason": "an inspection was forgotten"}
    assert evaluator.post(address, sent).status_code == 302
    decide = reverse("evaluation:correction", args=[UUID(int=77)])
    evaluator.post(decide, {"act": "approve"})
    assert Correction.objects.get().state == "proposed", "nobody approves their own"
    proposed = f"?correction={UUID(int=77)}"
    assert "70.00" in text(office, reverse("evaluation:close_difference", args=[row.pk]) + proposed)
    office.post(decide, {"act": "approve"})
    assert [one.number for one in FrozenVersion.objects.order_by("number")] == [1, 2]
    found = got("leader1", "scores", scheme="own", period="2026-03")
    assert (found["state"], found["version"]) == ("frozen", 2)
    older = got("leader1", "scores", scheme="own", period="2026-03", version="1")
    scores = [one["groups"][0]["rows"][0]["score"] for one in (older, found)]
    assert scores == ["50.00", "70.00"] and older["digest"] != found["digest"]
    assert got("leader1", "scores", scheme="own", period="2026-03", live="true")["state"] == "live"
    assert got("leader1", "scores", 404, scheme="own", period="2026-03", version="9")["code"] == "no_version"
    (closed,) = got("leader1", "closings", scheme="own")
    assert (closed["version"], closed["digest"], closed["state"]) == (2, found["digest"], "frozen")


@pytest.mark.parametrize("login", ["auditor1", "admin1"])
def test_strangers_may_not(login: str) -> None:
    appeal = term_appeal()
    client = signed_in(login)
    for name, args in (("closes", []), ("close", [appeal.close_id]), ("close_subject", [appeal.close_id]),
                       ("close_rows", [appeal.close_id]), ("close_difference", [appeal.close_id]),
                       ("new_appeal", [appeal.close_id]), ("appeals", []), ("appeal", [appeal.pk])):  # fmt: skip
        assert client.get(reverse(f"evaluation:{name}", args=args)).status_code == 403, name
    assert client.post(reverse("evaluation:correction", args=[uuid4()])).status_code == 403


def test_a_unit_does_not_close() -> None:
    row = march("preview")
    unit = signed_in("west_sanitation_desk")
    sent = {"uid": str(uuid4()), "scheme": "own", "period": "2026-Q1"}
    assert unit.post(reverse("evaluation:closes"), sent).status_code == 403
    closing.open_appeals(row.pk, person("evaluator1"), NOW)
    address = reverse("evaluation:close", args=[row.pk])
    for act in ("freeze", "publish", "open_appeals", "correct"):
        assert unit.post(address, {"act": act}).status_code == 403
    assert closing_correcting.State.PROPOSED not in Correction.objects.values_list("state", flat=True)

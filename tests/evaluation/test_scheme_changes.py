"""Schemes change by two people (S1-23, S1-27, S2-13): the evaluator proposes, the leader or the office confirms; what
was in force stays for its days, and a frozen period stays as it is."""

import html
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import override

from citygrid.evaluation import catalogue, closing, scheme_changing, scheme_versions
from citygrid.evaluation.scheme_changing import Wanted
from citygrid.evaluation.scheme_models import SchemeChange
from citygrid.messages import rules, wording
from citygrid.messages.events import Told
from citygrid.messages.models import Notice
from citygrid.organization.models import Person
from citygrid.organization.seats import Signed, seats_of
from citygrid.organization.seats import signed as signed_on
from citygrid.process.refusal import Refused
from citygrid.trust.models import AuditRecord
from citygrid.web.words import office_day
from tests.cases import world as worlds
from tests.evaluation.test_pages import fresh, signed_in, town
from tests.evaluation.test_schemes import SMALL

__all__ = ["fresh", "signed_in", "town"]
NOW = datetime(2026, 4, 2, 8, tzinfo=UTC)
TODAY, LATER, LATEST = date(2026, 4, 2), date(2026, 4, 10), date(2026, 4, 20)
HEAVIER = SMALL.replace("closing = 60", "closing = 70").replace("seen = 40", "seen = 30")
ID = UUID(int=41)


@pytest.fixture(autouse=True)
def now(town: worlds.World, fresh: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    assert catalogue.keep("own", SMALL, date(2026, 3, 1)).ok
    assert HEAVIER != SMALL
    yield


def signed(login: str) -> Signed:
    person = Person.objects.get(login=login)
    seat = seats_of(person, NOW).last()
    assert seat is not None
    return signed_on(person, seat, NOW)


def proposed(text: str = HEAVIER, day: date = TODAY, code: str = "own", id: UUID = ID) -> SchemeChange:
    return scheme_changing.propose(id, Wanted(code, text, day, "agreed with the units"), signed("evaluator1"), NOW)


def code_of(act: Any, *words: Any) -> str:
    with pytest.raises(Refused) as found:
        act(*words)
    return found.value.refusal.code


def test_one_proposes_and_another_confirms() -> None:
    row = proposed()
    assert catalogue.text_at("own", TODAY) == SMALL, "a proposal is no version"
    assert proposed().pk == row.pk and SchemeChange.objects.count() == 1, "sent twice is one"
    evaluator, leader = signed("evaluator1"), signed("leader1")
    assert code_of(scheme_changing.confirm, ID, "", evaluator, NOW) == "same_person"
    assert code_of(scheme_changing.refuse, ID, "no", evaluator, NOW) == "same_person"
    for _ in range(2):
        assert scheme_changing.confirm(ID, "good", leader, NOW).state == SchemeChange.State.CONFIRMED
    assert catalogue.text_at("own", TODAY) == HEAVIER
    assert catalogue.text_at("own", date(2026, 3, 31)) == SMALL, "March is judged as it was"
    acts = AuditRecord.objects.filter(act__in=["propose_scheme", "confirm_scheme"]).order_by("pk")
    assert [(one.act, one.person) for one in acts] == [
        ("propose_scheme", evaluator.person.pk), ("confirm_scheme", leader.person.pk),
    ]  # fmt: skip


def heard(event: str) -> set[str]:
    people = Notice.objects.filter(code=event).values_list("person", flat=True)
    return set(Person.objects.filter(pk__in=people).values_list("login", flat=True))


def test_who_may_confirm_hears_of_a_proposal_and_who_proposed_hears_what_became_of_it() -> None:
    """Both the leader and the office may confirm; the evaluator, and whoever only reads, hear nothing of it."""
    proposed()
    proposed()
    confirmers = heard("scheme_proposed")
    assert {"leader1", "office1"} <= confirmers and not confirmers & {"evaluator1", "collector3", "calltaker1"}
    assert Notice.objects.filter(code="scheme_proposed", person=signed("leader1").person.pk).count() == 1
    assert not heard("scheme_decided")
    scheme_changing.confirm(ID, "good", signed("leader1"), NOW)
    assert heard("scheme_decided") == {"evaluator1"}


def test_whoever_proposes_and_may_confirm_is_not_asked_to() -> None:
    scheme_changing.propose(ID, Wanted("own", HEAVIER, TODAY, "why"), signed("office1"), NOW)
    assert "leader1" in heard("scheme_proposed") and "office1" not in heard("scheme_proposed")
    scheme_changing.refuse(ID, "too heavy", signed("leader1"), NOW)
    assert heard("scheme_decided") == {"office1"}


def test_withdrawing_is_news_only_where_another_did_it() -> None:
    proposed()
    scheme_changing.withdraw(ID, signed("evaluator1"), NOW)
    assert not heard("scheme_decided")
    proposed(id=UUID(int=42))
    scheme_changing.withdraw(UUID(int=42), signed("office1"), NOW)
    assert heard("scheme_decided") == {"evaluator1"}


@pytest.mark.parametrize(("language", "waits", "became"), [
    ("en", "waits for confirmation: Departments", "is refused: Departments"),
    ("zh-hans", "待确认：部门评价", "未通过：部门评价"),
])  # fmt: skip
def test_the_notices_say_which_scheme_and_lead_to_its_page(language: str, waits: str, became: str) -> None:
    proposed(day=LATER)
    scheme_changing.refuse(ID, "too heavy", signed("leader1"), NOW)
    texts = []
    for event, login in (("scheme_proposed", "leader1"), ("scheme_decided", "evaluator1")):
        notice = Notice.objects.get(code=event, person=signed(login).person.pk)
        (said,) = wording.put(event, [Told(notice.params, None)], language, rules.current(NOW))
        texts.append(f"{said.title} {said.text}")
        with override(language):
            assert office_day(LATER) in said.text
        assert said.page == f"/evaluation/scheme-changes/{ID}/" and signed_in(login).get(said.page).status_code == 200
    assert waits in texts[0] and became in texts[1]


def test_the_database_refuses_the_same_person() -> None:
    row = proposed()
    with pytest.raises(IntegrityError), transaction.atomic():
        SchemeChange.objects.filter(pk=row.pk).update(state="confirmed", decided_by=row.made_by, decided_at=NOW)


def test_what_is_not_taken() -> None:
    evaluator = signed("evaluator1")

    def code(text: str = HEAVIER, day: date = TODAY, reason: str = "why", id: int = 7) -> str:
        return code_of(scheme_changing.propose, UUID(int=id), Wanted("own", text, day, reason), evaluator, NOW)

    assert code(day=TODAY - timedelta(days=1)) == "past_day"
    assert code(reason=" ") == "no_reason"
    assert code(reason="x" * 501) == "too_long"
    assert code(text=SMALL) == "nothing_changed"
    assert code(text=SMALL.replace("closing = 60", "closing = 61")) == "wrong_file"
    proposed()
    assert code(text=HEAVIER + "# later\n") == "waits_already"
    assert code(text=HEAVIER + "# other\n", id=41) == "same_id"
    assert SchemeChange.objects.count() == 1


def test_refused_with_words_and_then_another() -> None:
    proposed()
    leader = signed("leader1")
    assert code_of(scheme_changing.refuse, ID, " ", leader, NOW) == "no_words"
    assert scheme_changing.refuse(ID, "too heavy", leader, NOW).words == "too heavy"
    assert code_of(scheme_changing.confirm, ID, "", leader, NOW) == "not_open"
    assert catalogue.text_at("own", TODAY) == SMALL
    assert proposed(id=UUID(int=42)).state == SchemeChange.State.PROPOSED


def test_a_confirmed_one_is_withdrawn_before_it_begins() -> None:
    proposed(day=LATER)
    scheme_changing.confirm(ID, "", signed("leader1"), NOW)
    assert catalogue.text_at("own", LATER - timedelta(days=1)) == SMALL and catalogue.text_at("own", LATER) == HEAVIER
    assert catalogue.keep("other", SMALL, TODAY).ok, "another file need not wait for it"
    scheme_changing.withdraw(ID, signed("evaluator1"), NOW)
    assert catalogue.text_at("own", LATER) == SMALL and scheme_versions.last_version("own") == date(2026, 3, 1)
    assert catalogue.text_at("other", LATEST) == SMALL
    proposed(id=UUID(int=43))
    scheme_changing.confirm(UUID(int=43), "", signed("leader1"), NOW)
    assert code_of(scheme_changing.withdraw, UUID(int=43), signed("evaluator1"), NOW) == "begun"


def test_what_another_file_rests_on_is_not_withdrawn() -> None:
    """Indicators of the city from the 10th, a scheme that uses one from the 20th."""
    formula = '[[formula]]\nkey = "own_rate"\nzh = "自定"\nen = "Own"\nformula = "closings / closings_due"\n'
    proposed(formula, LATER, "city_indicators")
    scheme_changing.confirm(ID, "", signed("leader1"), NOW)
    using = SMALL.replace('value = "closing_rate"', 'value = "own_rate"')
    assert using != SMALL
    assert code_of(proposed, using, TODAY, "own", UUID(int=44)) == "wrong_file", "it is not there yet"
    proposed(using, LATEST, "own", UUID(int=44))
    scheme_changing.confirm(UUID(int=44), "", signed("leader1"), NOW)
    assert code_of(scheme_changing.withdraw, ID, signed("evaluator1"), NOW) == "needed"
    scheme_changing.withdraw(UUID(int=44), signed("evaluator1"), NOW)
    assert scheme_changing.withdraw(ID, signed("evaluator1"), NOW).state == SchemeChange.State.WITHDRAWN


def test_one_that_was_overtaken_is_not_confirmed() -> None:
    proposed(day=LATER)
    assert catalogue.keep("own", SMALL + "# by the command\n", TODAY).ok
    assert code_of(scheme_changing.confirm, ID, "", signed("leader1"), NOW) == "moved"
    assert catalogue.text_at("own", LATER).endswith("# by the command\n")


def test_confirmed_late_it_begins_on_that_day() -> None:
    proposed()
    late = NOW + timedelta(days=3)
    assert scheme_changing.confirm(ID, "", signed("leader1"), late).day == date(2026, 4, 5)
    assert catalogue.text_at("own", date(2026, 4, 4)) == SMALL


def test_a_frozen_period_stays_as_it_is() -> None:
    """March is frozen; a version for April is confirmed: the text of March, its hash and its scores are the same."""
    evaluator = signed("evaluator1").person
    close = closing.open_close(UUID(int=9), "own", "2026-03", evaluator, NOW)
    closing.open_appeals(close.pk, evaluator, NOW)
    close.refresh_from_db()
    assert close.window_ends is not None
    frozen = closing.freeze(close.pk, evaluator, close.window_ends)
    kept = (frozen.text, frozen.hash)
    proposed(day=close.window_ends.date())
    scheme_changing.confirm(ID, "", signed("leader1"), close.window_ends)
    frozen.refresh_from_db()
    assert (frozen.text, frozen.hash) == kept
    standing = closing.standing("own", close.first, close.last)
    assert standing is not None and closing.scores_of(standing[1]) == closing.scores_of(frozen)
    weights = {term.key: int(term.weight) for term in closing.scores_of(frozen).rows()[0].terms}
    assert weights["closing"] == 60


def page(login: str, name: str, *words: Any, query: str = "") -> Any:
    return signed_in(login).get(f"{reverse(f'evaluation:{name}', args=words)}{query}")


def sent(name: str, *words: Any, login: str = "evaluator1", **fields: Any) -> Any:
    return signed_in(login).post(reverse(f"evaluation:{name}", args=words), {"uid": str(ID), **fields})


def test_a_wrong_file_keeps_what_was_typed_and_says_line_and_key() -> None:
    wrong = SMALL.replace("closing = 60", "closing = 61")
    for act in ("look", "propose"):
        answer = sent("new_scheme", code="own", day="2026-04-02", reason="because", text=wrong, act=act)
        text = html.unescape(answer.content.decode())
        assert answer.status_code == 422 and "The weights add up to 101" in text
        assert 'data-fault="29"' in text and "<code>weights</code>" in text
        assert wrong.strip() in text and 'value="because"' in text
    assert not SchemeChange.objects.exists()


def test_a_file_is_looked_at_then_proposed_and_confirmed_by_the_pages() -> None:
    file = SimpleUploadedFile("own.toml", HEAVIER.replace("\n", "\r\n").encode("utf-8-sig"))
    looked = sent("new_scheme", code="", day="2026-04-02", reason="agreed", text="", file=file, act="look")
    rows = [(one["field"], one["old"], one["new"]) for one in looked.context["differences"]]
    assert looked.status_code == 200 and rows == [("Weight", "60", "70"), ("Weight", "40", "30")]
    (effect,) = looked.context["effects"]
    assert effect["effect"].code == "own" and effect["effect"].first == date(2026, 3, 1) and effect["rows"]
    assert looked.context["words"]["code"] == "own" and not SchemeChange.objects.exists()
    text = looked.context["words"]["text"]
    answer = sent("new_scheme", code="own", day="2026-04-02", reason="agreed", text=text, act="propose")
    assert answer.status_code == 302 and answer.url == reverse("evaluation:scheme_change", args=[ID])
    shown = page("leader1", "scheme_change", ID)
    assert shown.context["may_confirm"] and not page("evaluator1", "scheme_change", ID).context["may_confirm"]
    assert sent("scheme_change", ID, act="confirm").status_code == 403, "the evaluator has no right to confirm"
    assert sent("scheme_change", ID, login="leader1", act="refuse").status_code == 422
    assert sent("scheme_change", ID, login="leader1", act="confirm").status_code == 302
    assert catalogue.text_at("own", TODAY) == HEAVIER
    versions = page("leader1", "scheme", "own").context["versions"]
    assert [one["state"] for one in versions] == ["now", "past"] and versions[0]["change"].pk == ID
    assert page("leader1", "scheme_file", "own", query="?at=2026-03-31").content.decode() == SMALL
    assert page("leader1", "scheme_file", "own").content.decode() == HEAVIER
    listed = page("leader1", "schemes")
    assert {one["code"] for one in listed.context["rows"]} >= {"own", "department", "area"}


def test_weights_and_grades_in_a_form() -> None:
    """The standard's scheme becomes the city's own with other weights; its comments stay."""
    shown = page("evaluator1", "edit_scheme", "department")
    cells = {c["name"]: c["typed"] for group in shown.context["rows"]["groups"] for _, c in group["cells"]}
    cells |= {cell["name"]: cell["typed"] for cell in shown.context["rows"]["grades"]}
    assert cells["w.0.closing"] == "30" and cells["g.0"] == "90"
    when = {"day": "2026-04-02", "reason": "a stricter grade"}
    wrong = sent("edit_scheme", "department", **cells | {"w.0.closing": "ten"}, **when, act="propose")
    assert wrong.status_code == 422 and "“ten” is no number" in html.unescape(wrong.content.decode())
    wrong = sent("edit_scheme", "department", **cells | {"w.0.closing": "31"}, **when, act="propose")
    assert wrong.status_code == 422 and "The weights add up to 101" in wrong.content.decode()
    same = sent("edit_scheme", "department", **cells, **when, act="propose")
    assert same.status_code == 422 and not SchemeChange.objects.exists()
    new = cells | {"w.0.closing": "40", "w.0.rework": "２０", "g.0": "92.5"}
    looked = sent("edit_scheme", "department", **new, **when, act="look")
    found = {(one["row"], one["of"]): (one["old"], one["new"]) for one in looked.context["differences"]}
    assert found == {("Departments", "Closing rate"): ("30", "40"), ("Departments", "Rework rate"): ("30", "20"),
                     ("Excellent", ""): ("90", "92.5")}  # fmt: skip
    assert sent("edit_scheme", "department", **new, **when, act="propose").status_code == 302
    scheme_changing.confirm(ID, "", signed("leader1"), NOW)
    scheme = catalogue.catalogue(TODAY).schemes["department"]
    assert dict(scheme.groups[0].weights)["closing"] == 40 and float(scheme.grades[0].least) == 92.5
    assert catalogue.text_at("department", TODAY).startswith("# 专业部门评价")


@pytest.mark.parametrize("example", ["jinhua", "yuncheng_2026", "national_operation"])
def test_a_published_scheme_is_where_one_begins(example: str) -> None:
    shown = page("evaluator1", "new_scheme", query=f"?example={example}")
    assert shown.context["words"]["code"] == example and "[scheme]" in shown.context["words"]["text"]
    fields = {"code": example, "day": "2026-04-02", "reason": "to begin with", "text": shown.context["words"]["text"]}
    looked = sent("new_scheme", **fields, act="look")
    assert looked.status_code == 200 and looked.context["fresh"], looked.context["faults"]


@pytest.mark.parametrize("login", ["collector3", "calltaker1", "west_sanitation_desk", "auditor1"])
def test_strangers_may_not(login: str) -> None:
    proposed()
    for name, words in (("schemes", []), ("scheme", ["own"]), ("scheme_file", ["own"]), ("edit_scheme", ["own"]),
                        ("new_scheme", []), ("scheme_change", [ID])):  # fmt: skip
        assert page(login, name, *words).status_code == 403, name
    assert sent("scheme_change", ID, login=login, act="confirm").status_code == 403
    assert page("shiftleader1", "schemes").status_code == 200, "who reads the evaluation reads how it is made"
    assert page("shiftleader1", "new_scheme").status_code == 403


def test_an_indicator_goes_from_the_workbench_to_a_score() -> None:
    """Tried, proposed, confirmed, named by a scheme, counted in a score."""
    words = {"key": "own_rate", "zh": "自定结案率", "en": "Own rate", "formula": "closings / closings_due",
             "by": "unit", "unit": "percent", "day": "2026-04-02", "reason": "asked for by the office"}  # fmt: skip
    assert sent("workbench", **words).status_code == 302
    looked = page("leader1", "scheme_change", ID)
    assert looked.context["fresh"] and looked.context["counted"] and looked.context["effects"] == []
    assert sent("scheme_change", ID, login="leader1", act="confirm").status_code == 302
    using = SMALL.replace('value = "closing_rate"', 'value = "own_rate"')
    answer = signed_in("evaluator1").post(reverse("evaluation:new_scheme"), {
        "uid": str(UUID(int=42)), "code": "own", "day": "2026-04-02", "reason": "use", "text": using, "act": "propose",
    })  # fmt: skip
    assert answer.status_code == 302
    scheme_changing.confirm(UUID(int=42), "", signed("leader1"), NOW)
    scores = page("leader1", "scores", query="?scheme=own&from=2026-03-01&to=2026-04-02")
    assert scores.status_code == 200 and scores.context["scheme"].terms["closing"].value.text == "own_rate"
    assert any(row.shown is not None for row in scores.context["scores"].rows())
    changed = {**words, "formula": "closings_on_time / closings_due", "uid": str(UUID(int=43))}
    assert signed_in("evaluator1").post(reverse("evaluation:workbench"), changed).status_code == 302
    looked = page("leader1", "scheme_change", UUID(int=43))
    assert [one["effect"].code for one in looked.context["effects"]] == ["own"], "a scheme rests on it now"

"""What keeps standing duties and their money whole when somebody tries otherwise: the same id with other content, a
form sent twice at once, judging one's own on another post, a duty that went to another unit (S0-04, S0-23, S0-62)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from citygrid.areas.models import Area
from citygrid.cases import acting
from citygrid.evaluation import entry_seeing
from citygrid.evaluation.standing import checking, city_files, duties, editing, filing, seeing, standings
from citygrid.evaluation.standing.checking import Seen
from citygrid.evaluation.standing.filing import Evidence
from citygrid.evaluation.standing_models import FundCheck, StandingCheck, StandingReport
from citygrid.evaluation.upkeep import funds
from citygrid.organization.models import Post, Seat
from citygrid.process.refusal import Refusal
from tests.cases import world as worlds
from tests.cases.kept_city import signed_in
from tests.evaluation.standing.conftest import MARCH_9, TEXT, duty, photo, who
from tests.evaluation.standing.test_funds import NOW, drafted, register, unit

__all__ = ["register"]
DESK, RIVAL, INSPECTOR = "west_sanitation_desk", "east_sanitation_desk", "inspector1"
WEEK = date(2026, 3, 2)
HANDED = TEXT.replace('unit = "west_sanitation"', 'unit = "east_sanitation"', 1)
"""The square goes from west to east."""


def code_of(answer: object) -> str:
    assert isinstance(answer, Refusal), answer
    assert answer.message % answer.params
    return answer.code


def evidence(n: int = 1, **more: Any) -> Evidence:
    return replace(Evidence(UUID(int=n), WEEK, "7", "swept", (photo(DESK, n),)), **more)


def seen(n: int = 1, **more: Any) -> Seen:
    points, findings = {"ground": "30", "bins": "40"}, {"ground": "two bags"}
    return replace(Seen(UUID(int=n), points, findings, "on the way", ()), **more)


def seated(login: str, post: str) -> None:
    """Another post of the same person."""
    there = Post.objects.filter(seats__person__login=post).first()
    assert there is not None
    Seat.objects.create(person=who(login).person, post=there, since=MARCH_9 - timedelta(days=9))


@pytest.mark.parametrize("other", [
    {"count": "9"}, {"note": "swept twice"}, {"photos": ()}, {"first": date(2026, 3, 9)},
])  # fmt: skip
def test_evidence_with_the_same_id_and_other_content_is_refused(other: dict[str, Any]) -> None:
    sent = evidence()
    made = filing.file(duty(), sent, who(DESK), MARCH_9)
    assert isinstance(made, StandingReport)
    assert filing.file(duty(), replace(sent, count="7.0", note=" swept "), who(DESK), MARCH_9) == made
    assert code_of(filing.file(duty(), replace(sent, **other), who(DESK), MARCH_9)) == "same_id"
    assert StandingReport.objects.get().count == 7


@pytest.mark.parametrize("other", [
    {"points": {"ground": "60", "bins": "40"}}, {"findings": {"ground": "one bag"}}, {"note": "by chance"},
])  # fmt: skip
def test_a_check_with_the_same_id_and_other_content_is_refused(other: dict[str, Any]) -> None:
    """A score that was sent once is not taken for another one."""
    made = checking.check(duty(), seen(), who(INSPECTOR), MARCH_9)
    assert isinstance(made, StandingCheck)
    assert checking.check(duty(), seen(points={"ground": "30.0", "bins": "40"}), who(INSPECTOR), MARCH_9) == made
    assert code_of(checking.check(duty(), seen(**other), who(INSPECTOR), MARCH_9)) == "same_id"
    assert StandingCheck.objects.get().points == 70


def quicker(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, first: Callable[[], object]) -> None:
    """Between the look and the writing the same form comes a second time and is kept."""
    looked = getattr(module, name)
    done: list[object] = []

    def meanwhile(*args: Any, **more: Any) -> Any:
        found = looked(*args, **more)
        if not done:
            done.append(True)
            done.append(first())
        return found

    monkeypatch.setattr(module, name, meanwhile)


def test_a_form_that_comes_twice_at_once_is_one_piece_of_evidence(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = evidence()
    quicker(monkeypatch, filing, "_checked", lambda: filing.file(duty(), sent, who(DESK), MARCH_9))
    made = filing.file(duty(), sent, who(DESK), MARCH_9)
    assert isinstance(made, StandingReport) and StandingReport.objects.get() == made


def test_a_check_that_comes_twice_at_once_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    quicker(monkeypatch, checking, "_may_fault", lambda: checking.check(duty(), seen(), who(INSPECTOR), MARCH_9))
    made = checking.check(duty(), seen(), who(INSPECTOR), MARCH_9)
    assert isinstance(made, StandingCheck) and StandingCheck.objects.get() == made


def test_a_draft_that_comes_twice_at_once_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    quicker(monkeypatch, funds, "content", lambda: drafted(1))
    made = drafted(1)
    assert isinstance(made, FundCheck) and FundCheck.objects.get() == made
    assert code_of(drafted(1, reason="otherwise")) == "same_id"


def test_nobody_judges_a_duty_of_a_unit_that_they_belong_to_on_another_post() -> None:
    inspector = who(INSPECTOR)
    seated(INSPECTOR, DESK)
    assert inspector.role.code == "inspector"
    assert code_of(checking.check(duty(), seen(), inspector, MARCH_9)) == "own_evidence"
    Seat.objects.filter(person=inspector.person, post__body__code="west_sanitation").update(until=MARCH_9)
    assert isinstance(checking.check(duty(), seen(), inspector, MARCH_9), StandingCheck)


def test_nobody_takes_back_a_check_of_the_own_unit_nor_of_what_they_filed() -> None:
    made = checking.check(duty(), seen(), who(INSPECTOR), MARCH_9)
    assert isinstance(made, StandingCheck)
    office = who("office1")
    seated("office1", DESK)
    assert code_of(checking.take_back(made.pk, "it was clean", office, MARCH_9)) == "own_evidence"
    Seat.objects.filter(person=office.person, post__body__code="west_sanitation").update(until=MARCH_9)
    StandingReport.objects.create(
        id=uuid4(), duty="square", first=WEEK, last=WEEK, due=WEEK, day=WEEK, body=office.body, by=office.person,
        at=MARCH_9,
    )  # fmt: skip
    assert code_of(checking.take_back(made.pk, "it was clean", office, MARCH_9)) == "own_evidence"
    taken = checking.take_back(made.pk, "the wrong square", who("evaluator1"), MARCH_9)
    assert isinstance(taken, StandingCheck) and taken.voided_at == MARCH_9


def test_a_long_reason_is_refused_and_not_cut() -> None:
    made = checking.check(duty(), seen(), who(INSPECTOR), MARCH_9)
    assert isinstance(made, StandingCheck)
    assert code_of(checking.take_back(made.pk, "x" * 501, who("office1"), MARCH_9)) == "long_note"
    address = reverse("evaluation:standing_check", args=[made.pk])
    page = signed_in("office1").post(address, {"act": "void", "why": "y" * 501})
    assert page.status_code == 422 and "y" * 501 in page.content.decode()
    assert code_of(drafted(reason="x" * 501)) == "long_reason" and not FundCheck.objects.exists()


def test_a_case_that_was_opened_is_not_sent_again_when_the_duty_was_renamed(monkeypatch: pytest.MonkeyPatch) -> None:
    made = checking.check(duty(), seen(), who(INSPECTOR), MARCH_9)
    assert isinstance(made, StandingCheck)
    case = checking.open_case(made.pk, who(INSPECTOR), MARCH_9)
    assert isinstance(case, UUID)
    assert city_files.keep(city_files.DUTIES, TEXT.replace('zh = "广场"', 'zh = "人民广场"'), date(2026, 3, 9)).ok
    monkeypatch.setattr(acting, "submit", lambda *args: pytest.fail("sent again"))
    assert checking.open_case(made.pk, who(INSPECTOR), MARCH_9) == case


def test_a_unit_that_handed_a_duty_over_still_files_for_its_own_periods_and_the_new_one_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """West had the square in the first days of March; from the 9th on it is east's."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: MARCH_9)
    assert city_files.keep(city_files.DUTIES, HANDED, date(2026, 3, 9)).ok
    now = duty()
    assert now.unit == "east_sanitation"
    assert code_of(filing.file(now, evidence(photos=(photo(RIVAL),)), who(RIVAL), MARCH_9)) == "not_yours"
    desk = signed_in(DESK)
    address = reverse("evaluation:standing_file", args=["square"])
    page = desk.get(address)
    assert page.status_code == 200
    assert [row.span.first for row in page.context["waiting"]] == [WEEK, date(2026, 3, 1)]
    mine = [row.span.first for row in signed_in(RIVAL).get(address).context["waiting"]]
    assert mine == [date(2026, 3, 9)]
    assert isinstance(filing.file(now, evidence(), who(DESK), MARCH_9), StandingReport)
    answer = filing.file(now, evidence(2, first=date(2026, 3, 9)), who(DESK), MARCH_9)
    assert code_of(answer) == "not_yours"
    assert [one.state for one in standings.owed(WEEK, WEEK, WEEK + timedelta(days=9), ["square"])] == ["filed"]


def test_a_unit_still_sees_the_checks_that_it_is_judged_by(town: Any) -> None:
    made = checking.check(duty(), seen(photos=(photo(INSPECTOR, 7),)), who(INSPECTOR), MARCH_9)
    assert isinstance(made, StandingCheck)
    assert city_files.keep(city_files.DUTIES, HANDED, date(2026, 3, 9)).ok
    address = reverse("evaluation:standing_check", args=[made.pk])
    assert signed_in(DESK).get(address).status_code == 200
    assert seeing.may_see_file(who(DESK).person, made.photos[0])
    assert signed_in("west_roads_desk").get(address).status_code == 404


def test_a_line_of_a_checklist_is_worth_what_a_check_can_give() -> None:
    def codes(points: str) -> list[str]:
        return [one.code for one in duties.read(TEXT.replace("points = 60", f"points = {points}", 1))[1].problems]

    assert codes("60.25") == [] and codes("0.01") == []
    assert codes("33.333") == ["no_points"] and codes("0.014") == ["no_points"]


@pytest.mark.parametrize("number", ["1000000", "123456.5", "0.5", "7", "10", "12.25"])
def test_a_number_of_a_duty_comes_out_of_the_form_as_it_went_in(number: str) -> None:
    assert duties.plain(Fraction(Decimal(number))) == number
    old = replace(duty(), wanted=duties.Wanted(1, Fraction(Decimal(number)), ("清扫", "Sweeps")))
    made = editing.block(editing.typed_of(old), old)
    assert f"count = {{least = {number}, " in made
    book, report = duties.read(TEXT[: TEXT.index("[[duty]]")] + made)
    assert report.ok and book.duties["square"].wanted == old.wanted


def test_what_is_remarked_between_duties_stays_and_a_file_of_another_hand_is_found() -> None:
    first, second = "[[duty]]\ncode = 'a'\nzh = \"a\"\n", "[[ duty ]]\n  code='b'\nzh = \"b\"\n"
    text = f"# duties\n\n{first}\n# from here on by hand\n\n{second}\n# the end\n"
    assert editing.written(text, "a", "A\n") == f"# duties\n\nA\n\n# from here on by hand\n\n{second}\n# the end\n"
    assert editing.written(text, "b", "B\n") == f"# duties\n\n{first}\n# from here on by hand\n\nB\n\n# the end\n"
    assert editing.written(text, "c", "C\n") == f"{text}\nC\n"


def test_who_belongs_to_the_unit_does_not_confirm_its_money_from_another_post() -> None:
    made = drafted()
    assert isinstance(made, FundCheck)
    post = Post.objects.filter(body=unit()).first()
    assert post is not None
    leader = who("leader1")
    Seat.objects.create(person=leader.person, post=post, since=NOW - timedelta(days=3))
    assert code_of(funds.confirm(made.pk, leader, NOW)) == "own_body"
    assert FundCheck.objects.get().state == FundCheck.State.PROPOSED


def test_a_scope_of_many_areas_is_not_sent_to_the_database(town: worlds.World) -> None:
    """A district has thousands of grids: which bodies lie in it, and who sees a duty, is asked in short words."""
    inspector = who("inspector1")
    areas = frozenset(Area.objects.values_list("pk", flat=True)) | frozenset(range(-100_000, 0))
    wide = replace(inspector.scope, everything=False, areas=areas)
    with CaptureQueriesContext(connection) as asked:
        assert entry_seeing.bodies(wide).filter(code="west_sanitation").exists()
        assert seeing.Sight(replace(inspector, scope=wide)).sees(duty())
    assert asked.captured_queries and max(len(one["sql"]) for one in asked.captured_queries) < 10_000

"""Closing a period: who does what when, two reviews by two people, frozen for good (S1-27, S2-13).

The evaluator closes March of the second city; west sanitation appeals, east sanitation is its rival; the office reviews
first, the leader second."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils.translation import override

from citygrid.cases import acting, directory
from citygrid.cases.asking import actor_of
from citygrid.cases.submission import Submission
from citygrid.evaluation import (
    catalogue,
    closing,
    closing_appeals,
    closing_checks,
    closing_correcting,
    closing_ending,
    closing_naming,
    closing_seeing,
    cycles,
)
from citygrid.evaluation.closing_models import FrozenRows, FrozenVersion, PeriodClose, ScoreAppeal
from citygrid.evaluation.closing_naming import in_words
from citygrid.evaluation.closing_text import hash_of
from citygrid.evaluation.entering import Sent, drafted
from citygrid.evaluation.entry_models import Entry
from citygrid.evaluation.subjects import named
from citygrid.messages.models import Notice
from citygrid.organization.models import Body, Person, Seat
from citygrid.organization.seats import Signed
from citygrid.organization.seats import signed as signed_on
from citygrid.process.refusal import Refusal, Refused
from tests.cases import world as worlds
from tests.evaluation.test_entries import LISTED
from tests.evaluation.test_pages import fresh, town

__all__ = ["fresh", "town"]
NOW = datetime(2026, 4, 2, 8, tzinfo=UTC)
RULES = """[[closing]]
scheme = "own"
every = ["month", "quarter"]
window_days = 3
first_review = ["office", "evaluator"]
second_review = ["leader"]
public = true
"""


@pytest.fixture(autouse=True)
def scheme(town: worlds.World, fresh: None) -> Iterator[None]:
    assert catalogue.keep("own", LISTED, date(2026, 3, 1)).ok
    report = catalogue.keep(cycles.CODE, RULES, date(2026, 3, 1))
    assert report.ok, [str(one) for one in report.problems]
    yield


def person(login: str) -> Person:
    return Person.objects.get(login=login)


def signed(login: str) -> Signed:
    found: Signed = worlds.World().who(login)
    return found


def march(until: str = "appeals") -> PeriodClose:
    """The close of March, opened, or open for appeals."""
    row = closing.open_close(UUID(int=1), "own", "2026-03", person("evaluator1"), NOW)
    return row if until == "preview" else closing.open_appeals(row.pk, person("evaluator1"), NOW)


def west() -> tuple[str, str]:
    return str(Body.objects.get(code="west_sanitation").pk), "west_sanitation"


def after(row: PeriodClose) -> datetime:
    assert row.window_ends is not None
    return row.window_ends + timedelta(minutes=1)


def frozen() -> FrozenVersion:
    row = march()
    return closing.freeze(row.pk, person("evaluator1"), after(row))


def term_appeal(number: int = 5) -> ScoreAppeal:
    row = march()
    who = signed("west_sanitation_desk")
    return closing_appeals.file_term(UUID(int=number), row.pk, west(), "seen", "was inspected twice", None, who, NOW)


def draft(value: str) -> Entry:
    words = {"input": "inspection", "by": "unit", "subject": "west_sanitation", "day": "2026-03-20", "value": value,
             "reason": "the second inspection counts"}  # fmt: skip
    found, wrong = drafted(Sent(words), catalogue.catalogue(NOW.date()), NOW.date())
    assert found is not None, wrong
    return found


def shown(version: FrozenVersion) -> dict[str, Decimal | None]:
    return {row.code: row.shown for row in closing.scores_of(version).rows()}


def test_the_whole_way_from_preview_to_published() -> None:
    row = march("preview")
    assert (row.state, row.first, row.last, row.public) == ("preview", date(2026, 3, 1), date(2026, 3, 31), True)
    assert closing.open_close(row.pk, "own", "2026-03", person("office1"), NOW) == row, "the same form sent twice"
    with pytest.raises(Refused, match="opened_already"):
        closing.open_close(uuid4(), "own", "2026-03", person("office1"), NOW)
    with pytest.raises(Refused, match="wrong_state"):
        closing.freeze(row.pk, person("evaluator1"), NOW)
    row = march()
    assert row.window_ends is not None and row.window_ends > NOW + timedelta(days=2)
    with pytest.raises(Refused, match="window_open"):
        closing.freeze(row.pk, person("evaluator1"), NOW)
    version = closing.freeze(row.pk, person("evaluator1"), after(row))
    assert closing.freeze(row.pk, person("evaluator1"), after(row)) == version, "the same button twice"
    assert version.hash == hash_of(version.text) and closing.scores_of(version).rows()
    closing.publish(row.pk, person("evaluator1"), after(row))
    with pytest.raises(Refused, match="wrong_state"):
        closing.open_appeals(row.pk, person("office1"), after(row))
    assert closing.standing("own", date(2026, 3, 1), date(2026, 3, 31)) == (PeriodClose.objects.get(), version)
    assert not list(closing_checks.faults())


@pytest.mark.parametrize(
    ("scheme_code", "name", "code"),
    [("nonsense", "2026-03", "no_scheme"), ("own", "March", "no_period"), ("own", "2026-W13", "not_closed_so"),
     ("own", "2026-13", "no_period"), ("own", "2026-05", "not_begun")],
)  # fmt: skip
def test_what_cannot_be_opened(scheme_code: str, name: str, code: str) -> None:
    with pytest.raises(Refused, match=code):
        closing.open_close(uuid4(), scheme_code, name, person("evaluator1"), NOW)


def test_a_period_that_is_not_over_stays_a_preview() -> None:
    row = closing.open_close(uuid4(), "own", "2026-Q2", person("evaluator1"), NOW)
    with pytest.raises(Refused, match="not_over"):
        closing.open_appeals(row.pk, person("evaluator1"), NOW)


def test_an_appeal_about_a_term_is_reviewed_by_two_and_sets_it_right() -> None:
    """The office proposes the entry, the leader approves it; the office may not do both."""
    appeal = term_appeal()
    office, leader = signed("office1"), signed("leader1")
    with pytest.raises(Refused, match="not_your_review"):
        closing_appeals.review_first(appeal.pk, True, "so it was", draft("95"), None, leader, NOW)
    with pytest.raises(Refused, match="no_words"):
        closing_appeals.review_first(appeal.pk, False, " ", None, None, office, NOW)
    found = closing_appeals.review_first(appeal.pk, True, "so it was", draft("95"), None, office, NOW)
    assert (found.state, found.entry and found.entry.state) == ("proposed", "proposed")
    close = appeal.close
    with pytest.raises(Refused, match="undecided"):
        closing.freeze(close.pk, person("evaluator1"), after(close))
    with pytest.raises(Refused, match="not_your_review"):
        closing_appeals.review_second(appeal.pk, True, "yes", office, NOW)
    PeriodClose.objects.filter(pk=close.pk).update(rules={**close.rules, "second_review": []})
    with pytest.raises(Refused, match="same_person"):
        closing_appeals.review_second(appeal.pk, True, "yes", office, NOW)
    found = closing_appeals.review_second(appeal.pk, True, "I saw the report", leader, NOW)
    assert (found.state, found.first_words, found.second_words) == ("granted", "so it was", "I saw the report")
    version = closing.freeze(close.pk, person("evaluator1"), after(close))
    row = next(row for row in closing.scores_of(version).rows() if row.code == "west_sanitation")
    assert row.terms[1].given == (str(found.entry_id),) and row.terms[1].value == 95


def test_who_appealed_and_their_body_review_nothing() -> None:
    """By person, whatever post is in use: a leader with a seat in west sanitation, and the desk itself (S2-13)."""
    appeal = term_appeal()
    PeriodClose.objects.filter(pk=appeal.close_id).update(rules={**appeal.close.rules, "second_review": []})
    desk = person("west_sanitation_desk")
    office, leader = signed("office1"), signed("leader1")
    with pytest.raises(Refused, match="own_appeal"):
        closing_appeals.review_first(appeal.pk, False, "no", None, None, replace(office, person=desk), NOW)
    own = Seat.objects.filter(person=desk, post__body__code="west_sanitation").earliest("pk")
    also = Seat.objects.create(person=leader.person, post=own.post, since=NOW - timedelta(days=1))
    closing_appeals.review_first(appeal.pk, True, "so it was", draft("95"), None, office, NOW)
    appeal.refresh_from_db()
    assert not closing_appeals.may_review(appeal, leader, NOW)
    with pytest.raises(Refused, match="own_body"):
        closing_appeals.review_second(appeal.pk, True, "yes", leader, NOW)
    also.until = NOW - timedelta(hours=1)
    also.save()
    assert closing_appeals.may_review(appeal, leader, NOW)
    assert closing_appeals.review_second(appeal.pk, True, "yes", leader, NOW).state == "granted"


def test_a_first_review_that_refuses_ends_it() -> None:
    appeal = term_appeal()
    office = signed("office1")
    closing_appeals.review_first(appeal.pk, False, "no second inspection is on record", None, None, office, NOW)
    with pytest.raises(Refused, match="decided_already"):
        closing_appeals.review_second(appeal.pk, True, "yes", signed("leader1"), NOW)
    assert not Entry.objects.exists()
    assert closing.freeze(appeal.close_id, person("evaluator1"), after(appeal.close)).number == 1


def test_an_appeal_about_a_case_is_the_process_own(town: worlds.World) -> None:
    """Granted by both reviews at the case, its assignment leaves the statistics of the frozen month."""
    row = march()
    who = signed("west_sanitation_desk")
    figures = closing.figures(row, NOW)
    (case, _no), = figures.rows[west()[0]]["closings"]
    town.now = NOW
    found = closing_appeals.file_case(UUID(int=6), row.pk, west(), UUID(case), "heavy rain", None, who, NOW)
    again = closing_appeals.file_case(UUID(int=6), row.pk, west(), UUID(case), "heavy rain", None, who, NOW)
    assert again == found and closing_appeals.state_of(found) == "filed"
    with pytest.raises(Refused, match="appealed"):
        closing_appeals.file_case(UUID(int=7), row.pk, west(), UUID(case), "heavy rain", None, who, NOW)
    with pytest.raises(Refused, match="of_a_case"):
        closing_appeals.review_first(found.pk, False, "no", None, None, signed("office1"), NOW)
    with pytest.raises(Refused, match="undecided"):
        closing.freeze(row.pk, person("evaluator1"), after(row))
    town.do("dispatcher1", UUID(case), "review_appeal", granted=True)
    assert closing_appeals.state_of(found) == "proposed"
    town.do("calltaker1", UUID(case), "review_appeal", granted=True)
    assert closing_appeals.state_of(found) == "granted"
    version = closing.freeze(row.pk, person("evaluator1"), after(row))
    assert closing.rows_of(version)[west()[0]].get("closings", []) == []
    assert not list(closing_checks.faults())


def test_the_two_reviews_of_a_case_are_two_persons_on_whatever_post(town: worlds.World) -> None:
    """Who reviewed first holds the second reviewer's post as well: refused there, and nothing is decided (S2-13)."""
    row = march()
    ((case, _no),) = closing.figures(row, NOW).rows[west()[0]]["closings"]
    town.now = NOW
    who = signed("west_sanitation_desk")
    found = closing_appeals.file_case(UUID(int=6), row.pk, west(), UUID(case), "heavy rain", None, who, NOW)
    town.do("dispatcher1", UUID(case), "review_appeal", granted=True)
    second = signed("calltaker1")
    also = Seat.objects.create(person=person("dispatcher1"), post=second.post, since=NOW - timedelta(days=1))
    actor = actor_of(signed_on(also.person, also, NOW))
    assert actor.role == second.role.code and actor.person == person("dispatcher1").pk
    sent = Submission(UUID(case), uuid4(), "review_appeal", {"granted": True})
    answer = acting.submit(sent, actor, None, NOW + timedelta(minutes=10))
    assert isinstance(answer, Refusal) and answer.code == "party"
    assert closing_appeals.state_of(found) == "proposed"
    town.do("calltaker1", UUID(case), "review_appeal", granted=True)
    assert closing_appeals.state_of(found) == "granted"


def test_a_case_that_is_not_closed_cannot_be_appealed() -> None:
    row = march()
    open_one = closing.figures(row, NOW).rows[west()[0]]["closings_due"]
    closed = closing.figures(row, NOW).rows[west()[0]]["closings"]
    (case,) = {one for one, _ in open_one} - {one for one, _ in closed}
    with pytest.raises(Refused, match="wrong_state"):
        closing_appeals.file_case(uuid4(), row.pk, west(), UUID(case), "why", None, signed("west_sanitation_desk"), NOW)
    assert not ScoreAppeal.objects.exists()


def test_the_window_ends_by_itself_and_tells_once() -> None:
    row = march()
    who = signed("west_sanitation_desk")
    late = after(row)
    with pytest.raises(Refused, match="window_over"):
        closing_appeals.file_term(uuid4(), row.pk, west(), "seen", "too late", None, who, late)
    assert closing_ending.end_windows(NOW) == 0
    assert closing_ending.end_windows(late) == 1
    assert closing_ending.end_windows(late) == 0
    told = Notice.objects.filter(code="scores_window_over").values_list("person", flat=True)
    assert person("evaluator1").pk in told


def test_who_is_told() -> None:
    appeal = term_appeal()
    heard = set(Notice.objects.filter(code="scores_window").values_list("person", flat=True))
    assert person("west_sanitation_desk").pk in heard and person("collector3").pk not in heard
    assert person("office1").pk in Notice.objects.filter(code="scores_appeal").values_list("person", flat=True)
    closing_appeals.review_first(appeal.pk, False, "no", None, None, signed("office1"), NOW)
    reviewed = Notice.objects.filter(code="scores_reviewed")
    assert set(reviewed.values_list("person", flat=True)) == {person("west_sanitation_desk").pk}


def test_a_rival_sees_neither_figures_nor_appeals() -> None:
    appeal = term_appeal()
    found = closing.figures(appeal.close, NOW).scores
    ours, theirs = (closing_seeing.seen(found, signed(one)) for one in ("west_sanitation_desk", "east_sanitation_desk"))
    assert [row.code for row in ours.rows()] == ["west_sanitation"]
    assert "west_sanitation" not in [row.code for row in theirs.rows()]
    assert closing_seeing.appeals(signed("west_sanitation_desk")).count() == 1
    assert closing_seeing.appeals(signed("east_sanitation_desk")).count() == 0
    assert closing_seeing.appeals(signed("office1")).count() == 1


def corrected(number: int, value: str, *, granted: bool = True) -> FrozenVersion | None:
    """An inspection is entered after all; the evaluator proposes, the leader decides."""
    from tests.evaluation.test_entries import entered

    close = PeriodClose.objects.get()
    entered(number, value=value, day=f"2026-03-{number % 27 + 1:02}")
    row = closing_correcting.propose(UUID(int=1000 + number), close.pk, "an inspection was forgotten",
                                     person("evaluator1"), after(close))  # fmt: skip
    with pytest.raises(Refused, match="own_correction"):
        closing_correcting.decide(row.pk, True, "", person("evaluator1"), after(close))
    closing_correcting.decide(row.pk, granted, "seen", person("leader1"), after(close))
    return closing.newest(close)


def test_a_correction_is_a_new_version_with_the_difference() -> None:
    """The golden difference: half of the closing rate alone before, 100 points of the inspection at 40 % after."""
    first = frozen()
    with pytest.raises(Refused, match="nothing_differs"):
        closing_correcting.propose(uuid4(), first.close_id, "why", person("evaluator1"), NOW)
    second = corrected(3, "95")
    assert second is not None and second.number == 2 and second.second == person("leader1")
    changes = closing_correcting.version_changes(second)
    assert [(one.code, one.what, one.key, one.before, one.after) for one in changes] == [
        ("west_sanitation", "score", "", "50.00", "70.00"),
        ("west_sanitation", "grade", "", "failed", "passed"),
        ("west_sanitation", "term", "seen", "– · – / 100.00", "95 · 100.00 / 100.00"),
    ]
    assert shown(first)["west_sanitation"] == Decimal("50.00")
    assert not closing_correcting.live_changes(first.close, second, NOW)
    assert not list(closing_checks.faults())


def test_the_command_prints_what_was_frozen(capsys: pytest.CaptureFixture[str]) -> None:
    """An inspection that is entered after the freeze moves the running scores only."""
    from tests.evaluation.test_entries import entered

    frozen()
    entered(3, value="95", day="2026-03-04")
    printed = []
    for more in ([], ["--live"]):
        call_command("evaluate", "--scheme", "own", "--period", "2026-03", "--format", "json", *more)
        rows = [row for group in json.loads(capsys.readouterr().out)["groups"] for row in group["rows"]]
        printed.append(next(row["score"] for row in rows if row["subject"]["code"] == "west_sanitation"))
    assert printed == ["50.00", "70.00"]


def test_names_are_said_in_the_readers_language_unless_they_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    """West sanitation is frozen as it is called; once it is renamed the frozen name stays, whoever reads."""
    called = {"zh-hans": "西区环卫所", "en": "West Sanitation"}
    west = Body.objects.filter(code="west_sanitation")
    west.update(name=called["zh-hans"], name_en=called["en"])
    directory.forget()
    scores = closing.scores_of(frozen())

    def said(language: str) -> str:
        with override(language):
            return next(row.name for row in in_words(scores).rows() if row.code == "west_sanitation")

    assert {language: said(language) for language in called} == called
    asked: list[str] = []
    with monkeypatch.context() as patch:
        patch.setattr(closing_naming, "named", lambda by, keys: asked.append(by) or named(by, keys))
        assert said("en") == called["en"]
    assert len(asked) == 2, "once a language"
    west.update(name="新名称", name_en="New name")
    directory.forget()
    old = next(row.name for row in scores.rows() if row.code == "west_sanitation")
    assert {said(language) for language in called} == {old} and old in called.values()
    directory.forget()


def test_the_difference_names_the_cases_that_came(town: worlds.World) -> None:
    first = frozen()
    town.now = NOW - timedelta(days=10)
    case = town.closed()
    changes = closing_correcting.live_changes(first.close, first, NOW + timedelta(days=9))
    (came,) = [one for one in changes if one.what == "count" and one.key == "closings"]
    assert (came.before, came.after, [UUID(row[0]) for row in came.came], came.left) == ("1", "2", [case], ())


def test_only_frozen_figures_are_corrected_and_one_at_a_time() -> None:
    row = march()
    with pytest.raises(Refused, match="not_frozen"):
        closing_correcting.propose(uuid4(), row.pk, "why", person("evaluator1"), NOW)
    closing.freeze(row.pk, person("evaluator1"), after(row))
    assert corrected(4, "70", granted=False) is not None
    assert FrozenVersion.objects.count() == 1, "a refused correction changes nothing"
    closing_correcting.propose(uuid4(), row.pk, "again", person("evaluator1"), NOW)
    with pytest.raises(Refused, match="waits_already"):
        closing_correcting.propose(uuid4(), row.pk, "and again", person("evaluator1"), NOW)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_follows_a_frozen_version_stays_as_it_was(seed: int, town: worlds.World) -> None:
    first = frozen()
    text, hashed, rows = first.text, first.hash, closing.rows_of(first)
    town.now, chance = NOW - timedelta(days=5), Random(seed)
    acts: list[Any] = [lambda n: town.closed(), lambda n: town.filed(), lambda n: corrected(n, str(60 + n)),
                       lambda n: corrected(n, str(50 + n), granted=False)]  # fmt: skip
    for number in range(3, 7):
        chance.choice(acts)(number)
        kept = FrozenVersion.objects.get(close=first.close_id, number=1)
        assert (kept.text, kept.hash, closing.rows_of(kept)) == (text, hashed, rows)
        assert not list(closing_checks.faults())


def test_the_database_refuses_to_change_or_forget_what_is_frozen() -> None:
    version = frozen()
    for change in (
        lambda: FrozenVersion.objects.filter(pk=version.pk).update(text="{}"),
        lambda: FrozenVersion.objects.filter(pk=version.pk).delete(),
        lambda: FrozenRows.objects.filter(version=version).update(cases=[]),
        lambda: FrozenRows.objects.filter(version=version).delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


@pytest.mark.parametrize("emptied", [
    "evaluation_frozenrows", "evaluation_frozenversion cascade", "evaluation_periodclose cascade",
    "organization_person cascade",
])  # fmt: skip
def test_the_database_refuses_to_empty_what_is_frozen(emptied: str) -> None:
    from django.db import connection

    version = frozen()
    with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic(), connection.cursor() as run:
        run.execute("set constraints all immediate")
        run.execute(f"truncate {emptied}")
    assert FrozenVersion.objects.filter(pk=version.pk).exists() and closing.rows_of(version)


def test_the_owner_empties_only_after_taking_the_guard_away_and_verify_finds_it() -> None:
    from django.db import connection

    frozen()
    with connection.cursor() as run:
        run.execute("set constraints all immediate")
        for table in ("evaluation_frozenrows", "evaluation_frozenversion"):
            run.execute(f"alter table {table} disable trigger never_emptied")
        run.execute("truncate evaluation_frozenrows, evaluation_frozenversion")
    assert any("version_missing" in line for line in closing_checks.faults())


def test_verify_finds_what_somebody_altered_below_the_database() -> None:
    from django.db import connection

    version = frozen()
    with connection.cursor() as run:
        run.execute("set constraints all immediate")
        run.execute("alter table evaluation_frozenversion disable trigger append_only")
        change = "update evaluation_frozenversion set text = replace(text, '50.00', '99.00') where id = %s"
        run.execute(change, [version.pk])
        run.execute("alter table evaluation_frozenversion enable trigger append_only")
    assert any("text_altered" in line for line in closing_checks.faults())


def test_a_failure_in_the_middle_leaves_nothing_half_done(monkeypatch: pytest.MonkeyPatch) -> None:
    row = march()

    def fall(*args: object, **named: object) -> None:
        raise OSError("the power fails")

    with monkeypatch.context() as patch:
        patch.setattr(FrozenRows.objects, "bulk_create", fall)
        with pytest.raises(OSError, match="power"), transaction.atomic():
            closing.freeze(row.pk, person("evaluator1"), after(row))
    assert PeriodClose.objects.get().state == "appeals" and not FrozenVersion.objects.exists()
    assert closing.freeze(row.pk, person("evaluator1"), after(row)).number == 1

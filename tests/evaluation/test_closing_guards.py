"""What keeps a closing whole when somebody tries otherwise: entries of appeals, hashes written anew, emptied tables,
counts that the city has no longer, ids that were guessed (S2-13, S0-04)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from citygrid.evaluation import (
    catalogue,
    closing,
    closing_appeals,
    closing_checks,
    closing_correcting,
    computing,
    rolled,
    score_trend,
)
from citygrid.evaluation.asking import zone_at
from citygrid.evaluation.closing_models import FrozenVersion, PeriodClose
from citygrid.evaluation.entering import decide
from citygrid.evaluation.entry_models import Entry
from citygrid.evaluation.leaders import gathering
from citygrid.evaluation.leaders import rules as leaders
from citygrid.evaluation.periods import Period, holding, period
from citygrid.evaluation.scheme import Scheme
from citygrid.evaluation.upkeep import funds
from citygrid.organization.models import Body
from citygrid.organization.visibility import Scope
from citygrid.process.refusal import Refused
from tests.cases import world as worlds
from tests.evaluation.test_closing import (
    NOW,
    after,
    corrected,
    draft,
    frozen,
    march,
    person,
    scheme,
    signed,
    term_appeal,
    west,
)
from tests.evaluation.test_pages import MARCH, fresh, signed_in, town

__all__ = ["fresh", "scheme", "town"]


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """The clock of the pages, which a test may put on."""
    now = [NOW]
    monkeypatch.setattr("django.utils.timezone.now", lambda: now[0])
    yield now


def below(*statements: str) -> None:
    """What somebody does who owns the database."""
    with connection.cursor() as run:
        run.execute("set constraints all immediate")
        for table in ("evaluation_frozenversion", "evaluation_frozenrows"):
            run.execute(f"alter table {table} disable trigger append_only")
        for statement in statements:
            run.execute(statement)
        run.execute("set constraints all immediate")


def test_the_entry_of_an_appeal_is_decided_with_it_and_no_close_is_stuck() -> None:
    appeal = closing_appeals.review_first(term_appeal().pk, True, "yes", draft("99"), None, signed("office1"), NOW)
    assert appeal.entry_id is not None
    with pytest.raises(Refused) as caught:
        decide(appeal.entry_id, True, "by the back door", person("leader1"), NOW)
    assert caught.value.refusal.code == "of_an_appeal"
    address = reverse("evaluation:entry", args=[appeal.entry_id])
    leader = signed_in("leader1")
    page = leader.get(address).content.decode()
    assert "the second review decides both" in page and 'value="approve"' not in page
    assert Entry.objects.get(pk=appeal.entry_id).state == "proposed"
    closing_appeals.review_second(appeal.pk, True, "it is so", signed("leader1"), NOW)
    close = PeriodClose.objects.get()
    assert closing.freeze(close.pk, person("evaluator1"), after(close)).number == 1


def test_verify_finds_a_score_that_was_written_anew_with_all_its_hashes() -> None:
    version = frozen()
    assert not list(closing_checks.faults())
    below("""update evaluation_frozenversion set text = replace(text, '50.00', '99.00'),
             hash = encode(sha256(convert_to(replace(text, '50.00', '99.00'), 'UTF8')), 'hex')""")
    assert FrozenVersion.objects.get(pk=version.pk).hash != version.hash
    assert [line.split(": ")[1] for line in closing_checks.faults()] == ["not_as_noted"]


def test_verify_finds_that_the_newest_version_or_all_were_taken_away() -> None:
    frozen()
    assert corrected(3, "61") is not None
    assert not list(closing_checks.faults()), "a correction is noted as well"
    gone = "select id from evaluation_frozenversion where number = 2"
    below(f"delete from evaluation_frozenrows where version_id in ({gone})",
          "delete from evaluation_frozenversion where number = 2")  # fmt: skip
    assert [line.split(": ")[1] for line in closing_checks.faults()] == ["version_missing"]
    below("delete from evaluation_correction", "delete from evaluation_frozenrows",
          "delete from evaluation_frozenversion", "delete from evaluation_periodclose")  # fmt: skip
    assert [line.split(": ")[1] for line in closing_checks.faults()] == ["close_missing"]


def test_a_frozen_count_opens_although_the_city_has_it_no_longer(clock: list[Any], monkeypatch: Any) -> None:
    version = frozen()
    clock[0] = after(version.close)
    known = closing.catalogue(version.close.last)
    own = known.definitions["own"]
    kept = {key: one for key, one in own.all.items() if key != "closings_due"}
    less = catalogue.Catalogue(known.schemes, {**known.definitions, "own": type(own)(kept)}, known.lists, known.report)
    monkeypatch.setattr("citygrid.evaluation.closing_figure_pages.catalogue", lambda day: less)
    address = reverse("evaluation:close_rows", args=[version.close_id])
    page = signed_in("leader1").get(address, {"subject": west()[0], "key": "closings_due"})
    assert (page.status_code, page.context["count"]) == (200, 2)
    assert signed_in("leader1").get(address, {"subject": west()[0], "key": "nothing"}).status_code == 404


def test_a_scheme_that_is_gone_is_not_found_and_no_error(monkeypatch: Any) -> None:
    row = march()
    subject = west()[0]
    known = closing.catalogue(row.last)
    less = {code: one for code, one in known.schemes.items() if code != "own"}
    gone = catalogue.Catalogue(less, known.definitions, known.lists, known.report)
    monkeypatch.setattr("citygrid.evaluation.closing.catalogue", lambda day: gone)
    unit = signed_in("west_sanitation_desk")
    assert unit.get(reverse("evaluation:new_appeal", args=[row.pk])).status_code == 404
    rows = reverse("evaluation:close_rows", args=[row.pk])
    assert signed_in("leader1").get(rows, {"subject": subject, "key": "closings"}).status_code == 404


@pytest.mark.parametrize("long", [501, 5000])
def test_words_that_are_too_long_are_refused_and_not_cut(long: int) -> None:
    appeal = term_appeal()
    with pytest.raises(Refused) as caught:
        closing_appeals.review_first(appeal.pk, False, "x" * long, None, None, signed("office1"), NOW)
    assert caught.value.refusal.code == "too_long"
    closing_appeals.review_first(appeal.pk, False, "no", None, None, signed("office1"), NOW)
    close = PeriodClose.objects.get()
    closing.freeze(close.pk, person("evaluator1"), after(close))
    with pytest.raises(Refused) as caught:
        closing_correcting.propose(uuid4(), close.pk, "x" * long, person("evaluator1"), after(close))
    assert caught.value.refusal.code == "too_long"


def test_the_same_order_at_the_same_moment_is_one_close(monkeypatch: Any) -> None:
    row = march("preview")
    monkeypatch.setattr(PeriodClose.objects, "filter", lambda **asked: PeriodClose.objects.none())
    again = closing.open_close(row.pk, "own", "2026-03", person("evaluator1"), NOW)
    assert again == row
    with pytest.raises(Refused):
        closing.open_close(UUID(int=77), "own", "2026-03", person("evaluator1"), NOW)


def test_a_page_of_scores_does_not_look_for_the_rows_behind_them() -> None:
    row = march()
    with CaptureQueriesContext(connection) as asked:
        signed_in("evaluator1").get(reverse("evaluation:close", args=[row.pk]))
    assert not any("array_agg(case_id" in one["sql"] for one in asked.captured_queries)


def test_the_name_of_whose_id_was_guessed_is_not_told() -> None:
    """A district's reader asks for another district's unit: no rows, and no name."""
    other = Body.objects.get(code="east_sanitation")
    query = f"{MARCH}&by=unit&subject={other.pk}"
    address = reverse("evaluation:open", args=["closings"])
    assert other.name_en in signed_in("leader1").get(f"{address}?{query}").content.decode()
    page = signed_in("west_shiftleader").get(f"{address}?{query}")
    assert page.status_code == 200 and not page.context["rows"]
    assert page.context["subject_name"] == "–" and other.name_en not in page.content.decode()
    guessed = person("east_shiftleader")
    page = signed_in("west_shiftleader").get(f"{address}?{MARCH}&by=in_charge&subject={guessed.pk}")
    assert page.status_code in (200, 404) and str(guessed) not in page.content.decode()


@pytest.mark.parametrize("unit", ["²", "9" * 5000, "-1", "٣"])
def test_a_unit_that_is_no_number_is_not_there_and_unsaid_it_is_the_own_one(unit: str) -> None:
    desk = signed_in("west_sanitation_desk")
    assert desk.get(reverse("evaluation:my_score"), {"unit": unit}).status_code == 404
    page = desk.get(reverse("evaluation:my_score"), {"unit": ""})
    assert page.status_code == 200 and str(page.context["unit"]) == west()[0]


def test_doubtful_counts_are_looked_up_once_for_all_objects(monkeypatch: Any) -> None:
    """With an imported history each object has hundreds of doubtful cells: nobody goes through all for each."""
    period = closing.span_of(march("preview"), NOW)
    found = computing.judged("own", period, NOW)
    looked: list[int] = []

    class Doubts(set[tuple[Any, str]]):
        def __iter__(self) -> Iterator[tuple[Any, str]]:
            looked.append(1)
            return super().__iter__()

    found.counted.derived = Doubts({(key, "closings") for key in found.keys.values()})
    again = computing.judged("own", period, NOW, counter=lambda *asked: found.counted)
    assert len(looked) == 1
    assert isinstance(again.scheme, Scheme)
    assert all("closing_rate" in one.derived for group in again.members.values() for one in group)


def test_a_day_of_another_period_corrects_nothing() -> None:
    version = frozen()
    assert closing.standing("own", date(2026, 3, 1), date(2026, 3, 31)) == (version.close, version)
    assert closing.standing("own", date(2026, 3, 1), date(2026, 3, 30)) is None


def test_what_uses_results_takes_the_frozen_ones(town: worlds.World) -> None:
    """The list for leaders, the fund's check and a person's month say of a closed period what was published of it."""
    version = frozen()
    kept = {row.subject: row.shown for row in closing.scores_of(version).rows()}
    town.now, later = NOW - timedelta(days=4), after(version.close)
    town.closed()
    of = closing.span_of(version.close, later)
    live = {row.subject: row.shown for row in computing.computed("own", of, later).rows()}
    assert live != kept, "the figures have moved since"
    assert {row.subject: row.shown for row in closing.scores_over("own", of, later).rows()} == kept
    rules = replace(leaders.shipped(), schemes=("own",), worst=20)
    told = gathering._last(Scope(True, frozenset(), frozenset(), 0, 0), rules, of, later)
    assert told and all(one.row.shown == kept[one.row.subject] for one in told)
    unit = Body.objects.get(code="west_sanitation")
    row = funds._score("own", unit, of, later)
    assert row is not None and row.shown == kept[west()[0]]
    assert funds._score("nothing", unit, of, later) is None


def test_a_trend_says_what_was_frozen_and_counts_the_other_months_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest version of each closed month, all read at once; no frozen month is counted."""
    frozen()
    version = corrected(7, "40")
    assert version is not None
    kept = {row.subject: row.shown for row in closing.scores_of(version).rows()}
    assert version.number == 2 and closing.printed_of(version) == kept
    counted, judged, later = [], score_trend.judged, after(version.close)

    def watched(code: str, of: Period, *more: Any, **only: Any) -> computing.Judged:
        counted.append(of.first)
        return judged(code, of, *more, **only)

    monkeypatch.setattr(score_trend, "judged", watched)
    april = holding("month", date(2026, 4, 9))
    points = score_trend.trend("own", april, later, kept, 3)
    assert [(one.name, one.frozen) for one in points] == [("2026-02", False), ("2026-03", True), ("2026-04", False)]
    assert points[1].shown == kept and date(2026, 3, 1) not in counted
    of = period(april.first, april.last, zone_at(later), later)
    live = {row.subject: row.shown for row in computing.computed("own", of, later).rows()}
    assert points[2].shown == {key: live.get(key) for key in kept}
    assert closing.standing_over("own", [(version.close.first, version.close.last), (april.first, april.last)]) == {
        (version.close.first, version.close.last): version
    }
    assert closing.standing_over("own", [(version.close.first, april.last)]) == {}
    assert closing.standing_over("other", [(version.close.first, version.close.last)]) == {}


def test_frozen_is_the_number_of_the_rows_that_are_frozen_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is frozen is counted from facts, whatever the roll-ups say; what is looked at is theirs."""
    row = march()
    real = rolled.count

    def wrong(*asked: Any) -> Any:
        found = real(*asked)
        for numbers in found.numbers.values():
            numbers.update(dict.fromkeys(numbers, 10_000))
        return found

    right = closing.live(row, after(row))
    monkeypatch.setattr(computing.judged, "__kwdefaults__", {**computing.judged.__kwdefaults__, "counter": wrong})
    assert closing.live(row, after(row)) != right
    assert closing.figures(row, after(row)).scores == right

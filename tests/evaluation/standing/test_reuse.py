"""The same photo is evidence of one period: another one is refused with the place, or marked for whoever checks, as the
city says (S0-23)."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.urls import reverse

from citygrid.evaluation.standing import city_files, duties, filing, reuse
from citygrid.evaluation.standing.filing import Evidence
from citygrid.evaluation.standing_models import StandingReport
from citygrid.media.models import File
from citygrid.media.storing import store
from citygrid.organization.models import Body
from citygrid.process.refusal import Refusal
from citygrid.web.refusals import tell
from tests.cases import world as worlds
from tests.cases.kept_city import signed_in
from tests.evaluation.standing.conftest import MARCH_9, TEXT, duty, photo, who

DESK = "west_sanitation_desk"
WEEK, NEXT = date(2026, 3, 2), date(2026, 3, 9)
MARKED = TEXT.replace('code = "clean"', 'code = "clean"\nreuse = "mark"')


def filed(n: int, first: date, *photos: UUID, code: str = "square") -> StandingReport | Refusal:
    return filing.file(duty(code), Evidence(UUID(int=n), first, "7", "", photos), who(DESK), MARCH_9)


def copied() -> UUID:
    """The same bytes under another name."""
    return UUID(str(store(worlds.picture(1), "IMG_0002.JPG", who(DESK).person.pk, MARCH_9).pk))


def test_a_photo_of_the_week_before_is_refused_with_the_place() -> None:
    assert isinstance(filed(1, WEEK, photo(DESK)), StandingReport)
    answer = filed(2, NEXT, photo(DESK, 2), copied())
    assert isinstance(answer, Refusal) and answer.code == "photo_used"
    said = tell(answer).sentence
    assert "Photo 2 " in said and "Square" in said and "2 Mar 2026" in said.replace("March", "Mar"), said
    assert StandingReport.objects.count() == 1, "and nothing is kept"
    assert isinstance(filed(2, NEXT, photo(DESK, 2)), StandingReport)


def test_more_evidence_of_the_same_period_may_show_it_again() -> None:
    assert isinstance(filed(1, NEXT, photo(DESK)), StandingReport)
    assert isinstance(filed(2, NEXT, photo(DESK), photo(DESK, 2)), StandingReport)
    assert filed(2, NEXT, photo(DESK), photo(DESK, 2)) == StandingReport.objects.get(pk=UUID(int=2)), "sent twice"


def test_a_duty_of_the_same_days_may_share_it_one_of_other_days_not() -> None:
    """A picture of a street can show two duties at once; what another unit's post filed is told without its name."""
    report = report_of("market", WEEK, WEEK + timedelta(days=6), photo(DESK))
    assert isinstance(filed(1, WEEK, photo(DESK)), StandingReport)
    answer = filed(2, NEXT, photo(DESK))
    assert isinstance(answer, Refusal) and answer.code in ("photo_used", "photo_used_elsewhere")
    StandingReport.objects.filter(pk=UUID(int=1)).delete()
    StandingReport.objects.filter(pk=report.pk).update(duty="stranger")
    answer = filed(3, NEXT, photo(DESK))
    assert isinstance(answer, Refusal) and answer.code == "photo_used_elsewhere" and tell(answer).sentence


def report_of(code: str, first: date, last: date, *photos: UUID) -> StandingReport:
    body = Body.objects.get(code="west_sanitation")
    return StandingReport.objects.create(
        id=UUID(int=77), duty=code, first=first, last=last, due=last, day=last, photos=list(photos), body=body,
        by=who(DESK).person, at=MARCH_9 - timedelta(days=1),
    )  # fmt: skip


def test_a_city_may_only_mark_it_and_the_inspector_sees_where_it_was() -> None:
    assert city_files.keep(city_files.DUTIES, MARKED, date(2026, 3, 1)).ok
    assert isinstance(filed(1, WEEK, photo(DESK)), StandingReport)
    assert isinstance(filed(2, NEXT, copied()), StandingReport)
    for address in ("standing_check_new", "standing_duty"):
        text = signed_in("inspector1").get(reverse(f"evaluation:{address}", args=["square"])).content.decode()
        assert "data-reused" in text and "Photo 1 is also evidence of" in text, address
        assert text.count("data-reused") == (1 if address == "standing_check_new" else 2), "each names the other"
    assert "data-reused" in signed_in(DESK).get(reverse("evaluation:standing_duty", args=["square"])).content.decode()


def test_what_was_filed_before_there_was_a_rule_is_marked_too() -> None:
    report_of("square", WEEK, WEEK + timedelta(days=6), photo(DESK))
    rows = list(StandingReport.objects.all())
    assert reuse.marks(rows, who("inspector1")) == {rows[0].pk: []}
    other = report_of_next(photo(DESK))
    found = reuse.marks([rows[0], other], who("inspector1"))
    assert [one["use"].first for one in found[rows[0].pk]] == [NEXT]
    assert [(one["number"], one["name"], one["use"].first) for one in found[other.pk]] == [(1, "Square", WEEK)]


def report_of_next(*photos: UUID) -> StandingReport:
    return StandingReport.objects.create(
        id=UUID(int=78), duty="square", first=NEXT, last=NEXT + timedelta(days=6), due=NEXT, day=NEXT,
        photos=list(photos), body=Body.objects.get(code="west_sanitation"), by=who(DESK).person, at=MARCH_9,
    )  # fmt: skip


def test_pictures_drawn_for_a_demonstration_are_left_out() -> None:
    File.objects.filter(pk=photo(DESK)).update(illustration=True)
    assert isinstance(filed(1, WEEK, photo(DESK)), StandingReport)
    assert isinstance(filed(2, NEXT, photo(DESK)), StandingReport)


@pytest.mark.parametrize(("word", "ok"), [("refuse", True), ("mark", True), ("allow", False)])
def test_the_rule_is_read_from_the_file(word: str, ok: bool) -> None:
    book, report = duties.read(TEXT.replace('code = "clean"', f'code = "clean"\nreuse = "{word}"'))
    assert report.ok == ok
    assert not ok or book.sets["clean"].reuse == word
    assert duties.read(TEXT)[0].sets["clean"].reuse == "refuse", "unsaid it is refused"

"""Standing duties of the third city, which differ in shape: quarters and days without grace, lots of one set only,
faults of time that do not count, hundredths of points, a duty that ended, one without a place; days on American clocks
(S0-23, S4-40)."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from citygrid.cases import reading
from citygrid.evaluation.standing import checking, city_files, figures, filing, lots, seeing, standings
from citygrid.evaluation.standing.duties import Duty
from citygrid.evaluation.standing_models import StandingCheck, StandingReport
from citygrid.media.storing import store
from citygrid.organization.seats import Signed
from citygrid.process.refusal import Refusal
from tests.cases import world as worlds

TEXT = (Path(__file__).parent / "standing_of_bay.toml").read_text(encoding="utf-8")
NOON = datetime(2026, 10, 20, 19, tzinfo=UTC)
TODAY, LATER = date(2026, 10, 20), date(2026, 11, 5)


@pytest.fixture(autouse=True)
def here(bay: None, tmp_path: Path, settings: Any) -> None:
    assert city_files.keep(city_files.DUTIES, TEXT, date(2008, 1, 1)).ok
    settings.MEDIA_STORE, settings.DATA = tmp_path / "media", tmp_path


def who(login: str) -> Signed:
    found: Signed = worlds.World().who(login)
    return found


def duty(code: str) -> Duty:
    return city_files.book_at(TODAY).duties[code]


def photo(login: str, shade: int = 1) -> UUID:
    file: Any = store(worlds.picture(shade), "photo.jpg", who(login).person.pk, NOON)
    return UUID(str(file.pk))


def filed(first: date, at: datetime, n: int) -> StandingReport:
    sent = filing.Evidence(UUID(int=n), first, "", "", (photo("sanitation_desk", n),))
    made = filing.file(duty("fish_market"), sent, who("sanitation_desk"), at)
    assert isinstance(made, StandingReport), made
    return made


def checked(code: str, n: int, points: dict[str, str]) -> StandingCheck:
    seen = checking.Seen(UUID(int=n), points, dict.fromkeys(points, "not as it should be"), "on the way", ())
    made = checking.check(duty(code), seen, who("inspector1"), NOON)
    assert isinstance(made, StandingCheck), made
    return made


def test_the_file_comes_out_as_it_went_in(tmp_path: Path) -> None:
    city_files.dump(tmp_path, TODAY)
    assert (tmp_path / "standing.toml").read_text(encoding="utf-8") == TEXT


def test_periods_are_cut_where_a_duty_begins_and_ends() -> None:
    def spans(code: str) -> list[tuple[str, str, str]]:
        rows = standings.owed(date(2026, 8, 1), date(2026, 12, 31), LATER, [code])
        return [(f"{one.span.first:%m-%d}", f"{one.span.last:%m-%d}", f"{one.span.due:%m-%d}") for one in rows]

    assert spans("cliff_path") == [
        ("08-20", "08-31", "08-31"), ("09-01", "09-30", "09-30"), ("10-01", "10-31", "10-31"),
    ]  # fmt: skip
    assert spans("west_lamps") == [("08-15", "09-30", "10-30"), ("10-01", "12-31", "01-30")]
    assert spans("fish_market")[:2] == [("10-01", "10-01", "10-01"), ("10-02", "10-02", "10-02")]
    assert "cliff_path" not in lots.frame(city_files.book_at(LATER), "shore", LATER), "it ended"


def test_a_day_ends_at_midnight_of_the_city_also_on_the_day_the_clocks_change() -> None:
    """31 October is over at 07:00 UTC, 1 November at 08:00; late counts 50, what is missed counts nothing."""
    late = filed(date(2026, 10, 31), datetime(2026, 11, 1, 7, 30, tzinfo=UTC), 1)
    in_time = filed(date(2026, 11, 1), datetime(2026, 11, 2, 7, 30, tzinfo=UTC), 2)
    assert (late.day, in_time.day) == (date(2026, 11, 1), date(2026, 11, 1))
    rows = standings.owed(date(2026, 10, 31), date(2026, 11, 2), LATER, ["fish_market"])
    assert [one.state for one in rows] == ["late", "filed", "overdue"]
    (market,) = [one for one in figures.overview(date(2026, 10, 1), date(2026, 10, 31), LATER) if one.set == "works"
                 and one.unit == "sanitation"]  # fmt: skip
    assert (market.ended, market.in_time, market.late, market.missed, market.average) == (31, 0, 1, 30, Fraction(50))
    (path,) = [one for one in figures.overview(date(2026, 10, 1), date(2026, 10, 31), LATER) if one.set == "shore"]
    assert (path.missed, path.average) == (1, None), "nothing of the shore is judged by time"


def test_a_duty_without_photos_wants_its_count_with_decimals() -> None:
    def sent(count: str) -> Any:
        evidence = filing.Evidence(UUID(int=3), date(2026, 8, 15), count, "", ())
        return filing.file(duty("west_lamps"), evidence, who("lamps_desk"), NOON)

    for count, code in (("1.49", "small_count"), ("1.505", "no_count"), ("", "no_count")):
        answer = sent(count)
        assert isinstance(answer, Refusal) and answer.code == code, count
    assert answer.message and sent("1.5").count == Decimal("1.5")


def test_lots_are_drawn_of_the_sets_that_want_them() -> None:
    draws = lots.draw(TODAY, who("inspector1"), NOON)
    assert set(draws) == {"works"} and sorted(draws["works"].drawn) == ["fish_market", "west_lamps"]
    assert lots.proved(draws["works"]) and lots.draw(TODAY, who("inspector2"), NOON) == draws


def test_points_in_hundredths_decide_at_the_line_of_the_set() -> None:
    """8.48 of 12.75 are 66.51 per cent, 8.47 are 66.43; the line is 66.5."""
    passed = checked("fish_market", 1, {"washed": "8.48", "smell": "0"})
    failed = checked("fish_market", 2, {"washed": "8.47", "smell": "0"})
    assert (passed.failed, failed.failed, failed.full) == (False, True, Decimal("12.75"))
    answer = checking.open_case(failed.pk, who("inspector1"), NOON)
    assert isinstance(answer, Refusal) and answer.code == "no_place", "the market has no place on the map"


def test_a_failed_check_opens_a_case_of_the_citys_own_class() -> None:
    failed = checked("cliff_path", 1, {"path": "8.99"})
    case = checking.open_case(failed.pk, who("inspector1"), NOON)
    assert isinstance(case, UUID)
    found = reading.case_for(who("leader1").scope, case)
    assert found is not None and found.class_id == "gbt30428.2:event:0199" and found.source == "inspection"


def test_each_sees_and_files_what_is_its_own_or_below() -> None:
    mine = {
        "crew_west_desk": {"cliff_path"}, "platform_west_desk": {"cliff_path"}, "sanitation_desk": {"fish_market"},
        "lamps_desk": {"west_lamps"}, "parks_desk": set(),
    }  # fmt: skip
    for login, codes in mine.items():
        assert {code for code in city_files.book_at(TODAY).duties if seeing.may_file(who(login), duty(code))} == codes
    assert not seeing.Sight(who("parks_desk")).sees(duty("fish_market"))

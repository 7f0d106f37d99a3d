"""The lots of a day: anybody draws the same again, nobody draws until it pleases, everybody's turn comes."""

from datetime import timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from citygrid.evaluation.standing import lots
from citygrid.evaluation.standing_models import StandingDraw
from citygrid.rulebook.slices import localday
from tests.evaluation.standing.conftest import MARCH_9, who

CODES = st.lists(st.text("abcdefgh", min_size=1, max_size=6), unique=True, max_size=30)


@given(st.text(min_size=1, max_size=20), CODES, st.integers(0, 40), st.randoms())
def test_a_lot_is_a_part_of_its_frame_and_does_not_depend_on_its_order(
    seed: str, codes: list[str], wanted: int, chance: Random
) -> None:
    drawn = lots.drawn(seed, codes, wanted)
    assert len(drawn) == min(wanted, len(codes)) == len(set(drawn)) and set(drawn) <= set(codes)
    mixed = list(codes)
    chance.shuffle(mixed)
    assert lots.drawn(seed, mixed, wanted) == drawn
    assert lots.drawn(seed, codes, wanted + 1)[:wanted] == drawn, "more lots only add"


def test_the_first_inspector_draws_for_the_day_and_a_second_draw_changes_nothing() -> None:
    day = localday(MARCH_9)
    first = lots.draw(day, who("inspector1"), MARCH_9)["clean"]
    again = lots.draw(day, who("inspector1"), MARCH_9 + timedelta(hours=1))["clean"]
    assert first.pk == again.pk and again.drawn == first.drawn and len(first.drawn) == 1
    assert first.frame == ["east_square", "market", "square"]
    assert lots.proved(first)
    first.drawn = [code for code in first.frame if code not in first.drawn][:1]
    assert not lots.proved(first), "another lot than the seed's is seen"
    assert StandingDraw.objects.count() == 1


def test_before_a_duty_begins_it_is_not_drawn() -> None:
    early = MARCH_9 - timedelta(days=7)  # the second of March: the market is owed from the fifth
    assert lots.draw(localday(early), who("inspector1"), early)["clean"].frame == ["east_square", "square"]


def test_over_many_days_each_duty_is_drawn_about_as_often() -> None:
    """A third of 300 days, within four standard deviations (33)."""
    frame = ["east_square", "market", "square"]
    days = [localday(MARCH_9) + timedelta(days=n) for n in range(300)]
    drawn = [lots.drawn(lots.seed_of("clean", day), frame, 1)[0] for day in days]
    assert len({lots.seed_of("clean", day) for day in days}) == 300
    assert all(67 <= drawn.count(code) <= 133 for code in frame)

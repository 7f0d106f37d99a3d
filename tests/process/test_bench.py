"""The bench measures what it says: whole lives, one copy of the case an act."""

from bench.process import LIFE, acts, copies, live, rows, rules, toy

from citygrid.process.states import State


def test_the_life_of_the_bench_ends() -> None:
    case = live(acts(1), rules())
    assert case.state is State.CLOSED and case.version == len(LIFE) == toy(acts(1))["version"]


def test_at_most_twelve_copies_of_the_case_an_act() -> None:
    made = copies(acts(1), rules())
    assert made["Case"] == len(LIFE), "one copy an act"
    assert sum(made.values()) <= 12 * len(LIFE), "of all nouns together"


def test_rows_have_five_columns() -> None:
    found = rows(lives=2)
    assert [len(row) for row in found] == [5] * len(found)
    assert all(isinstance(row[1], float) and row[1] > 0 for row in found)

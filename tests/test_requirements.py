"""docs/requirements.md says what the tests cite, and what no test cites only becomes less."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "script"))

import requirements as page  # noqa: E402  # a script, not a package


def test_the_page_is_up_to_date() -> None:
    said = page.PAGE.read_text(encoding="utf-8")
    assert said == page.page(), "run: python script/requirements.py --write"


def test_what_is_not_cited_only_shrinks() -> None:
    missing = len(page.uncited(page.requirements(), page.cited("tests")))
    assert missing <= page.bound(), "a citation went away: cite the requirement in the test that holds it"
    assert missing == page.bound(), f"better than before: put {missing} into {page.BOUND.name} (--write does)"


def test_a_citation_must_be_of_a_requirement_that_there_is() -> None:
    known = {row.id for row in page.requirements()}
    assert len(known) == len(page.requirements()), "an id stands twice"
    assert set(page.cited("tests")) <= known
    assert set(page.cited("src")) <= known


def test_ranges_are_written_out_and_other_words_are_no_ids() -> None:
    text = "S0-04, (S2-20 to S2-22), S4-09..S4-10 and S1-05; not AS0-01, S0-011, GB-S0-1"
    assert list(page.ids_in(text)) == ["S0-04", "S2-20", "S2-21", "S2-22", "S4-09", "S4-10", "S1-05"]

"""What if of a closed period: it starts from the frozen figures, or says how far from them it starts (issue 7, item 5;
S1-27)."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from citygrid.evaluation import closing, closing_correcting, closing_text
from citygrid.evaluation.closing_models import FrozenVersion
from citygrid.evaluation.whatif_frozen import start_of
from tests.cases import world as worlds
from tests.evaluation.test_closing import NOW, after, corrected, frozen, person, scheme, west
from tests.evaluation.test_entries import entered
from tests.evaluation.test_pages import fresh, signed_in, town

__all__ = ["fresh", "scheme", "town"]
MARCH = "scheme=own&from=2026-03-01&to=2026-03-31"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    now = [NOW]
    monkeypatch.setattr("django.utils.timezone.now", lambda: now[0])
    yield now


@pytest.fixture
def moved(town: worlds.World, clock: list[Any]) -> FrozenVersion:
    """March was frozen; then an inspection of March and two more closed cases came."""
    entered(1, value="88.8", day="2026-03-05")
    version = frozen()
    clock[0] = after(version.close)
    entered(2, value="61", day="2026-03-04")
    town.now = NOW - timedelta(days=4)
    town.closed()
    town.closed()
    return version


def asked(query: str, login: str = "leader1") -> Any:
    return signed_in(login).get(f"{reverse('evaluation:what_if')}?{MARCH}&subject={west()[0]}&{query}")


def row_of(scores: Any) -> Any:
    return next(row for row in scores.rows() if row.subject == west()[0])


def test_a_closed_period_starts_from_what_was_frozen(moved: FrozenVersion) -> None:
    kept, live = row_of(closing.scores_of(moved)), row_of(closing.live(moved.close, after(moved.close)))
    assert kept.shown != live.shown, "the figures have moved since"
    change = "by.closings_overdue=-1&in.closings_overdue=_on_time"
    page = asked(change)
    text = page.content.decode()
    assert page.status_code == 200 and page.context["before"]["text"] == str(kept.shown)
    assert (page.context["before"]["rank"], page.context["frozen"]) == (kept.rank, moved)
    assert "Frozen: version 1 of" in text and "data-anew" not in text
    assert asked(change, "west_sanitation_desk").context["before"]["text"] == str(kept.shown), "its unit too"
    numbers = {one["name"]: (one["before"], one["after"]) for one in page.context["outcome"]["counts"]}
    rows = closing.rows_of(moved)[west()[0]]
    overdue = len(rows["closings_due"]) - len(rows["closings"])
    assert numbers["Overdue: closings"] == (overdue, overdue - 1), "as many as rows were frozen"
    assert numbers["Closings"] == (len(rows["closings"]), len(rows["closings"]) + 1)
    assert page.context["outcome"]["after"]["text"] != str(kept.shown)


def test_live_is_said_and_how_far_it_lies_from_what_was_frozen(moved: FrozenVersion) -> None:
    kept, live = row_of(closing.scores_of(moved)), row_of(closing.live(moved.close, after(moved.close)))
    page = asked("live=1")
    text = page.content.decode()
    assert page.context["before"]["text"] == str(live.shown)
    assert f"version 1 says {kept.shown}" in text and 'name="live" value="1"' in text
    sign = "+" if live.shown > kept.shown else "−"
    assert f"differ by {sign}{abs(live.shown - kept.shown)}" in text


def test_a_version_that_kept_no_counts_is_not_started_from_and_the_page_says_so(moved: FrozenVersion) -> None:
    """Texts that were frozen before counts were kept are read as before."""
    tree = json.loads(moved.text)
    assert tree.pop("kept")["keys"]
    old = json.dumps(tree, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    said = closing_text.read(old)
    assert said.kept is None and closing_text.text_of(said) == old
    with connection.cursor() as run:
        run.execute("set constraints all immediate")
        run.execute("alter table evaluation_frozenversion disable trigger append_only")
        run.execute("update evaluation_frozenversion set text = %s", [old])
    page = asked("")
    text = page.content.decode()
    live = row_of(closing.live(moved.close, after(moved.close)))
    assert page.context["before"]["text"] == str(live.shown) and "frozen" not in page.context
    assert "Version 1 cannot be started from" in text and f"says {row_of(said.scores).shown}" in text


def test_what_does_not_make_the_frozen_score_again_is_no_start(moved: FrozenVersion) -> None:
    """Kept counts that are not those of the scores, or a scheme that was written anew, are not believed."""
    book = closing.catalogue(moved.close.last)
    said = closing_text.read(moved.text)
    assert said.kept is not None and start_of(said, book.schemes["own"], book.definitions["own"]) is not None
    wrong = {subject: {**by_key, "closings": by_key["closings"] + 1} for subject, by_key in said.kept.numbers.items()}
    other = replace(said, kept=replace(said.kept, numbers=wrong))
    assert start_of(other, book.schemes["own"], book.definitions["own"]) is None
    one = book.schemes["own"]
    for anew in (replace(one, places=1), replace(one, grades=()), replace(one, groups=())):
        assert start_of(said, anew, book.definitions["own"]) is None


def test_a_correction_keeps_its_counts_and_a_start_is_the_version_that_holds(clock: list[Any]) -> None:
    first = frozen()
    clock[0] = after(first.close)
    second = corrected(3, "95")
    assert second is not None and closing_text.read(second.text).kept is not None
    assert not closing_correcting.live_changes(first.close, second, clock[0])
    page = asked("")
    assert (page.context["frozen"], page.context["before"]["text"]) == (second, "70.00")
    assert person("leader1") == second.second

"""One hand-made file with every act and every kind of refusal gives the report that was looked at by a person."""

import csv
from pathlib import Path

import pytest

from citygrid.cases.models import CaseRow, EntryRow, Origin
from citygrid.cases.verifying import verify
from citygrid.history.problems import SENTENCES
from citygrid.process.acts import ACTS
from citygrid.process.refusal import MESSAGES
from tests.history.running import GOLDEN, TABLES, cells, codes, content, run, write

FILE = GOLDEN / "every_act.csv"
# What no file with rows of acts can bring about, and why.
ELSEWHERE = {
    # The whole file, or a second one: test_files, and below.
    "no_file", "no_encoding", "wrong_encoding", "no_timezone", "no_header", "column_missing", "column_unknown",
    "column_twice", "not_csv", "not_parquet", "no_rules", "mapping_wrong", "changed", "linked_there", "no_place",
    # A history is believed: these guard what people do now.
    "near_cases", "evidence_missing", "enforcement_missing", "other_body", "request_most", "request_late",
    "films_missing", "sounds_missing",
    "request_long", "request_past", "not_later", "too_early", "future", "wrong_item",
    "delegation_missing", "delegation_over", "delegation_coming", "delegation_class", "delegation_area",
    "delegation_long",
    "finding_of_own",  # by the unit of the collector, and a history has no seats of then
    "unknown_source", "source_act", "source_role", "source_file", "safety_denied", "cost_missing",
    # Refused earlier, by the name that the file gives; or the city has a rule for it.
    "field_unknown", "unknown_person", "no_rule", "calendar_gap", "wrong_side",
}  # fmt: skip


@pytest.fixture
def golden() -> list[tuple[str, ...]]:
    with (GOLDEN / "every_act_report.csv").open(encoding="utf-8", newline="") as file:
        return [tuple(line) for line in csv.reader(file)][1:]


def test_every_kind_of_refusal_is_there(golden: list[tuple[str, ...]]) -> None:
    missing = (SENTENCES.keys() | MESSAGES.keys()) - {line[4] for line in golden} - ELSEWHERE
    assert not missing


@pytest.mark.django_db
def test_the_report(bay: None, golden: list[tuple[str, ...]]) -> None:
    outcome = run(FILE)
    assert cells(outcome) == golden
    assert outcome.imported + outcome.refused == outcome.read
    assert {line[1] for line in golden if line[1].startswith("A")} == set()
    assert outcome.imported == Origin.objects.exclude(source_case=None).count() == 19
    assert outcome.opened == CaseRow.objects.count() - outcome.imported == 1, "the part without a number of its own"
    # Only a calendar that changed lets dues be computed anew; a row that says so is among the refused ones.
    assert set(EntryRow.objects.values_list("type", flat=True)) == set(ACTS) - {"retime"}
    assert list(verify()) == []


@pytest.mark.django_db
def test_a_second_run_changes_nothing(bay: None, golden: list[tuple[str, ...]]) -> None:
    run(FILE)
    before = content(TABLES)
    again = run(FILE)
    assert content(TABLES) == before
    assert (again.imported, again.there, again.changed) == (0, 19, 0)
    assert again.imported + again.there + again.refused == again.read
    # Rows that named an imported case now meet it in the database.
    assert {line[1] for line in cells(again)} == {line[1] for line in golden}


@pytest.mark.django_db
def test_what_changed_since_is_reported(bay: None, tmp_path: Path) -> None:
    run(FILE)
    before = content(TABLES)
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["case"] in ("A05", "A06")]
    rows[0]["text"] = "更多"
    new = {**rows[0], "case": "B01", "act": "report", "at": "2016-07-01 10:00"}
    link = {"case": "B01", "at": "2016-07-01 10:05", "act": "merge", "post": "call_taker", "person": "calltaker1"}
    outcome = run(write(tmp_path / "more.csv", [*rows, new, {**link, "parent": "A15", "reason": "并"}]))
    assert content(TABLES) == before
    assert codes(outcome) == [("A05", "case", "changed"), ("B01", "parent", "unknown_link")]
    assert (outcome.there, outcome.changed, outcome.refused) == (1, 1, 1)


@pytest.mark.django_db
def test_a_dry_run_keeps_nothing(bay: None, golden: list[tuple[str, ...]]) -> None:
    outcome = run(FILE, dry_run=True)
    assert cells(outcome) == golden
    assert outcome.imported == 19
    assert not any(content({**TABLES, "cases_origin": "case_id", "cases_numberblock": "series"}).values())

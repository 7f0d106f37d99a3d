"""`citygrid evaluate`: table, CSV, JSON, both languages, and what it says to wrong words (issue 2, item 9)."""

import csv
import io
import json
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command

from tests.evaluation.lives import write
from tests.process.city import SANITATION, Story


@pytest.fixture
def march(city: None) -> None:
    """One closed case, one that waits for dispatch."""
    for number, stage in ((1, Story.closed), (2, Story.filed)):
        story = Story()
        story.id = UUID(int=number)
        write(stage(story).entries.values())


def said(*words: str, **options: Any) -> str:
    out = io.StringIO()
    call_command("evaluate", "--from", "2026-03-01", "--to", "2026-03-31", *words, stdout=out, **options)
    return out.getvalue()


def test_a_table_in_chinese(march: None) -> None:
    text = said("--indicators", "filings,handlings,handling_rate,satisfaction_rate")
    head, *rows = text.splitlines()
    assert head.split()[1:] == ["立案数", "处置数", "处置率", "满意率"]
    assert [row.split()[-4:] for row in rows] == [
        ["1", "1", "100.00%", "–"], ["1", "0", "–", "–"], ["2", "1", "100.00%", "–"],
    ]  # fmt: skip


def test_csv_has_ids_and_names(march: None) -> None:
    text = said("--by", "unit", "--format", "csv", "--lang", "en", "--indicators", "filings,satisfaction_rate")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["id", "code", "Unit", "Filings", "Satisfaction"]
    assert [row[0] for row in rows[1:]] == [str(SANITATION), "none", "total"]
    assert [row[-1] for row in rows[1:]] == ["–", "–", "–"]


def test_json_of_everything(march: None) -> None:
    found = json.loads(said("--by", "area", "--level", "street", "--format", "json", "--indicators", "all"))
    assert found["from"] == "2026-03-01" and found["level"] == "street"
    (row,) = found["rows"]
    assert row["values"] == found["total"]
    assert (row["values"]["filings"], row["values"]["handling_rate"], row["values"]["missed_report_rate"]) == (
        2, "100.00", "0.00",
    )  # fmt: skip
    assert row["values"]["satisfaction_rate"] == "–"


def test_a_number_opens(march: None) -> None:
    text = said("--open", "filings", "--subject", str(SANITATION))
    assert text.splitlines()[-1] == "1"
    assert str(UUID(int=1)) in text and "C-1" in text
    assert said("--open", "filings").splitlines()[-1] == "2"
    assert str(UUID(int=2)) in said("--open", "filings", "--subject", "none")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--indicators", "nonsense"], "no indicator nonsense"),
        (["--open", "filing_rate"], "is a rate"),
        (["--open", "nonsense"], "Nothing to open"),
        (["--open", "closings", "--by", "post"], "not counted by post"),
        (["--open", "filings", "--subject", "x y"], "Nothing to open"),
        (["--to", "2026-02-01"], "lies before"),
    ],
)
def test_wrong_words(march: None, words: list[str], says: str) -> None:
    with pytest.raises(CommandError, match=says):
        said(*words)


def test_one_day_alone_is_not_enough(march: None) -> None:
    with pytest.raises(CommandError, match="both"):
        call_command("evaluate", "--from", "2026-03-01")


def test_without_days_the_month_before(march: None) -> None:
    out = io.StringIO()
    call_command("evaluate", "--format", "json", stdout=out)
    found = json.loads(out.getvalue())
    assert found["from"].endswith("-01") and found["from"][:7] == found["to"][:7]

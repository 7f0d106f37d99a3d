"""The glossary is a table that can be trusted: it parses, names nothing twice, and knows every word of the process."""

import re
from collections import Counter
from pathlib import Path

import pytest

from citygrid.areas.models import Kind as Area
from citygrid.process.acts import ACTS, ITEM_KINDS
from citygrid.process.states import STATE_NAMES, Kind, Mode, Outcome, Side, State
from citygrid.worktime import Unit

PAGE = Path(__file__).resolve().parents[2] / "docs" / "glossary.md"
NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*|[A-Z][a-z0-9]+([A-Z][a-z0-9]+)*")
HEADER = ["中文", "code name", "meaning", "source"]
ROLES = [
    "collector", "call_taker", "shift_leader", "dispatcher", "unit_desk", "worker", "person_in_charge",
    "supervisor_dept", "office", "inspector", "commission", "leader", "evaluator", "contractor", "team_lead",
    "administrator", "security_administrator", "auditor", "public", "system",
]  # fmt: skip


def tables(text):
    """Section title to its rows of cells, the header first."""
    found = {}
    for line in text.splitlines():
        if line.startswith("## "):
            found[line[3:]] = []
        elif line.startswith("|") and found and not set(line) <= set("|- "):
            found[list(found)[-1]].append([cell.strip() for cell in line.strip("|").split("|")])
    return found


SECTIONS = tables(PAGE.read_text("utf-8"))
ROWS = [row for rows in SECTIONS.values() for row in rows[1:]]
WORDS = {row[1].strip("`"): row for row in ROWS if len(row) == 4}


def test_every_section_is_a_table_of_four_full_columns():
    for title, rows in SECTIONS.items():
        assert rows[0] == HEADER, title
        for row in rows[1:]:
            assert len(row) == 4, row
            assert all(row), row


def test_every_row_has_a_chinese_word():
    assert [row for row in ROWS if not re.search(r"[\u4e00-\u9fff]", row[0])] == []


def test_there_are_enough_rows_to_be_of_use():
    assert len(ROWS) >= 120


def test_no_code_name_is_there_twice():
    names = Counter(row[1] for row in ROWS)
    assert [name for name, times in names.items() if times > 1] == []


def test_code_names_are_lower_snake_or_camel_case():
    wrong = [row[1] for row in ROWS if not re.fullmatch(f"`(?:{NAME.pattern})`", row[1])]
    assert wrong == []


@pytest.mark.parametrize("names", [State, ACTS, ITEM_KINDS, Kind, Mode, Outcome, Side, Unit, Area, ROLES])
def test_the_words_of_the_program_have_their_row(names):
    assert sorted({str(name) for name in names} - set(WORDS)) == [], "add these to docs/glossary.md"


def test_the_chinese_words_are_those_that_the_process_shows():
    shown = {str(state): zh for state, (zh, _) in STATE_NAMES.items()} | {a.name: a.zh for a in ACTS.values()}
    assert {name: zh for name, zh in shown.items() if WORDS[name][0] != zh} == {}

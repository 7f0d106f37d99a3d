"""Schemes and their scores from the command line before there is any city (issue: on an empty database)."""

import csv
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.core.management import CommandError, call_command

from citygrid.rulebook import slices
from citygrid.rulebook.models import RulebookState
from tests import moulds

EXAMPLES = sorted(Path(str(files("citygrid.evaluation"))).joinpath("examples").glob("*.toml"))
MARCH = ("--period", "2026-03")


@pytest.fixture
def nowhere(db: None) -> Iterator[None]:
    assert not RulebookState.objects.exists()
    slices.forget()
    yield
    slices.forget()


def run(*words: str) -> str:
    out = io.StringIO()
    call_command(*words, stdout=out, stderr=out)
    return out.getvalue()


def test_each_example_is_taken_and_prints_scores_in_both_forms(nowhere: None) -> None:
    for path in EXAMPLES:
        assert "in force from 2026-03-01" in run("scheme", "import", str(path), "--at", "2026-03-01")
    codes = [line.split("\t")[0] for line in run("scheme", "list").splitlines()]
    assert {path.stem for path in EXAMPLES} < {*codes}
    for code in codes:
        heads = next(csv.reader(io.StringIO(run("evaluate", "--scheme", code, *MARCH, "--format", "csv"))))
        assert len(heads) > 3
        assert json.loads(run("evaluate", "--scheme", code, *MARCH, "--format", "json"))["scheme"]


def test_a_scheme_that_begins_later_says_so(nowhere: None) -> None:
    run("scheme", "import", str(EXAMPLES[0]), "--at", "2026-04-01")
    with pytest.raises(CommandError, match=f"{EXAMPLES[0].stem} is in force from 2026-04-01 on, after 2026-03-31"):
        run("evaluate", "--scheme", EXAMPLES[0].stem, *MARCH)


def test_a_database_without_tables_is_told_in_a_line(db: None, monkeypatch: Any) -> None:
    name = f"bare_{uuid4().hex[:8]}"
    # By way of the server's own database: the one that the address names need not exist.
    with psycopg.connect(moulds.address_of(moulds.BASE, "postgres"), autocommit=True) as raw:
        raw.execute(f"create database {name}".encode())
        monkeypatch.setenv("DATABASE_URL", moulds.address_of(moulds.BASE, name))
        ended = subprocess.run(
            [sys.executable, "-m", "citygrid", "scheme", "list"], capture_output=True, text=True, check=False,
        )  # fmt: skip
        raw.execute(f"drop database {name}".encode())
    assert ended.returncode == 1
    assert ended.stderr == "citygrid: this database lacks tables of this version: run `citygrid migrate` first.\n"

"""Facts as Parquet: the same text counts the same on PostgreSQL and on DuckDB, for all indicators and subjects."""

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet
import pytest
from django.core.management import CommandError, call_command

from citygrid.cases.database import Connection, plain
from citygrid.evaluation import counting, exporting, facts
from citygrid.evaluation.counting import Question, spelled, statement_of
from citygrid.evaluation.definitions import Count, shipped
from citygrid.evaluation.periods import Period
from tests.evaluation.test_oracle import PERIODS
from tests.process.walker import Walk

COUNTS = [one for one in shipped().all.values() if isinstance(one, Count)]


def duck(folder: Path) -> duckdb.DuckDBPyConnection:
    found = duckdb.connect()
    found.execute(f"set file_search_path = '{folder}'")
    found.execute((folder / "views.sql").read_text())
    return found


def asked(connection: Connection, text: str) -> list[tuple[Any, ...]]:
    connection.execute("set local jit = off")  # it takes longer than the statements
    with connection.cursor() as run:
        return run.execute(text.replace("%", "%%").encode()).fetchall()


def ordered(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Sums over nothing are null, in both; which subject comes first is nobody's business."""
    return sorted(rows, key=repr)


@pytest.fixture(params=(0, 3, 10, 11))
def of(request: pytest.FixtureRequest) -> Period:
    return PERIODS[request.param]


@pytest.mark.parametrize("few", [0, 10_000], ids=["grouped", "row by row"])
def test_the_same_text_counts_the_same(
    walked: list[Walk], db: None, of: Period, few: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The export of a period alone is enough for its numbers."""
    monkeypatch.setattr(counting, "FEW", few)
    folder, seen = tmp_path / "facts", 0
    with plain() as connection:
        exporting.export(connection, folder, of, shipped())
        other = duck(folder)
        for (name, by), text in exporting.statements(shipped(), of).items():
            here = asked(connection, text)
            assert ordered(other.execute(text).fetchall()) == ordered(here), (name, by)
            seen += len(here)
    assert seen > 20


def test_derived_acts_and_levels_count_the_same(walked: list[Walk], db: None, tmp_path: Path) -> None:
    """With the doubts that a history leaves, streets too."""
    of = PERIODS[0]
    with plain() as connection:
        connection.execute("update evaluation_item set derived = '|dispatch|check|' where no = 4")
        connection.execute("update evaluation_case set derived = '|close|' where reworks > 0")
        exporting.export(connection, tmp_path / "facts", of, shipped())
        other, doubtful = duck(tmp_path / "facts"), 0
        for name in facts.NAMES:
            for by in ("unit", "area"):
                counts = [one for one in COUNTS if one.facts == name and by in one.by]
                for level in ("street",) if by == "area" else ("district",):
                    if not counts:
                        continue
                    text = spelled(*statement_of(name, counts, Question(of, by, level), with_derived=True))
                    here = asked(connection, text)
                    assert ordered(other.execute(text).fetchall()) == ordered(here)
                    doubtful += sum(n or 0 for row in here for n in row[-len(counts) :])
    assert doubtful > 100


def test_a_folder_says_what_it_holds(walked: list[Walk], db: None, tmp_path: Path) -> None:
    folder, out = tmp_path / "march", io.StringIO()
    call_command("facts", "export", str(folder), "--month", "2026-03", stdout=out)
    about = json.loads((folder / "facts.json").read_text())
    assert (about["from"], about["to"]) == ("2026-03-01", "2026-03-31")
    printed = dict(line.split() for line in out.getvalue().splitlines())
    with plain() as connection:
        for name, one in about["facts"].items():
            file = folder / one["file"]
            assert hashlib.sha256(file.read_bytes()).hexdigest() == one["sha256"]
            table = pyarrow.parquet.read_table(file)
            assert table.num_rows == one["rows"] == int(printed[name]) > 10
            row = connection.execute(f"select count(*) from evaluation_{name}".encode()).fetchone()
            assert row is not None and table.num_rows <= row[0]
    moments = pyarrow.parquet.read_table(folder / "item.parquet")
    assert str(moments.schema.field("opened_at").type) == "timestamp[us, tz=UTC]"
    nulls = moments.column("done_at").null_count
    assert 0 < nulls < moments.num_rows
    assert set(moments.column("derived").to_pylist()) == {""}, "an empty text is no null"


def test_everything_is_every_row_as_it_is(walked: list[Walk], db: None, tmp_path: Path) -> None:
    call_command("facts", "export", str(tmp_path / "all"), "--all", stdout=io.StringIO())
    with plain() as connection:
        for name in facts.NAMES:
            table = pyarrow.parquet.read_table(tmp_path / "all" / f"{name}.parquet").to_pylist()
            with connection.cursor() as run:
                run.execute(f"select * from evaluation_{name}".encode())
                names = [c.name for c in run.description or ()]
                here = [dict(zip(names, row, strict=True)) | {"case_id": str(row[names.index("case_id")])}
                        for row in run.fetchall()]  # fmt: skip
            assert sorted(map(str, table)) != []
            key = lambda row: (row["case_id"], row.get("no"))  # noqa: E731
            assert sorted(table, key=key) == sorted(here, key=key)


def test_an_empty_city_exports_empty_tables(city: None, tmp_path: Path) -> None:
    call_command("facts", "export", str(tmp_path / "none"), "--month", "2020-01", stdout=io.StringIO())
    assert pyarrow.parquet.read_table(tmp_path / "none" / "act.parquet").num_rows == 0


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--month", "2026-03", "--from", "2026-03-01", "--to", "2026-03-02"], "Give --month"),
        (["--from", "2026-03-01"], "Give --month"),
        (["--from", "2026-03-02", "--to", "2026-03-01"], "lies before"),
    ],
)
def test_wrong_days(city: None, tmp_path: Path, words: list[str], says: str) -> None:
    with pytest.raises(CommandError, match=says):
        call_command("facts", "export", str(tmp_path / "x"), *words)
    assert not (tmp_path / "x").exists()


def test_a_folder_that_is_there_is_left_alone(city: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="is there already"):
        call_command("facts", "export", str(tmp_path), "--month", "2026-03")
    assert list(tmp_path.iterdir()) == []

"""Facts as Parquet: for a city's own analysts, a province, an auditor; with the statements that count them.

A folder holds four tables (`case.parquet` ...), `facts.json` (period, rows, SHA-256 of each file), `views.sql` for
DuckDB and a statement per table and subject: the same text that PostgreSQL runs here, with its values written out. A
month's folder holds all rows that can count in it (what had begun by its end and was not over before it), so it stands
on its own; two months share the rows that are open over both. No names, no texts: ids as in the facts."""

import hashlib
import io
import json
import shutil
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.csv
import pyarrow.parquet

from citygrid.cases.database import Connection
from citygrid.evaluation.counting import Question, any_derived, spelled, statement_of
from citygrid.evaluation.definitions import SUBJECTS, Count, Definitions
from citygrid.evaluation.facts import LIVES, NAMES, SPANS
from citygrid.evaluation.periods import Period

_TYPES = {
    "bool": pyarrow.bool_(), "int4": pyarrow.int32(), "int8": pyarrow.int64(), "text": pyarrow.string(),
    "varchar": pyarrow.string(), "uuid": pyarrow.string(), "timestamptz": pyarrow.int64(), "numeric": pyarrow.int64(),
}  # fmt: skip
MOMENT = pyarrow.timestamp("us", tz="UTC")


class FolderTakenError(ValueError):
    """The folder is there already: an export never mixes with another."""


def export(connection: Connection, folder: Path, of: Period | None, definitions: Definitions) -> dict[str, int]:
    """Write the facts of a period (None: all) to a new folder; table -> rows. The folder is there whole or not at all.

    FolderTakenError where it exists. Facts are as they were brought over last (`facts.refresh`)."""
    if folder.exists():
        raise FolderTakenError(str(folder))
    making = folder.with_name(folder.name + ".part")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    told: dict[str, Any] = {name: _write(connection, name, of, making / f"{name}.parquet") for name in NAMES}
    if of is not None:
        _statements(connection, making, of, definitions)
    about = {"from": of.first.isoformat(), "to": of.last.isoformat(), "start": of.start.isoformat(),
             "until": of.cut.isoformat()} if of is not None else {}  # fmt: skip
    (making / "facts.json").write_text(json.dumps({**about, "facts": told}, indent=1) + "\n", encoding="utf-8")
    making.rename(folder)
    return {name: one["rows"] for name, one in told.items()}


def _statements(connection: Connection, folder: Path, of: Period, definitions: Definitions) -> None:
    views = (f"create view evaluation_{name} as select * from '{name}.parquet';\n" for name in NAMES)  # noqa: S608
    (folder / "views.sql").write_text("".join(views), encoding="utf-8")
    for (name, by), text in statements(definitions, of, with_derived=any_derived(connection)).items():
        (folder / f"{name}-by-{by}.sql").write_text(text + ";\n", encoding="utf-8")


def statements(definitions: Definitions, of: Period, *, with_derived: bool = False) -> dict[tuple[str, str], str]:
    """(facts, subject) -> the statement of all counts, its columns named after them."""
    found = {}
    for by in (one for one in SUBJECTS if one != "supervisor"):  # that one is made of the units
        groups: dict[str, list[Count]] = defaultdict(list)
        for one in definitions.all.values():
            if isinstance(one, Count) and by in one.by:
                groups[one.facts].append(one)
        for name, counts in groups.items():
            text = spelled(*statement_of(name, counts, Question(of, by), with_derived=with_derived))
            found[name, by] = f"-- {name}, by {by}, {of.first} to {of.last}: {', '.join(c.key for c in counts)}\n{text}"
    return found


def _write(connection: Connection, name: str, of: Period | None, file: Path) -> dict[str, Any]:
    """One table: a COPY read in blocks, so that a year needs no more memory than a day."""
    with connection.cursor() as run:
        run.execute(f"select * from evaluation_{name} limit 0".encode())  # noqa: S608
        kinds = {c.name: connection.adapters.types[c.type_code].name for c in run.description or ()}
    picked = ", ".join(f"(extract(epoch from {c}) * 1000000)::bigint as {c}" if kind == "timestamptz" else c
                       for c, kind in kinds.items())  # fmt: skip
    text = f"select {picked} from evaluation_{name} where {_wanted(name, of)}"  # noqa: S608 - names of ours
    schema = pyarrow.schema([(c, MOMENT if kind == "timestamptz" else _TYPES[kind]) for c, kind in kinds.items()])
    rows = 0
    with pyarrow.parquet.ParquetWriter(file, schema, compression="zstd") as out:
        for batch in _batches(connection, text, {c: _TYPES[kind] for c, kind in kinds.items()}):
            columns = [column.cast(field.type) for column, field in zip(batch.columns, schema, strict=True)]
            out.write_batch(pyarrow.record_batch(columns, schema=schema))
            rows += batch.num_rows
    with file.open("rb") as written:
        digest = hashlib.file_digest(written, "sha256").hexdigest()
    return {"file": file.name, "rows": rows, "sha256": digest}


def _wanted(name: str, of: Period | None) -> str:
    if of is None:
        return "true"
    until = SPANS[name][1]
    start, cut = of.start.isoformat(), of.cut.isoformat()
    return f"{LIVES[name]} < '{cut}' and ({until} is null or {until} >= '{start}')"


def _batches(
    connection: Connection, text: str, types: dict[str, pyarrow.DataType]
) -> Iterator[pyarrow.RecordBatch]:
    convert = pyarrow.csv.ConvertOptions(
        column_types=types, true_values=["t"], false_values=["f"], null_values=[""], strings_can_be_null=True,
        quoted_strings_can_be_null=False,
    )  # fmt: skip
    read = pyarrow.csv.ReadOptions(block_size=8 << 20)
    with (
        connection.cursor() as run,
        run.copy(f"copy ({text}) to stdout (format csv, header)".encode()) as copy,
        pyarrow.csv.open_csv(io.BufferedReader(_Blocks(copy)), read, convert_options=convert) as batches,
    ):
        yield from batches


class _Blocks(io.RawIOBase):
    """What a COPY sends, as a file to read from."""

    def __init__(self, blocks: Any) -> None:
        self._blocks, self._left = iter(blocks), memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        while not self._left:
            block = next(self._blocks, None)
            if block is None:
                return 0
            self._left = memoryview(block)
        size = min(len(into), len(self._left))
        into[:size] = self._left[:size]
        self._left = self._left[size:]
        return size

"""公开数据: the files of a release, written one by one into a folder that is there whole or not at all.

`cases` and `results` as CSV, JSON and Parquet, `dictionary.csv` and `.json`, `licence.txt`, and `metadata.json` in the
words of DCAT. The hash of a release is of its files', so equal data is one release."""

import csv
import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from django.utils import translation

from citygrid.areas.models import Area
from citygrid.bulletins import open_data_cases as telling
from citygrid.bulletins.open_data_columns import TABLES, Column
from citygrid.bulletins.open_data_parquet import ParquetTable
from citygrid.bulletins.open_data_rules import GRID, OpenRules
from citygrid.bulletins.published import Published
from citygrid.cases import naming, wording
from citygrid.cases.database import Connection
from citygrid.evaluation.score_printing import quotient
from citygrid.rulebook.slices import profile_at
from citygrid.standards.coordinates import metric
from citygrid.tabular import guarded

LANGUAGE = "zh-hans"
"""The files are the same whoever asks: names are the city's own."""
MEDIA = {"csv": "text/csv", "json": "application/json", "parquet": "application/vnd.apache.parquet"}
"""The forms of a table and what they are called."""
PLACES = 6
"""Decimals of a degree: a tenth of a metre, of the centre of a square."""


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: name -> {sha256, bytes}; rows of the two tables; cases that were withheld."""

    digest: str
    files: dict[str, dict[str, Any]]
    cases: int
    withheld: int
    results: int


def write(connection: Connection, rules: OpenRules, known: Sequence[Published], folder: Path, now: datetime) -> Written:
    """All files into a new folder. The same data gives the same hash, whenever it is written."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    zone = profile_at(now).timezone
    of = telling.window(rules, now.astimezone(zone).date(), zone)
    majors = telling.majors_of(of.last)
    told = telling.levels(connection, rules, of, majors)
    with translation.override(LANGUAGE):
        rows = telling.cases(connection, rules, of, told, majors, zone)
        number = _table(folder, "cases", _case_rows(rows, rules, of, now))
        results = _table(folder, "results", _result_rows(known))
    _dictionary(folder)
    licence = f"{rules.licence}\n{rules.licence_url}\n{rules.licence_text.strip()}\n"
    (folder / "licence.txt").write_text(licence, encoding="utf-8")
    _metadata(folder, rules, of)
    files = {path.name: _about(path) for path in sorted(folder.iterdir())}
    text = json.dumps(files, sort_keys=True, separators=(",", ":"))
    return Written(hashlib.sha256(text.encode()).hexdigest(), files, number, told.withheld, results)


def _table(folder: Path, name: str, rows: Iterable[Sequence[Any]]) -> int:
    """One pass into all three files; how many rows."""
    columns, count = TABLES[name], 0
    with (
        (folder / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as sheet,
        (folder / f"{name}.json").open("w", encoding="utf-8") as text,
        ParquetTable(folder / f"{name}.parquet", columns) as typed,
    ):
        write_row = csv.writer(sheet, lineterminator="\n").writerow
        write_row([one.key for one in columns])
        text.write("[")
        for row in rows:
            write_row([guarded("" if cell is None else str(cell)) if _is_text(cell) else cell for cell in row])
            _json_row(text, columns, row, first=count == 0)
            typed.write(row)
            count += 1
        text.write("\n]\n")
    return count


def _is_text(cell: Any) -> bool:
    return cell is None or isinstance(cell, str)


def _json_row(text: TextIO, columns: Sequence[Column], row: Sequence[Any], *, first: bool) -> None:
    told = {one.key: cell for one, cell in zip(columns, row, strict=True)}
    text.write(("\n" if first else ",\n") + json.dumps(told, ensure_ascii=False, separators=(",", ":")))


def _case_rows(
    rows: Iterable[telling.Case], rules: OpenRules, of: telling.Window, now: datetime
) -> Iterator[list[Any]]:
    names = _Names(rules, of, now)
    for one in rows:
        lon, lat = names.place(one.place)
        kind_major = one.major.split(" ", 1)
        major = kind_major[1] if len(kind_major) == 2 else ""
        yield [
            one.kind, major, names.major(one.major), one.class_id, names.class_name(one.class_id), one.source,
            names.source(one.source), names.code(one.district), names.area(one.district), names.code(one.street),
            names.area(one.street), lon, lat, one.received, one.state, one.outcome, one.hours_to_file,
            one.hours_to_close, int(one.late),
        ]  # fmt: skip


class _Names:
    """Codes, names and centres, each looked up once."""

    def __init__(self, rules: OpenRules, of: telling.Window, now: datetime) -> None:
        self.side = rules.place
        self.metres = metric(profile_at(now).data["metric_crs"])
        self.centres: dict[str, tuple[float, float]] = {}
        self.majors = telling.major_names(of.last)
        self.sources: dict[str, str] = {}
        self.codes: dict[int, str] = {}

    def place(self, place: Any) -> tuple[float | None, float | None]:
        if place is None:
            return None, None
        if place not in self.centres:
            self.centres[place] = self._centre(place)
        return self.centres[place]

    def _centre(self, place: str) -> tuple[float, float]:
        if self.side == GRID:
            lon, lat = Area.objects.values_list("centre_lon", "centre_lat").get(pk=int(place))
        else:
            side = int(self.side)
            column, row = (int(part) for part in place.split(","))
            lon, lat = self.metres.inverse((column + 0.5) * side, (row + 0.5) * side)
        return round(lon, PLACES), round(lat, PLACES)

    def major(self, major: str) -> str:
        return self.majors.get(major, "")

    def class_name(self, class_id: str) -> str:
        return naming.class_words(class_id) if class_id else ""

    def source(self, source: str) -> str:
        if source not in self.sources:
            self.sources[source] = wording.source(source)
        return self.sources[source]

    def code(self, area: int | None) -> str:
        if area is None:
            return ""
        if area not in self.codes:
            self.codes[area] = Area.objects.values_list("code", flat=True).get(pk=area)
        return self.codes[area]

    def area(self, area: int | None) -> str:
        return naming.areas([area]).get(area, "") if area is not None else ""


def _result_rows(known: Sequence[Published]) -> Iterator[list[Any]]:
    """Of each object a row for the whole score, and one for each term."""
    for one in known:
        scores = one.scores
        for group in scores.groups:
            for row in group.rows:
                head = [scores.scheme, one.period, scores.first, scores.last, one.version]
                head += [group.names[0], row.code, row.name]
                whole = [row.rank, None if row.shown is None else str(row.shown), row.grade]
                yield [*head, *whole, "", "", None]
                for term in (*row.terms, *row.plus):
                    points = None if term.points is None else str(round(float(term.points), 4))
                    yield [*head, None, None, "", term.key, quotient(term), points]


def _dictionary(folder: Path) -> None:
    with (folder / "dictionary.csv").open("w", encoding="utf-8-sig", newline="") as sheet:
        write_row = csv.writer(sheet, lineterminator="\n").writerow
        write_row(["table", "column", "name_zh", "name_en", "type", "means_zh", "means_en"])
        for table, columns in TABLES.items():
            for one in columns:
                write_row([table, one.key, *one.names, one.type, *one.means])
    told = {table: [asdict(one) for one in columns] for table, columns in TABLES.items()}
    text = json.dumps(told, ensure_ascii=False, indent=1)
    (folder / "dictionary.json").write_text(text + "\n", encoding="utf-8")


def _metadata(folder: Path, rules: OpenRules, of: telling.Window) -> None:
    """DCAT as JSON-LD; addresses are relative to this file's own."""
    shared = {
        "dct:publisher": {"foaf:name": {"zh": rules.publisher, "en": rules.publisher_en}},
        "dcat:contactPoint": rules.contact, "dct:license": rules.licence_url or rules.licence,
    }  # fmt: skip
    titles = {"cases": ("城市管理案件（匿名）", "Cases of city management, anonymised"),
              "results": ("已公布的综合评价结果", "Published results of the evaluation")}  # fmt: skip
    days = {"dcat:startDate": of.first.isoformat(), "dcat:endDate": of.last.isoformat()}
    spans = {"cases": {"dct:temporal": days}}
    told = {
        "@context": {"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/",
                     "foaf": "http://xmlns.com/foaf/0.1/", "spdx": "http://spdx.org/rdf/terms#"},
        "@type": "dcat:Catalog", **shared,
        "dct:description": {
            "en": f"Each combination of class, source, street and place stands there {rules.least} times or more.",
            "zh": f"案件表中，小类、来源、街道与位置的每一种组合至少出现 {rules.least} 次。",
        },
        "dcat:dataset": [
            {"@type": "dcat:Dataset", "dct:identifier": table,
             "dct:title": {"zh": titles[table][0], "en": titles[table][1]},
             "dct:accrualPeriodicity": "daily", **shared, **spans.get(table, {}),
             "dcat:distribution": [_distribution(folder / f"{table}.{kind}") for kind in MEDIA]}
            for table in TABLES
        ],
    }  # fmt: skip
    (folder / "metadata.json").write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _distribution(path: Path) -> dict[str, Any]:
    about = _about(path)
    kind = MEDIA[path.suffix.removeprefix(".")]
    return {"@type": "dcat:Distribution", "dcat:downloadURL": path.name, "dcat:mediaType": kind,
            "dcat:byteSize": about["bytes"], "spdx:checksum": {"sha256": about["sha256"]}}  # fmt: skip


def _about(path: Path) -> dict[str, Any]:
    with path.open("rb") as data:
        digest = hashlib.file_digest(data, "sha256").hexdigest()
    return {"sha256": digest, "bytes": path.stat().st_size}

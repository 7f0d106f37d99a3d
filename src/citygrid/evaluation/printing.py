"""A table of indicators as text for the terminal, as CSV, as JSON. Numbers are printed, never floats."""

import csv
import io
import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from citygrid.evaluation.counting import Key
from citygrid.evaluation.definitions import Indicator
from citygrid.evaluation.insight.true_rate import Truth
from citygrid.evaluation.rounding import NOTHING, printed
from citygrid.evaluation.subjects import WORDS, Subject, named
from citygrid.evaluation.tables import Row, Table
from citygrid.tabular import guarded
from citygrid.web.words import say

FORMATS = ("table", "csv", "json")


@dataclass(frozen=True, slots=True)
class Line:
    """A row with its subject's name; `subject` None: the total."""

    subject: Subject | None
    row: Row

    @property
    def name(self) -> str:
        return _("Total") if self.subject is None else self.subject.name


def lines(table: Table) -> list[Line]:
    """Rows by code, then name; the nameless one and the total last."""
    names = named(table.question.by, [row.key for row in table.rows if row.key is not None])
    found = [Line(names[row.key], row) for row in table.rows if row.key is not None]
    found.sort(key=lambda line: (line.subject is None or line.subject.text == "none", line.subject.code, line.name)
               if line.subject else (True, "", ""))  # fmt: skip
    return [*found, Line(None, table.total)]


def shown(one: Indicator, row: Row) -> str:
    """A cell: `97.35%`, `12`, `–`."""
    value = row.values.get(one.key)
    return printed(value) + ("%" if one.unit == "percent" and value is not None else "")


def as_table(table: Table) -> str:
    """Columns of equal width; Chinese characters count double."""
    head = [str(WORDS[table.question.by]), *(say(c.names) for c in table.columns)]
    body = [[line.name, *(shown(c, line.row) for c in table.columns)] for line in lines(table)]
    widths = [max(_width(row[n]) for row in [head, *body]) for n in range(len(head))]
    return "\n".join("  ".join(_padded(cell, widths[n], n > 0) for n, cell in enumerate(row)).rstrip()
                     for row in [head, *body])  # fmt: skip


def as_csv(table: Table, truths: Mapping[Key | None, Truth] | None = None) -> str:
    """Subject's id, code and name, then a column per indicator; a formula in a name stays text. `truths`: a last column
    with the true closing rate."""
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n")
    write.writerow(["id", "code", str(WORDS[table.question.by]), *(guarded(say(c.names)) for c in table.columns),
                    *([_("True closing rate (95 % band)")] if truths else [])])  # fmt: skip
    for line in lines(table):
        subject = line.subject or Subject("total", "total", line.name)
        cells = [shown(c, line.row) for c in table.columns]
        if truths:
            cells.append(truths[line.row.key].text if line.row.key in truths else NOTHING)
        write.writerow([*(guarded(text) for text in (subject.text, subject.code, subject.name)), *cells])
    return out.getvalue()


def as_json(table: Table) -> str:
    """Period, subjects and values; counts are numbers, rates decimal text, nothing to print is the dash."""
    return json.dumps(as_tree(table), ensure_ascii=False, indent=1)


def as_tree(table: Table) -> dict[str, Any]:
    """The same as a tree of plain values."""
    period = table.question.period

    def values(row: Row) -> dict[str, int | str]:
        found: dict[str, int | str] = {}
        for key, value in row.values.items():
            found[key] = value if isinstance(value, int) else printed(value)
        return found

    def one(line: Line) -> dict[str, object]:
        subject = line.subject
        assert subject is not None
        return {"subject": {"id": subject.text, "code": subject.code, "name": subject.name}, "values": values(line.row)}

    return {
        "from": period.first.isoformat(), "to": period.last.isoformat(), "until": period.cut.isoformat(),
        "by": table.question.by, "level": table.question.level if table.question.by == "area" else None,
        "indicators": [{"key": c.key, "zh": c.names[0], "en": c.names[1], "unit": c.unit} for c in table.columns],
        "rows": [one(line) for line in lines(table)[:-1]], "total": values(table.total),
    }  # fmt: skip


def written(table: Table, form: str) -> str:
    return {"table": as_table, "csv": as_csv, "json": as_json}[form](table)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _padded(text: str, width: int, right: bool) -> str:
    gap = " " * (width - _width(text))
    return gap + text if right else text + gap


def columns_of(indicators: Sequence[Indicator]) -> list[str]:
    return [say(one.names) for one in indicators]

"""Reads a report back as a person does: by its headings, the numbers of each part."""

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pypdfium2
from docx import Document
from docx.table import Table

NUMBER = re.compile(r"\d+(?:\.\d+)?")
HEAD = re.compile(r"^(?:[一二三四五六七八九]、|[1-9]\. )(.+)$")
MONTH = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
DATES = (
    r"\d{4}\s*年\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?", r"\d{4}\s*年(?:第[一二三四]季度)?",
    rf"\d{{1,2}}\s+(?:{MONTH})\s+\d{{4}}", rf"(?:{MONTH})[a-z]*\s+\d{{4}}", r"Q[1-4]\s+\d{4}",
)  # fmt: skip
"""Days and names of periods: what a number may be that no API tells, beside page numbers and ordinals of headings."""


@dataclass(slots=True)
class Part:
    """What stands between two headings: texts in their order, and of Word its tables."""

    texts: list[str] = field(default_factory=list)
    tables: list[list[list[str]]] = field(default_factory=list)

    def words(self) -> str:
        return "\n".join(self.texts)

    def cells(self) -> str:
        return "\n".join(cell for table in self.tables for row in table for cell in row)


Paper = dict[str, Part]
"""Heading without its ordinal -> what stands below it; `""`: above the first."""


def of_word(content: bytes, annex: str) -> Paper:
    """`annex`: the line with which the annex begins."""
    found: Paper = {"": Part()}
    here = ""
    for block in Document(io.BytesIO(content)).iter_inner_content():
        if isinstance(block, Table):
            found[here].tables.append([[cell.text for cell in row.cells] for row in block.rows])
            continue
        here = _into(found, here, block.text.strip(), annex)
    return found


def of_pdf(content: bytes, annex: str) -> Paper:
    """Page numbers are taken away by their dashes; nothing else is."""
    with pypdfium2.PdfDocument(content) as opened:
        pages = [page.get_textpage().get_text_bounded() for page in opened]
    found: Paper = {"": Part()}
    here = ""
    for line in "\n".join(re.sub(r"— ?\d+ ?—", "", page) for page in pages).splitlines():
        here = _into(found, here, line.strip(), annex)
    return found


def _into(found: Paper, here: str, text: str, annex: str) -> str:
    head = HEAD.match(text)
    key = head[1] if head else annex if text == annex or text.startswith(f"{annex} ") else None
    if key is None:
        found[here].texts.append(text)
        return here
    found.setdefault(key, Part())
    return key


def numbers(text: str, names: Iterable[str] = ()) -> list[str]:
    """The numbers of a text, without those in dates and in the names that are given (broken over lines or not)."""
    for name in sorted((name for name in names if NUMBER.search(name)), key=len, reverse=True):
        text = re.sub(r"\s*".join(re.escape(sign) for sign in name if not sign.isspace()), " ", text)
    for pattern in DATES:
        text = re.sub(pattern, " ", text)
    return NUMBER.findall(text)


def rows_of(table: Sequence[Sequence[str]]) -> list[list[str]]:
    """Without the heads."""
    return [list(row) for row in table[1:]]


def changed(content: bytes, number: str, other: str, nth: int = 0) -> bytes:
    """The Word file with the `nth` text that has this number changed, in a paragraph or a cell."""
    opened: Any = Document(io.BytesIO(content))
    runs = [one for one in opened.element.body.iter() if str(one.tag).endswith("}t")]
    having = [run for run in runs if number in NUMBER.findall(run.text or "")]
    run = having[nth]
    run.text = re.sub(rf"(?<![\d.]){re.escape(number)}(?![\d.])", other, run.text, count=1)
    out = io.BytesIO()
    opened.save(out)
    return out.getvalue()

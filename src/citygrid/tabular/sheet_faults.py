"""Cells of a sheet that a reader gives as empty, and which are not: formulas without a stored result, error values."""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import unescape  # nosec B406 # it replaces text and parses nothing

CHUNK = 1 << 22
LOOKED_AT = 1 << 16
MOST = 1_000
"""Faults that are told: with more the column is useless anyway."""
_CELL = re.compile(rb'<c r="([A-Z]{1,3})([0-9]+)"([^>]*[^/>])?>(.*?)</c>', re.DOTALL)
_RESULT = re.compile(rb"<v[^>]*>([^<]+)</v>")
_FORMULA = re.compile(rb"<f[^>]*>([^<]*)</f>")
_SHEET = re.compile(r"<(?:\w+:)?sheet\b[^>]*>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\b[^>]*>")


def found(path: Path, sheet: str, after: int) -> dict[int, list[tuple[int, str, str]]]:
    """Row number -> (column from 0, `formula_empty` or `cell_error`, formula or error), below row `after`."""
    faults: dict[int, list[tuple[int, str, str]]] = {}
    number = 0
    with zipfile.ZipFile(path) as book:
        member = _member(book, sheet)
        if member is None:
            return {}
        for part in _rows(book, member):
            if b't="e"' not in part and b"<f" not in part:
                continue
            for cell in _CELL.finditer(part):
                fault = _fault(cell[3] or b"", cell[4])
                if fault and int(cell[2]) > after and number < MOST:
                    faults.setdefault(int(cell[2]), []).append((_column(cell[1]), *fault))
                    number += 1
    return faults


def empty(path: Path) -> set[str]:
    """The sheets that have no cell at all (a new workbook has three of them), by a look at their first bytes."""
    found = set()
    with zipfile.ZipFile(path) as book:
        for sheet in _sheets(book):
            member = _member(book, sheet)
            if member is not None:
                with book.open(member) as file:
                    head = file.read(LOOKED_AT)
                if b"<sheetData/>" in head or (len(head) < LOOKED_AT and b"<row" not in head and b":row" not in head):
                    found.add(sheet)
    return found


def _fault(attributes: bytes, body: bytes) -> tuple[str, str] | None:
    result = _RESULT.search(body)
    if b't="e"' in attributes:
        return "cell_error", _text(result[1]) if result else ""
    if b"<f" in body and result is None and b"<is>" not in body and b't="str"' not in attributes:
        formula = _FORMULA.search(body)
        return "formula_empty", "=" + (_text(formula[1])[:60] if formula else "")
    return None


def _rows(book: zipfile.ZipFile, member: str) -> Iterator[bytes]:
    """The sheet in pieces that end with a row."""
    rest = b""
    with book.open(member) as file:
        while chunk := file.read(CHUNK):
            rest += chunk
            cut = rest.rfind(b"</row>")
            if cut >= 0:
                yield rest[:cut]
                rest = rest[cut:]
    yield rest


def _sheets(book: zipfile.ZipFile) -> list[str]:
    try:
        listed = book.read("xl/workbook.xml").decode("utf-8")
    except (KeyError, UnicodeError):
        return []
    return [_attribute(tag, "name") for tag in _SHEET.findall(listed)]


def _member(book: zipfile.ZipFile, sheet: str) -> str | None:
    """The member that holds a sheet, by the workbook's list and its relations."""
    try:
        listed = book.read("xl/workbook.xml").decode("utf-8")
        relations = book.read("xl/_rels/workbook.xml.rels").decode("utf-8")
    except (KeyError, UnicodeError):
        return None
    ident = next((_attribute(tag, r"\w+:id") for tag in _SHEET.findall(listed) if _attribute(tag, "name") == sheet), "")
    for tag in _RELATION.findall(relations):
        if ident and _attribute(tag, "Id") == ident:
            target = _attribute(tag, "Target")
            name = target.lstrip("/") if target.startswith("/") else posixpath.normpath("xl/" + target)
            return name if name in book.namelist() else None
    return None


def _attribute(tag: str, name: str) -> str:
    match = re.search(rf"\s{name}=\"([^\"]*)\"", tag)
    return unescape(match[1], {"&quot;": '"', "&apos;": "'"}) if match else ""


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _text(value: bytes) -> str:
    return unescape(value.decode("utf-8", errors="replace"))

"""Workbooks for tests: the exported one, with cells changed by hand."""

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation
from openpyxl.worksheet.worksheet import Worksheet

from citygrid.organization.models import Person, SentWorkbook
from citygrid.organization.workbooks import workbook_writing

from .conftest import DAY

Edit = Callable[[openpyxl.Workbook], None]


def signed_in(login: str) -> Client:
    client = Client()
    client.force_login(Person.objects.get(login=login))
    return client


def exported(at: date = DAY, language: str = "en") -> openpyxl.Workbook:
    """The organization as a workbook, opened."""
    with translation.override(language):
        return openpyxl.load_workbook(io.BytesIO(workbook_writing.written(at)))


def content(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def row_of(sheet: Worksheet, *key: str) -> int:
    """The number of the row that begins with these cells."""
    for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
        if cells[: len(key)] == key:
            return number
    raise AssertionError(f"no row {key} in {sheet.title}")


def put(sheet: Worksheet, row: int, column: str, value: Any) -> None:
    """Write into the column of that name."""
    names = [cell.value for cell in sheet[1]]
    sheet.cell(row, names.index(column) + 1, value)


def add(sheet: Worksheet, **cells: Any) -> int:
    """A new row at the end; column names with _ for blanks."""
    row = sheet.max_row + 1
    for name, value in cells.items():
        put(sheet, row, name.replace("_", " "), value)
    return row


def send(client: Client, data: bytes, complete: bool = False, name: str = "organization.xlsx") -> SentWorkbook | str:
    """Send it; the row, or the page that refuses it."""
    said = {"file": SimpleUploadedFile(name, data), **({"complete": "1"} if complete else {})}
    answer = client.post("/organization/workbook/", said)
    if answer.status_code == 422:
        return answer.content.decode()
    assert answer.status_code == 302, answer.status_code
    return SentWorkbook.objects.get(pk=answer["Location"].rstrip("/").rsplit("/", 1)[1])


def page(client: Client, row: SentWorkbook) -> str:
    answer = client.get(f"/organization/workbook/{row.pk}/")
    assert answer.status_code == 200
    return answer.content.decode()


def codes(html: str) -> set[str]:
    """The codes of the problems on the page."""
    return {part.split('"')[0] for part in html.split('data-code="')[1:]}


def whats(html: str) -> list[str]:
    """What would be done, row by row."""
    return [part.split('"')[0] for part in html.split('data-what="')[1:]]


def apply(client: Client, row: SentWorkbook, html: str) -> Any:
    """Press the button of the page that was looked at."""
    mark = html.split('name="mark" value="')[1].split('"', maxsplit=1)[0]
    return client.post(f"/organization/workbook/{row.pk}/apply/", {"act": "apply", "mark": mark})

"""A real office program reckons the workbook anew and comes to the evaluation's numbers (S2-13)."""

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation
from openpyxl import load_workbook

from tests.bulletins.test_workbook import HELD, MORE, made

OFFICE = shutil.which("soffice")


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def forgotten(content: bytes) -> bytes:
    """The workbook without the values kept beside its formulas, so that nobody can copy them."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                data = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", data)
            new.writestr(name, data)
    return out.getvalue()


@pytest.mark.long
@pytest.mark.skipif(OFFICE is None, reason="LibreOffice (soffice) is not on this machine: formulas not tried in it")
@pytest.mark.parametrize("code", ["jinhua", "yuncheng_2026"])
def test_libreoffice_comes_to_the_same(code: str, tmp_path: Path) -> None:
    """Deductions, steps, lists of entries, parts, bonus: all of them, in a program that we did not write."""
    assert OFFICE is not None
    _found, content = made(code, [(MORE, HELD[code]), ({}, HELD[code]), (MORE, {})])
    source = tmp_path / "scores.xlsx"
    source.write_bytes(forgotten(content))
    command = [OFFICE, "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to",
               "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "out"), str(source)]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    theirs = load_workbook(tmp_path / "out" / "scores.xlsx", data_only=True)
    ours, formulas = load_workbook(io.BytesIO(content), data_only=True), load_workbook(io.BytesIO(content))
    looked = 0
    for page in formulas.worksheets:
        for row in page.iter_rows():
            for cell in row:
                if cell.data_type != "f":
                    continue
                looked += 1
                mine = ours[page.title][cell.coordinate].value
                other = theirs[page.title][cell.coordinate].value
                where = f"{page.title} {cell.coordinate} {cell.value}"
                if isinstance(mine, int | float):
                    assert other == pytest.approx(mine, abs=1e-9), where
                else:
                    assert (other or None) == (mine or None), where
    assert looked > 60

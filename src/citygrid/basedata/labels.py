"""Labels of components as PDF: what it is, its code, and a QR with the address of its page (S1-60).

The text in the PDF is text: it can be searched and copied. Fonts are those of the server; none is shipped.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typst
from django.utils.translation import gettext_noop

from citygrid.web.papers import CHINESE, PLAIN, qr
from citygrid.web.papers import fonts as _fonts

SOURCE = Path(__file__).with_name("labels.typ")
MOST = 2400
"""Labels in one file: a hundred sheets."""


class LabelError(Exception):
    """`code`, and an English sentence with `params`."""

    def __init__(self, code: str, message: str, **params: Any) -> None:
        super().__init__(message % params)
        self.code, self.message, self.params = code, message, params


NO_FONT = gettext_noop(
    "This server has no font with Chinese signs, so labels cannot be printed. Install one (for example Noto Sans CJK; "
    "the package fonts-noto-cjk) and try again."
)
TOO_MANY = gettext_noop("%(count)s labels are too many for one file: at most %(most)s. Narrow the list.")
NONE = gettext_noop("There is no component to print a label of.")


@dataclass(frozen=True, slots=True)
class Label:
    """`title`: the class. `address`: whole URL for the QR. `lines`: further lines, the first ones fit."""

    code: str
    title: str
    address: str
    name: str = ""
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """Measures in mm. `single`: each label is a page of its own (a label printer); else A4 sheets to cut or peel."""

    single: bool
    width: float
    height: float
    columns: int = 1
    rows: int = 1


ROLL = Paper(True, 70, 37)
SHEET = Paper(False, 70, 37, 3, 8)


def pdf(labels: Sequence[Label], paper: Paper, *, city: str = "", title: str = "", lang: str = "zh") -> bytes:
    """The labels as a PDF. LabelError: none, too many, or no font for Chinese signs on this server."""
    if not labels:
        raise LabelError("no_labels", NONE)
    if len(labels) > MOST:
        raise LabelError("too_many_labels", TOO_MANY, count=len(labels), most=MOST)
    data = {
        "font": _font([city, title, *(part for one in labels for part in (one.title, one.name, *one.lines))]),
        "single": paper.single, "width": paper.width, "height": paper.height,
        "columns": paper.columns, "rows": paper.rows,
        "city": city, "title": title or labels[0].code, "lang": lang,
        "labels": [_shown(one) for one in labels],
    }  # fmt: skip
    compiler = typst.Compiler(SOURCE.read_bytes(), font_paths=_fonts(), sys_inputs={"data": json.dumps(data)})
    made = compiler.compile(format="pdf")
    assert isinstance(made, bytes), "a PDF is one file"
    return made


def _shown(one: Label) -> dict[str, Any]:
    return {
        "code": one.code, "title": one.title, "name": one.name if one.name != one.title else "",
        "lines": [line for line in one.lines if line], "address": one.address, "qr": qr(one.address),
    }  # fmt: skip


def _font(texts: Sequence[str]) -> str:
    known = set(_fonts().families())
    found = next((family for family in CHINESE if family in known), None)
    if found is None and any(ord(sign) > 0x2E80 for text in texts for sign in text):
        raise LabelError("no_chinese_font", NO_FONT)
    return found or PLAIN

"""Printed papers as PDF, made by typst from a template and JSON: fonts of the server (none is shipped), QR, errors.

The text in a PDF is text: it can be searched and copied."""

import io
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import segno
import typst
from django.utils.translation import gettext_noop

CHINESE = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "Microsoft YaHei", "PingFang SC",
    "HarmonyOS Sans SC", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "SimHei", "Noto Serif CJK SC", "SimSun",
    "Droid Sans Fallback",
)  # fmt: skip
"""Families with Chinese signs, the first that the server has is taken."""
PLAIN = "Libertinus Serif"  # comes with typst
NO_FONT = gettext_noop(
    "This server has no font with Chinese signs, so this cannot be printed. Install one (for example Noto Sans CJK; "
    "the package fonts-noto-cjk) and try again."
)


class PaperError(Exception):
    """`code`, and an English sentence with `params`."""

    def __init__(self, code: str, message: str, **params: Any) -> None:
        super().__init__(message % params)
        self.code, self.message, self.params = code, message, params


def pdf(
    template: Path, data: Mapping[str, Any], pictures: Mapping[str, bytes] | None = None, *, at: datetime | None = None,
    kept: bool = False,
) -> bytes:  # fmt: skip
    """The paper. The template reads `json(bytes(sys.inputs.data))`: `data` and `font`. `pictures`: name -> bytes of a
    picture, which the template opens by that name. PaperError: no font for the signs in `data`.

    `at`: the moment that the file says it was made: with it the same content gives the same bytes. `kept`: PDF/A-2b,
    which archives ask for."""
    font = font_for(_texts(data))
    inputs = {"data": json.dumps({**data, "font": font})}
    # The compiler takes files in memory only when they are text: pictures need a folder.
    with TemporaryDirectory(prefix="paper-") as folder:
        main = Path(folder, "main.typ")
        main.write_bytes(template.read_bytes())
        for name, content in (pictures or {}).items():
            Path(folder, name).write_bytes(content)
        compiler = typst.Compiler(str(main), root=folder, font_paths=fonts(), sys_inputs=inputs)
        moment = at.astimezone(UTC).replace(microsecond=0) if at is not None else None
        made = compiler.compile(format="pdf", timestamp=moment, pdf_standards="a-2b" if kept else [])
    assert isinstance(made, bytes), "a PDF is one file"
    return made


def qr(address: str) -> str:
    """The QR of an address as SVG; 15 % of it may be scratched off."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", xmldecl=False, border=2)
    return out.getvalue().decode()


@lru_cache(maxsize=1)
def fonts() -> typst.Fonts:
    """All fonts of the server; looking through them takes about a second, so once."""
    return typst.Fonts()


def font_for(texts: Iterable[str]) -> str:
    """A family of this server that has Chinese signs; without one a plain family where the texts need none."""
    known = set(fonts().families())
    found = next((family for family in CHINESE if family in known), None)
    if found is None and any(ord(sign) > 0x2E80 for text in texts for sign in text):
        raise PaperError("no_chinese_font", NO_FONT)
    return found or PLAIN


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)

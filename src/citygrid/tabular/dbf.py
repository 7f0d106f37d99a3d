"""The text of a Shapefile's table: which encoding it really is in.

A .cpg beside it or a byte in its head may say so, may be missing, and may be wrong. So the columns are read as
bytes (GDAL is told ISO-8859-1, which keeps every byte) and turned into text here.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from citygrid.standards.reports import Problem
from citygrid.tabular import encodings
from citygrid.tabular.table import TableError

UTF8 = "utf-8"
LOOKED_AT = 1 << 26
"""Bytes of the table that are looked at to tell its encoding."""
_LDIDS = {0x4D: encodings.GB18030, 0x7A: encodings.GB18030, 0x4F: "big5", 0x78: "big5", 0x03: "cp1252"}

MESSAGES = {
    "mixed_encoding": "This cell is in another encoding than the rest of the file; it was read as what it is.",
    "not_text": "This cell is not text of the file's encoding (%(encoding)s): letters of it are lost.",
}


@dataclass(slots=True)
class Text:
    """How the bytes of a table become text."""

    file: str
    name: str
    problems: list[Problem] = field(default_factory=list)

    def decode(self, latin: str) -> str:
        """The text of what was read as ISO-8859-1; where it is cut inside a letter, the rest of that letter goes."""
        return latin if latin.isascii() else self._decoded(latin)[0]

    def column(self, found: list[str], column: str, numbers: list[int], problems: list[Problem]) -> list[str]:
        """A column's text; what is in another encoding, or none, is told by row."""
        if all(map(str.isascii, found)):
            return [text.strip() for text in found]
        texts = []
        for number, latin in zip(numbers, found, strict=True):
            text, code = self._decoded(latin) if not latin.isascii() else (latin, "")
            if code:
                params = {"encoding": encodings.SHOWN.get(self.name, self.name.upper())}
                problems.append(Problem(self.file, number, column, code, MESSAGES[code], params))
            texts.append(text.strip())
        return texts

    def _decoded(self, latin: str) -> tuple[str, str]:
        coded = latin.encode("latin-1", errors="replace")
        for name, code in ((self.name, ""), (_other(self.name), "mixed_encoding")):
            text = _cut(coded, name)
            if text is not None:
                return text, code
        return coded.decode(self.name, errors="replace"), "not_text"


def _other(name: str) -> str:
    return encodings.GB18030 if name == UTF8 else UTF8


def _cut(coded: bytes, name: str) -> str | None:
    """Text of an encoding, whose last letter may be cut off (a field of a DBF has a fixed number of bytes)."""
    for short in range(4):
        if short and len(coded) < 9:  # only a full field is cut
            return None
        text = encodings.decoded(coded[: len(coded) - short], name)
        if text is not None:
            return text
    return None


def text_of(shp: Path, shown: str, given: str | None) -> Text:
    """Tell the encoding of the table beside a .shp. TableError `no_encoding`."""
    table, claim = part(shp, ".dbf"), _claim(shp)
    if table is None:
        return Text(shown, UTF8)
    if given:
        return Text(shown, _plain(encodings.known(given)))
    seen = _seen(table)
    if seen is None:
        return Text(shown, claim or UTF8)
    if claim and claim != seen and {claim, seen} == {UTF8, encodings.GB18030}:
        message = "The file says that its text is %(claim)s; it was read as %(encoding)s."
        params = {"claim": claim.upper(), "encoding": seen.upper()}
        return Text(shown, seen, [Problem(shown, 0, "", "encoding_claim", message, params)])
    if claim:
        return Text(shown, claim)
    message = "The file does not say in which encoding its text is; it was read as %(encoding)s."
    return Text(shown, seen, [Problem(shown, 0, "", "other_encoding", message, {"encoding": seen.upper()})])


def part(shp: Path, suffix: str) -> Path | None:
    """A file that belongs to a .shp, whatever the case of its letters."""
    wanted = (shp.stem + suffix).lower()
    return next((path for path in shp.parent.iterdir() if path.name.lower() == wanted), None)


def _plain(name: str) -> str:
    return UTF8 if name == encodings.UTF8 else name


def _claim(shp: Path) -> str | None:
    told = part(shp, ".cpg")
    if told is not None:
        word = re.sub(r"[^A-Za-z0-9_-]", "", told.read_text(encoding="ascii", errors="ignore"))[:40]
        word = {"936": "gbk", "65001": "utf-8", "54936": "gb18030"}.get(word, word)
        try:
            return _plain(encodings.known(word)) if word else None
        except TableError:
            return None
    table = part(shp, ".dbf")
    head = _head(table) if table else b""
    return _LDIDS.get(head[29]) if len(head) == 32 else None


def _head(table: Path) -> bytes:
    with table.open("rb") as file:
        return file.read(32)


def _seen(table: Path) -> str | None:
    """UTF-8 or GB18030, by the cells that are not ASCII; None when all are."""
    chinese = national = 0
    for cell in _cells(table):
        if cell.isascii():
            continue
        if _cut(cell, UTF8) is not None:
            chinese += 1
        elif _cut(cell, encodings.GB18030) is not None:
            national += 1
    if not chinese and not national:
        return None
    return UTF8 if chinese >= national else encodings.GB18030


def _cells(table: Path) -> Iterator[bytes]:
    """The names of the columns, and the character cells of the first records, without the blanks around."""
    with table.open("rb") as file:
        head = file.read(32)
        if len(head) < 32:
            return
        records, size, width = struct.unpack("<IHH", head[4:12])
        spans, start = [], 1
        for _ in range(0, max(0, size - 33), 32):
            one = file.read(32)
            if len(one) < 32 or one[:1] == b"\r":
                break
            yield one[:11].split(b"\0")[0]
            if one[11:12] == b"C":
                spans.append((start, start + one[16]))
            start += one[16]
        file.seek(size)
        for _ in range(min(records, LOOKED_AT // max(1, width))):
            record = file.read(width)
            if record.isascii():
                continue
            for begin, end in spans:
                yield record[begin:end].strip(b" \0")

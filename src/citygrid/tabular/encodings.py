"""Which encoding a text file is in, and its lines: UTF-8, GB18030 (GBK), UTF-16, or several in one file.

A file is looked at once in whole. A Chinese line in UTF-8 is hardly ever valid as anything else, a GBK line is hardly
ever valid UTF-8 with Chinese characters in it: so a file in which both kinds of lines are found is mixed, and each
line is read as what it is.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from citygrid.tabular.table import TableError

CHUNK = 1 << 20
UTF8, GB18030, UTF16LE, UTF16BE = "utf-8-sig", "gb18030", "utf-16-le", "utf-16-be"
SHOWN = {UTF8: "UTF-8", GB18030: "GB18030", UTF16LE: "UTF-16", UTF16BE: "UTF-16"}
_BOMS = ((codecs.BOM_UTF8, UTF8), (codecs.BOM_UTF16_LE, UTF16LE), (codecs.BOM_UTF16_BE, UTF16BE))
_CHINESE = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")


@dataclass(slots=True)
class Encoding:
    """`name` for codecs. `careful`: some lines are not plain text of it. `mixed`: UTF-8 and GB18030 lines together."""

    name: str
    careful: bool = False
    mixed: bool = False
    given: bool = False

    @property
    def shown(self) -> str:
        return SHOWN.get(self.name, self.name.upper())


@dataclass(slots=True)
class Odd:
    """Lines that are not as the others, found while reading: line -> code."""

    lines: dict[int, str] = field(default_factory=dict)

    def take(self, begin: int, end: int) -> str | None:
        """What was odd between two lines (both taken in); it is forgotten."""
        if not self.lines:
            return None
        found = [self.lines.pop(line) for line in range(begin, end + 1) if line in self.lines]
        return min(found, key=_GRAVITY.index) if found else None


_GRAVITY = ("not_text", "nul_signs", "mixed_encoding")


def known(name: str) -> str:
    """The codec of an encoding given by name; GBK and GB2312 are read as GB18030. TableError `no_encoding`."""
    try:
        codec = codecs.lookup(name).name
        "".encode(codec)
    except (LookupError, ValueError):
        raise TableError("no_encoding", "%(name)s is not the name of an encoding.", {"name": name}) from None
    if codec in ("gbk", "gb2312", "cp936", "hz"):
        return GB18030
    return {"utf-8": UTF8, "utf-16": UTF16LE}.get(codec, codec)


def of_file(path: Path, given: str | None = None) -> Encoding:
    """Look at all of a file. TableError `no_encoding`."""
    with path.open("rb") as file:
        head = file.read(4096)
    name = known(given) if given else _by_head(head)
    if name in (UTF16LE, UTF16BE):
        return Encoding(name, given=bool(given))
    clean, nul = _is(path, name or UTF8)
    if name or clean:
        return Encoding(name or UTF8, careful=nul or not clean, given=bool(given))
    return _by_lines(path, nul)


def _by_head(head: bytes) -> str | None:
    for mark, name in _BOMS:
        if head.startswith(mark) and name != UTF8:
            return name
    even, odd = head[::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if half > 1 and max(even, odd) > half * 0.3 and min(even, odd) < half * 0.05:
        return UTF16BE if even > odd else UTF16LE
    return None


def _is(path: Path, name: str) -> tuple[bool, bool]:
    """Whether a file is text of an encoding, and whether NUL signs are in it."""
    decoder, clean, nul = codecs.getincrementaldecoder(name)(), True, False
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            nul = nul or b"\0" in chunk
            if clean:
                try:
                    decoder.decode(chunk)
                except UnicodeError:
                    clean = False
    try:
        decoder.decode(b"", final=True)
    except UnicodeError:
        clean = False
    return clean, nul


def _by_lines(path: Path, nul: bool) -> Encoding:
    """A file that is not UTF-8 as a whole: which lines are?"""
    western = chinese = national = bad = 0
    with path.open("rb") as file:
        for line in file:
            if line.isascii():
                continue
            text = decoded(line, UTF8)
            if text is not None and _CHINESE.search(text):
                chinese += 1
            elif decoded(line, GB18030) is not None:
                national += 1
            elif text is not None:
                western += 1
            else:
                bad += 1
    if chinese and national:
        return Encoding(UTF8 if chinese >= national else GB18030, careful=True, mixed=True)
    name = GB18030 if national else UTF8
    return Encoding(name, careful=nul or bool(bad or western or chinese))


def decoded(line: bytes, name: str) -> str | None:
    """The text of a line, None when it is not of that encoding."""
    try:
        return line.decode(name)
    except UnicodeError:
        return None


def lines(path: Path, encoding: Encoding, odd: Odd) -> Iterator[str]:
    """The lines of a file with their ends. What is odd about a line is noted before the line is given."""
    if encoding.name in (UTF16LE, UTF16BE):
        return _wide(path, encoding.name, odd)
    if not encoding.careful:
        return path.open(encoding=encoding.name, newline="")
    return _careful(path, encoding, odd)


def _wide(path: Path, name: str, odd: Odd) -> Iterator[str]:
    with path.open(encoding=name, errors="replace", newline="") as file:
        for number, line in enumerate(file, start=1):
            text = line.removeprefix("\ufeff") if number == 1 else line
            if "\ufffd" in text:
                odd.lines[number] = "not_text"
            yield text.replace("\0", "")


def _careful(path: Path, encoding: Encoding, odd: Odd) -> Iterator[str]:
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            text, code = (line.decode("ascii"), "") if line.isascii() else _read(line, encoding)
            if code:
                odd.lines[number] = code
            if "\0" in text:
                odd.lines[number] = "nul_signs"
                text = text.replace("\0", "")
            yield text


def _read(line: bytes, encoding: Encoding) -> tuple[str, str]:
    """The text of a line and what is odd about it."""
    text = _either(line) if encoding.mixed else decoded(line, encoding.name)
    if text is None:
        return line.decode(encoding.name, errors="replace"), "not_text"
    return text, "mixed_encoding" if encoding.mixed and decoded(line, encoding.name) != text else ""


def _either(line: bytes) -> str | None:
    text = decoded(line, UTF8)
    if text is not None and _CHINESE.search(text):
        return text
    national = decoded(line, GB18030)
    return national if national is not None else text

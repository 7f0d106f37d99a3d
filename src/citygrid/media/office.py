"""Documents of Word and Excel: archives that are nothing else, without programs, reaching out for nothing."""

import io
import posixpath
import re
import zipfile

KINDS = {
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MOST_MEMBERS, MOST_UNPACKED, MOST_RELATIONS = 5_000, 600_000_000, 2_000_000
_PROGRAMS = re.compile(r"vbaProject|macrosheets/|activeX/|embeddings/.*\.bin$", re.IGNORECASE)
# A template, frame or object that is fetched from elsewhere when the document is opened (a hyperlink is not).
_OUTSIDE = re.compile(
    rb"<Relationship\b(?=[^>]*TargetMode=\"External\")(?=[^>]*/(?:attachedTemplate|oleObject|frame|subDocument|externalLink))",
)
ARCHIVE = "application/zip"


def mime_of(data: bytes) -> str:
    """The MIME type of a whole document; `application/zip` for another archive, "" for a damaged or impure one."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            infos = packed.infolist()
            if not _pure(data, packed, infos):
                return ""
            names = {info.filename for info in infos}
            kind = next((mime for name, mime in KINDS.items() if name in names), ARCHIVE)
            return kind if kind == ARCHIVE or "[Content_Types].xml" in names else ARCHIVE
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return ""


def active(data: bytes) -> bool:
    """Whether a document brings a program along, or fetches something from elsewhere when it is opened."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        infos = packed.infolist()
        if any(_PROGRAMS.search(info.filename) for info in infos):
            return True
        return any(_OUTSIDE.search(_beginning(packed, info)) for info in infos if info.filename.endswith(".rels"))


def _beginning(packed: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    with packed.open(info) as member:
        return member.read(MOST_RELATIONS)


def _pure(data: bytes, packed: zipfile.ZipFile, infos: list[zipfile.ZipInfo]) -> bool:
    """The archive begins with its first member and ends with its list, holds no paths that lead out, and is no bomb."""
    if not infos or len(infos) > MOST_MEMBERS or sum(info.file_size for info in infos) > MOST_UNPACKED:
        return False
    if min(info.header_offset for info in infos) != 0 or data[-22:-18] != b"PK\x05\x06" or packed.comment:
        return False
    return not any(_strays(info.filename) or info.flag_bits & 1 for info in infos)


def _strays(name: str) -> bool:
    plain = name.replace("\\", "/")
    return plain.startswith("/") or ".." in plain.split("/") or posixpath.normpath(plain).startswith("..")

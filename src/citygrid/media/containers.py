"""Whether sound, video and documents are whole files of their kind: walked from the first byte to the last.

A few first bytes can stand before anything. Here every byte must lie in a part that the format knows, so that a page,
a program or an archive hung on to a sound or a film is no sound and no film. What a player makes of the parts is not
judged.
"""

import re
from collections.abc import Callable, Iterator

MOST_PARTS = 200_000
"""Parts after which a file is not looked at any further: it is refused."""


class BrokenError(Exception):
    """The bytes are not a whole file of this kind."""


def mime_of(mime: str, data: bytes) -> str:
    """The MIME type after the walk (a film without pictures is sound); "" when the file is not whole or not pure."""
    walk = _WALKS.get(mime)
    try:
        return walk(data) if walk is not None else mime
    except (BrokenError, IndexError):
        return ""


def _need(true: object) -> None:
    if not true:
        raise BrokenError


def _boxes(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Boxes of ISO 14496-12 between two places: name, first and last byte of the content; they fill it exactly."""
    at = start
    for _ in range(MOST_PARTS):
        if at == end:
            return
        _need(at + 8 <= end)
        size, name, head = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8], 8
        if size == 1:
            size, head = int.from_bytes(data[at + 8 : at + 16]), 16
        elif size == 0:
            size = end - at
        _need(head <= size <= end - at and all(32 <= sign < 127 or sign == 0xA9 for sign in name))
        yield name, at + head, at + size
        at += size
    raise BrokenError


def _mp4(data: bytes) -> str:
    """MP4, M4A, 3GP, QuickTime: boxes up to the end, a `moov` with tracks; without a video track it is sound."""
    boxes = list(_boxes(data, 0, len(data)))
    names = [name for name, _, _ in boxes]
    _need(names[0] == b"ftyp" and {b"mdat", b"moof"} & set(names))
    moov = next((one for one in boxes if one[0] == b"moov"), None)
    _need(moov is not None)
    assert moov is not None
    handlers = set()
    for name, start, end in _boxes(data, moov[1], moov[2]):
        if name == b"trak":
            handlers |= _handlers(data, start, end)
    _need(handlers & {b"vide", b"soun"})
    brand = data[8:12]
    if b"vide" not in handlers:
        return "audio/mp4"
    return "video/quicktime" if brand == b"qt  " else "video/3gpp" if brand.startswith(b"3gp") else "video/mp4"


def _handlers(data: bytes, start: int, end: int) -> set[bytes]:
    found = set()
    for name, first, last in _boxes(data, start, end):
        if name == b"mdia":
            for inner, at, stop in _boxes(data, first, last):
                if inner == b"hdlr":
                    _need(stop - at >= 12)
                    found.add(data[at + 8 : at + 12])
    return found


def _wav(data: bytes) -> str:
    """RIFF chunks up to the end, a format of 1 to 8 channels, then data. (Recorders may leave the size open.)"""
    size = int.from_bytes(data[4:8], "little")
    _need(size in (0, 0xFFFFFFFF) or 0 <= len(data) - 8 - size <= 1)
    at, names = 12, list[bytes]()
    while at + 8 <= len(data) and len(names) < MOST_PARTS:
        name, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        _need(all(32 <= sign < 127 for sign in name))
        if name == b"fmt ":
            _need(length >= 16 and 1 <= int.from_bytes(data[at + 10 : at + 12], "little") <= 8)
        if name == b"data" and length in (0, 0xFFFFFFFF):
            length = len(data) - at - 8
        names.append(name)
        at += 8 + length + (length & 1)
    _need(len(data) - 1 <= at <= len(data) + 1 and b"fmt " in names and b"data" in names)
    return "audio/wav"


_OGG = (b"\x01vorbis", b"OpusHead", b"Speex   ", b"\x7fFLAC")


def _ogg(data: bytes) -> str:
    """Ogg pages (RFC 3533) up to the end; the first begins a stream of a sound codec."""
    at = pages = 0
    while at < len(data):
        _need(data[at : at + 5] == b"OggS\0" and len(data) - at >= 27 and pages < MOST_PARTS)
        segments = data[at + 26]
        body = at + 27 + segments
        if pages == 0:
            _need(data[at + 5] & 2 and data[body : body + 16].startswith(_OGG))
        at, pages = body + sum(data[at + 27 : body]), pages + 1
    _need(at == len(data))
    return "audio/ogg"


_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_BITS = {
    (True, 3): (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (True, 2): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (True, 1): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (False, 3): (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (False, 2): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (False, 1): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_SPARE = 4096


def _mp3(data: bytes) -> str:
    """Frames of MPEG sound one after another: at least three, and but for tags and some padding nothing else."""
    at, end = _tags(data)
    frames, spare = 0, _SPARE
    while at < end:
        length = _frame(data, at)
        if length and frames + spare < MOST_PARTS * 10:
            at, frames = at + length, frames + 1
            continue
        _need(spare)
        at, spare = at + 1, spare - 1
    _need(frames >= 3)
    return "audio/mpeg"


def _tags(data: bytes) -> tuple[int, int]:
    """Where the frames begin and end: after ID3v2, before ID3v1 and APE."""
    start, end = 0, len(data)
    if data[:3] == b"ID3":
        size = data[6:10]
        _need(len(size) == 4 and all(one < 128 for one in size))
        start = 10 + (size[0] << 21 | size[1] << 14 | size[2] << 7 | size[3])
    if data[-128:-125] == b"TAG":
        end -= 128
    if data[end - 32 : end - 24] == b"APETAGEX":
        end -= 32 + int.from_bytes(data[end - 20 : end - 16], "little")
    return start, end


def _frame(data: bytes, at: int) -> int:
    """Bytes of the frame that begins here, 0 when none does."""
    head = int.from_bytes(data[at : at + 4])
    version, layer, bits, rate = head >> 19 & 3, head >> 17 & 3, head >> 12 & 15, head >> 10 & 3
    if head >> 21 != 0x7FF or version == 1 or layer == 0 or bits in (0, 15) or rate == 3:
        return 0
    kilobits, hertz, padding = _BITS[version == 3, layer][bits], _RATES[version][rate], head >> 9 & 1
    if layer == 3:
        return (12000 * kilobits // hertz + padding) * 4
    return (72000 if layer == 1 and version != 3 else 144000) * kilobits // hertz + padding


_AMR = {
    b"#!AMR\n": (12, 13, 15, 17, 19, 20, 26, 31, 5, 5, 5, 5, 0, 0, 0, 0),
    b"#!AMR-WB\n": (17, 23, 32, 36, 40, 46, 50, 58, 60, 5, 0, 0, 0, 0, 0, 0),
}


def _amr(data: bytes) -> str:
    """Frames of RFC 4867 up to the end."""
    head = next((one for one in _AMR if data.startswith(one)), b"")
    _need(head and len(data) > len(head))
    at = len(head)
    while at < len(data):
        _need(not data[at] & 0x83)
        at += 1 + _AMR[head][data[at] >> 3 & 15]
    _need(at == len(data))
    return "audio/amr"


_EBML, _DOCTYPE, _SEGMENT, _CLUSTER, _TRACKS = 0x1A45DFA3, 0x4282, 0x18538067, 0x1F43B675, 0x1654AE6B
_ENTRY, _TRACK_TYPE = 0xAE, 0x83
# Elements of a segment and of a cluster (RFC 9559), and the filler.
_KNOWN = {
    0x114D9B74, 0x1549A966, _TRACKS, 0x1C53BB6B, 0x1941A469, 0x1043A770, 0x1254C367, _CLUSTER, 0xEC, 0xBF,
    0xE7, 0x5854, 0xA7, 0xAB, 0xA3, 0xA0, 0xAF,
}  # fmt: skip


def _webm(data: bytes) -> str:
    """Elements of EBML up to the end, all of them of a segment or a cluster; without a video track it is sound."""
    ident, start, end = _element(data, 0)
    _need(ident == _EBML and end is not None)
    assert end is not None
    _need(any(data[a:b] in (b"webm", b"matroska") for i, a, b in _elements(data, start, end) if i == _DOCTYPE))
    ident, at, _whole = _element(data, end)
    _need(ident == _SEGMENT)
    kinds: set[int] = set()
    for _ in range(MOST_PARTS * 10):
        if at >= len(data):
            break
        ident, inside, following = _element(data, at)
        _need(ident in _KNOWN)
        if ident == _TRACKS:
            _need(following is not None)
            kinds |= _track_types(data, inside, following or 0)
        # A cluster is looked into: recorders leave its length open.
        at = inside if ident == _CLUSTER else -1 if following is None else following
        _need(at >= 0)
    _need(at == len(data) and kinds & {1, 2})
    return "video/webm" if 1 in kinds else "audio/webm"


def _track_types(data: bytes, start: int, end: int) -> set[int]:
    entries = [(a, b) for ident, a, b in _elements(data, start, end) if ident == _ENTRY]
    return {
        int.from_bytes(data[c:d]) for a, b in entries for ident, c, d in _elements(data, a, b) if ident == _TRACK_TYPE
    }


def _elements(data: bytes, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    at = start
    while at < end:
        ident, first, last = _element(data, at)
        _need(last is not None and last <= end)
        assert last is not None
        yield ident, first, last
        at = last


def _element(data: bytes, at: int) -> tuple[int, int, int | None]:
    """Identifier, first byte of the content, the byte behind it (None: left open)."""
    width = _width(data[at])
    _need(width <= 4)
    ident, at = int.from_bytes(data[at : at + width]), at + width
    width = _width(data[at])
    size, open_ = int.from_bytes(data[at : at + width]) & (1 << 7 * width) - 1, (1 << 7 * width) - 1
    first = at + width
    _need(first <= len(data) and (size == open_ or first + size <= len(data)))
    return ident, first, None if size == open_ else first + size


def _width(byte: int) -> int:
    _need(byte)
    return 9 - byte.bit_length()


def _pdf(data: bytes) -> str:
    """A version in front, the place of the table and the mark at the end; nothing of length behind it."""
    _need(re.match(rb"%PDF-[12]\.\d", data))
    _need(re.search(rb"startxref\s+\d+\s+%%EOF[\s\0]*\Z", data[-2048:]))
    return "application/pdf"


_WALKS: dict[str, Callable[[bytes], str]] = {
    "video/mp4": _mp4, "video/quicktime": _mp4, "video/3gpp": _mp4, "audio/mp4": _mp4, "audio/wav": _wav,
    "audio/ogg": _ogg, "audio/mpeg": _mp3, "audio/amr": _amr, "video/webm": _webm, "application/pdf": _pdf,
}  # fmt: skip

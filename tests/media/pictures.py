"""Real files of each kind, made by code."""

import io
import zipfile

from PIL import Image


def picture(kind="JPEG", size=(64, 48), color="red", exif=None):
    out = io.BytesIO()
    Image.new("RGB", size, color).save(out, kind, **({"exif": exif} if exif else {}))
    return out.getvalue()


def photo(made="2024:05:01 08:30:00", offset="+08:00", orientation=None):
    """A JPEG with time and place as a camera writes them."""
    exif = Image.Exif()
    details = {36867: made}
    if offset:
        details[36881] = offset
    exif[0x8769] = details
    exif[0x8825] = {1: "N", 2: (31.0, 14.0, 24.0), 3: "E", 4: (121.0, 30.0, 0.0)}
    if orientation:
        exif[0x0112] = orientation
    return picture(exif=exif)


def office(name="word/document.xml", **more):
    """A document; `more`: further members by name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(name, "<x/>")
        for member, content in more.items():
            archive.writestr(member, content)
    return out.getvalue()


def box(name, *content):
    body = b"".join(content)
    return (8 + len(body)).to_bytes(4) + name + body


def mp4(handlers=(b"vide", b"soun"), brand=b"mp42", extra=b""):
    """Boxes as a camera writes them: type, data, tracks."""
    tracks = [box(b"trak", box(b"mdia", box(b"hdlr", bytes(8) + one + bytes(13)))) for one in handlers]
    return box(b"ftyp", brand, bytes(4), b"isom") + box(b"mdat", b"frames") + box(b"moov", *tracks) + extra


def wav(extra=b""):
    head = b"\1\0\1\0" + (8000).to_bytes(4, "little") * 2 + b"\1\0\x08\0"
    chunks = b"WAVEfmt " + (16).to_bytes(4, "little") + head + b"data" + (6).to_bytes(4, "little") + b"sounds" + extra
    return b"RIFF" + len(chunks).to_bytes(4, "little") + chunks


def page(body, first=False):
    """A page of Ogg with one packet of less than 255 bytes."""
    return b"OggS\0" + (b"\2" if first else b"\0") + bytes(20) + b"\1" + bytes([len(body)]) + body


def element(ident, content, size=None):
    """An element of EBML; `size` -1: its length is left open, as recorders do."""
    length = b"\x01" + b"\xff" * 7 if size == -1 else (1 << 56 | len(content)).to_bytes(8)
    return bytes.fromhex(ident) + length + content


def webm(kinds=(1, 2), extra=b"", doctype=b"webm"):
    tracks = b"".join(element("AE", element("83", bytes([kind]))) for kind in kinds)
    cluster = element("1F43B675", element("E7", b"\0") + element("A3", b"\x81\0\0\x80frame"), -1)
    return (
        element("1A45DFA3", element("4282", doctype))
        + element("18538067", element("1654AE6B", tracks) + cluster, -1)
        + extra
    )


OGG = page(b"OpusHead\1\1" + bytes(9), first=True) + page(b"packet")
MP3 = (b"\xff\xfb\x90\x00" + bytes(413)) * 4
AMR = b"#!AMR\n" + (b"\x04" + bytes(12)) * 3
WEBM = webm()
WAV = wav()
MP4 = mp4()
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\nxref\n0 1\ntrailer<<>>\nstartxref\n29\n%%EOF\n"

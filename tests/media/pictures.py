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


def office(name="word/document.xml"):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(name, "<x/>")
    return out.getvalue()


WAV = b"RIFF\x24\x00\x00\x00WAVEfmt " + b"\0" * 32
MP4 = b"\x00\x00\x00\x18ftypmp42" + b"\0" * 64
PDF = b"%PDF-1.7\n" + b"0" * 64

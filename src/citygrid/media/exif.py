"""What the camera wrote into a photo: when and where."""

from datetime import UTC, datetime
from typing import Any

from django.utils import timezone
from PIL import ExifTags, Image

DETAILS, GPS = ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo


def made_at(image: Image.Image) -> datetime | None:
    """The moment of the exposure, aware; without an offset it is taken in the city's time zone."""
    try:
        exif = image.getexif()
        details = exif.get_ifd(DETAILS)
        text = details.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime)
        offset = details.get(ExifTags.Base.OffsetTimeOriginal, "")
        plain = str(text).strip("\0 ").replace(":", "-", 2)
        moment = datetime.fromisoformat(plain + str(offset).strip("\0 "))
        if moment.tzinfo is None:
            moment = timezone.make_aware(moment)
        return moment.astimezone(UTC)
    except Exception:  # a camera may write anything here: then nothing is known
        return None


def position(image: Image.Image) -> tuple[str, str] | None:
    """Longitude and latitude in degrees as text of seven decimals, WGS-84; None when none is written."""
    try:
        gps = image.getexif().get_ifd(GPS)
        lat = _degrees(gps[ExifTags.GPS.GPSLatitude], gps[ExifTags.GPS.GPSLatitudeRef], "S")
        lon = _degrees(gps[ExifTags.GPS.GPSLongitude], gps[ExifTags.GPS.GPSLongitudeRef], "W")
    except Exception:
        return None
    if not (abs(lat) <= 90 and abs(lon) <= 180) or (lat == 0 and lon == 0):
        return None
    return f"{lon:.7f}", f"{lat:.7f}"


def _degrees(parts: Any, letter: str, negative: str) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    return -value if str(letter).strip("\0 ").upper() == negative else value

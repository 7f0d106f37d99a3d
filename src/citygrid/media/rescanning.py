"""Files that were taken while the scanner did not answer are scanned as soon as it does."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from citygrid.media import scanning, storing
from citygrid.media.models import File
from citygrid.trust import audit

AT_ONCE = 200


def rescan(at: datetime) -> tuple[int, int]:
    """How many waiting files were found clean, and how many infected; stops when the scanner does not answer.

    An infected file stays as evidence under its hash and is given to nobody any more; the audit says so.
    """
    clean = infected = 0
    if not settings.SCANNER:
        return clean, infected
    waiting = File.objects.filter(scan=scanning.UNSCANNED).order_by("stored_at")
    for file in waiting[:AT_ONCE]:
        try:
            with storing.original(file) as content:
                found = scanning.found_in(content.read())
        except scanning.ScannerDownError:
            break
        except FileNotFoundError:
            continue
        with transaction.atomic():
            File.objects.filter(pk=file.pk).update(scan=scanning.INFECTED if found else scanning.CLEAN)
            if found:
                told = {"told": found, "sha256": file.sha256}
                subject = ("file", str(file.pk))
                audit.record(
                    at, "rescan_file", subject=subject, outcome=audit.REFUSED, code="infected", params=told,
                    person=file.uploader,
                )  # fmt: skip
        clean, infected = clean + (not found), infected + bool(found)
    return clean, infected

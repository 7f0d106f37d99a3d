"""The forms of photos that pages show, made after a phone has sent them and not while it waits."""

import logging
from datetime import datetime

from citygrid.collection.models import SentFile
from citygrid.media.models import File
from citygrid.media.storing import SIZES, thumbnail

log = logging.getLogger(__name__)
AT_ONCE = 500


def make(now: datetime) -> int:
    """Make what is missing, oldest first; how many files were done. What cannot be drawn is noted and not tried again:
    a page that asks for it tries by itself."""
    waiting = SentFile.objects.filter(media__isnull=False, shown_at=None).order_by("whole_at")[:AT_ONCE]
    done = 0
    for row in waiting:
        file = File.objects.filter(pk=str(row.media)).first()
        if file is not None and file.kind == "image":
            try:
                for px in SIZES:
                    thumbnail(file, px)
            except (OSError, ValueError):
                log.exception("no shown forms of file %s", row.media)
        SentFile.objects.filter(pk=row.pk).update(shown_at=now)
        done += 1
    return done

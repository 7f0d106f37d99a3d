"""The pictures of the demo in the store, drawn once, shared by all cases of a kind."""

from datetime import datetime

from citygrid.demo import drawing
from citygrid.media.models import File
from citygrid.media.storing import store

NOTE = "illustration"
BEFORE, AFTER = 6, 4
Shelf = dict[str, tuple[list[str], list[str]]]


def shelf(at: datetime) -> Shelf:
    """Motif -> (file ids before, file ids after); draws what is not there yet."""
    found: Shelf = {}
    known = dict(File.objects.filter(illustration=True, note__startswith=NOTE).values_list("note", "id"))
    for motif in drawing.MOTIFS:
        parts: list[list[str]] = []
        for after, count in ((False, BEFORE), (True, AFTER)):
            ids = []
            for number in range(count):
                note = f"{NOTE}:{motif}:{'after' if after else 'before'}:{number}"
                if note not in known:
                    data = drawing.draw(motif, number, after=after)
                    known[note] = store(data, f"{motif}.jpg", None, at, illustration=True, note=note).pk
                ids.append(str(known[note]))
            parts.append(ids)
        found[motif] = (parts[0], parts[1])
    return found

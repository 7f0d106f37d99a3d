"""The files of the folder `basedata/` of a city, kept as texts with the days on which they are in force."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction

from citygrid.basedata.models import CityFile
from citygrid.rulebook.dating import bring, in_force
from citygrid.rulebook.models import RulebookState
from citygrid.rulebook.slices import touch

CLASSES, UNITS, REGISTERS, MAPPINGS = "classes.toml", "units.csv", "registers.toml", "mappings/"


def text(path: str, at: date) -> str:
    """A file's text on a day; empty when the city has none."""
    return in_force(CityFile, at).filter(code=path).values_list("text", flat=True).first() or ""


def texts(start: str, at: date) -> dict[str, str]:
    """All files whose path begins so, by path."""
    found = in_force(CityFile, at).filter(code__startswith=start).order_by("code")
    return dict(found.values_list("code", "text"))


def keep(files: Mapping[str, str], at: date) -> int:
    """Make the files those, from a day on; how many changed."""
    wanted = {(path,): {"code": path, "text": content} for path, content in files.items()}
    with transaction.atomic():
        change = bring(CityFile, ("code",), wanted, at)
        if change.opened or change.closed:
            touch()
    return change.opened + change.closed


def save(path: str, content: str, at: date) -> None:
    """Keep one file from a day on; the others stay."""
    with transaction.atomic():
        keep({**texts("", at), path: content}, at)


def state() -> str:
    """Another word whenever these files, or anything of the rulebook, has changed."""
    return RulebookState.objects.filter(id=1).values_list("mark", flat=True).first() or ""

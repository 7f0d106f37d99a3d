"""A city is a folder of plain files: import it, export it, say what differs (DESIGN idea 3).

Each package that keeps rules of a city reads and writes its own files in its `folder.py`; here they are called in
the order of the house, all in one transaction: a folder with one problem leaves nothing behind.
"""

import csv
import io
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from django.apps import apps
from django.db import connection, transaction

from citygrid.areas import folder as areas
from citygrid.areas import locating
from citygrid.basedata import folder as basedata
from citygrid.bulletins import folder as bulletins
from citygrid.cases import folder as cases
from citygrid.collection import folder as collection
from citygrid.evaluation import folder as evaluation
from citygrid.geocoding import folder as geocoding
from citygrid.maps import folder as maps
from citygrid.messages import folder as messages
from citygrid.organization import folder as organization
from citygrid.reception import folder as reception
from citygrid.rulebook import folder as rulebook
from citygrid.rulebook import slices
from citygrid.rulebook.models import Profile
from citygrid.standards.reports import Report

LEARNED = ("areas", "organization", "rulebook")
DATA_FILES = frozenset({".csv", ".toml", ".geojson"})


class Load(Protocol):
    def __call__(self, folder: Path, at: date) -> Report: ...


LOADS: tuple[Load, ...] = (
    rulebook.load_profile,
    areas.load,
    organization.load,
    messages.load,
    rulebook.load,
    evaluation.load,
    basedata.load,
    maps.load,
    geocoding.load,
    cases.load,
    reception.load,
    collection.load,
    bulletins.load,
)
DUMPS = (
    rulebook.dump,
    areas.dump,
    organization.dump,
    messages.dump,
    evaluation.dump,
    basedata.dump,
    maps.dump,
    geocoding.dump,
    cases.dump,
    reception.dump,
    collection.dump,
    bulletins.dump,
)


@dataclass(frozen=True, slots=True)
class Difference:
    """A row of a file that only one side has: `+` the folder, `-` the city as it is."""

    file: str
    sign: str
    row: str


class _Undo(Exception):  # noqa: N818 - carries nothing, takes the transaction back
    pass


def import_city(folder: Path, at: date | None = None, dry_run: bool = False) -> Report:
    """Make the city that of the folder, from a day on; all of it, or nothing when there is a problem.

    `at` None: the profile's `since` for the first import, else today in the city's own time is the caller's to
    give. With `dry_run` everything is checked and nothing kept."""
    total = Report()
    if not folder.is_dir():
        total.add(str(folder), 0, "", "no_folder", "There is no such folder.")
        return total
    start = at or first_day(folder)
    if start is None:
        return rulebook.read_profile(folder)[2]
    try:
        with transaction.atomic():
            for load in LOADS:
                total.merge([load(folder, start)])
                if not total.ok:
                    raise _Undo
            if dry_run:
                raise _Undo
            learn()
    except _Undo:
        pass
    finally:
        locating.forget()
        slices.forget()
    return total


def learn() -> None:
    """The planner hears how many people, posts, areas and rules there are now: by itself it would look in a minute, and
    until then each sign-in joins all people to all posts row by row."""
    models = (model for label in LEARNED for model in apps.get_app_config(label).get_models(include_auto_created=True))
    tables = ", ".join(connection.ops.quote_name(one._meta.db_table) for one in models if one._meta.managed)
    with connection.cursor() as run:
        run.execute(f"analyze {tables}")


def first_day(folder: Path) -> date | None:
    """The day from which a first import holds: `since` of city.toml; None when the file has problems."""
    profile = rulebook.read_profile(folder)[0]
    return profile.since if profile is not None else None


def is_empty() -> bool:
    """Whether no city has been imported yet."""
    return not Profile.objects.exists()


def export_city(folder: Path, at: date) -> list[Path]:
    """Write the city as it is on a day into a folder; the files written or left there."""
    for dump in DUMPS:
        dump(folder, at)
    return sorted(path.relative_to(folder) for path in _data_files(folder))


def diff_city(folder: Path, at: date) -> list[Difference]:
    """Which rows of the folder's files differ from the city as it is on a day.

    A file that no package writes is not compared; a row is a line of CSV (its cells) or a line of another file."""
    with tempfile.TemporaryDirectory() as made:
        here = Path(made)
        ours = set(export_city(here, at))
        found: list[Difference] = []
        theirs = {path.relative_to(folder) for path in _data_files(folder)}
        for name in sorted(ours | {path for path in theirs if path.parts[0] in _parts(ours)}):
            found.extend(_differences(name, _rows(folder / name), _rows(here / name)))
        return found


def _parts(paths: set[Path]) -> set[str]:
    """Folders and files at the top that packages write."""
    always = {"calendars", "rulebook", "variants", "schemes", "areas", "layers", "basemap", "basedata"}
    always |= {"permits", cases.FILE, messages.FILE}
    return {path.parts[0] for path in paths} | always


def _data_files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file() and path.suffix in DATA_FILES)


def _rows(path: Path) -> list[str]:
    if not path.exists():
        return []
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".csv":
        return [line.rstrip() for line in text.splitlines() if line.strip()]
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    return [",".join(cells) for cells in rows if cells]


def _differences(name: Path, theirs: list[str], ours: list[str]) -> Iterator[Difference]:
    more, less = Counter(theirs), Counter(ours)
    for row in dict.fromkeys(ours):
        yield from [Difference(name.as_posix(), "-", row)] * (less[row] - more[row])
    for row in dict.fromkeys(theirs):
        yield from [Difference(name.as_posix(), "+", row)] * (more[row] - less[row])

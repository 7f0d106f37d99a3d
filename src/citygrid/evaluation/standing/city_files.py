"""The files of this room in a city's folder, kept as texts with the days on which they are in force: an export gives
back what was imported, byte for byte; an older version stays for the days before."""

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from pathlib import Path

from django.db import transaction

from citygrid.areas.models import Area
from citygrid.evaluation.standing import duties
from citygrid.evaluation.standing.duties import Book, Duty, Known
from citygrid.evaluation.standing_models import StandingFile
from citygrid.organization.models import Body
from citygrid.rulebook.dating import in_force
from citygrid.rulebook.models import ManagedClass
from citygrid.standards.reports import Report

DUTIES = "standing.toml"
Check = Callable[[str], Report]
CHECKS: dict[str, Check] = {}
"""File -> what is wrong with its text. Rooms that keep a file here add theirs (`add`)."""
MESSAGES = {
    "later_rules": "There is a version of %(file)s from %(last)s on; a change at %(at)s would rewrite what has been.",
    "unreadable": "The file cannot be read: %(why)s.",
}


def add(file: str, check: Check) -> None:
    """A further file of the folder; the same one twice counts once."""
    CHECKS[file] = check


def text_at(file: str, day: date) -> str:
    """A file's text on a day; empty when the city has none."""
    return in_force(StandingFile, day).filter(code=file).values_list("text", flat=True).first() or ""


def keep(file: str, text: str, at: date) -> Report:
    """Bring a file into force from a day on; nothing is kept when anything is wrong with it."""
    report = CHECKS[file](text)
    last = StandingFile.objects.filter(code=file).order_by("-valid_from").values_list("valid_from", flat=True).first()
    if last is not None and last > at and text != text_at(file, last):
        report.add(file, 0, "", "later_rules", MESSAGES["later_rules"], {"file": file, "last": last, "at": at})
    if report.ok and (last is None or last <= at):
        _bring(file, text, at)
    return report


def _bring(file: str, text: str, at: date) -> None:
    """The version before ends; one that began on the day itself was never in force for a whole day and is replaced."""
    with transaction.atomic():
        before = in_force(StandingFile, at).filter(code=file).first()
        if before is not None and before.text == text:
            return
        if before is not None and before.valid_from == at:
            before.delete()
        elif before is not None:
            StandingFile.objects.filter(pk=before.pk).update(valid_to=at)
        StandingFile.objects.create(code=file, text=text, valid_from=at)


def load(folder: Path, at: date) -> Report:
    """Make the rules those of the folder; a file that it lacks changes nothing."""
    report = Report()
    for file in sorted(CHECKS):
        path = folder / file
        if not path.exists():
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            report.add(file, 0, "", "unreadable", MESSAGES["unreadable"], {"why": str(error)[:200]})
            continue
        found = keep(file, text, at)
        report.merge([found])
        if found.ok and file == DUTIES:
            report.count("standing duties", len(duties.read(text)[0].duties))
    return report


def dump(folder: Path, at: date) -> None:
    """Write what is in force on a day."""
    for code, text in in_force(StandingFile, at).order_by("code").values_list("code", "text"):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / code).write_text(text, encoding="utf-8", newline="\n")


def known() -> Known:
    """The codes that duties may name."""
    return Known(
        frozenset(Body.objects.values_list("code", flat=True)), frozenset(Area.objects.values_list("code", flat=True)),
        frozenset(ManagedClass.objects.values_list("class_id", flat=True)),
    )  # fmt: skip


def check(text: str) -> Report:
    """What is wrong with `standing.toml`, the codes that it names included."""
    return duties.read(text, known())[1]


def book_at(day: date) -> Book:
    """The duties in force on a day."""
    return _read(text_at(DUTIES, day))


@lru_cache(maxsize=64)
def _read(text: str) -> Book:
    return duties.read(text)[0]


def versions(first: date, last: date) -> list[tuple[date, date | None, Book]]:
    """(from, up to not including, book) of each version of the duties that is in force on a day from first to last."""
    rows = StandingFile.objects.filter(code=DUTIES, valid_from__lte=last).exclude(valid_to__lte=first)
    return [(row.valid_from, row.valid_to, _read(row.text)) for row in rows.order_by("valid_from")]


def made_on(code: str) -> date | None:
    """The first day on which a duty of this code was in force as a rule: nothing was owed before."""
    rows = StandingFile.objects.filter(code=DUTIES).order_by("valid_from")
    return next((row.valid_from for row in rows if code in _read(row.text).duties), None)


def newest(code: str) -> Duty | None:
    """A duty as it was last in force; one that ended too."""
    for text in StandingFile.objects.filter(code=DUTIES).order_by("-valid_from").values_list("text", flat=True):
        duty = _read(text).duties.get(code)
        if duty is not None:
            return duty
    return None


add(DUTIES, check)

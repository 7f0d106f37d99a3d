"""A roster as a spreadsheet: one row a place and shift, one column a day; `戚里(collector4)` in a cell."""

import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, tzinfo
from pathlib import Path, PurePath
from typing import Any

from citygrid.organization.duty_models import Roster
from citygrid.organization.models import Person
from citygrid.organization.rosters import gaps, rostering
from citygrid.organization.rosters.patterns import days
from citygrid.organization.rosters.rostering import Key, Row, Somebody
from citygrid.standards.reports import Report
from citygrid.tabular.opening import open_table
from citygrid.tabular.table import NOTICES, TableError
from citygrid.tabular.writing import write_table

PLACE, NAME, SHIFT = "place", "name", "shift"
MOST_BYTES, MOST_ROWS = 5_000_000, 5_000
_LOGIN = re.compile(r"[(（]([^()（）]+)[)）]$")
_PARTS = re.compile(r"[\s,，、;；/]+")
MESSAGES: dict[str, str] = {
    "columns_missing": "The sheet needs the columns place and shift; take the exported one as a pattern.",
    "not_a_day": "%(value)s is no day of this roster.",
    "no_line": "There is no line %(place)s with the shift %(shift)s in this roster.",
    "not_worked": "The shift %(shift)s is not worked on this day.",
    "line_twice": "%(place)s with the shift %(shift)s stands in row %(row)s already.",
    "unknown_person": "%(value)s is nobody who may be planned here.",
    "two_of_that_name": "Several people are called %(value)s: give the login.",
    "too_many_rows": "A roster has at most %(most)s rows.",
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file says: `wanted` for every cell that it has, and what is wrong in it."""

    wanted: Mapping[Key, list[Somebody]]
    report: Report


def write(roster: Roster, path: Path) -> int:
    """The roster as XLSX; the number of rows."""
    listed = days(roster.first_day, roster.last_day)
    cells = rostering.cells(roster)
    people = Person.objects.in_bulk({person for held in cells.values() for _post, person in held})
    rows = [
        [
            row.place,
            row.name or row.code,
            row.shift.code,
            *(
                " ".join(_named(people[one[1]]) for one in cells.get((row.place, row.shift.code, day), ()))
                for day in listed
            ),
        ]
        for row in rostering.rows_of(roster)
    ]
    columns = [PLACE, NAME, SHIFT, *(day.isoformat() for day in listed)]
    return write_table(path, columns, rows, sheet="roster")


def _named(person: Person) -> str:
    return f"{person.name}({person.login})"


def read(roster: Roster, data: bytes, name: str, zone: tzinfo) -> Sheet:
    """Read a file of the same columns (XLSX or CSV). Lines and days that it lacks stay; nothing is kept yet."""
    report = Report()
    suffix = PurePath(name).suffix.lower()
    file = PurePath(name.replace("\\", "/")).name[-80:] or "roster"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ("roster" + (suffix if suffix in (".xlsx", ".csv") else ".xlsx"))
        path.write_bytes(data)
        try:
            with open_table(path, shapeless=True) as table:
                batch = next(iter(table.batches(MOST_ROWS + 1)), None)
                found = batch.columns if batch is not None else {one: [] for one in table.columns}
                numbers = batch.numbers if batch is not None else []
                told = [*table.problems, *(batch.problems if batch is not None else [])]
        except TableError as error:
            params = {**error.params, **({"file": file} if "file" in error.params else {})}
            report.add(file, 0, "", error.code, error.message, params)
            return Sheet({}, report)
    report.problems += [replace(one, file=file) for one in told if one.code not in NOTICES]
    return Sheet(_wanted(roster, found, numbers, file, zone, report), report)


def _wanted(
    roster: Roster,
    columns: Mapping[str, Sequence[str]],
    numbers: Sequence[int],
    file: str,
    zone: tzinfo,
    report: Report,
) -> dict[Key, list[Somebody]]:
    if PLACE not in columns or SHIFT not in columns:
        report.add(file, 1, "", "columns_missing", MESSAGES["columns_missing"])
        return {}
    if len(numbers) > MOST_ROWS:
        report.add(file, 0, "", "too_many_rows", MESSAGES["too_many_rows"], {"most": MOST_ROWS})
        return {}
    listed = _days(roster, columns, file, report)
    rows = {(row.place, row.shift.code): row for row in rostering.rows_of(roster)}
    people = rostering.crew(roster.body, roster.first_day, roster.last_day, zone)
    found: dict[Key, list[Somebody]] = {}
    seen: dict[tuple[str, str], int] = {}
    for at, number in enumerate(numbers):
        line = (columns[PLACE][at], columns[SHIFT][at])
        if not any(line):
            continue
        params = {"place": line[0][:40], "shift": line[1][:20]}
        if line not in rows:
            report.add(file, number, PLACE, "no_line", MESSAGES["no_line"], params)
            continue
        if line in seen:
            report.add(file, number, PLACE, "line_twice", MESSAGES["line_twice"], {**params, "row": seen[line]})
            continue
        seen[line] = number
        known = _known(rows[line], people)
        for column, day in listed.items():
            people_there = _cell(columns[column][at], known, (file, number, column), report)
            if people_there and not gaps.worked(rows[line].shift, day):
                report.add(file, number, column, "not_worked", MESSAGES["not_worked"], params)
            found[*line, day] = people_there
    return found


def _days(roster: Roster, columns: Mapping[str, Any], file: str, report: Report) -> dict[str, date]:
    found: dict[str, date] = {}
    for column in columns:
        if column in (PLACE, NAME, SHIFT):
            continue
        try:
            day = date.fromisoformat(column[:10])
        except ValueError:
            day = None
        if day is None or not roster.first_day <= day <= roster.last_day:
            report.add(file, 1, column[:40], "not_a_day", MESSAGES["not_a_day"], {"value": column[:40]})
        else:
            found[column] = day
    return found


def _known(row: Row, people: Any) -> dict[str, list[Somebody]]:
    """Who is meant by a login (one), or by a name (perhaps several)."""
    found: dict[str, list[Somebody]] = {}
    for key, (_post, person) in rostering.free_for(row, people).items():
        for word in {person.login, person.name}:
            if all(other[1] != person.pk for other in found.get(word, ())):
                found.setdefault(word, []).append(key)
    return found


def _cell(
    text: str, known: Mapping[str, list[Somebody]], where: tuple[str, int, str], report: Report
) -> list[Somebody]:
    people: list[Somebody] = []
    for word in filter(None, _PARTS.split(text.strip())):
        login = _LOGIN.search(word)
        meant = known.get(login[1] if login else word, [])
        if len(meant) == 1:
            people.append(meant[0])
            continue
        code = "two_of_that_name" if meant else "unknown_person"
        report.add(*where, code, MESSAGES[code], {"value": word[:40]})
    return people

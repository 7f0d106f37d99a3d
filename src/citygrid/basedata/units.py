"""Which body a department code or name in a file means: the bodies' own codes and names, and the city's units.csv.

units.csv has the columns `given,body`: a department code, a unified social credit code or a name as other departments
write it, and the code of the body here (S0-25, S1-10)."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from citygrid.basedata import cityfiles
from citygrid.organization import tree
from citygrid.organization.models import Body
from citygrid.standards.reports import Report

COLUMNS = ("given", "body")


@dataclass(frozen=True, slots=True)
class Units:
    """Body codes by what a file may say; names and ids of the bodies."""

    codes: Mapping[str, str]
    names: Mapping[str, str]
    ids: Mapping[str, int]

    def find(self, given: str) -> str | None:
        """The code of the body that is meant."""
        return self.codes.get(given) or self.codes.get(given.casefold())


def units_at(day: date) -> Units:
    """What holds on a day; kept in memory until the organization or the files change."""
    return _units(day, cityfiles.state(), tree.version())


@lru_cache(maxsize=4)
def _units(day: date, _state: str, _organization: int) -> Units:
    codes: dict[str, str] = {}
    names: dict[str, str] = {}
    ids: dict[str, int] = {}
    doubtful: set[str] = set()
    for pk, code, *words in Body.objects.values_list("id", "code", "name", "short_name", "name_en").order_by("id"):
        names[code], ids[code] = words[0], pk
        for word in {word.casefold() for word in words if word}:
            if codes.setdefault(word, code) != code:
                doubtful.add(word)
    codes = {word: code for word, code in codes.items() if word not in doubtful} | {code: code for code in names}
    aliases = read(cityfiles.UNITS, cityfiles.text(cityfiles.UNITS, day), set(names), Report())
    return Units(codes | aliases, names, ids)


def read(file: str, text: str, bodies: set[str], report: Report) -> dict[str, str]:
    """The lines of units.csv: what is given -> body code. Problems go into the report."""
    found: dict[str, str] = {}
    if not text:
        return found
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    if tuple(rows.fieldnames or ()) != COLUMNS:
        report.add(file, 1, "", "wrong_columns", "The columns must be %(columns)s.", {"columns": ",".join(COLUMNS)})
        return found
    for line, row in enumerate(rows, start=2):
        given, body = (row["given"] or "").strip(), (row["body"] or "").strip()
        if body not in bodies:
            report.add(file, line, "body", "unknown_body", "There is no active body %(value)s.", {"value": body})
        elif not given or given in found:
            report.add(file, line, "given", "given_twice", "“%(value)s” is empty or here twice.", {"value": given})
        else:
            found[given] = body
    return found

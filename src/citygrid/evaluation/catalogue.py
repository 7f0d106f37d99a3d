"""Which schemes there are on a day: the standard's examples of the package, and what the city's folder adds or puts in
their place (`schemes/CODE.toml` with a table [scheme])."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from django.db import transaction

from citygrid.evaluation import cycles, scheme_versions
from citygrid.evaluation.definitions import SUBJECTS, Definitions, Indicator, add, shipped
from citygrid.evaluation.scheme import Input, Scheme
from citygrid.evaluation.scheme_files import parse_scheme
from citygrid.rulebook.models import SchemeRow
from citygrid.rulebook.slices import in_force
from citygrid.standards.reports import Problem, Report

MESSAGES = {
    "later_rules": "There is a version from %(last)s on; a change at %(at)s would rewrite what has been.",
    "no_lists": "Each of [lists] is a list of codes.",
    "not_toml": "This is not TOML: %(reason)s.",
    "no_code": "A code is small letters, digits and _, and begins with a letter.",
}


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Schemes by code (the city's first), the indicators they may name, lists of codes, and what is wrong."""

    schemes: Mapping[str, Scheme]
    definitions: Mapping[str, Definitions]
    lists: Mapping[str, tuple[str, ...]]
    report: Report

    def inputs(self, by: str) -> dict[str, Input]:
        """What can be entered for objects of this sort, by key; the first scheme that has it tells its bounds."""
        found: dict[str, Input] = {}
        for scheme in self.schemes.values():
            if scheme.by == by:
                found = {**{key: one for key, one in scheme.inputs.items() if not is_counted(key)}, **found}
        return found


def is_counted(key: str) -> bool:
    """Whether an input is filled from standing duties (`standing:SET`): nobody enters it."""
    return key.startswith("standing:")


@cache
def standard() -> dict[str, str]:
    """Code -> text of the schemes of the package."""
    folder = files("citygrid.evaluation") / "schemes"
    found = sorted(folder.iterdir(), key=lambda path: path.name)
    return {path.name.removesuffix(".toml"): path.read_text(encoding="utf-8") for path in found}


def catalogue(day: date) -> Catalogue:
    """All schemes of a day."""
    rows = {row.code: row.text for row in in_force(SchemeRow, day).order_by("code")}
    return _kept(tuple(rows.items()))


@lru_cache(maxsize=8)
def _kept(rows: tuple[tuple[str, str], ...]) -> Catalogue:
    """The same texts make the same schemes: a page that looks at twelve months reads them once."""
    return assembled(dict(rows))


def assembled(rows: Mapping[str, str]) -> Catalogue:
    """The same from the texts of the city's files by code. A file that is wrong is left out, and reported."""
    report, base = Report(), dict(shipped().all)
    tables: dict[str, dict[str, Any]] = {}
    for code, text in rows.items():
        file = _file(code)
        try:
            tables[code] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            report.add(file, 0, "", "not_toml", MESSAGES["not_toml"], {"reason": str(error)})
            continue
        add(base, file, tables[code], report, text)
        if code == cycles.CODE:
            report.merge([cycles.read(text)[1]])
    lists = _lists(tables, report)
    schemes: dict[str, Scheme] = {}
    known: dict[str, Definitions] = {}
    texts = {code: text for code, text in rows.items() if "scheme" in tables.get(code, {})}
    texts |= {code: text for code, text in standard().items() if code not in tables}
    for code, text in texts.items():
        found: dict[str, Indicator] = dict(base)
        if code not in tables:
            add(found, _file(code), tomllib.loads(text), report, text)
        scheme = _parsed(code, text, Definitions(found), report)
        if scheme is not None:
            schemes[code], known[code] = scheme, Definitions(found)
    return Catalogue(schemes, known, lists, report)


def _parsed(code: str, text: str, known: Definitions, report: Report) -> Scheme | None:
    head = tomllib.loads(text)["scheme"]
    by = head.get("by") if isinstance(head, dict) else None

    def shown(key: str) -> bool:
        return key in known.all and (by not in SUBJECTS or by in known.subjects_of(key))

    scheme, problems = parse_scheme(_file(code), code, text, shown)
    report.merge([problems])
    return scheme


def keep(code: str, text: str, at: date, dry_run: bool = False) -> Report:
    """Bring one scheme file into force from a day on; nothing is kept when anything is wrong with it (or with what
    another file makes of it). Its older version stays for the days before."""
    report = Report()
    if not code.isidentifier() or not code.isascii() or code != code.lower():
        report.add(_file(code), 0, "code", "no_code", MESSAGES["no_code"])
        return report
    last = scheme_versions.last_version(code)
    if last is not None and last > at:
        report.add(_file(code), 0, "", "later_rules", MESSAGES["later_rules"], {"last": last, "at": at})
        return report
    report.problems = faults(code, text, at)
    if report.ok:
        table = tomllib.loads(text)
        report.count("indicators", sum(len(table.get(name, ())) for name in ("count", "rate", "formula")))
        report.count("schemes", int("scheme" in table))
        if not dry_run:
            with transaction.atomic():
                scheme_versions.bring(code, text, at)
    return report


def faults(code: str, text: str | None, at: date) -> list[Problem]:
    """What would be wrong with this text in the place of the file's own from a day on (None: without the file), also
    with what other files make of it, on that day and on each later one on which a version of another begins."""
    found: list[Problem] = []
    for day in (at, *scheme_versions.later_days(at)):
        rows = scheme_versions.texts_at(day)
        known = {str(problem) for problem in assembled(rows).report.problems} | {str(problem) for problem in found}
        rows = {key: one for key, one in rows.items() if key != code} | ({} if text is None else {code: text})
        for one in assembled(rows).report.problems:
            own = text is not None and one.file == _file(code) and one not in found
            if own or str(one) not in known:
                found.append(one)
    return found


def text_at(code: str, day: date) -> str:
    """The text of a file on a day: the city's own, else the standard's example, else nothing."""
    return scheme_versions.texts_at(day).get(code) or standard().get(code, "")


def check(rows: Mapping[str, str]) -> Report:
    """What is wrong with all files of a city folder."""
    return assembled(rows).report


def _lists(tables: Mapping[str, Mapping[str, Any]], report: Report) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for code, table in tables.items():
        lists = table.get("lists", {})
        if not isinstance(lists, dict) or not all(_texts(one) for one in lists.values()):
            report.add(_file(code), 0, "lists", "no_lists", MESSAGES["no_lists"])
            continue
        for name, codes in lists.items():
            found[name] = tuple(dict.fromkeys((*found.get(name, ()), *codes)))
    return found


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _file(code: str) -> str:
    return f"schemes/{code}.toml"

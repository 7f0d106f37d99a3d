"""Where the names of the columns stand, and what the columns are called."""

from collections.abc import Sequence

from citygrid.standards.reports import Problem

LOOKED_AT = 30
"""Rows at the top among which the header is looked for."""


def find(rows: Sequence[Sequence[str]]) -> int:
    """The index of the header among the first rows: the first that names most of the columns.

    A title ("××市部件普查表") or a note above the table fills one cell, or the same text in all merged cells.
    """
    filled = [_filled(row) for row in rows[:LOOKED_AT]]
    usual = sorted(number for number in filled if number > 1)
    if not usual:
        return next((at for at, number in enumerate(filled) if number), 0)
    enough = max(2, usual[len(usual) // 2] * 0.6)
    return next(at for at, number in enumerate(filled) if number >= enough)


def _filled(row: Sequence[str]) -> int:
    found = [cell for cell in row if cell]
    return 1 if found and found.count(found[0]) == len(found) else len(found)


def names(cells: Sequence[str], file: str, line: int) -> tuple[list[str], list[Problem]]:
    """One name a column: a second "name" becomes "name (2)", one without a name is called by its letter."""
    found: list[str] = []
    problems: list[Problem] = []
    for at, cell in enumerate(cells):
        name = " ".join(cell.split())
        if not name:
            name = f"({letter(at)})"
            message = "Column %(column)s has no name in the header; it is called %(name)s."
            problems.append(Problem(file, line, name, "column_blank", message, {"column": letter(at), "name": name}))
        if name in found:
            first, number = name, 2
            while (name := f"{first} ({number})") in found or name in cells:
                number += 1
            message = "Two columns are called %(column)s; the later one is read as %(name)s."
            problems.append(Problem(file, line, name, "column_twice", message, {"column": first, "name": name}))
        found.append(name)
    return found, problems


def letter(at: int) -> str:
    """The letter of a column as spreadsheets show it: 0 is A, 26 is AA."""
    text = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        text = chr(65 + rest) + text
    return text


def title(file: str, line: int) -> Problem:
    """That rows above the header were passed over."""
    message = "The names of the columns were found on line %(line)s; what stands above was left out."
    return Problem(file, line, "", "title_rows", message, {"line": line})

"""The committed table of who may open what (`routes.csv`), and which routes there are."""

import csv
import inspect
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from tests.organization.stage import HOW, ROLES

TABLE = Path(__file__).parent / "routes.csv"
LIVE = "/events?case={case}"
"""The live stream: its rows have the method LISTEN, and are asked of the push process's own functions."""
FACTS = ("route", "method", "address", "asks", "about", "body")
CELLS = ("stranger", *HOW, *ROLES)
FEW = ("stranger", *HOW, "administrator", "auditor", "security_administrator", "data_steward", "office", "worker")
"""The columns that are tried each time; all of them are tried by `script/test --all`."""
NOTE = """\
# Who may open which address, found by trying it in every role (tests/organization/test_routes.py). One row for each
# route and method, more where it takes more to see; `address` with its placeholders is what is asked, `body` what is
# sent (else nothing: who may not is refused before it is looked at). A cell is the status of the answer; a + says that
# the answer tells of the object that `about` names (its number, its text), so that those who may not see it have none.
#   asks   what the route asks of whoever comes:
#          anonymous         nobody needs to be signed in
#          signed            any post
#          right:a|b         a post whose role has one of these rights (organization/rights.py)
#          roles:a|b         one of these roles
#          scope             a post, and that its scope (or the object's own rule) reaches the object
#          variant           a post whose role the variant of the process lets do this
#          a word that ends in ? was written by a program: a person says what it must be before it is committed
# python script/routes.py --write puts in what is found and new routes (--new: new ones only). A program finds what IS;
# whether it is RIGHT is read by a person, cell by cell, before it is committed: a changed cell is a changed right.
"""
GUESSES = {
    "case_id": "{case}", "case": "{case}", "file_id": "{file}", "plan_id": "{plan}", "upload": "{no_uuid}",
    "demand_id": "{no_uuid}", "prefix": "{key}", "seat": "{seat}", "scheme": "WebMercatorQuad", "zoom": "0", "row": "0",
    "column": "0",
}  # fmt: skip


@dataclass
class Row:
    """One line of the table."""

    route: str
    method: str
    address: str
    asks: str
    about: str = ""
    body: str = ""
    cells: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str, str, str]:
        return self.route, self.method, self.address, self.body


def read() -> list[Row]:
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return [
        Row(*(one[name] for name in FACTS), {name: one[name] or "" for name in CELLS}) for one in csv.DictReader(lines)
    ]


def write(rows: list[Row]) -> None:
    out = io.StringIO()
    made = csv.writer(out, lineterminator="\n")
    made.writerow([*FACTS, *CELLS])
    for row in sorted(rows, key=lambda one: one.key):
        facts = [row.route, row.method, row.address, row.asks, row.about, row.body]
        made.writerow([*facts, *(row.cells.get(name, "") for name in CELLS)])
    TABLE.write_text(NOTE + out.getvalue(), encoding="utf-8")


def routes() -> set[str]:
    """Every address pattern that the server answers."""
    return {LIVE, *_views()}


def _views() -> dict[str, Any]:
    return {f"/{path}": view for path, view in _paths(get_resolver().url_patterns)}


def _paths(patterns: list[Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for one in patterns:
        here = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _paths(one.url_patterns, here)
        elif isinstance(one, URLPattern):
            yield here, one.callback


def guess_asks(route: str) -> str:
    """What a new route seems to ask, by the decorators of its view: for a person to read, hence the question mark."""
    found, view = "?", _views().get(route)
    while view is not None:
        kept = inspect.getclosurevars(view).nonlocals if inspect.isfunction(view) else {}
        if isinstance(kept.get("rights"), tuple):
            return f"right:{'|'.join(sorted(kept['rights']))}?"
        if getattr(getattr(view, "__code__", None), "co_qualname", "").startswith(
            ("seat_required.", "person_required.")
        ):
            found = "signed?"
        view = getattr(view, "__wrapped__", None)
    return found


def guess(route: str) -> str:
    """An address for a new route, to be read by a person."""
    return re.sub(r"<(?:(\w+):)?(\w+)>", lambda m: GUESSES.get(m[2], _of_type(m[1])), route)


def _of_type(kind: str | None) -> str:
    return {"uuid": "{no_uuid}", "int": "{no_id}"}.get(kind or "", "none")

"""Every route in every role, as owner, colleague, other unit, other district, stranger (DESIGN 7; S0-04, S0-67, S3-19).

`routes.csv` says what each may; here it is tried. Whoever adds a route adds its rows, or this fails.
"""

import os
import tomllib
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import segno
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

import citygrid.demo
from citygrid.areas import locating
from citygrid.cases import directory, partitions
from citygrid.cases.numbers import numbers
from citygrid.maps import tiles
from citygrid.organization import rights
from citygrid.organization.models import Role, Seat
from citygrid.rulebook import slices
from tests.organization import route_table
from tests.organization.route_table import CELLS, FEW, LIVE, TABLE, Row
from tests.organization.route_walk import Walk
from tests.organization.stage import HOW, NOBODY, PEOPLE, ROLES, Stage, make

WRITE = "CITYGRID_WRITE_ROUTES"
SECOND = Path(__file__).parent.parent / "cities" / "second"
DEMO = Path(citygrid.demo.__file__).parent / "city"
ADD = (
    "Nobody says who may open %s. Run python script/routes.py --new, read the new rows of "
    "tests/organization/routes.csv, and say in the column `asks` what each must ask: which right, which roles, or that "
    "the object is in the scope."
)
NOT_IN = frozenset(("302", "401", "403", "404"))
OTHER_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def _forget() -> None:
    for one in (locating, directory, partitions, numbers, slices):
        one.forget()
    tiles.CACHE.clear()


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Stage]:
    """The city and one of each object, made once, rolled back in the end; pages see the stage's clock."""
    folder = tmp_path_factory.mktemp("stage")
    quick = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings = override_settings(MEDIA_STORE=folder / "media", DATA=folder, PASSWORD_HASHERS=quick)
    with django_db_blocker.unblock(), settings, pytest.MonkeyPatch.context() as patch:
        block = transaction.atomic()
        block.__enter__()
        _forget()
        made = make(folder)

        def now() -> datetime:
            return made.now

        patch.setattr(timezone, "now", now)
        # Which of eight patterns a QR code is drawn with is nobody's right, and takes a second to find out.
        patch.setattr(segno, "make", partial(segno.make, mask=0))
        yield made
        transaction.set_rollback(True)
        block.__exit__(None, None, None)
    _forget()


@pytest.fixture(scope="module")
def walk(stage: Stage) -> Walk:
    return Walk(stage).sign_in()


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return route_table.read()


@pytest.fixture(autouse=True)
def fresh(stage: Stage, db: None) -> None:
    _forget()


def test_every_route_has_a_row(rows: list[Row], walk: Walk) -> None:
    """A new route without a rule fails the build, with what to do."""
    known = {row.route for row in rows}
    if os.environ.get(WRITE):
        _write(rows, walk)
        return
    missing = sorted(route_table.routes() - known)
    assert not missing, ADD % ", ".join(missing)
    gone = sorted(known - route_table.routes())
    assert not gone, f"{TABLE.name} has rows of routes that are no longer there: {', '.join(gone)}"


def _write(rows: list[Row], walk: Walk) -> None:
    """What `script/routes.py` writes: rows of new routes, cells as they are found; what a row asks stays."""
    kept = [row for row in rows if row.route in route_table.routes()]
    for route in sorted(route_table.routes() - {row.route for row in kept}):
        for method in ("LISTEN",) if route == LIVE else ("GET",) if route in ANY_METHOD else OTHER_METHODS:
            row = Row(route, method, route_table.guess(route), route_table.guess_asks(route))
            if walk.tried(row, ROLES["data_steward"], told=False) != "405":
                kept.append(row)
    for row in kept:
        if os.environ[WRITE] == "all" or not all(row.cells.get(name) for name in CELLS):
            row.cells = walk.cells(row)
    route_table.write(kept)


def test_each_row_says_what_its_route_asks(rows: list[Row], walk: Walk) -> None:
    for row in rows:
        kind, _, named = row.asks.partition(":")
        assert kind in ("anonymous", "signed", "right", "roles", "scope", "variant"), (
            f"{row.method} {row.route}: say in `asks` what it must ask; “{row.asks}” is nothing that can be asked."
        )
        for name in named.split("|") if named else ():
            assert name in (rights.LABELS if kind == "right" else ROLES), f"{row.route}: there is no {kind} {name}"
        assert not row.about or row.about in PEOPLE, row
        assert walk.route(row.address) == row.route, f"{row.address} is answered by {walk.route(row.address)}"
    keys = [row.key for row in rows]
    assert len(keys) == len(set(keys)), "a row is there twice"


def test_what_is_found_is_what_the_table_says(rows: list[Row], walk: Walk) -> None:
    """The heart of it, by trying: as stranger, owner, colleague, other unit, other district; where a right or a role is
    asked in some roles as well."""
    named = [row for row in rows if row.asks.startswith(("right:", "roles:"))]
    _compare(rows, walk, FEW[: 1 + len(HOW)])
    _compare(named, walk, FEW[1 + len(HOW) :])


@pytest.mark.long
def test_what_every_role_finds_is_what_the_table_says(rows: list[Row], walk: Walk) -> None:
    """Every cell."""
    _compare(rows, walk, CELLS)


def _compare(rows: list[Row], walk: Walk, columns: tuple[str, ...]) -> None:
    wrong = []
    for row in rows:
        for name in columns:
            found = walk.cell(row, name)
            if found != row.cells[name]:
                wrong.append(f"{row.method} {row.address} as {name}: the table says {row.cells[name]}, found {found}")
    assert not wrong, "\n".join(wrong[:40])


@pytest.mark.parametrize("folder", [SECOND, DEMO], ids=["second city", "demo city"])
def test_the_table_agrees_with_the_rights_of_the_roles(rows: list[Row], folder: Path) -> None:
    """Not what is found, but what is meant: who lacks the right is refused, who has it is not; in both cities."""
    roles = tomllib.loads((folder / "roles.toml").read_text(encoding="utf-8"))
    wrong = []
    for row in rows:
        for name in ROLES:
            cell = row.cells[name].rstrip("+")
            allowed = _allowed(row, name, roles[name])
            if allowed is False and cell not in NOT_IN | {"405"}:
                wrong.append(f"{row.method} {row.address}: {name} may not, but gets {cell}")
            if allowed is True and cell in ("401", "403"):
                wrong.append(f"{row.method} {row.address}: {name} may, but gets {cell}")
    assert not wrong, "\n".join(wrong)


def _allowed(row: Row, role: str, facts: dict[str, Any]) -> bool | None:
    """Whether this role may come in at all; None when it depends on the object."""
    kind, _, named = row.asks.partition(":")
    if kind in ("scope", "variant"):
        return None
    wanted = frozenset(named.split("|"))
    if kind == "right":
        return not wanted.isdisjoint(facts.get("rights", ()))
    return role in wanted if kind == "roles" else True


def test_a_stranger_gets_in_nowhere_but_where_the_table_says_so(rows: list[Row]) -> None:
    for row in rows:
        if row.asks != "anonymous":
            assert row.cells["stranger"] in NOT_IN | {"405"}, f"{row.method} {row.address}: {row.cells['stranger']}"


def test_nothing_is_told_to_whom_it_does_not_exist_for(rows: list[Row]) -> None:
    """For each kind of object: whoever gets 404 from its page finds it in no list, count, export, tile or stream."""
    pages = {row.address: row for row in rows if row.method == "GET"}
    for row in rows:
        page = pages[PAGES[row.about]] if row.about in PAGES else None
        for name in CELLS if page else ():
            hidden = page is not None and page.cells[name].rstrip("+") in NOT_IN
            assert not (hidden and row.cells[name].endswith("+")), f"{row.address} tells {name} of a hidden {row.about}"


PAGES = {
    "case": "/cases/{case}/",
    "near": "/cases/{near}/",
    "file": "/media/{file}/",
    "component": "/basedata/components/{component}/",
    "survey": "/basedata/surveys/{survey}/",
    "request": "/basedata/requests/{request}/",
}


def test_every_row_about_an_object_tells_somebody_of_it(rows: list[Row], stage: Stage) -> None:
    """Else the mark is one that the page does not show, and its absence says nothing."""
    for row in rows:
        words = [word for word in stage.marks.get(row.about, ()) if word not in stage.unquoted(row.address)]
        if words and row.method == "GET":
            told = [name for name in CELLS if row.cells[name].endswith("+")]
            assert told, f"{row.address}: nobody is told of the {row.about}; say what it is about, or leave it blank"


def test_other_methods_are_not_taken(rows: list[Row], walk: Walk) -> None:
    """What the table does not name is refused: a route has no second door by another method."""
    named = {(row.route, row.method) for row in rows}
    wrong = []
    for row in {row.route: row for row in rows if row.route not in ANY_METHOD}.values():
        for method in OTHER_METHODS:
            tried = Row(row.route, method, row.address, "")
            for login in (ROLES["data_steward"], NOBODY) if (row.route, method) not in named else ():
                found = walk.tried(tried, login, told=False)
                if found not in NOT_IN | {"405"}:
                    wrong.append(f"{method} {row.address} as {login}: {found}, and no row says so")
    assert not wrong, "\n".join(wrong)


ANY_METHOD = frozenset(("/api/v1/", "/api/v1/openapi.json", "/language/", LIVE))
"""Not ours: they read whatever the method, and change nothing without POST."""


def test_every_role_that_somebody_holds_is_tried(stage: Stage) -> None:
    held = set(Seat.objects.values_list("post__role__code", flat=True))
    assert held == set(ROLES), held ^ set(ROLES)
    demo = tomllib.loads((DEMO / "roles.toml").read_text(encoding="utf-8"))
    assert set(demo) == set(Role.objects.values_list("code", flat=True)), "a role of the demo city is not tried"

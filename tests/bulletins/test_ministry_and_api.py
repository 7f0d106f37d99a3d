"""Every number of the monthly tables of the ministry's kind (部级报表), on the page and in the workbook, is what the
HTTP API answers for the same days and those of the year before (S3-07; issue 7)."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html
from openpyxl import load_workbook

from tests.bulletins.sheet_reader import Reckoned
from tests.bulletins.test_papers_and_api import live
from tests.bulletins.told import DASH, got
from tests.cases import world as worlds
from tests.cases.kept_city import forget, kept_city, signed_in

NOW, BEFORE = ("2026-03-01", "2026-03-31"), ("2025-03-01", "2025-03-31")
DAYS = {"from": NOW[0], "to": NOW[1]}
SHEETS = {"By source": "source", "By class": "class", "By district": "area"}
KEYS = (
    "reports", "acceptances", "filings", "dispatches", "handlings", "closings", "filing_rate",
    "handling_on_time_rate", "closing_rate",
)  # fmt: skip
"""What the house's tables have, in this order; the first six are counts. The true closing rate beside them is held
against the API by `test_tables.py`."""
RATES = 6
SPOIL = "cjt214-2007:event:0103"
FIRST, LEAD, BELOW = 5, 3, "　"
Three = tuple[str, str, str]
"""Now, the year before, the change: as printed, without signs of per cent."""


@pytest.fixture(scope="module")
def town(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[worlds.World]:
    """Cases of March, of the months before, and of the March before."""
    with kept_city(django_db_blocker, tmp_path_factory.mktemp("city")) as world:
        live(world)
        vary(world)
        yield world


def vary(world: worlds.World) -> None:
    """Two classes of one 大类, two districts, two sources, in both years: so that sums have something to add."""
    for year, spoil, east, calls in ((2025, 2, 1, 1), (2026, 3, 2, 4)):
        world.now = datetime(year, 3, 20, 4, 0, tzinfo=UTC)
        for _ in range(spoil):
            world.report(class_id=SPOIL)
        for _ in range(east):
            world.report(where=worlds.EAST, login="collector1")
        for n in range(calls):
            place = dict(zip(("lon", "lat"), worlds.EAST if n % 2 else worlds.WEST, strict=True))
            world.do("calltaker1", uuid4(), "log_call", source="hotline", class_id=SPOIL, text="路边有渣土", **place)
    world.now = worlds.NOW
    forget()


@pytest.fixture(autouse=True)
def fresh(town: worlds.World, db: None) -> Iterator[None]:
    forget()
    yield
    forget()


@dataclass(slots=True)
class Api:
    """What the API tells: names of the columns; row (code and name) -> its numbers of both years; `total`."""

    heads: list[str]
    rows: dict[tuple[str, str], tuple[dict[str, Any], dict[str, Any]]] = field(default_factory=dict)
    total: tuple[dict[str, Any], dict[str, Any]] = field(default_factory=lambda: ({}, {}))


def told(client: Client, by: str) -> Api:
    asked = {"by": by, "level": "district", "keys": ",".join(KEYS)}
    now, before = (got(client, "indicators", days, **asked) for days in (NOW, BEFORE))
    found = Api([one["en"] for one in now["indicators"]], total=(now["total"], before["total"]))
    assert [one["key"] for one in now["indicators"]] == list(KEYS)
    here, there = ({_named(row["subject"]): row["values"] for row in one["rows"]} for one in (now, before))
    nothing = {key: 0 if n < RATES else DASH for n, key in enumerate(KEYS)}
    found.rows = {key: (here.get(key, nothing), there.get(key, nothing)) for key in here | there}
    return found


def _named(subject: dict[str, str]) -> tuple[str, str]:
    return ("" if subject["id"] == "none" else subject["code"], subject["name"])


def three(n: int, now: Any, before: Any) -> Three:
    """The n-th column of a row: counts change in per cent of the year before, rates in points."""
    shown = [str(one) for one in (now, before)]
    if DASH in shown or (n < RATES and int(before) == 0):
        return shown[0], shown[1], DASH
    if n >= RATES:
        return shown[0], shown[1], str(Decimal(now) - Decimal(before))
    change = Fraction(int(now) - int(before), int(before)) * 100
    exact = Decimal(change.numerator) / Decimal(change.denominator)
    return shown[0], shown[1], str(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))


def numbers(pair: tuple[dict[str, Any], dict[str, Any]]) -> list[str]:
    return [one for n, key in enumerate(KEYS) for one in three(n, pair[0][key], pair[1][key])]


def summed(api: Api, members: list[tuple[str, str]]) -> list[str]:
    """A 大类: the sums of its 小类; its rates are left out."""
    sides = [{key: sum(api.rows[one][n][key] for one in members) for key in KEYS[:RATES]} for n in (0, 1)]
    return [one for n in range(len(KEYS)) for one in (
        three(n, sides[0][KEYS[n]], sides[1][KEYS[n]]) if n < RATES else (DASH, DASH, DASH)
    )]  # fmt: skip


@dataclass(slots=True)
class Line:
    """A row as it stands on the page or in the sheet. `where`: of each number, for what is said of it."""

    code: str | None
    name: str
    below: bool
    texts: list[str]
    where: list[str]


def faults(lines: list[Line], api: Api) -> list[str]:
    """Where the table is not the API, lacks one of its rows or has one that is nobody's."""
    found, seen = [], set()
    for n, line in enumerate(lines):
        key = next((one for one in api.rows if one[1] == line.name and line.code in (None, one[0])), None)
        below = []
        for one in lines[n + 1 :]:
            if not one.below:
                break
            below.append(next(key for key in api.rows if key[1] == one.name and one.code in (None, key[0])))
        if line.name == "Total":
            wanted = numbers(api.total)
        elif below and not line.below:
            wanted = summed(api, below)
        elif key is None or key in seen:
            found.append(f"{line.name}: is nobody's")
            continue
        else:
            seen.add(key)
            wanted = numbers(api.rows[key])
        found += [f"{line.name} {at}: {text}, by the API {one}"
                  for text, one, at in zip(line.texts, wanted, line.where, strict=True) if text != one]  # fmt: skip
    return found + [f"{name}: is not there" for _code, name in api.rows.keys() - seen]


def of_sheet(content: bytes, name: str, heads: list[str]) -> list[Line]:
    """The rows of a sheet, formulas reckoned from their own text."""
    page, reckoned = load_workbook(io.BytesIO(content))[name], Reckoned(content)
    assert [one.value for one in page[3] if one.value] == [*heads, "True closing rate"]
    found = []
    for row in page.iter_rows(min_row=FIRST, max_col=LEAD - 1 + 3 * len(KEYS)):
        name_of, cells = str(row[1].value or ""), row[LEAD - 1 :]
        texts = [_text(reckoned.cell(name, one.coordinate), n) for n, one in enumerate(cells)]
        where = [one.coordinate for one in cells]
        found.append(Line(row[0].value or "", name_of.removeprefix(BELOW), name_of.startswith(BELOW), texts, where))
    return found


def _text(value: Any, n: int) -> str:
    """The n-th number of a row: shares are kept as fractions of one, changes of rates in points."""
    if not isinstance(value, (int, float)):
        return str(value)
    column, side = divmod(n, 3)
    if column < RATES and side < 2:
        return f"{value:g}"
    times = 1 if column >= RATES and side == 2 else 100
    return str(Decimal(str(round(value * times, 9))).quantize(Decimal("0.01"), ROUND_HALF_UP))


def of_page(content: bytes, heads: list[str]) -> list[Line]:
    page = html.fromstring(content)
    assert [one.text_content() for one in page.xpath("//thead/tr[1]/th")][1:] == heads
    found = []
    for row in page.xpath("//tr[@data-row]"):
        for note in row.xpath(".//*[@data-true]"):
            note.drop_tree()
        texts = [one.text_content().strip().removesuffix("%").removeprefix("+") for one in row.findall("td")]
        name = row.find("th")
        below = "bt-below" in (name.get("class") or "")
        found.append(Line(None, name.text_content(), below, texts, [f"number {n + 1}" for n in range(len(texts))]))
    return found


def workbook(client: Client) -> bytes:
    answer = client.get(reverse("bulletins:monthly_workbook"), DAYS)
    assert answer.status_code == 200
    return answer.content


@pytest.mark.parametrize("login", ["leader1", "evaluator1", "supervisor1"])
@pytest.mark.parametrize("name", SHEETS)
def test_every_number_of_the_monthly_workbook_is_the_apis(login: str, name: str) -> None:
    """Of each row the counts and rates of both years and their changes; whoever asks, within their scope."""
    client = signed_in(login)
    content, api = workbook(client), told(client, SHEETS[name])
    assert list(load_workbook(io.BytesIO(content)).sheetnames) == list(SHEETS)
    lines = of_sheet(content, name, api.heads)
    assert faults(lines, api) == []
    assert Reckoned(content).differences() == [], "what is shown is what the formulas give"
    assert lines[-1].name == "Total" and len(lines) > len(api.rows)


@pytest.mark.parametrize("by", SHEETS.values())
def test_every_number_of_the_monthly_page_is_the_apis(by: str) -> None:
    client = signed_in("leader1")
    api = told(client, by)
    answer = client.get(reverse("bulletins:monthly"), DAYS | {"by": by})
    lines = of_page(answer.content, api.heads)
    assert faults(lines, api) == []
    told_of = [text for line in lines for text in line.texts if text != DASH]
    assert len(told_of) > 30 and "-60.00" in told_of, "changes too"


@pytest.mark.parametrize("name", SHEETS)
def test_a_changed_number_is_found(name: str) -> None:
    """Any number of any row: the one that was changed is named; a row that is taken out is missed."""
    client = signed_in("leader1")
    content, api = workbook(client), told(client, SHEETS[name])
    plain = [(cell.row, cell.column) for row in load_workbook(io.BytesIO(content))[name].iter_rows(
        min_row=FIRST, min_col=LEAD) for cell in row if cell.data_type == "n" and cell.value is not None]  # fmt: skip
    assert len(plain) > 10
    for row, column in plain:
        book = load_workbook(io.BytesIO(content))
        cell = book[name].cell(row, column)
        cell.value = float(cell.value or 0) + 1
        out = io.BytesIO()
        book.save(out)
        wrong = faults(of_sheet(out.getvalue(), name, api.heads), api)
        assert any(f" {cell.coordinate}: " in one for one in wrong), cell.coordinate
    lines = [one for one in of_sheet(content, name, api.heads) if one.name != next(iter(api.rows))[1]]
    assert any("is not there" in one for one in faults(lines, api))

"""Every number of the workbook of the scores, its formulas reckoned anew, is what the HTTP API answers (S2-13)."""

import io
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from tests.bulletins.sheet_reader import Reckoned
from tests.bulletins.told import DASH
from tests.cases import world as worlds
from tests.cases.kept_city import signed_in

pytestmark = pytest.mark.usefixtures("fresh")
DAYS = {"first": "2026-03-01", "last": "2026-03-31"}
TRUE, SHARES = "true_closing_rate.", ("estimate", "low", "high", "reported")
LEAD = {"Rank": "rank", "Score": "score", "Grade": "grade"}


@pytest.fixture
def owner(town: worlds.World, fresh: Any) -> Iterator[Any]:
    yield signed_in("evaluator1")


def taken(owner: Any, scheme: str) -> bytes:
    words = {"scheme": scheme, "from": DAYS["first"], "to": DAYS["last"]}
    answer = owner.get(reverse("bulletins:scores_workbook"), words)
    assert answer.status_code == 200
    return answer.content


def told(owner: Any, path: str, **query: str) -> Any:
    answer = owner.get(f"/api/v1/evaluation/{path}", DAYS | query)
    assert answer.status_code == 200, answer.content.decode()
    return answer.json()


def printed(value: Any, places: int = 2) -> str:
    if not isinstance(value, (int, float)):
        return str(value or "")
    return str(Decimal(str(round(value, 9))).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


def faults(content: bytes, scores: Any, counts: Any) -> tuple[list[str], int]:
    """Where the workbook is not the API, or has a number that is nobody's; how many numbers were compared."""
    book, reckoned = load_workbook(io.BytesIO(content)), Reckoned(content)
    seen: set[tuple[str, str]] = set()
    found = [*_scores(book["Scores"], reckoned, scores, seen)]
    for name, first in (("Counts", 3), ("Rates", 3)):
        if name in book.sheetnames:
            found += _values(book[name], reckoned, counts, first, seen)
    for name in ("Scores", "Counts", "Rates"):
        for row in book[name].iter_rows() if name in book.sheetnames else ():
            for cell in row:
                value = reckoned.cell(name, cell.coordinate) if cell.value is not None else None
                if isinstance(value, (int, float)) and (name, cell.coordinate) not in seen:
                    found.append(f"{name} {cell.coordinate}: {value} is nobody's")
    return found, len(seen)


def _scores(page: Any, reckoned: Reckoned, scores: Any, seen: set[tuple[str, str]]) -> Iterator[str]:
    rows = {row["subject"]["code"]: row for group in scores["groups"] for row in group["rows"]}
    heads: dict[int, str] = {}
    for line in page.iter_rows():
        if line[0].value == "Rank":
            heads = {cell.column: str(cell.value) for cell in line if cell.value}
            continue
        row = rows.get(str(line[1].value))
        weights = line[2].value == "Weight and full marks"
        if row is None and not weights:
            continue
        terms = {name: (part, one) for one_row in ([row] if row else list(rows.values())[:1])
                 for one in one_row["terms"] + one_row["plus"] for part, name in _columns(one)}  # fmt: skip
        for column, head in heads.items():
            cell = page.cell(line[0].row, column)
            if cell.value is None or head in ("Code", "Name"):
                continue
            value = reckoned.cell("Scores", cell.coordinate)
            wanted = _weight(terms, head) if weights else _wanted(row, terms, head)
            seen.add(("Scores", cell.coordinate))
            if printed(value) != wanted:
                yield f"Scores {cell.coordinate} {head}: {printed(value)}, by the API {wanted}"


def _columns(term: Any) -> list[tuple[str, str]]:
    own = [("exact", term["en"]), ("points", f"{term['en']}: points"), ("counts", f"{term['en']}: adds")]
    return own + [pair for part in term["parts"] for pair in _columns(part)]


def _wanted(row: Any, terms: Any, head: str) -> str:
    if head in LEAD:
        value = row[LEAD[head]]
        return DASH if value is None else printed(float(value) if head == "Rank" else value)
    if head == "Weight with a value":
        return printed(float(sum(Decimal(one["weight"]) for one in row["terms"] if one["points"] != DASH)))
    part, one = terms[head]
    if part == "exact":
        return DASH if one["exact"] is None else printed(float(Fraction(one["exact"])))
    return DASH if one[part] == DASH else printed(float(one[part]))


def _weight(terms: Any, head: str) -> str:
    part, one = terms[head]
    return printed(float(one["of" if part == "points" else "weight"]))


def _values(page: Any, reckoned: Reckoned, counts: Any, first: int, seen: set[tuple[str, str]]) -> Iterator[str]:
    rows = {row["subject"]["code"]: row["values"] | _true(row) for row in counts["rows"]}
    zero = {one["key"]: 0 if one["unit"] != "percent" else DASH for one in counts["indicators"]}
    percent = {one["key"] for one in counts["indicators"] if one["unit"] == "percent"}
    percent |= {f"{TRUE}{one}" for one in SHARES}
    keys = {cell.column: cell.value for cell in page[2] if cell.value}
    for line in page.iter_rows(min_row=first):
        none = {key: DASH for key in keys.values() if str(key).startswith(TRUE)}
        values = zero | none | rows.get(str(line[1].value), {})
        for column, key in keys.items():
            cell = page.cell(line[0].row, column)
            value = reckoned.cell(page.title, cell.coordinate)
            shown = value * 100 if key in percent and isinstance(value, (int, float)) else value
            wanted = values[key] if isinstance(values[key], str) else printed(values[key])
            seen.add((page.title, cell.coordinate))
            if printed(shown) != wanted:
                yield f"{page.title} {cell.coordinate} {key}: {printed(shown)}, by the API {wanted}"


def _true(row: Any) -> dict[str, Any]:
    """The true closing rate of an object, as its columns are called."""
    return {f"{TRUE}{key}": DASH if one is None else one for key, one in (row["true_closing_rate"] or {}).items()}


@pytest.mark.parametrize("scheme", ["department", "area"])
def test_every_number_of_the_workbook_is_the_apis(owner: Any, scheme: str) -> None:
    """Counts, rates, values, points, what each term adds, scores, ranks; the formulas reckoned from their own text. And
    a changed count is found."""
    scores = told(owner, "scores", scheme=scheme)
    counts = told(owner, "indicators", by=scores["by"], level=scores["level"], scheme=scheme)
    content = taken(owner, scheme)
    found, compared = faults(content, scores, counts)
    assert found == []
    assert compared >= 20
    book = load_workbook(io.BytesIO(content))
    cell = next(one for row in book["Counts"].iter_rows(min_row=3, min_col=4) for one in row if one.value)
    cell.value += 1
    out = io.BytesIO()
    book.save(out)
    wrong, _compared = faults(out.getvalue(), scores, counts)
    assert any(one.startswith("Counts") for one in wrong)

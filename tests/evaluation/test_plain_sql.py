"""The statements that count are plain: read as PostgreSQL and as DuckDB, they say the same to Spark, a province's
cluster, without anything that Spark has not (issue 7, item 2)."""

import re

import pytest
import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel, ParseError, UnsupportedError

from citygrid.evaluation.counting import Question, spelled, statement_of
from citygrid.evaluation.definitions import Count, shipped
from citygrid.evaluation.exporting import statements
from tests.evaluation.test_oracle import PERIODS

TOLD = statements(shipped(), PERIODS[10], with_derived=True)
TEXTS = {f"{facts} by {by}": text for (facts, by), text in TOLD.items()}
ALLOWED = {"COUNT", "SUM", "COALESCE", "CASE", "FILTER", "CAST", "IF", "AND", "OR"}
FORBIDDEN = ("::", "->", "#>", "@>", "<@", "~", " any(", " ilike ", "lateral", "distinct on", "interval", "array[")


def odd(text: str) -> list[str]:
    """What in a statement is not plain; nothing where it is."""
    bare = re.sub(r"'[^']*'", "''", text).lower()
    found = [word for word in FORBIDDEN if word in bare]
    try:
        tree, other = (sqlglot.parse_one(text, read=dialect) for dialect in ("postgres", "duckdb"))
    except ParseError as error:
        return [*found, str(error)]
    found += sorted({type(one).key.upper() for one in tree.find_all(exp.Func)} - ALLOWED)
    try:
        again = sqlglot.parse_one(tree.sql("spark", unsupported_level=ErrorLevel.RAISE), read="spark")
    except (UnsupportedError, ParseError) as error:
        return [*found, str(error)]
    for kind in (exp.Column, exp.Filter, exp.Group, exp.In, exp.Between, exp.Literal):
        told = [len(list(one.find_all(kind))) for one in (tree, again, other)]
        if len(set(told)) > 1:
            found.append(f"{kind.key}: {told}")
    return found


@pytest.mark.parametrize("name", [one for one in TEXTS if one.endswith((" unit", " post", " area"))])
def test_a_statement_is_read_alike_by_three(name: str) -> None:
    assert odd(TEXTS[name]) == []


@pytest.mark.long
@pytest.mark.parametrize("name", [one for one in TEXTS if not one.endswith((" unit", " post", " area"))])
def test_so_are_the_others(name: str) -> None:
    assert odd(TEXTS[name]) == []


def test_row_by_row_is_as_plain() -> None:
    """The form for few counts, which looks at each row."""
    counts = [one for one in shipped().all.values() if isinstance(one, Count) and one.facts == "item"]
    assert odd(spelled(*statement_of("item", counts[:9], Question(PERIODS[10], "unit")))) == []


@pytest.mark.parametrize(
    "text",
    [
        "select count(*) from t where a ~ 'x'",
        "select count(*) from t where a @> b",
        "select distinct on (a) a from t",
        "select a::int from t",
        "select count(*) from t where a = any(b)",
        "select date_trunc('month', a) from t",
        "select a from t, lateral (select 1) x",
    ],
)
def test_what_one_database_alone_knows_is_seen(text: str) -> None:
    assert odd(text) != []

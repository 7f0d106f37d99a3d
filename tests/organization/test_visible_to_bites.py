"""Taking `visible_to` out of any one query turns the matrix red: each is taken out in turn (DESIGN 7; S0-04, S0-67).

The small core of the matrix is every row of `routes.csv` that tells of an object, tried by those who may not see it.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from citygrid.basedata import asking, seeing, survey_asking
from citygrid.basedata.models import Survey
from citygrid.cases import acting, reading
from citygrid.evaluation import counting
from citygrid.geocoding import batch_pages
from citygrid.geocoding.models import Batch
from citygrid.organization.visibility import Scope
from tests.organization import route_table
from tests.organization.route_table import Row
from tests.organization.route_walk import Walk
from tests.organization.stage import Stage
from tests.organization.test_routes import fresh, rows, stage, walk

__all__ = ["fresh", "rows", "stage", "walk"]

pytestmark = pytest.mark.long
OUTSIDERS = ("other_unit", "other_district")
Take = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True)
class Query:
    """A query that asks `visible_to`: `take` takes the condition out of it, and out of nothing else. `about`: rows of
    which kinds of object are tried."""

    name: str
    take: Take
    about: tuple[str, ...] = ("case", "near", "")


def scope_sql_in(module: str, function: str) -> Take:
    """`Scope.sql` says "everything" when this one function asks."""

    def take(patch: pytest.MonkeyPatch) -> None:
        real = Scope.sql

        def sql(self: Scope, alias: str) -> tuple[str, list[Any]]:
            asker = sys._getframe(1)
            here = asker.f_globals["__name__"], asker.f_code.co_name
            return ("true", []) if here == (module, function) else real(self, alias)

        patch.setattr(Scope, "sql", sql)

    return take


def always(owner: Any, name: str, answer: Any) -> Take:
    """A function answers as if it had asked nothing."""
    return lambda patch: patch.setattr(owner, name, lambda *_args, **_more: answer)


def every_survey(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(survey_asking, "surveys", lambda _signed: Survey.objects.select_related("register", "made_by"))


def every_batch(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(batch_pages, "_own", lambda _signed, pk: Batch.objects.get(pk=pk))


def all_components(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(seeing.Sight, "sql", lambda *_args, **_more: ("true", []))


QUERIES = (
    Query("the list, search and picks", scope_sql_in("citygrid.cases.reading", "_where")),
    Query("the case page, its forms, the API, live push", always(reading, "visible", True)),
    Query("acts on a case", always(acting, "visible", True)),
    Query("duplicates near", scope_sql_in("citygrid.cases.nearby", "near")),
    Query("cases of a component", scope_sql_in("citygrid.cases.component_cases", "cases_of")),
    Query("files", scope_sql_in("citygrid.cases.photos", "may_see")),
    Query("map: features and tiles", scope_sql_in("citygrid.cases.map_source", "_scope")),
    Query("rows behind a number of the evaluation", always(counting, "_seen", "true"), ("counted",)),
    Query("components: list, page, export, map, picks", all_components, ("component",)),
    Query("change requests: list", always(asking, "seen", ("true", [])), ("request",)),
    Query("change requests: one", always(asking, "visible", True), ("request",)),
    Query("surveys", every_survey, ("survey",)),
    Query("the intake queue", scope_sql_in("citygrid.reception.intake.queue", "waiting")),
    Query("files of addresses", every_batch, ("batch",)),
)


def wrong(rows: list[Row], walk: Walk, about: tuple[str, ...]) -> list[str]:
    """Cells of outsiders that are not as the table says."""
    found = []
    for row in rows:
        if row.about in about and (row.about or row.asks == "scope"):
            found += [
                f"{row.method} {row.address} as {name}" for name in OUTSIDERS if walk.cell(row, name) != row.cells[name]
            ]
    return found


def test_the_core_is_as_the_table_says(rows: list[Row], stage: Stage) -> None:
    """Else the tests below would see red whatever they take out."""
    assert not wrong(rows, Walk(stage), tuple({row.about for row in rows}))


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_without_the_condition_the_matrix_is_red(
    query: Query, rows: list[Row], stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    query.take(monkeypatch)
    found = wrong(rows, Walk(stage), query.about)
    assert found, f"nothing notices that {query.name} shows everything to everybody"


def test_the_table_tells_of_each_kind(rows: list[Row]) -> None:
    told = {row.about for row in route_table.read()}
    assert {kind for query in QUERIES for kind in query.about} - {""} <= told

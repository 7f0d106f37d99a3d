"""The database emptied after a test that committed: only the tables that hold something.

Django truncates all of them each time, some thousand files, and makes all permissions anew: more than most of the tests
that it follows take."""

from functools import cache
from typing import Any

from django.db import connections, transaction
from psycopg import sql

from citygrid.evaluation import facts

KEPT = frozenset(("django_content_type", "auth_permission"))
"""Made by the migrations, the same for every test."""
FACTS = (
    "evaluation_changed", "evaluation_recurrence", "evaluation_heat",
    *(f"evaluation_{way}{name}" for way in ("", "day_") for name in facts.NAMES),
)  # fmt: skip
"""Tables that no model knows. Facts of cases that are gone would stay: no trigger tells of an emptied table."""


def empty(self: Any) -> None:
    """What `TransactionTestCase` does after each test."""
    for alias in self._databases_names(include_mirrors=False):
        _empty(alias)


def _empty(alias: str) -> None:
    connection = connections[alias]
    tables = _tables(alias)
    held = sql.SQL(",").join(
        sql.SQL("case when exists (select from {}) then {} end").format(sql.Identifier(one), sql.Literal(one))
        for one in tables
    )
    with transaction.atomic(using=alias), connection.cursor() as cursor:
        cursor.execute(sql.SQL("select array_remove(array[{}], null)").format(held))
        (found,) = cursor.fetchone()
        # Neither references between them nor rules that rows are never deleted count here, as for a truncation.
        cursor.execute("set local session_replication_role = replica")
        for one in found:
            cursor.execute(sql.SQL("delete from {}").format(sql.Identifier(one)))


@cache
def _tables(alias: str) -> tuple[str, ...]:
    names = connections[alias].introspection.django_table_names(only_existing=True, include_views=False)
    return (*(one for one in names if one not in KEPT), *FACTS)

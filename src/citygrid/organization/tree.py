"""Bodies above and below, and the mark that changes with every change of the organization."""

from collections.abc import Iterable

from django.db import connection


def descendants(ids: Iterable[int]) -> frozenset[int]:
    """The bodies themselves and all below them, those that have ended too (old cases stay visible)."""
    return _ids(
        """with recursive below(id) as (
             select id from organization_body where id = any(%s)
             union select b.id from organization_body b join below on b.parent_id = below.id)
           select id from below""",
        ids,
    )


def ancestors(ids: Iterable[int]) -> frozenset[int]:
    """The bodies themselves and all above them."""
    return _ids(
        """with recursive above(id, parent_id) as (
             select id, parent_id from organization_body where id = any(%s)
             union select b.id, b.parent_id from organization_body b join above on b.id = above.parent_id)
           select id from above""",
        ids,
    )


def version() -> int:
    """The mark of the organization's state, another after every change; 0 before the first."""
    with connection.cursor() as cursor:
        cursor.execute("select number from organization_version where id = 1")
        row = cursor.fetchone()
    return row[0] if row else 0


def bump() -> None:
    """Says that something changed. Signals call it for single rows; call it after bulk statements.

    The mark is drawn, not counted: a count that is rolled back would come again for another state, and what was
    kept in memory for the first would be taken for the second.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into organization_version (id, number) values (1, (random() * 9007199254740991)::bigint)"
            " on conflict (id) do update set number = excluded.number"
        )


def _ids(sql: str, ids: Iterable[int]) -> frozenset[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(ids)])
        return frozenset(row[0] for row in cursor.fetchall())

"""Bodies above and below, and the number that changes with every change of the organization."""

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
    """The number of the organization's state; 0 before the first change."""
    with connection.cursor() as cursor:
        cursor.execute("select number from organization_version where id = 1")
        row = cursor.fetchone()
    return row[0] if row else 0


def bump() -> None:
    """Says that something changed. Signals call it for single rows; call it after bulk statements."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into organization_version (id, number) values (1, 1)"
            " on conflict (id) do update set number = organization_version.number + 1"
        )


def _ids(sql: str, ids: Iterable[int]) -> frozenset[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(ids)])
        return frozenset(row[0] for row in cursor.fetchall())

"""Pending migrations are told by names and one query (issue: the second start is quick)."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from citygrid.config import migrating

pytestmark = pytest.mark.django_db


def test_nothing_is_pending_after_migrate() -> None:
    assert migrating.on_disk() <= migrating.applied()
    assert not migrating.migrate_when_needed()


def test_the_names_on_disk_are_those_that_django_knows() -> None:
    known = set(MigrationExecutor(connection).loader.disk_migrations)
    assert known <= migrating.on_disk()
    assert {label for label, _ in migrating.on_disk()} >= {"auth", "organization", "procrastinate"}


def test_a_migration_that_was_not_applied_is_seen() -> None:
    with connection.cursor() as cursor:
        cursor.execute("delete from django_migrations where app = 'sessions'")
    assert ("sessions", "0001_initial") in migrating.on_disk() - migrating.applied()

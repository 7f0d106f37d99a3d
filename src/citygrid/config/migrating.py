"""Migrate only when something is to do: told by file names and one query, without loading any migration."""

import pkgutil
from importlib.util import find_spec

from django.apps import apps
from django.core.management import call_command
from django.db import connection

LOCK = 7_214_001  # advisory lock: two servers on one database migrate one after the other


def on_disk() -> set[tuple[str, str]]:
    """(app label, migration name) of every installed migration file."""
    found = set()
    for config in apps.get_app_configs():
        package = find_spec(f"{config.name}.migrations")
        for folder in (package.submodule_search_locations or []) if package else []:
            names = {module.name for module in pkgutil.iter_modules([folder])}
            found |= {(config.label, name) for name in names if name[0] not in "_~"}
    return found


def applied() -> set[tuple[str, str]]:
    """(app label, migration name) of what the database has had."""
    with connection.cursor() as cursor:
        cursor.execute("select to_regclass('django_migrations') is not null")
        if not cursor.fetchone()[0]:
            return set()
        cursor.execute("select app, name from django_migrations")
        return set(cursor.fetchall())


def migrate_when_needed() -> bool:
    """Bring the database to the state of the code; True when there was something to do."""
    if on_disk() <= applied():
        return False
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [LOCK])
        try:
            call_command("migrate", interactive=False, verbosity=0)
        finally:
            cursor.execute("select pg_advisory_unlock(%s)", [LOCK])
    return True

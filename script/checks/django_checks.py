"""Models have their migrations, system checks are silent, and every template compiles. No database is asked."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "citygrid.config.settings")

import django
from django.apps import apps
from django.core import checks
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.questioner import NonInteractiveMigrationQuestioner
from django.db.migrations.state import ProjectState
from django.template import TemplateDoesNotExist, TemplateSyntaxError, engines
from django.template.backends.django import DjangoTemplates
from django.utils import translation

SOURCE = Path(__file__).resolve().parent.parent.parent / "src" / "citygrid"


def missing_migrations() -> Iterator[str]:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    detector = MigrationAutodetector(
        loader.project_state(), ProjectState.from_apps(apps), NonInteractiveMigrationQuestioner(dry_run=True)
    )
    for label, migrations in detector.changes(graph=loader.graph).items():
        if apps.get_app_config(label).name.startswith("citygrid."):
            what = "; ".join(operation.describe() for m in migrations for operation in m.operations)
            yield f"{label}: models without a migration: {what}"


def broken_templates() -> Iterator[str]:
    engine = engines["django"]
    assert isinstance(engine, DjangoTemplates)
    for path in sorted(SOURCE.glob("*/templates/**/*.html")):
        folder = next(parent for parent in path.parents if parent.name == "templates")
        try:
            engine.get_template(str(path.relative_to(folder)))
        except (TemplateSyntaxError, TemplateDoesNotExist) as error:
            yield f"{path.relative_to(SOURCE)}: {error}"


def system_checks() -> Iterator[str]:
    for message in checks.run_checks():
        if message.level >= checks.WARNING:
            yield str(message)


def main() -> int:
    django.setup()
    translation.deactivate_all()  # names of fields are compared as they stand in the source
    findings = [*missing_migrations(), *broken_templates(), *system_checks()]
    print("\n".join(findings), end="\n" if findings else "")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())

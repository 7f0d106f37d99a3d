"""What was over when, by index: of the month of the tables before the city's only the last hours are read."""

from pathlib import Path

from django.db import migrations

TEXT = (Path(__file__).resolve().parent.parent / "facts_tables.sql").read_text(encoding="utf-8")
SQL = "".join(f"{line}\n" for line in TEXT.splitlines() if line.startswith("create index if not exists"))


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0012_scheme_changes")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]

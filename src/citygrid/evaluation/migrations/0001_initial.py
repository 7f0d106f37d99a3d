"""Facts, from `facts.sql`: views over the tables of cases, and the tables that hold what they say."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).resolve().parent.parent / "facts.sql").read_text(encoding="utf-8")
NAMES = ("case", "assignment", "item", "act")
DROP = "; ".join([f"drop table if exists evaluation_{n}" for n in NAMES] + [f"drop view evaluation_live_{n}" for n in NAMES])


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("cases", "0001_initial"), ("organization", "0001_initial"), ("collection", "0006_finding_texts"),
    ]  # fmt: skip
    operations = [migrations.RunSQL(SQL, DROP)]

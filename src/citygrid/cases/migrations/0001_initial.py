"""The tables of cases, from `tables.sql` (partitions are more than Django's schema editor knows)."""

from pathlib import Path

from django.db import migrations, models

SQL = (Path(__file__).resolve().parent.parent / "tables.sql").read_text(encoding="utf-8")
DROP = (
    "drop table cases_media, cases_number, cases_assignment, cases_item, cases_case, cases_entry, cases_head cascade"
)


class Migration(migrations.Migration):
    initial = True

    operations = [
        migrations.RunSQL(SQL, DROP),
        migrations.CreateModel(
            name="NumberBlock",
            fields=[
                ("series", models.TextField(primary_key=True, serialize=False)),
                ("next", models.BigIntegerField()),
            ],
        ),
    ]

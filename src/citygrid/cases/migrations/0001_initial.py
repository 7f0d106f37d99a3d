"""The tables of cases, from `tables.sql` (partitions are more than Django's schema editor knows)."""

from pathlib import Path

import django.contrib.postgres.fields
from django.db import migrations, models

SQL = (Path(__file__).resolve().parent.parent / "tables.sql").read_text(encoding="utf-8")
DROP = "drop table cases_origin, cases_media, cases_number, cases_assignment, cases_item, cases_case, cases_entry, cases_head cascade"


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
        migrations.CreateModel(
            name="AssignmentRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "case_id", "no", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("case_id", models.UUIDField()),
                ("no", models.IntegerField()),
                ("month", models.DateField()),
                ("body", models.BigIntegerField()),
                ("state", models.TextField()),
                ("parent", models.IntegerField(null=True)),
                ("assisting", models.BooleanField()),
                ("offered_at", models.DateTimeField()),
                ("limit_text", models.TextField(null=True)),
                ("due", models.DateTimeField(null=True)),
                ("worker", models.BigIntegerField(null=True)),
                ("signed_at", models.DateTimeField(null=True)),
                ("arrived_at", models.DateTimeField(null=True)),
                ("made_safe_at", models.DateTimeField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
                ("late", models.BooleanField(null=True)),
                ("outcome", models.TextField(null=True)),
                ("reworks", models.IntegerField()),
                ("extensions", models.IntegerField()),
                ("exempt", models.BooleanField()),
            ],
            options={
                "db_table": "cases_assignment",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="CaseMedia",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "file_id", "case_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("file_id", models.UUIDField()),
                ("case_id", models.UUIDField()),
            ],
            options={
                "db_table": "cases_media",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="CaseRow",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("bucket", models.DateField()),
                ("month", models.DateField()),
                ("version", models.IntegerField()),
                ("state", models.TextField()),
                ("kind", models.TextField()),
                ("mode", models.TextField()),
                ("outcome", models.TextField(null=True)),
                ("source", models.TextField()),
                ("class_id", models.TextField(null=True)),
                ("condition", models.TextField(null=True)),
                ("safety", models.BooleanField()),
                ("component", models.TextField(null=True)),
                ("report_no", models.TextField()),
                ("case_no", models.TextField(null=True)),
                ("lon", models.TextField(null=True)),
                ("lat", models.TextField(null=True)),
                ("grid", models.BigIntegerField(null=True)),
                ("community", models.BigIntegerField(null=True)),
                ("street", models.BigIntegerField(null=True)),
                ("district", models.BigIntegerField(null=True)),
                ("areas", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ("bodies", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ("persons", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ("unit", models.BigIntegerField(null=True)),
                ("holder_kind", models.TextField(null=True)),
                ("holder_body", models.BigIntegerField(null=True)),
                ("holder_role", models.TextField(null=True)),
                ("holder_person", models.BigIntegerField(null=True)),
                ("parent", models.UUIDField(null=True)),
                ("text_id", models.UUIDField(null=True)),
                ("address_id", models.UUIDField(null=True)),
                ("caller_id", models.UUIDField(null=True)),
                ("marks", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("received_at", models.DateTimeField()),
                ("filed_at", models.DateTimeField(null=True)),
                ("dispatched_at", models.DateTimeField(null=True)),
                ("handled_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("due", models.DateTimeField(null=True)),
                ("snapshot", models.JSONField()),
            ],
            options={
                "db_table": "cases_case",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="EntryRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "case_id", "seq", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("case_id", models.UUIDField()),
                ("seq", models.IntegerField()),
                ("month", models.DateField()),
                ("type", models.TextField()),
                ("schema", models.SmallIntegerField()),
                ("act_id", models.UUIDField()),
                ("body_hash", models.BinaryField()),
                ("recorded_at", models.DateTimeField()),
                ("effective_at", models.DateTimeField()),
                ("person", models.BigIntegerField()),
                ("post", models.BigIntegerField(null=True)),
                ("body", models.BigIntegerField(null=True)),
                ("role", models.TextField()),
                ("side", models.TextField()),
                ("data", models.JSONField()),
                ("head", models.BinaryField()),
            ],
            options={
                "db_table": "cases_entry",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Head",
            fields=[
                ("case_id", models.UUIDField(primary_key=True, serialize=False)),
                ("month", models.DateField()),
                ("bucket", models.DateField()),
                ("version", models.IntegerField()),
                ("head", models.BinaryField()),
            ],
            options={
                "db_table": "cases_head",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="ItemRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "case_id", "no", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("case_id", models.UUIDField()),
                ("no", models.IntegerField()),
                ("bucket", models.DateField()),
                ("kind", models.TextField()),
                ("subject", models.TextField()),
                ("main", models.BooleanField()),
                ("body", models.BigIntegerField(null=True)),
                ("role", models.TextField()),
                ("person", models.BigIntegerField(null=True)),
                ("opened_at", models.DateTimeField()),
                ("limit_text", models.TextField(null=True)),
                ("calendar", models.TextField(null=True)),
                ("due", models.DateTimeField(null=True)),
                ("warn_at", models.DateTimeField(null=True)),
                ("sort_at", models.DateTimeField()),
                ("next_at", models.DateTimeField(null=True)),
                ("provisional", models.BooleanField()),
                ("paused_at", models.DateTimeField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
                ("done_by", models.BigIntegerField(null=True)),
                ("outcome", models.TextField(null=True)),
                ("late", models.BooleanField(null=True)),
                ("held", models.BigIntegerField(null=True)),
                ("offline", models.JSONField(null=True)),
            ],
            options={
                "db_table": "cases_item",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Number",
            fields=[
                ("number", models.TextField(primary_key=True, serialize=False)),
                ("case_id", models.UUIDField()),
            ],
            options={
                "db_table": "cases_number",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Origin",
            fields=[
                ("case_id", models.UUIDField(primary_key=True, serialize=False)),
                ("system", models.TextField()),
                ("source_case", models.TextField(null=True)),
                ("derived", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("digest", models.BinaryField()),
            ],
            options={
                "db_table": "cases_origin",
                "managed": False,
            },
        ),
    ]

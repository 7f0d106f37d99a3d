"""Positioned things with their fixes by day (`positions/tables.sql`), patrols, daily logs."""

from pathlib import Path

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SQL = (Path(__file__).resolve().parent.parent / "positions/tables.sql").read_text(encoding="utf-8")
DROP = "drop table collection_newest, collection_fix cascade"


class Migration(migrations.Migration):
    dependencies = [
        ("collection", "0001_sending"),
        ("organization", "0007_units"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(SQL, DROP),
        migrations.CreateModel(
            name="PatrolRules",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField(unique=True)),
                ("data", models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name="Patrol",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("shift", models.CharField(blank=True, max_length=20)),
                ("planned_starts", models.DateTimeField(null=True)),
                ("planned_ends", models.DateTimeField(null=True)),
                (
                    "duty_grids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=32), default=list, size=None
                    ),
                ),
                (
                    "areas",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                (
                    "bodies",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                (
                    "persons",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("device", models.UUIDField()),
                ("in_at", models.DateTimeField()),
                ("in_received_at", models.DateTimeField()),
                ("in_lon", models.FloatField(null=True)),
                ("in_lat", models.FloatField(null=True)),
                ("in_accuracy", models.FloatField(null=True)),
                ("in_mock", models.BooleanField(null=True)),
                ("in_metres", models.FloatField(null=True)),
                ("out_id", models.UUIDField(null=True)),
                ("out_at", models.DateTimeField(null=True)),
                ("out_received_at", models.DateTimeField(null=True)),
                ("out_lon", models.FloatField(null=True)),
                ("out_lat", models.FloatField(null=True)),
                ("out_accuracy", models.FloatField(null=True)),
                ("out_mock", models.BooleanField(null=True)),
                ("out_metres", models.FloatField(null=True)),
                ("figures", models.JSONField(default=dict)),
                ("counted_at", models.DateTimeField(null=True)),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organization.body"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organization.post"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DayLog",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("text", models.TextField()),
                ("made_at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organization.body"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organization.post"
                    ),
                ),
                (
                    "patrol",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="logs",
                        to="collection.patrol",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Positioned",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("person", "person"), ("vehicle", "vehicle")], max_length=12)),
                ("code", models.CharField(blank=True, max_length=40)),
                ("name", models.CharField(blank=True, max_length=60)),
                ("active", models.BooleanField(default=True)),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organization.body"
                    ),
                ),
                (
                    "person",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="patrol",
            index=models.Index(fields=["day", "body"], name="patrol_by_day"),
        ),
        migrations.AddIndex(
            model_name="patrol",
            index=models.Index(fields=["person", "day"], name="patrol_by_person"),
        ),
        migrations.AddIndex(
            model_name="patrol",
            index=django.contrib.postgres.indexes.GinIndex(fields=["areas"], name="patrol_by_area"),
        ),
        migrations.AddConstraint(
            model_name="patrol",
            constraint=models.CheckConstraint(
                condition=models.Q(("out_at__isnull", True), ("out_at__gte", models.F("in_at")), _connector="OR"),
                name="patrol_ends_after_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="patrol",
            constraint=models.UniqueConstraint(fields=("person", "in_at"), name="patrol_begins_once"),
        ),
        migrations.AddIndex(
            model_name="daylog",
            index=models.Index(fields=["person", "day"], name="day_log_by_person"),
        ),
        migrations.AddConstraint(
            model_name="positioned",
            constraint=models.UniqueConstraint(
                condition=models.Q(("code", ""), _negated=True), fields=("kind", "code"), name="positioned_code_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="positioned",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "person"), ("person__isnull", False)),
                    models.Q(("kind", "vehicle"), ("person__isnull", True)),
                    _connector="OR",
                ),
                name="positioned_person",
            ),
        ),
    ]

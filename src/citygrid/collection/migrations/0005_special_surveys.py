import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import citygrid.maps.native


class Migration(migrations.Migration):
    dependencies = [
        ("collection", "0004_teams"),
        ("organization", "0007_units"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BorderRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(null=True)),
                ("code", models.CharField(max_length=60)),
                ("text", models.TextField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("code", "valid_from"), name="border_rule_once_a_day"),
                    models.UniqueConstraint(
                        condition=models.Q(("valid_to__isnull", True)), fields=("code",), name="border_rule_open_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to__isnull", True), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                        ),
                        name="border_rule_ends_after_start",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Campaign",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("survey", "special survey"), ("spot", "spot check")], default="survey", max_length=8
                    ),
                ),
                ("title", models.CharField(max_length=120)),
                ("purpose", models.CharField(blank=True, max_length=1000)),
                ("first_day", models.DateField()),
                ("last_day", models.DateField()),
                (
                    "target",
                    models.CharField(
                        choices=[
                            ("components", "components of a class"),
                            ("points", "a list of places"),
                            ("grids", "unit grids"),
                            ("cases", "closed cases"),
                        ],
                        max_length=12,
                    ),
                ),
                ("class_id", models.CharField(blank=True, max_length=80)),
                ("report_class", models.CharField(blank=True, max_length=80)),
                (
                    "areas",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=32), default=list, size=None
                    ),
                ),
                (
                    "posts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("points", models.JSONField(default=list)),
                ("fields", models.JSONField(default=list)),
                ("photos", models.PositiveSmallIntegerField(default=1)),
                ("draw", models.UUIDField(null=True)),
                (
                    "status",
                    models.CharField(
                        choices=[("draft", "draft"), ("published", "published"), ("ended", "ended")],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("published_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organization.body"
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SurveyTask",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("key", models.CharField(max_length=80)),
                ("name", models.CharField(blank=True, max_length=200)),
                ("lon", models.FloatField()),
                ("lat", models.FloatField()),
                ("grid", models.CharField(blank=True, max_length=32)),
                (
                    "duty_grids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=32), default=list, size=None
                    ),
                ),
                (
                    "area_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("person", models.BigIntegerField(null=True)),
                ("answer", models.UUIDField(null=True)),
                ("answered_by", models.BigIntegerField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="tasks", to="collection.campaign"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SurveyAnswer",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("values", models.JSONField(default=dict)),
                (
                    "photos",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None),
                ),
                ("lon", models.FloatField(null=True)),
                ("lat", models.FloatField(null=True)),
                ("accuracy", models.FloatField(null=True)),
                ("made_at", models.DateTimeField()),
                ("at", models.DateTimeField()),
                ("case_id", models.UUIDField(null=True)),
                ("replaced_by", models.UUIDField(null=True)),
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
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="answers", to="collection.surveytask"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BorderAnswer",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("class_id", models.CharField(max_length=80)),
                ("lon", models.FloatField()),
                ("lat", models.FloatField()),
                ("point", citygrid.maps.native.PointField()),
                ("accuracy", models.FloatField(null=True)),
                (
                    "area_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("sides", models.JSONField(default=list)),
                ("chosen", models.BigIntegerField(null=True)),
                ("follows", models.UUIDField(null=True)),
                ("case_id", models.UUIDField()),
                ("made_at", models.DateTimeField()),
                ("at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("withdrawn_reason", models.CharField(blank=True, max_length=1000)),
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
                    "withdrawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GistIndex(fields=["point"], name="border_answer_point"),
                    models.Index(fields=["case_id"], name="border_answer_case"),
                    models.Index(fields=["-at", "-id"], name="border_answer_at"),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="campaign",
            index=models.Index(fields=["status", "-made_at"], name="survey_campaign_status"),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(("last_day__gte", models.F("first_day"))), name="survey_campaign_ends_after_start"
            ),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.UniqueConstraint(
                condition=models.Q(("draw__isnull", False)), fields=("draw",), name="spot_checks_once_a_draw"
            ),
        ),
        migrations.AddIndex(
            model_name="surveytask",
            index=django.contrib.postgres.indexes.GinIndex(fields=["duty_grids"], name="survey_task_duty"),
        ),
        migrations.AddIndex(
            model_name="surveytask",
            index=models.Index(
                condition=models.Q(("person__isnull", False)), fields=["person", "campaign"], name="survey_task_person"
            ),
        ),
        migrations.AddConstraint(
            model_name="surveytask",
            constraint=models.UniqueConstraint(fields=("campaign", "key"), name="survey_task_once"),
        ),
        migrations.AddConstraint(
            model_name="surveytask",
            constraint=models.UniqueConstraint(fields=("campaign", "number"), name="survey_task_number"),
        ),
        migrations.AddIndex(
            model_name="surveyanswer",
            index=models.Index(fields=["task", "-at"], name="survey_answer_task"),
        ),
        migrations.AddIndex(
            model_name="surveyanswer",
            index=django.contrib.postgres.indexes.GinIndex(fields=["photos"], name="survey_answer_photos"),
        ),
    ]

"""Evidence of photos, their likeness, anomalies; findings on collectors with every step."""

import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("collection", "0002_positions_and_patrols"),
        ("organization", "0007_units"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="EvidenceRules",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateField(unique=True)),
                ("data", models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("media", models.UUIDField()),
                ("case_id", models.UUIDField()),
                ("seq", models.IntegerField()),
                ("act", models.CharField(max_length=30)),
                ("stage", models.CharField(max_length=6)),
                ("person", models.BigIntegerField(null=True)),
                ("body", models.BigIntegerField(null=True)),
                ("role", models.CharField(blank=True, max_length=40)),
                ("device", models.UUIDField(null=True)),
                ("app", models.CharField(blank=True, max_length=40)),
                ("made_at", models.DateTimeField(null=True)),
                ("lon", models.FloatField(null=True)),
                ("lat", models.FloatField(null=True)),
                ("accuracy", models.FloatField(null=True)),
                ("mock", models.BooleanField(null=True)),
                ("heading", models.FloatField(null=True)),
                ("received_at", models.DateTimeField()),
                ("skew", models.IntegerField(default=0)),
                ("exif_made_at", models.DateTimeField(null=True)),
                ("exif_lon", models.FloatField(null=True)),
                ("exif_lat", models.FloatField(null=True)),
                ("metres_case", models.FloatField(null=True)),
                ("metres_fix", models.FloatField(null=True)),
                ("fix_at", models.DateTimeField(null=True)),
                ("looked_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["media"], name="evidence_media"),
                    models.Index(fields=["person", "received_at"], name="evidence_person"),
                    models.Index(
                        condition=models.Q(("device__isnull", False)),
                        fields=["device", "received_at"],
                        name="evidence_device",
                    ),
                    models.Index(
                        condition=models.Q(("looked_at__isnull", True)), fields=["id"], name="evidence_to_look"
                    ),
                ],
                "constraints": [models.UniqueConstraint(fields=("case_id", "seq", "media"), name="evidence_once")],
            },
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("missed", "missed"),
                            ("false", "false"),
                            ("hidden", "hidden"),
                            ("made_up", "made up"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "proposed"),
                            ("dismissed", "dismissed"),
                            ("confirmed", "confirmed"),
                            ("appealed", "appealed"),
                            ("upheld", "upheld after appeal"),
                            ("undone", "undone on appeal"),
                        ],
                        default="proposed",
                        max_length=10,
                    ),
                ),
                ("case_id", models.UUIDField(null=True)),
                ("no", models.IntegerField(null=True)),
                ("number", models.CharField(blank=True, max_length=60)),
                ("district", models.BigIntegerField(null=True)),
                ("proposed_by", models.BigIntegerField()),
                ("proposed_at", models.DateTimeField()),
                ("confirmed_by", models.BigIntegerField(null=True)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("appeal_until", models.DateTimeField(null=True)),
                (
                    "body",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organization.body"
                    ),
                ),
                (
                    "patrol",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="findings",
                        to="collection.patrol",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Anomaly",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=20)),
                ("severity", models.SmallIntegerField()),
                ("case_id", models.UUIDField()),
                ("person", models.BigIntegerField(null=True)),
                ("body", models.BigIntegerField(null=True)),
                ("other_case", models.UUIDField(null=True)),
                ("other_media", models.UUIDField(null=True)),
                ("value", models.FloatField(null=True)),
                ("bound", models.FloatField(null=True)),
                ("at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[("new", "to be looked at"), ("explained", "explained"), ("found", "finding proposed")],
                        default="new",
                        max_length=10,
                    ),
                ),
                ("words", models.TextField(blank=True)),
                ("by", models.BigIntegerField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "evidence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="anomalies", to="collection.evidence"
                    ),
                ),
                (
                    "finding",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="anomalies",
                        to="collection.finding",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="FindingStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=10)),
                ("person", models.BigIntegerField()),
                ("post", models.BigIntegerField(null=True)),
                ("at", models.DateTimeField()),
                ("words", models.TextField(blank=True)),
                (
                    "media",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None),
                ),
                (
                    "finding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="collection.finding"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Likeness",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("media", models.UUIDField()),
                ("view", models.SmallIntegerField()),
                ("hash", models.BigIntegerField(null=True)),
                (
                    "bands",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), default=list, size=None
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [django.contrib.postgres.indexes.GinIndex(fields=["bands"], name="likeness_bands")],
                "constraints": [models.UniqueConstraint(fields=("media", "view"), name="likeness_once")],
            },
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(fields=["-proposed_at", "-id"], name="finding_newest"),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(fields=["person", "-proposed_at"], name="finding_person"),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(fields=["body", "confirmed_at"], name="finding_body"),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.UniqueConstraint(fields=("case_id", "no"), name="finding_of_case_once"),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("case_id__isnull", False), ("no__isnull", False), ("patrol__isnull", True)),
                    models.Q(("case_id__isnull", True), ("patrol__isnull", False)),
                    _connector="OR",
                ),
                name="finding_points_to_one",
            ),
        ),
        migrations.AddIndex(
            model_name="anomaly",
            index=models.Index(fields=["-at", "-id"], name="anomaly_newest"),
        ),
        migrations.AddIndex(
            model_name="anomaly",
            index=models.Index(fields=["person", "-at"], name="anomaly_person"),
        ),
        migrations.AddIndex(
            model_name="anomaly",
            index=models.Index(fields=["case_id"], name="anomaly_case"),
        ),
        migrations.AddConstraint(
            model_name="anomaly",
            constraint=models.UniqueConstraint(fields=("evidence", "kind"), name="anomaly_once"),
        ),
        migrations.AddConstraint(
            model_name="findingstep",
            constraint=models.UniqueConstraint(fields=("finding", "code"), name="finding_step_once"),
        ),
    ]

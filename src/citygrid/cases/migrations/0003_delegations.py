"""Delegations of the office, and how the approvals under one are found (S1-20)."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0002_component_index"),
        ("media", "0001_initial"),
        ("organization", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Delegation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=60, unique=True)),
                ("given_at", models.DateTimeField()),
                ("role", models.CharField(blank=True, max_length=40)),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=12), size=None),
                ),
                ("longest", models.CharField(blank=True, max_length=40)),
                (
                    "classes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), default=list, size=None
                    ),
                ),
                (
                    "areas",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=32), default=list, size=None
                    ),
                ),
                ("first_day", models.DateField()),
                ("last_day", models.DateField(null=True)),
                ("document", models.CharField(max_length=80, verbose_name="document number")),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "body",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organization.body",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="media.file"
                    ),
                ),
                (
                    "giver",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organization.person",
                    ),
                ),
                (
                    "giver_post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organization.post"
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organization.post",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organization.person",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(post__isnull=False, body__isnull=True, role="")
                        | (Q(post__isnull=True, body__isnull=False) & ~Q(role="")),
                        name="delegation_to_one",
                    ),
                    models.CheckConstraint(
                        condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")),
                        name="delegation_ends_after_start",
                    ),
                    models.CheckConstraint(condition=Q(kinds__len__gt=0), name="delegation_of_something"),
                ],
            },
        ),
        migrations.RunSQL(
            "create index cases_entry_under on cases_entry using gin ((data -> 'request') jsonb_path_ops)"
            " where type = 'approve'",
            "drop index cases_entry_under",
        ),
    ]

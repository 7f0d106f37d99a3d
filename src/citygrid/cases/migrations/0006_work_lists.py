"""What a person keeps of work lists; what they did is found by day, and queues by kind and by when the work came."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0005_coordination_index"),
        ("organization", "0007_units"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ListColumns",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("list", models.CharField(max_length=12)),
                (
                    "columns",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), size=None),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("person", "list"), name="list_columns_once")],
            },
        ),
        migrations.CreateModel(
            name="SavedList",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("list", models.CharField(max_length=12)),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("query", models.CharField(blank=True, max_length=400)),
                ("place", models.SmallIntegerField(default=100)),
                ("made_at", models.DateTimeField()),
                (
                    "body",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="organization.body"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="organization.post"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("person", "list", "name"), name="saved_list_once")],
            },
        ),
        migrations.CreateModel(
            name="Watch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("case_id", models.UUIDField()),
                ("since", models.DateTimeField()),
                ("seen", models.IntegerField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["case_id"], name="watch_case")],
                "constraints": [models.UniqueConstraint(fields=("person", "case_id"), name="watch_once")],
            },
        ),
        migrations.RunSQL(
            "create index cases_entry_person on cases_entry (person, recorded_at desc) where person <> 0",
            "drop index cases_entry_person",
        ),
        migrations.RunSQL(
            "create index cases_item_open_kind on cases_item_open (body, role, kind, sort_at, case_id, no)",
            "drop index cases_item_open_kind",
        ),
        migrations.RunSQL(
            "create index cases_item_open_came on cases_item_open (body, role, opened_at, case_id, no)",
            "drop index cases_item_open_came",
        ),
        migrations.RunSQL(
            "create index cases_case_open_due on cases_case_open (due, id) where due is not null",
            "drop index cases_case_open_due",
        ),
    ]

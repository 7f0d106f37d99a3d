"""Shifts, rosters by version, leave."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

PERSON = settings.AUTH_USER_MODEL


def _words(*more):
    return [
        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
        ("code", models.CharField(max_length=20, unique=True)),
        ("name", models.CharField(max_length=60)),
        ("name_en", models.CharField(blank=True, max_length=60)),
        *more,
    ]


def _texts(longest):
    return django.contrib.postgres.fields.ArrayField(
        base_field=models.CharField(max_length=longest), default=list, size=None
    )


def _person(null=False, name="+"):
    return models.ForeignKey(
        null=null, on_delete=django.db.models.deletion.PROTECT, related_name=name, to=PERSON
    )


class Migration(migrations.Migration):
    dependencies = [("organization", "0005_sign_in")]

    operations = [
        migrations.CreateModel(
            name="Shift",
            fields=_words(
                ("starts", models.TimeField()),
                ("ends", models.TimeField()),
                ("covers", models.CharField(choices=[("duty_grid", "duty grids"), ("post", "posts")], max_length=12)),
                ("roles", _texts(40)),
                ("days", _texts(12)),
                ("active", models.BooleanField(default=True)),
            ),
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="LeaveKind",
            fields=_words(
                ("longest_days", models.PositiveSmallIntegerField(default=0)),
                ("active", models.BooleanField(default=True)),
            ),
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="Roster",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("first_day", models.DateField()),
                ("last_day", models.DateField()),
                ("grids", _texts(32)),
                ("state", models.CharField(
                    choices=[("draft", "draft"), ("published", "published"), ("dropped", "dropped")],
                    default="draft", max_length=10,
                )),
                ("number", models.PositiveIntegerField(null=True)),
                ("since", models.DateField(null=True)),
                ("edits", models.PositiveIntegerField(default=0)),
                ("made_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("body", models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="rosters", to="organization.body"
                )),
                ("made_by", _person()),
                ("ended_by", _person(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(last_day__gte=F("first_day")), name="roster_ends_after_start"
                    ),
                    models.CheckConstraint(
                        condition=~Q(state="published") | Q(number__isnull=False, since__isnull=False),
                        name="roster_published_has_number",
                    ),
                    models.UniqueConstraint(fields=("body", "number"), name="roster_number_once"),
                ]
            },
        ),
        migrations.CreateModel(
            name="RosterEdit",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                ("kind", models.CharField(max_length=12)),
                ("cells", models.JSONField(default=list)),
                ("by", _person()),
                ("roster", models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="organization.roster"
                )),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("roster", "number"), name="roster_edit_number_once")
                ]
            },
        ),
        migrations.CreateModel(
            name="Leave",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("first_day", models.DateField()),
                ("last_day", models.DateField()),
                ("state", models.CharField(
                    choices=[
                        ("asked", "asked"), ("granted", "granted"), ("refused", "refused"), ("withdrawn", "withdrawn"),
                    ],
                    default="asked", max_length=10,
                )),
                ("asked_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("kind", models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="leaves", to="organization.leavekind"
                )),
                ("person", _person(name="leaves")),
                ("asked_by", _person()),
                ("decided_by", _person(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="leave_ends_after_start")
                ],
                "indexes": [models.Index(fields=["person", "first_day"], name="leave_by_person")],
            },
        ),
        migrations.AlterField(
            model_name="duty", name="duty_grid", field=models.CharField(blank=True, max_length=32)
        ),
        migrations.AddField(
            model_name="duty", name="shift", field=models.CharField(blank=True, default="", max_length=20),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="duty",
            name="roster",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="duties", to="organization.roster"
            ),
        ),
        migrations.AddIndex(
            model_name="duty", index=models.Index(fields=["roster", "first_day"], name="duty_by_roster")
        ),
    ]

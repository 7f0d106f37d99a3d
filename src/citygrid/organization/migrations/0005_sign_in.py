"""Second factors, recovery codes, sessions, bound devices, identities; what a role asks of a sign-in."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


def person(name: str) -> models.ForeignKey:
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name=name, to=settings.AUTH_USER_MODEL
    )


class Migration(migrations.Migration):
    dependencies = [("organization", "0004_key_scopes")]

    operations = [
        migrations.AddField("role", "second_factor", models.BooleanField(default=False)),
        migrations.AddField("role", "one_device", models.BooleanField(default=False)),
        migrations.AddField("role", "idle_minutes", models.PositiveSmallIntegerField(null=True)),
        migrations.AddField("role", "longest_hours", models.PositiveSmallIntegerField(null=True)),
        migrations.AddField("person", "number", models.CharField(blank=True, max_length=40, verbose_name="staff number")),
        migrations.AddConstraint(
            "person",
            models.UniqueConstraint(fields=["number"], condition=~models.Q(number=""), name="person_number_once"),
        ),
        migrations.CreateModel(
            "SecondFactor",
            [
                ID,
                ("key_name", models.CharField(max_length=8)),
                ("sealed", models.BinaryField()),
                ("last_step", models.BigIntegerField(default=0)),
                ("made_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("wrong", models.PositiveSmallIntegerField(default=0)),
                ("wrong_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="second_factor",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            "RecoveryCode",
            [
                ID,
                ("digest", models.BinaryField()),
                ("used_at", models.DateTimeField(null=True)),
                (
                    "factor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="codes",
                        to="organization.secondfactor",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=["factor", "digest"], name="recovery_code_once")]
            },
        ),
        migrations.CreateModel(
            "SignIn",
            [
                ID,
                ("session_key", models.CharField(max_length=40, unique=True)),
                ("way", models.CharField(default="password", max_length=60)),
                ("began_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                ("address", models.GenericIPAddressField(null=True)),
                ("device", models.CharField(blank=True, max_length=60)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_why", models.CharField(blank=True, max_length=20)),
                ("person", person("sign_ins")),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True)), fields=["person"], name="sign_in_open"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            "Device",
            [
                ID,
                ("digest", models.CharField(max_length=64)),
                ("name", models.CharField(blank=True, max_length=60)),
                ("bound_at", models.DateTimeField()),
                ("released_at", models.DateTimeField(null=True)),
                ("person", person("devices")),
                (
                    "released_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("released_at__isnull", True)),
                        fields=["person"],
                        name="device_bound_once",
                    )
                ]
            },
        ),
        migrations.CreateModel(
            "Identity",
            [
                ID,
                ("provider", models.CharField(max_length=40)),
                ("subject", models.CharField(max_length=255)),
                ("linked_at", models.DateTimeField()),
                ("person", person("identities")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["provider", "subject"], name="identity_subject_once"),
                    models.UniqueConstraint(fields=["provider", "person"], name="identity_person_once"),
                ]
            },
        ),
    ]

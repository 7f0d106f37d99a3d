"""Changes of schemes wait for a second person (`scheme_models.SchemeChange`)."""

from django.conf import settings
from django.db import migrations, models
from django.db.models import PROTECT, F, Q


def person(**options):
    return models.ForeignKey(on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, **options)


STATES = [
    ("proposed", "waits for confirmation"), ("confirmed", "confirmed"), ("refused", "refused"),
    ("withdrawn", "withdrawn"),
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("evaluation", "0011_self_handled_by_centre"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="SchemeChange",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=60)),
                ("text", models.TextField()),
                ("before", models.TextField(blank=True)),
                ("day", models.DateField()),
                ("reason", models.CharField(max_length=500)),
                ("state", models.CharField(choices=STATES, default="proposed", max_length=10)),
                ("made_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("words", models.CharField(blank=True, max_length=500)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("decided_by", person(null=True)),
                ("made_by", person()),
                ("withdrawn_by", person(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["code"], condition=Q(state="proposed"), name="scheme_change_one_open"
                    ),
                    models.CheckConstraint(
                        condition=~Q(state__in=["confirmed", "refused"]) | Q(decided_by__isnull=False),
                        name="scheme_change_decided",
                    ),
                    models.CheckConstraint(
                        condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("made_by")),
                        name="scheme_change_second_person",
                    ),
                ],
            },
        ),
    ]

"""Keys get several scopes, limits, and the moment and address of their last use; the table of tallies."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SCOPES = "update organization_accesskey set scopes = array[scope], last_used_at = last_used_on::timestamptz"
SCOPE = "update organization_accesskey set scope = coalesce(scopes[1], ''), last_used_on = last_used_at::date"


class Migration(migrations.Migration):
    dependencies = [("organization", "0003_access_keys")]

    operations = [
        migrations.AddField(
            "accesskey",
            "scopes",
            django.contrib.postgres.fields.ArrayField(models.CharField(max_length=40), default=list, size=None),
        ),
        migrations.AddField("accesskey", "per_minute", models.PositiveIntegerField(null=True)),
        migrations.AddField("accesskey", "per_day", models.PositiveIntegerField(null=True)),
        migrations.AddField("accesskey", "last_used_at", models.DateTimeField(null=True)),
        migrations.AddField("accesskey", "last_used_from", models.GenericIPAddressField(null=True)),
        migrations.RunSQL(SCOPES, SCOPE),
        migrations.RemoveField("accesskey", "scope"),
        migrations.RemoveField("accesskey", "last_used_on"),
        migrations.AddField(
            "accesskey",
            "revoked_by",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.CreateModel(
            "Tally",
            [
                ("name", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("starts", models.BigIntegerField()),
                ("number", models.IntegerField()),
            ],
        ),
        migrations.RunSQL(
            "alter table organization_tally set unlogged; alter table organization_tally set (fillfactor = 50)",
            migrations.RunSQL.noop,
        ),
    ]

"""Proofs of forgetting; what was forgotten before there were proofs gets one, so that every empty row has its own."""

import hashlib
import json
from datetime import UTC

import django.contrib.postgres.fields
from django.db import migrations, models

MOST = 5000


def prove(apps, schema_editor):
    """Rows emptied so far, in batches; the root as `forgetting.root_of` makes it with SHA-256."""
    rows = list(
        apps.get_model("trust", "Redactable").objects.exclude(redacted_at=None).order_by("id")
        .values_list("id", "kind", "digest", "redacted_at")
    )
    Forgetting = apps.get_model("trust", "Forgetting")
    previous = bytes(32)
    for number, start in enumerate(range(0, len(rows), MOST), 1):
        part = rows[start : start + MOST]
        at, reason, counts = max(row[3] for row in part), "before_proofs", {}
        for _, kind, _, _ in part:
            counts[kind] = counts.get(kind, 0) + 1
        facts = [number, at.astimezone(UTC).isoformat(), reason, "", ""]
        body = [facts, [[str(id), kind, bytes(digest).hex()] for id, kind, digest, _ in part]]
        text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        root = hashlib.sha256(previous + text).digest()
        Forgetting.objects.create(
            number=number, algorithm="sha256", previous=previous, root=root, at=at, reason=reason, counts=counts,
            ids=[row[0] for row in part],
        )
        previous = root


class Migration(migrations.Migration):
    dependencies = [("trust", "0002_audit_seals")]

    operations = [
        migrations.CreateModel(
            name="Forgetting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.BigIntegerField(unique=True)),
                ("algorithm", models.CharField(max_length=10)),
                ("previous", models.BinaryField()),
                ("root", models.BinaryField()),
                ("at", models.DateTimeField()),
                ("reason", models.CharField(max_length=200)),
                ("cause_kind", models.CharField(blank=True, max_length=30)),
                ("cause_id", models.CharField(blank=True, max_length=64)),
                ("counts", models.JSONField()),
                ("ids", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
            ],
        ),
        migrations.RunPython(prove, migrations.RunPython.noop),
        migrations.RunSQL(
            "create trigger append_only before update or delete on trust_forgetting"
            " for each row execute function trust_append_only()",
            "drop trigger append_only on trust_forgetting",
        ),
    ]

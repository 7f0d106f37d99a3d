"""Handling that is a public cost (no owner, rapid, repaired first) is little and found at once (S4-28)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_work_lists")]

    operations = [
        migrations.RunSQL(
            "create index cases_case_public_cost on cases_case (received_at desc, id desc)"
            """ where snapshot @> '{"ownerless": true}' or mode = 'rapid'"""
            """ or snapshot @> '{"assignments": [{"provisional": true}]}'""",
            "drop index cases_case_public_cost",
        ),
    ]

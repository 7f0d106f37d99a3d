"""Requests, urging, orders and instructions by time: the ledger and the orders are read from entries (S1-20)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_caller_refs")]

    operations = [
        migrations.RunSQL(
            "create index cases_entry_coordination on cases_entry (type, effective_at, case_id, seq)"
            " where type in ('request', 'urge', 'supervise', 'instruct')",
            "drop index cases_entry_coordination",
        ),
    ]

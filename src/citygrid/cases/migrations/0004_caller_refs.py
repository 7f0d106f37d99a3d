"""Entries are found by the name or number of a caller that they refer to (search, forgetting, what is held of whom)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_delegations")]

    operations = [
        migrations.RunSQL(
            f"create index cases_entry_{field} on cases_entry ((data -> 'said' -> '{field}' ->> 'id'))"
            f" where data -> 'said' -> '{field}' ->> 'id' is not null",
            f"drop index cases_entry_{field}",
        )
        for field in ("caller", "phone")
    ]

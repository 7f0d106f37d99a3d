"""The intake queue walks what waits in the order of its lateness; a permit finds the reports refused under it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("reception", "0002_calls"), ("cases", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "create index if not exists cases_item_intake on cases_item (sort_at, case_id, no)"
            " where kind in ('accept', 'send_verify', 'verify', 'confirm', 'file')",
            "drop index if exists cases_item_intake",
        ),
        migrations.RunSQL(
            "create index if not exists cases_entry_permit on cases_entry ((data -> 'said' ->> 'permit'))"
            " where data -> 'said' ->> 'permit' is not null",
            "drop index if exists cases_entry_permit",
        ),
    ]

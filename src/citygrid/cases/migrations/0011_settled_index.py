"""Decisions on disputed duties are few and found at once: precedents are kept from them (S0-38)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0010_process_of_the_desks")]

    operations = [
        migrations.RunSQL(
            "create index cases_entry_settled on cases_entry (case_id, seq) where type = 'settle'",
            "drop index cases_entry_settled",
        ),
    ]

"""Cases are found by their component: its page lists them (S1-62)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "create index cases_case_component on cases_case (component, received_at desc, id desc)"
            " where component is not null",
            "drop index cases_case_component",
        )
    ]

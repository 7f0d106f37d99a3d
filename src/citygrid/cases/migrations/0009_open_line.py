"""All open cases by what will be late first: the list of cases goes by the main line's work item, as desks do."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0008_closing")]

    operations = [
        migrations.RunSQL(
            "create index cases_item_open_line on cases_item_open (sort_at, case_id) where main",
            "drop index cases_item_open_line",
        ),
        migrations.RunSQL(
            "drop index cases_case_open_due",
            "create index cases_case_open_due on cases_case_open (due, id) where due is not null",
        ),
    ]

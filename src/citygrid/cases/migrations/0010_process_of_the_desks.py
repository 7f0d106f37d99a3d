"""What the desks ask of a case: confirmed danger, no owner, settled duty, ground of the referral, archived; and whether an
assignment was ordered before the duty was settled. Partitions take the columns of their parents."""

from django.db import migrations

COLUMNS = {
    "cases_case": (
        "safety_confirmed boolean",
        "ownerless boolean not null default false",
        "duty bigint",
        "referral_ground text",
        "archived_at timestamptz",
    ),
    "cases_assignment": ("provisional boolean not null default false",),
}


class Migration(migrations.Migration):
    dependencies = [("cases", "0009_open_line")]

    operations = [
        migrations.RunSQL(
            f"alter table {table} " + ", ".join(f"add column {one}" for one in columns),
            f"alter table {table} " + ", ".join(f"drop column {one.split()[0]}" for one in columns),
        )
        for table, columns in COLUMNS.items()
    ] + [
        migrations.RunSQL(
            "create index cases_case_ownerless on cases_case (received_at desc, id desc) where ownerless",
            "drop index cases_case_ownerless",
        ),
    ]

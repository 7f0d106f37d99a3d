"""Lists of cases by class, source, state and mark are found by an index each: a rare one among a million, too."""

from django.db import migrations

NEWEST = "received_at desc, id desc"


def _index(name: str, what: str) -> migrations.RunSQL:
    return migrations.RunSQL(f"create index {name} on {what}", f"drop index {name}")


class Migration(migrations.Migration):
    dependencies = [("cases", "0011_settled_index")]

    operations = [
        _index("cases_case_class", f"cases_case (class_id, {NEWEST})"),
        _index("cases_case_source", f"cases_case (source, {NEWEST})"),
        _index("cases_case_state", f"cases_case (state, {NEWEST})"),
        _index("cases_case_marked", f"cases_case ({NEWEST}) where marks <> '{{}}'"),
    ]

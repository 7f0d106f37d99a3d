"""What is only ever added to is not emptied either: TRUNCATE passes by the triggers of rows, so each table has one of its
own (as the frozen scores since evaluation 0014). Seals and anchors, which bind the lines, are not emptied with them. Only
the owner of the tables can take these triggers away, by `alter table ... disable trigger`, and `citygrid verify` finds
what is gone then, by the seals and the anchors outside."""

from django.db import migrations

TABLES = ("trust_auditrecord", "trust_auditseal", "trust_anchor", "trust_anchorhead", "trust_forgetting")


class Migration(migrations.Migration):
    dependencies = [("trust", "0003_forgetting")]

    operations = [
        migrations.RunSQL(
            f"create trigger never_emptied before truncate on {table}"
            " for each statement execute function trust_append_only()",
            f"drop trigger never_emptied on {table}",
        )
        for table in TABLES
    ]

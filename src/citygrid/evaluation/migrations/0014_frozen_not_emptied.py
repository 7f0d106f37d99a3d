"""What is frozen is not emptied either: TRUNCATE passes by the triggers of rows, so it has one of its own. Only the
owner of the tables can take it away, by `alter table ... disable trigger`, and `verify` finds what is gone then."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0013_facts_over"), ("trust", "0001_initial")]

    operations = [
        migrations.RunSQL(
            """
            create trigger never_emptied before truncate on evaluation_frozenversion
                for each statement execute function trust_append_only();
            create trigger never_emptied before truncate on evaluation_frozenrows
                for each statement execute function trust_append_only();
            """,
            """
            drop trigger never_emptied on evaluation_frozenrows;
            drop trigger never_emptied on evaluation_frozenversion;
            """,
        ),
    ]

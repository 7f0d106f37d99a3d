"""Facts by month, the list of changed cases, roll-ups by day (`facts_tables.sql`); all facts are brought over anew."""

from pathlib import Path

from django.db import migrations

ROOM = Path(__file__).resolve().parent.parent
NAMES = ("case", "assignment", "item", "act")
AGAIN = "".join(f"drop table if exists evaluation_{n}; drop view evaluation_live_{n};\n" for n in NAMES)
SQL = AGAIN + "".join((ROOM / name).read_text(encoding="utf-8") for name in ("facts.sql", "facts_tables.sql"))
DROP = "; ".join([
    *(f"drop trigger evaluation_mark_{on} on cases_head" for on in ("new", "again", "gone", "emptied")),
    "drop function evaluation_mark(); drop function evaluation_mark_all(); drop table evaluation_changed",
    "drop table evaluation_day_zone",
    *(f"drop table evaluation_{n}; drop table evaluation_day_{n}" for n in NAMES),
    *(f"create table evaluation_{n} as select * from evaluation_live_{n} with no data" for n in NAMES),  # noqa: S608
])  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0001_initial")]
    operations = [migrations.RunSQL(SQL, DROP)]

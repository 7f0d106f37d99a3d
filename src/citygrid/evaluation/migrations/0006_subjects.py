"""Collectors, contractors, persons in charge and centres are told by every fact; findings of patrols are facts too. All
facts and roll-ups are brought over anew."""

from pathlib import Path

from django.db import migrations

ROOM = Path(__file__).resolve().parent.parent
NAMES = ("case", "assignment", "item", "act")
DROP = "".join(
    [f"drop trigger if exists evaluation_mark_{on} on cases_head;\n" for on in ("new", "again", "gone", "emptied")]
    + [f"drop trigger if exists evaluation_mark_{on} on collection_finding;\n" for on in ("new", "again", "gone")]
    + ["drop function evaluation_mark(); drop function evaluation_mark_all();\n"]
    + ["drop function if exists evaluation_mark_finding(); drop table evaluation_changed, evaluation_day_zone;\n"]
    + [f"drop table evaluation_{n}, evaluation_day_{n}; drop view evaluation_live_{n};\n" for n in NAMES]
)
SQL = DROP + "".join((ROOM / name).read_text(encoding="utf-8") for name in ("facts.sql", "facts_tables.sql"))


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0005_standing_duties"), ("collection", "0006_finding_texts")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]

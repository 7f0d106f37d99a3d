"""Each cell of the roll-ups is of one district, and says whose its rows are; they are made anew when next asked."""

from pathlib import Path

from django.db import migrations

TEXT = (Path(__file__).resolve().parent.parent / "facts_tables.sql").read_text(encoding="utf-8")
DROP = "".join(f"drop table evaluation_day_{name};\n" for name in ("zone", "case", "assignment", "item", "act"))
SQL = DROP + TEXT[TEXT.index("-- Roll-ups by day") :]


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0017_photos_found")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]

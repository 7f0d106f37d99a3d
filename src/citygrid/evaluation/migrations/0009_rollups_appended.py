"""Roll-ups by day take changes as rows of their own and keep whole months too; they are made anew when next asked."""

from pathlib import Path

from django.db import migrations

TEXT = (Path(__file__).resolve().parent.parent / "facts_tables.sql").read_text(encoding="utf-8")
DROP = "".join(f"drop table evaluation_day_{name};\n" for name in ("zone", "case", "assignment", "item", "act"))
SQL = DROP + TEXT[TEXT.index("-- Roll-ups by day") :]


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0008_closing")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]

"""What a map is told of each thing and of its newest fix (`positions/told.sql`)."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).resolve().parent.parent / "positions/told.sql").read_text(encoding="utf-8")
DROP = """
alter table collection_newest drop column told;
alter table collection_positioned drop column told;
drop function collection_fix_told, collection_thing_told;
"""


class Migration(migrations.Migration):
    dependencies = [("collection", "0006_finding_texts")]
    operations = [migrations.RunSQL(SQL, DROP)]

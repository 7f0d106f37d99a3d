"""A case that a collector settled is the centre's that reviewed it, as any other is the centre's that acted on it last."""

import re
from pathlib import Path

from django.db import migrations

TEXT = (Path(__file__).resolve().parent.parent / "facts.sql").read_text(encoding="utf-8")
WHOSE = re.search(r"create or replace function evaluation_whose.*?\n\$\$;\n", TEXT, re.DOTALL)
assert WHOSE is not None
AGAIN = "insert into evaluation_changed select id from cases_case where mode = 'self'"


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0010_drawn_inspections")]
    operations = [migrations.RunSQL(WHOSE[0] + AGAIN, migrations.RunSQL.noop)]

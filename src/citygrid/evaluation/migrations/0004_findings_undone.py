"""A finding that was undone counts no more: the view of acts anew (nobody could undo one in a case before)."""

import re
from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).resolve().parent.parent / "facts.sql").read_text(encoding="utf-8")
VIEW = re.search(r"create view evaluation_live_act as.*?;\n", SQL, re.DOTALL)
assert VIEW is not None


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0003_entries")]
    operations = [migrations.RunSQL("create or replace " + VIEW[0].removeprefix("create "), migrations.RunSQL.noop)]

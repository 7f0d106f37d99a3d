"""回潮: links between a new filing and the closed case that it comes of, counted among the facts of acts (`facts.sql`)."""

import re
from pathlib import Path

from django.db import migrations

TEXT = (Path(__file__).resolve().parent.parent / "facts.sql").read_text(encoding="utf-8")
TABLES = "".join(re.findall(r"create (?:table|index) if not exists evaluation_recurrence.*?;\n", TEXT, re.DOTALL))
VIEW = re.search(r"create view evaluation_live_act as.*?;\n", TEXT, re.DOTALL)
assert VIEW is not None and TABLES


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0006_subjects")]
    operations = [
        migrations.RunSQL(TABLES + VIEW[0].replace("create view", "create or replace view", 1), migrations.RunSQL.noop)
    ]

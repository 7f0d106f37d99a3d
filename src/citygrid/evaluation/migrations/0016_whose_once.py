"""Whose a case is, is asked once for the case and not for each of its rows: the views of assignments, items and acts anew.

Their columns stay, so the view of items is replaced below the one that adds what was drawn by lot (`facts_drawn.sql`)."""

import re
from pathlib import Path

from django.db import migrations

TEXT = (Path(__file__).resolve().parent.parent / "facts.sql").read_text(encoding="utf-8")
VIEWS = {"assignment": "assignment", "item": "work", "act": "act"}
"""As `facts.sql` calls a view, and what it is called now."""


def _replacing(name: str, now: str) -> str:
    found = re.search(rf"create view evaluation_live_{name} as(.*?;\n)", TEXT, re.DOTALL)
    assert found is not None, name
    return f"create or replace view evaluation_live_{now} as{found[1]}"


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0015_heat_points")]
    operations = [
        migrations.RunSQL("".join(_replacing(name, now) for name, now in VIEWS.items()), migrations.RunSQL.noop)
    ]

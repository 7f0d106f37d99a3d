"""What inspectors drew by lot is work that is owed: 应督查数、按时督查数 (`facts_drawn.sql`)."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).resolve().parent.parent / "facts_drawn.sql").read_text(encoding="utf-8")
BACK = """drop view evaluation_live_item;
alter view evaluation_live_work rename to evaluation_live_item;
drop trigger evaluation_mark_new on cases_drawncase;
drop trigger evaluation_mark_again on cases_drawncase;
drop trigger evaluation_mark_gone on cases_drawncase;
drop function evaluation_mark_drawn();"""


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0009_rollups_appended"), ("cases", "0013_draw_due")]
    operations = [migrations.RunSQL(SQL, BACK)]

"""One row per act: whole lives of cases come in at their own time (import of other systems' histories)."""

import csv
from pathlib import Path

import pytest
from django.core.management import call_command

from citygrid.cases.models import CaseRow, EntryRow
from citygrid.cases.verifying import verify

LIFE = """case,at,act,post,person,unit,to_unit,to_person,class,condition,lon,lat,source,text,outcome,result
C1,2016-03-01 09:00,report,collector,collector1,,,,gbt30428.2:event:0112,,-122.39,37.75,collector,垃圾满地,,
C1,2016-03-01 09:05,accept,call_taker,calltaker1,,,,,,,,,,,
C1,2016-03-01 09:08,file_case,shift_leader,shift1,,,,,1,,,,,,
C1,2016-03-01 09:20,dispatch,dispatcher,dispatcher1,,roads,,,,,,,,,
C1,2016-03-01 09:40,sign,unit_desk,roads_desk,,,,,,,,,,,
C1,2016-03-01 15:00,feed_back,unit_desk,roads_desk,,,,,,,,,已清扫,,
C1,2016-03-01 15:05,send_check,call_taker,calltaker1,,,collector2,,,,,,,,
C1,2016-03-01 16:00,check,collector,collector2,,,,,,,,,,,fixed
C1,2016-03-01 16:10,close,shift_leader,shift1,,,,,,,,,,qualified,
"""


@pytest.mark.django_db
def test_a_whole_life(bay: None, tmp_path: Path) -> None:
    path = tmp_path / "life.csv"
    path.write_text(LIFE, encoding="utf-8")
    report = tmp_path / "out.csv"
    call_command("import_history", path, "--system", "old", "--report", report)
    assert list(csv.DictReader(report.open())) == []
    case = CaseRow.objects.get()
    assert (case.state, case.version) == ("closed", 9)
    assert EntryRow.objects.count() == 9
    assert list(verify()) == []

"""San Francisco 311: a real file with one row per case, read through the shipped mapping."""

import csv
from collections import Counter
from pathlib import Path

import duckdb
import pytest
from django.core.management import call_command

from citygrid.cases.models import CaseRow, EntryRow, Origin
from citygrid.cases.verifying import verify
from citygrid.history.mapping import SHIPPED
from tests.history.running import TABLES, content

SF = Path(__file__).resolve().parents[3] / "shared/data/311/sf_311_10000.parquet"
FLOOR = 3900
"""In the field, located, and closed after they were opened: no fewer than this of the 10,000."""

pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(not SF.exists(), reason=f"THE REAL DATA IS NOT THERE: {SF.name}"),
]

COUNTED = f"""
    with classes as (select * from read_csv('{SHIPPED}/sf_311_classes.csv', all_varchar = true))
    select count(*) as rows,
      count(*) filter (not located) as not_located,
      count(*) filter (located and backward) as closed_before_created,
      count(*) filter (located and not backward and class is null) as not_in_field,
      count(*) filter (located and not backward and class is not null) as cases,
      count(*) filter (located and not backward and class is not null and closed_date is not null) as closed
    from (select s.*, c.class, s.latitude is not null and s.longitude is not null as located,
            coalesce(s.closed_date < s.created_date, false) as backward
          from '%s' s join classes c on c.category = s.category and c.complaint_type = s.complaint_type)
"""


def counted(file: Path) -> dict[str, int]:
    """What DuckDB counts in the source, without our reader."""
    found = duckdb.sql(COUNTED % file)
    return dict(zip((column[0] for column in found.description), found.fetchall()[0], strict=True))


@pytest.mark.django_db
@pytest.mark.parametrize("share", [8, pytest.param(1, marks=pytest.mark.long)])
def test_counted_by_another(bay: None, tmp_path: Path, share: int) -> None:
    """One in `share` of the rows: imported and not taken are what DuckDB counts, and a second run changes nothing."""
    file, report = tmp_path / "sf.parquet", tmp_path / "out.csv"
    duckdb.sql(f"copy (select * from '{SF}' where unique_key::bigint % {share} = 0) to '{file}' (format parquet)")
    truth = counted(file)
    call_command("import_history", file, "--mapping", "sf_311", "--report", report)
    with report.open(encoding="utf-8", newline="") as lines:
        not_taken = Counter(line["code"] for line in csv.DictReader(lines))
    imported = CaseRow.objects.count()
    assert truth["rows"] == imported + not_taken.total()
    assert dict(not_taken) == {name: truth[name] for name in ("not_located", "closed_before_created", "not_in_field")}
    assert imported == truth["cases"] >= (FLOOR if share == 1 else FLOOR * 0.8 / share)
    states = Counter(CaseRow.objects.values_list("state", flat=True))
    assert states["closed"] == truth["closed"]
    assert states["assigned"] == truth["cases"] - truth["closed"]
    told = set(EntryRow.objects.values_list("type", flat=True)) - set(Origin.objects.first().derived)
    assert told <= {"log_call", "close"}
    assert not list(verify())
    before = content(TABLES)
    call_command("import_history", file, "--mapping", "sf_311")
    assert content(TABLES) == before

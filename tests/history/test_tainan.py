"""The Tainan hotline: real reports in Chinese, not answered yet, in a city made of its villages."""

import csv
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.core.management import call_command
from django.utils import timezone

from citygrid.cases.models import CaseRow, ItemRow
from citygrid.history.mapping import SHIPPED
from citygrid.rulebook.slices import rules_at
from tests.history import city, tainan

DATA = Path(__file__).resolve().parents[3] / "shared/data"
CASES = DATA / "311/tainan_1999_cases_2015_2019.parquet"
VILLAGES = DATA / "geo/tainan_752_villages.parquet"
FLOOR = 91_000

pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(not (CASES.exists() and VILLAGES.exists()), reason=f"THE REAL DATA IS NOT THERE: {CASES.name}"),
]


@pytest.fixture
def hotline_city(db: None, settings: Any, tmp_path: Path, django_capture_on_commit_callbacks: Any) -> Any:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with django_capture_on_commit_callbacks(execute=True):
        city.load(tainan.make(VILLAGES, tmp_path / "city"))
        rules_at(timezone.now())
    yield
    city.fresh()


@pytest.mark.django_db
@pytest.mark.parametrize("share", [100, pytest.param(1, marks=pytest.mark.long)])
def test_counted_by_another(hotline_city: None, tmp_path: Path, share: int) -> None:
    """One in `share` of the reports: imported, refused and not taken are what DuckDB counts."""
    file, report = tmp_path / "tainan.parquet", tmp_path / "out.csv"
    duckdb.sql(f"copy (select * from '{CASES}' where hash(id) % {share} = 0) to '{file}' (format parquet)")
    counted = duckdb.sql(
        f"""select coalesce(c.skip, ''), count(*) from '{file}' r join
            read_csv('{SHIPPED}/tainan_1999_classes.csv', all_varchar = true, nullstr = '-') c
              on c.category = r.category and c.subcategory = r.subcategory group by 1"""
    )
    truth = dict(counted.fetchall())
    call_command("import_history", file, "--mapping", "tainan_1999", "--report", report)
    with report.open(encoding="utf-8", newline="") as lines:
        codes = Counter(line["code"] for line in csv.DictReader(lines))
    imported, outside = CaseRow.objects.count(), codes.pop("outside_area", 0)
    assert sum(truth.values()) == imported + outside + codes.total(), "every row is somewhere"
    assert imported + outside == truth.pop("")
    assert dict(codes) == truth
    assert imported >= FLOOR * 0.9 / share
    assert outside <= max(3, imported * 0.001)
    assert set(CaseRow.objects.values_list("state", flat=True)) == {"unverified"}, "open, for somebody to answer"
    assert ItemRow.objects.filter(kind="send_verify", done_at=None).count() == imported
    assert CaseRow.objects.exclude(community=None).count() == imported

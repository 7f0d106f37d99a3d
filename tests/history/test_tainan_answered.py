"""Real demand that a simulated city answers: reports of the Tainan hotline, carried on by the posts of a city made of
its villages, through `decide` to their ends (issue 2, history import)."""

from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
from django.core.management import call_command

from citygrid.cases.models import CaseRow
from citygrid.cases.verifying import verify
from citygrid.demo.answering import answer
from tests.history.test_tainan import CASES, hotline_city, pytestmark  # noqa: F401 - the city, and the skip without data


@pytest.mark.django_db
def test_the_hotline_is_answered(hotline_city: None, tmp_path: Path) -> None:  # noqa: F811 - the fixture
    file = tmp_path / "tainan.parquet"
    duckdb.sql(f"copy (select * from '{CASES}' where hash(id) % 2000 = 0) to '{file}' (format parquet)")
    call_command("import_history", file, "--mapping", "tainan_1999")
    cases = list(CaseRow.objects.values_list("id", "received_at"))
    assert len(cases) > 30
    until = max(at for _, at in cases) + timedelta(days=60)
    went = answer([one for one, _ in cases], until)
    assert went.cases == len(cases), "nobody was left waiting"
    assert went.over > len(cases) * 0.8
    assert list(verify()) == []

"""San Francisco 311: a real file with one row per case, read through the shipped mapping."""

from pathlib import Path

import pytest
from django.core.management import call_command

SF = Path(__file__).resolve().parents[3] / "shared/data/311/sf_311_10000.parquet"


@pytest.mark.data
@pytest.mark.django_db
def test_all(bay: None, tmp_path: Path) -> None:
    call_command("import_history", SF, "--mapping", "sf_311", "--report", tmp_path / "out.csv")
    print((tmp_path / "out.csv").read_text()[:600])

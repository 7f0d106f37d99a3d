"""The bench of reading files runs; a file four times as long takes no more memory."""

from pathlib import Path

import pytest
from bench import tabular as bench


def test_reading_is_measured_beside_its_bare_cost() -> None:
    rows = {row["what"]: row for row in bench.rows(2000)}
    for kind in ("csv", "gpkg", "xlsx"):
        assert rows[f"read {kind}"]["value"] > 1000
        assert rows[f"read {kind}"]["bare"] > rows[f"read {kind}"]["value"] / 100
        assert rows[f"read {kind}: memory"]["value"] > 50


@pytest.mark.long
@pytest.mark.parametrize("kind", ["csv", "gpkg"])
def test_memory_stays_flat(tmp_path: Path, kind: str) -> None:
    """S1-08: a million rows are no other than a thousand."""
    peaks = []
    for number in (50_000, 200_000):
        path = tmp_path / f"{number}.{kind}"
        bench._write(path, number)
        read, _, megabytes = bench._measured(bench._OURS, path)
        assert read == number
        peaks.append(megabytes)
    assert peaks[1] < peaks[0] + 50

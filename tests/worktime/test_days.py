"""Year tables as a file: read, written, refused."""

from datetime import date
from pathlib import Path

import pytest

from citygrid.worktime import CalendarError, Day, DayKind, DayTable, YearStatus

TEXT = """year,date,kind,name
2026,,published,
2026,2026-01-01,holiday,元旦
2026,2026-01-04,makeup,元旦
2027,,provisional,
"""


def test_a_file_is_read_and_written_back_byte_for_byte(tmp_path: Path) -> None:
    (tmp_path / "days.csv").write_text(TEXT, encoding="utf-8")
    table = DayTable.load(tmp_path / "days.csv")
    assert table.years == {2026: YearStatus.PUBLISHED, 2027: YearStatus.PROVISIONAL}
    assert table.days[date(2026, 1, 4)] == Day(date(2026, 1, 4), DayKind.MAKEUP, "元旦")
    assert table.write() == TEXT


def test_order_blank_lines_and_a_byte_order_mark_do_not_matter() -> None:
    header, *rows = TEXT.splitlines()
    mixed = "\ufeff" + "\r\n".join([header, *reversed(rows), "", ""])
    assert DayTable.read(mixed) == DayTable.read(TEXT)
    assert DayTable.read(mixed).write() == TEXT


@pytest.mark.parametrize(
    "row",
    [
        "2026,2026-01-04,holiday,twice",
        "2026,,published,",
        "2026,2026-02-30,holiday,no such day",
        "2026,2025-01-01,holiday,another year",
        "2026,2026-05-01,feast,no such kind",
        "2026,,holiday,no date",
        "2026,2026-05-01,published,a status has no date",
        "soon,,provisional,",
        "1066,,published,",
        "2026,2026-05-01,holiday",
    ],
)
def test_a_bad_row_is_refused_with_its_line(row: str) -> None:
    with pytest.raises(CalendarError) as error:
        DayTable.read(TEXT + row + "\n")
    assert error.value.code == "days_row"
    assert error.value.params["line"] == 6
    assert "Line 6" in str(error.value)


def test_a_day_of_a_year_that_is_not_declared_is_refused() -> None:
    with pytest.raises(CalendarError) as error:
        DayTable.read(TEXT + "2025,2025-01-01,holiday,\n")
    assert error.value.code == "day_year"


def test_a_table_built_in_code_is_checked_too() -> None:
    day = Day(date(2026, 1, 1), DayKind.HOLIDAY)
    with pytest.raises(CalendarError):
        DayTable({2026: YearStatus.PUBLISHED}, [day, day])
    with pytest.raises(CalendarError):
        DayTable({2025: YearStatus.PUBLISHED}, [day])


def test_another_header_or_another_encoding_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CalendarError) as error:
        DayTable.read("date,kind\n")
    assert error.value.code == "days_header"
    with pytest.raises(CalendarError):
        DayTable.read("")
    (tmp_path / "days.csv").write_bytes(TEXT.encode("gb18030"))
    with pytest.raises(CalendarError) as error:
        DayTable.load(tmp_path / "days.csv")
    assert error.value.code == "days_encoding"

"""A file of addresses in, the same file with points out; rows without an answer told (批量匹配)."""

import csv
import io
import uuid
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from citygrid import tabular
from citygrid.geocoding import uploads
from citygrid.geocoding.models import Batch
from tests.geocoding.conftest import Someone

ROWS = [("1", "上海大厦"), ("2", "福州路与四川中路交叉口"), ("3", "齉龘"), ("4", "")]


@pytest.fixture
def given(tmp_path: Path) -> Path:
    path = tmp_path / "单子.csv"
    path.write_text("编号,地址\n" + "".join(f"{number},{text}\n" for number, text in ROWS), encoding="gbk")
    return path


def answered(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def test_the_command_writes_the_same_rows_with_points(
    city: Path, given: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("geocoding", "batch", str(given))
    rows = answered(given.with_name("单子.placed.csv"))
    assert [(row["编号"], row["地址"]) for row in rows] == ROWS
    assert [row["how"] for row in rows] == ["exact", "crossing", "", ""]
    assert rows[0]["grid"] == "390103001003011"
    assert float(rows[0]["lon"]) == pytest.approx(121.4855, abs=0.001)
    assert [bool(row["answer"]) for row in rows] == [True] * 4
    assert "4 rows: 2 found, 0 doubtful, 1 not found, 1 empty" in capsys.readouterr().out


def test_the_command_says_which_columns_there_are(city: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(CommandError, match=r"a \| b"):
        call_command("geocoding", "batch", str(path))
    with pytest.raises(CommandError):
        call_command("geocoding", "batch", str(path), "--column", "c")
    assert not path.with_name("x.placed.csv").exists()


def test_a_sheet_comes_back_as_a_sheet(city: Path, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in [("编号", "地址"), *ROWS]:
        book.active.append(row)
    book.save(tmp_path / "单子.xlsx")
    call_command("geocoding", "batch", str(tmp_path / "单子.xlsx"))
    with tabular.open_table(tmp_path / "单子.placed.xlsx", shapeless=True) as table:
        batch = next(iter(table.batches()))
    assert batch.columns["how"][:2] == ["exact", "crossing"]


def sent(who: Someone, given: Path, key: str) -> str:
    answer = who.client.post(
        "/geocoding/files/", {"id": key, "file": SimpleUploadedFile(given.name, given.read_bytes())}
    )
    assert answer.status_code == 302, answer.content.decode()
    return str(answer.headers["Location"])


def test_by_page_with_a_job_and_only_for_who_sent_it(owner: Someone, colleague: Someone, given: Path) -> None:
    key = str(uuid.uuid4())
    address = sent(owner, given, key)
    assert sent(owner, given, key) == address
    assert "地址" in owner.client.get(address).content.decode()
    for page in (address, f"{address}answer/"):
        assert colleague.client.get(page).status_code == 404
    assert owner.client.post(address, {"column": "没有"}).status_code == 422
    assert owner.client.post(address, {"column": "地址", "crs": "CGCS2000"}).status_code == 302
    assert owner.client.get(f"{address}answer/").status_code == 404
    uploads.work(uuid.UUID(key))
    one = Batch.objects.get(pk=key)
    assert (one.status, one.counts["found"], one.counts["none"], one.counts["empty"]) == ("done", 2, 1, 1)
    answer = b"".join(owner.client.get(f"{address}answer/").streaming_content).decode("utf-8-sig")
    assert len(answer.splitlines()) == 5
    uploads.work(uuid.UUID(key))
    assert Batch.objects.get(pk=key).ended_at == one.ended_at, "a second run of the job changes nothing"


def test_a_file_that_breaks_off_says_so_and_leaves_no_answer(owner: Someone, tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"PK\x03\x04 no workbook")
    key = str(uuid.uuid4())
    address = sent(owner, path, key)
    assert "cg-refusal" in owner.client.get(address).content.decode()
    Batch.objects.filter(pk=key).update(column="地址", status="queued")
    uploads.work(uuid.UUID(key))
    one = Batch.objects.get(pk=key)
    assert one.status == "failed"
    assert one.problem["code"]
    assert not uploads.answer(one).exists()


def test_a_file_of_another_kind_is_refused(owner: Someone) -> None:
    data = {"id": str(uuid.uuid4()), "file": SimpleUploadedFile("x.exe", b"MZ")}
    assert owner.client.post("/geocoding/files/", data).status_code == 422
    assert owner.client.post("/geocoding/files/", {"id": str(uuid.uuid4())}).status_code == 422
    assert not Batch.objects.exists()


def test_old_files_are_swept(owner: Someone, given: Path) -> None:
    key = str(uuid.uuid4())
    sent(owner, given, key)
    one = Batch.objects.get(pk=key)
    assert uploads.sweep(one.made_at) == 0
    assert uploads.sweep(one.made_at + timedelta(days=uploads.KEPT_DAYS + 1)) == 1
    assert not uploads.folder(one.pk).exists()

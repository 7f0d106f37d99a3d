"""Permits from a file of another department: looked at first, all or none; and in a city folder (S2-45)."""

import csv
import io
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile

from citygrid.reception import folder
from citygrid.reception.models import Permit, PermitKind, SentPermits
from citygrid.reception.permits.keeping import COLUMNS
from tests.cases.world import START, WEST
from tests.reception.permitted import CELLS, kinds, permit

HEAD = ("许可种类", "许可证号", "持证单位", "工程名称", "经度", "纬度", "开始日期", "结束日期", "许可时段")
ROWS = [
    ("挖掘准许", "掘12", "赭石水务", "换管", *WEST, "2026/3/1", "2026年3月9日", ""),
    ("night", "夜施2026-17", "赭石建工一公司", "桥面浇筑", *WEST, "2026-02-20", "2026-03-10", "22:00-06:00"),
]


def sent(rows: list[tuple[str, ...]], head: tuple[str, ...] = HEAD) -> SimpleUploadedFile:
    out = io.StringIO()
    csv.writer(out).writerows([head, *rows])
    return SimpleUploadedFile("permits.csv", out.getvalue().encode(), "text/csv")


def test_a_file_is_looked_at_then_taken_over(world, sign) -> None:
    permit(world)
    client = sign("shiftleader1")
    answer = client.post("/permits/file/", {"file": sent(ROWS)})
    assert answer.status_code == 302, answer.text
    page = client.get(answer["Location"])
    assert "掘12" in page.text and Permit.objects.count() == 1, "nothing is kept by looking"
    assert client.post(answer["Location"] + "take/", {"act": "take"}).status_code == 302
    new = Permit.objects.get(number="掘12")
    assert (new.kind.code, new.first_day.isoformat(), new.last_day.isoformat()) == ("dig", "2026-03-01", "2026-03-09")
    assert Permit.objects.count() == 2, "the other row says what is known already"
    row = SentPermits.objects.get()
    assert row.done_at is not None and bytes(row.content) == b"", "the names in the file are gone"
    assert client.post(answer["Location"] + "take/", {"act": "take"}).status_code == 302, "twice is once"
    assert Permit.objects.count() == 2


def test_one_wrong_row_keeps_all_out(world, sign) -> None:
    kinds()
    client = sign("shiftleader1")
    bad = [*ROWS, ("夜班", "掘13", "", "", "500", "30", "2026-13-01", "2026-03-09", "always"), ROWS[0]]
    answer = client.post("/permits/file/", {"file": sent(bad)})
    page = client.get(answer["Location"]).text
    for words in ("没有名为", "必须填写", "不是日期", "出现了两次"):
        assert words in page, words
    taken = client.post(answer["Location"] + "take/", {"act": "take"})
    assert taken.status_code == 422 and not Permit.objects.exists()
    assert client.post(answer["Location"] + "take/", {"act": "close"}).status_code == 302


def test_what_is_no_table_of_permits_is_told(world, sign) -> None:
    kinds()
    client = sign("shiftleader1")
    for file in (SimpleUploadedFile("x.csv", b""), sent([("1", "2")], ("a", "b")), SimpleUploadedFile("x.xlsx", b"PK")):
        assert client.post("/permits/file/", {"file": file}).status_code == 422
    assert not SentPermits.objects.exists()
    assert sign("calltaker1").post("/permits/file/", {"file": sent(ROWS)}).status_code == 403


def test_a_city_folder_brings_them_and_gets_the_same_back(world, tmp_path: Path) -> None:
    kinds()
    source = tmp_path / "in" / "permits"
    source.mkdir(parents=True)
    folder.dump(tmp_path / "in", START)
    cells = {**dict.fromkeys(COLUMNS, ""), **CELLS}
    line = {**cells, "number": "线1", "lon": "", "lat": "", "shape": "LINESTRING (111.011 30.0004, 111.012 30.0004)"}
    with (source / "permits.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted((cells, line), key=lambda one: one["number"]))
    report = folder.load(tmp_path / "in", START)
    assert report.ok and report.counts["permits"] == 2, [str(one) for one in report.problems]
    folder.dump(tmp_path / "out", START)
    for name in ("kinds.toml", "permits.csv"):
        assert (tmp_path / "out/permits" / name).read_bytes() == (source / name).read_bytes()
    assert PermitKind.objects.get(code="night").classes == ["cjt214-2007:event:0301", "zheshi:event:21*"]


def test_a_folder_with_a_wrong_permit_changes_nothing(world, tmp_path: Path) -> None:
    kinds()
    (tmp_path / "permits").mkdir()
    (tmp_path / "permits/permits.csv").write_text("kind,number,colour\nnight,1,red\n", encoding="utf-8")
    assert [one.code for one in folder.load(tmp_path, START).problems] == ["unknown_column"]
    (tmp_path / "permits/permits.csv").write_text("kind,number\nnight,1\n", encoding="utf-8")
    codes = {(one.field, one.code) for one in folder.load(tmp_path, START).problems}
    assert ("holder", "missing") in codes and ("lon", "no_place") in codes and not Permit.objects.exists()

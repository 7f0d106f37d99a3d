"""A file that cannot be read gets one clear sentence, and nothing is kept."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from citygrid.cases.models import CaseRow
from citygrid.history import reading
from citygrid.history.mapping import SHIPPED, load
from citygrid.history.problems import FileFault
from citygrid.trust.models import Redactable
from tests.history.running import codes, run, write

ROW = {
    "case": "C1", "at": "2016-03-01 09:00", "act": "log_call", "post": "call_taker", "person": "calltaker1",
    "source": "desk", "text": "垃圾滿地", "lon": "-122.39", "lat": "37.79",
}  # fmt: skip


def fails(path: Path, code: str, *args: str) -> str:
    """The command's one sentence for a file that it does not take."""
    with pytest.raises(CommandError) as raised:
        call_command("import_history", path, *(args or ("--system", "old")))
    assert not CaseRow.objects.exists()
    return str(raised.value)


@pytest.mark.django_db
def test_without_a_city(tmp_path: Path) -> None:
    assert "citygrid city import" in fails(write(tmp_path / "a.csv", [ROW]), "no_rules")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "args", "sentence"),
    [
        ("", (), "The file is empty"),
        ("case,at\nC1,x\n", (), "The column act is missing. The file has: case, at."),
        ("case,at,act,colour\n", (), "There is no column named colour."),
        ("case,at,act,act\n", (), "The column act is there twice."),
        ("case,at,act\n", ("--system", "o", "--timezone", "Mars/North"), "Mars/North is not the name of a time zone"),
        ("case,at,act\n", ("--system", "o", "--crs", "EPSG:999999"), "EPSG:999999"),
        ("case,at,act\n", ("--system", "o", "--encoding", "klingon"), "klingon is not the name of an encoding."),
        ("case,at,act\n", ("--encoding", "utf-8"), "--system NAME is needed"),
        ('case,at,act\nC1,"' + "x" * 1_000_100 + '",x\n', (), "Line 2 cannot be read as CSV"),
    ],
)
def test_a_file_that_is_not_one(
    bay: None, tmp_path: Path, text: str, args: tuple[str, ...], sentence: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    assert sentence in fails(path, "", *args)


@pytest.mark.django_db
def test_encodings(bay: None, tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [ROW])
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    assert "Line 2 is not utf-8 text" in fails(path, "wrong_encoding")
    call_command("import_history", path, "--system", "old", "--encoding", "gb18030")
    assert Redactable.objects.get().plain == "垃圾滿地"


@pytest.mark.django_db
def test_a_file_with_a_byte_order_mark(bay: None, tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [ROW])
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert run(path).imported == 1


@pytest.mark.django_db
def test_no_such_file(bay: None, tmp_path: Path) -> None:
    assert "There is no file a.csv" in fails(tmp_path / "a.csv", "no_file")
    (tmp_path / "b.parquet").write_bytes(b"PAR0")
    assert "b.parquet cannot be read as Parquet" in fails(tmp_path / "b.parquet", "not_parquet")


@pytest.mark.django_db
def test_moments_have_a_time_zone(bay: None, tmp_path: Path) -> None:
    rows = [{**ROW, "case": f"C{n}", "at": at} for n, at in enumerate(
        ["2016-03-01 09:00", "2016/3/1 9:00", "2016年3月1日 9:00", "2016-03-01T17:00:00Z", "2016-03-02T01:00+08:00"]
    )]  # fmt: skip
    assert run(write(tmp_path / "a.csv", rows)).imported == 5
    assert {f"{at:%F %H:%M}" for at in CaseRow.objects.values_list("received_at", flat=True)} == {"2016-03-01 17:00"}


@pytest.mark.django_db
def test_other_coordinates(bay: None, tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [{**ROW, "lon": "553664.6", "lat": "4182745.9"}])
    call_command("import_history", path, "--system", "old", "--crs", "EPSG:32610")
    case = CaseRow.objects.get()
    assert (case.lon[:8], case.lat[:6]) == ("-122.390", "37.790")
    assert run(path, "other").faults[0].refusal.code == "value_wrong", "as degrees it is no place"


@pytest.mark.django_db
def test_rows_by_time_not_by_order(bay: None, tmp_path: Path) -> None:
    accept = {"case": "C1", "at": "2016-03-01 09:10", "act": "accept", "post": "call_taker", "person": "calltaker1"}
    done = {**accept, "class": "gbt30428.2:event:0112"}
    assert run(write(tmp_path / "a.csv", [done, ROW])).imported == 1
    assert codes(run(write(tmp_path / "b.csv", [{**done, "at": "2016-03-01 08:00"}, ROW]), "b")) == [
        ("C1", "act", "no_such_case")
    ]


@pytest.mark.parametrize("name", sorted(path.stem for path in SHIPPED.glob("*.toml")))
def test_shipped_mappings_are_in_order(name: str) -> None:
    found = load(Path(name))
    assert found.system
    assert [rule.act for rule in found.acts if rule.told], "something must be told"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("case = [", "–"),
        ("colour = 1", "colour"),
        ('case = "a"\nact = []', "moments"),
        ('case = "a"\n[moments]\nt = "b"\n[[act]]\nact = "sing"\nat = "t"', "act.act"),
        ('case = "a"\n[moments]\nt = "b"\n[[act]]\nact = "report"\nat = "u"', "act.report.at"),
        (
            'case = "a"\n[moments]\nt = "b"\n[[act]]\nact = "report"\nat = "t"\ncells = {colour = "x"}',
            "act.report.cells",
        ),
        ('case = "a"\n[moments]\nt = "b"\n[[act]]\nact = "report"\nat = ["t", "t"]\nshare = 200', "act.report.share"),
        ('case = "a"\nact = []\n[moments]\nt = "b"\n[[skip]]\nempty = ["a"]', "skip.reason"),
        ('case = "a"\nact = []\n[moments]\nt = "b"\n[[skip]]\nreason = "x"', "skip.x"),
        ('case = "a"\nact = []\n[moments]\nt = "b"\n[lookup.k]\nby = ["a"]\nfile = "no.csv"', "lookup.k"),
    ],
)
def test_a_mapping_that_is_wrong(tmp_path: Path, text: str, key: str) -> None:
    path = tmp_path / "m.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FileFault) as raised:
        load(path)
    assert raised.value.refusal.params["key"] == key


def test_numbers_of_a_row_are_kept_as_text(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('case,at,act,text\nC1,t,x,"two\nlines"\nC2,t,x,\n', encoding="utf-8")
    found = list(reading.rows(path))
    assert [(row.line, row.cells["case"]) for row in found] == [(2, "C1"), (4, "C2")]

"""Owner: a CSV from anybody's desk is read: any encoding, any delimiter; what is broken is named by its line."""

from pathlib import Path

import pytest

from citygrid.tabular import TableError, open_table

from .made import codes, read, written

ROWS = "编号,名称,备注\n1,井盖,完好\n2,路灯,破损\n"


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", {}),
        ("utf-8-sig", {}),
        ("gbk", {"other_encoding": [0]}),
        ("gb18030", {"other_encoding": [0]}),
        ("utf-16", {"other_encoding": [0]}),
        ("utf-16-le", {"other_encoding": [0]}),
        ("utf-16-be", {"other_encoding": [0]}),
    ],
)
def test_the_encoding_is_told_apart(tmp_path: Path, encoding: str, told: dict[str, list[int]]) -> None:
    """S3-04: base data come from many departments."""
    table, batch = read(written(tmp_path / "部件.csv", ROWS, encoding))
    assert table.columns == ["编号", "名称", "备注"]
    assert batch.columns == {"编号": ["1", "2"], "名称": ["井盖", "路灯"], "备注": ["完好", "破损"]}
    assert (batch.first, batch.numbers) == (2, [2, 3])
    assert codes(table.problems) == told


def test_lines_in_two_encodings_are_read_each_as_what_it_is_and_named(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(
        "编号,名称\n1,井盖\n2,雨水箅子\n".encode() + "3,路灯\n4,plain\n".encode("gbk") + "5,消火栓\n".encode()
    )
    table, batch = read(path)
    assert batch.columns["名称"] == ["井盖", "雨水箅子", "路灯", "plain", "消火栓"]
    assert codes(table.problems) == {"mixed_encodings": [0]}
    assert codes(batch.problems) == {"mixed_encoding": [4]}


def test_a_gbk_file_with_a_line_that_happens_to_be_utf8_is_gbk(tmp_path: Path) -> None:
    """“通” in GBK is valid UTF-8 of nonsense."""
    assert "通".encode("gbk").decode("utf-8") != "通"
    table, batch = read(written(tmp_path / "a.csv", "单位,备注\n通,\n移动公司,甲\n", "gbk"))
    assert batch.columns["单位"] == ["通", "移动公司"]
    assert "mixed_encodings" not in codes(table.problems)
    assert not batch.problems


def test_a_line_that_is_no_text_is_named_and_the_others_go_on(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("编号,名称\n1,井盖\n2,".encode() + b"\xff\xfe\xff\n" + "3,路灯\n".encode())
    _, batch = read(path)
    assert codes(batch.problems) == {"not_text": [3]}
    assert [batch.columns["名称"][0], batch.columns["名称"][2]] == ["井盖", "路灯"]


def test_an_encoding_that_is_given_wrongly_is_told_by_line(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "a,b\n1,井盖盖\n2,plain\n", "gbk")
    _, batch = read(path, encoding="utf-8")
    assert codes(batch.problems) == {"not_text": [2]}
    with pytest.raises(TableError, match="klingon") as error:
        open_table(path, encoding="klingon")
    assert error.value.code == "no_encoding"


def test_nul_signs_are_left_out_and_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n1,x\n2,y\0y\n" + b"3,z\n" * 200)
    _, batch = read(path)
    assert batch.columns["b"][:3] == ["x", "yy", "z"]
    assert codes(batch.problems) == {"nul_signs": [3]}


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, sign: str) -> None:
    text = f"a{sign}b{sign}c\n1{sign}x, y{sign}3\n" if sign != "," else 'a,b,c\n1,"x, y",3\n'
    _, batch = read(written(tmp_path / "a.csv", text))
    assert batch.columns == {"a": ["1"], "b": ["x, y"], "c": ["3"]}


def test_excels_first_line_names_the_delimiter(tmp_path: Path) -> None:
    _, batch = read(written(tmp_path / "a.csv", "sep=;\na;b\n1;2\n"))
    assert batch.columns == {"a": ["1"], "b": ["2"]}
    assert batch.numbers == [3]


def test_titles_above_the_header_are_passed_over_and_told(tmp_path: Path) -> None:
    table, batch = read(written(tmp_path / "a.csv", "城区部件普查表,,\n,,\n编号,名称,备注\n1,井盖,\n"))
    assert table.columns == ["编号", "名称", "备注"]
    assert codes(table.problems) == {"title_rows": [3]}
    assert batch.numbers == [4]


def test_the_header_may_be_named(tmp_path: Path) -> None:
    table, batch = read(written(tmp_path / "a.csv", "a,b\nc,d\n1,2\n"), header=2)
    assert table.columns == ["c", "d"]
    assert batch.numbers == [3]
    with pytest.raises(TableError) as error:
        open_table(tmp_path / "a.csv", header=77)
    assert error.value.code == "no_header"


def test_names_that_are_missing_or_there_twice_are_told(tmp_path: Path) -> None:
    table, batch = read(written(tmp_path / "a.csv", "名称,名称,,名称 (2)\n1,2,3,4\n"))
    assert table.columns == ["名称", "名称 (3)", "(C)", "名称 (2)"]
    assert codes(table.problems) == {"column_twice": [1], "column_blank": [1]}
    assert [batch.columns[name] for name in table.columns] == [["1"], ["2"], ["3"], ["4"]]


def test_rows_are_named_by_the_line_on_which_they_begin(tmp_path: Path) -> None:
    _, batch = read(written(tmp_path / "a.csv", 'a,b\n1,"two\nlines"\n\n , \n5,x\n'))
    assert batch.numbers == [2, 6]
    assert batch.columns["b"] == ["two\nlines", "x"]


def test_rows_of_another_width_are_told_and_kept(tmp_path: Path) -> None:
    _, batch = read(written(tmp_path / "a.csv", "a,b,c\n1,2\n1,2,3,4\n1,2,3,\n1,2,3\n"))
    assert codes(batch.problems) == {"cells": [2, 3]}
    assert batch.columns["c"] == ["", "3", "3", "3"]


def test_a_lost_quotation_mark_is_told(tmp_path: Path) -> None:
    rows = "".join(f"{number},x\n" for number in range(300))
    _, batch = read(written(tmp_path / "a.csv", 'a,b\n1,"open\n' + rows))
    assert "long_row" in codes(batch.problems)


def test_a_cell_without_end_is_told_and_the_other_rows_stand(tmp_path: Path) -> None:
    text = 'a,b\n0,"two\nlines"\n1,x\n2,"' + "y" * 1_100_000 + '"\n3,z\n'
    with open_table(written(tmp_path / "a.csv", text)) as table:
        batches = list(table.batches())
    assert codes([problem for batch in batches for problem in batch.problems]) == {"not_csv": [5]}
    rows = {number: text for batch in batches for number, text in zip(batch.numbers, batch.columns["b"], strict=True)}
    assert rows == {2: "two\nlines", 4: "x", 6: "z"}


def test_long_codes_that_a_spreadsheet_shortened_are_told(tmp_path: Path) -> None:
    """A component's code has 16 digits: 3.20508E+15 is no code any more (codes.md 3.1)."""
    _, batch = read(written(tmp_path / "a.csv", "code,note\n3.20508E+15,x\n3205080101000001,1E+2\n"))
    assert codes(batch.problems) == {"digits_lost": [2]}


@pytest.mark.parametrize("content", [b"", b"  \n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(TableError) as error:
        open_table(path)
    assert error.value.code == "empty_file"


def test_a_file_with_a_header_only_has_no_rows(tmp_path: Path) -> None:
    table, batch = read(written(tmp_path / "a.csv", "a,b\n"))
    assert table.columns == ["a", "b"]
    assert len(batch) == 0


def test_batches_are_of_the_asked_size_and_may_be_read_again(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "a,b\n" + "".join(f"{n},x\n" for n in range(25)))
    with open_table(path) as table:
        assert [len(batch) for batch in table.batches(10)] == [10, 10, 5]
        assert [batch.first for batch in table.batches(10)] == [2, 12, 22]

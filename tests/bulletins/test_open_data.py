"""Open data: anonymous, often enough to be nobody's, off until a city wants it; equal data is one release (S3-07)."""

import csv
import hashlib
import io
import json
import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow.parquet
import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from citygrid.bulletins import open_data_folder, open_data_kept, open_data_rules
from citygrid.bulletins.open_data_columns import TABLES
from citygrid.bulletins.open_data_models import OpenRelease
from citygrid.standards.reports import Report
from tests.bulletins.test_published import frozen
from tests.cases import world as worlds
from tests.cases.kept_city import forget, kept_city

NOW = datetime(2026, 4, 20, 1, tzinfo=UTC)
NAME, PHONE = "王小明的秘密", "13912345678"
PLATE, DOOR = "沪A·9Z8Y7", "3单元502室"
CALLER, CALLED = "欧阳秋水", "13800001234"
ON = 'on = true\nleast = 3\nplace = 100\npublisher = "城管办"\n'


@pytest.fixture(scope="module")
def town(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[worlds.World]:
    """Three filed cases at one place and one elsewhere, three calls of citizens; names, phones, plates and doors in
    their texts."""
    with kept_city(django_db_blocker, tmp_path_factory.mktemp("city")) as world:
        for where in (worlds.WEST, worlds.WEST, worlds.WEST, ("111.0155000", "30.0009000")):
            _filed(world, where)
        for _ in range(3):
            _called(world)
        yield world


def _called(world: worlds.World) -> None:
    """A citizen's call with name and phone, seen to be true (which accepts it) and filed."""
    case = uuid.uuid4()
    world.do("calltaker1", case, "log_call", source="hotline", class_id=worlds.GARBAGE, lon=worlds.WEST[0],
             lat=worlds.WEST[1], text=f"{CALLER}：{PLATE}", address=DOOR, caller=CALLER, phone=CALLED)  # fmt: skip
    world.do("calltaker1", case, "send_verify", person=world.person("collector3"))
    world.do("collector3", case, "verify", true=True, media=[world.photo(1), world.photo(2)])
    world.do("shiftleader1", case, "file_case", condition="1")


def _filed(world: worlds.World, where: Any) -> None:
    """A filed case whose report says a name and a phone in every text that it has."""
    case = uuid.uuid4()
    world.do("collector3", case, "report", source="collector", class_id=worlds.GARBAGE, lon=where[0], lat=where[1],
             media=[world.photo(0), world.photo(1)], text=f"{NAME} {PHONE} {PLATE}",
             address=f"{NAME}家 {DOOR} {PHONE}")  # fmt: skip
    world.do("calltaker1", case, "accept", distinct=True)
    world.do("shiftleader1", case, "file_case", condition="1")


@pytest.fixture(autouse=True)
def fresh(town: worlds.World, db: None, tmp_path: Path, settings: Any) -> Iterator[None]:
    settings.DATA = tmp_path
    forget()
    yield
    forget()


def rules(text: str = ON) -> None:
    assert open_data_rules.keep(text, NOW).ok


def rows_of(release: OpenRelease | None, name: str = "cases.csv") -> list[dict[str, str]]:
    assert release is not None
    path = open_data_kept.path_of(release, name)
    assert path is not None
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def parquet(path: Path) -> list[dict[str, Any]]:
    """The rows of a Parquet file."""
    rows: list[dict[str, Any]] = pyarrow.parquet.read_table(path).to_pylist()
    return rows


def test_it_is_off_until_the_city_wants_it() -> None:
    """No data, no file, no job's work; a stranger reads that there is none."""
    assert open_data_kept.make(NOW) is None
    assert "cases.csv" not in Client().get(reverse("bulletins:open_data")).content.decode()
    assert Client().get(reverse("bulletins:open_data_file", args=["cases.csv"])).status_code == 404
    with pytest.raises(CommandError, match="off"):
        call_command("open_data")


def test_nothing_personal_and_no_text_is_in_any_file() -> None:
    """Names, phones, plates and doors planted in texts, addresses and calls are nowhere, in no encoding, nor are the
    numbers of cases or their ids (S0-06); the calls themselves are in the data."""
    from citygrid.cases.models import CaseRow

    rules()
    release = open_data_kept.make(NOW)
    assert release is not None and release.cases >= 3
    numbers_of = [text for row in CaseRow.objects.all() for text in (row.report_no, row.case_no or "?", str(row.pk))]
    logins = ["collector3", "calltaker1"]
    planted = [NAME, PHONE, PLATE, DOOR, CALLER, CALLED]
    told = [*planted, *(json.dumps(one)[1:-1] for one in planted), *(quote(one) for one in planted)]
    assert {row["source"] for row in rows_of(release)} == {"collector", "hotline"}
    assert set(release.files) >= {"cases.csv", "cases.json", "results.csv", "dictionary.json", "metadata.json"}
    for name in release.files:
        path = open_data_kept.path_of(release, name)
        assert path is not None
        text = str(parquet(path)) if path.suffix == ".parquet" else path.read_text(encoding="utf-8")
        assert not [one for one in (*told, *numbers_of, *logins) if one in text], name


def test_each_combination_stands_often_enough() -> None:
    rules()
    rows = rows_of(open_data_kept.make(NOW))
    assert rows
    kept = Counter((row["class"] or row["major"], row["source"], row["street"], row["lon"], row["lat"]) for row in rows)
    assert min(kept.values()) >= 3
    assert any(row["lon"] for row in rows), "three at one place may be told with their place"


@pytest.mark.parametrize(("least", "cases"), [(3, True), (1000, False)])
def test_what_is_rarer_is_withheld_and_counted(least: int, cases: bool) -> None:
    rules(ON.replace("least = 3", f"least = {least}"))
    release = open_data_kept.make(NOW)
    assert release is not None
    assert bool(release.cases) is cases
    from citygrid.cases.models import CaseRow

    assert release.cases + release.withheld == CaseRow.objects.filter(filed_at__isnull=False).count()


def test_a_place_is_the_centre_of_a_square() -> None:
    """All lie within half a square's diagonal of where they were, and none at the very point."""
    from citygrid.cases.models import CaseRow
    from citygrid.rulebook.slices import profile_at
    from citygrid.standards.coordinates import metric

    rules()
    metres = metric(profile_at(NOW).data["metric_crs"])
    found = {(float(row["lon"]), float(row["lat"])) for row in rows_of(open_data_kept.make(NOW)) if row["lon"]}
    real = [(float(row.lon or 0), float(row.lat or 0)) for row in CaseRow.objects.exclude(lon=None)]
    for lon, lat in found:
        x, y = metres(lon, lat)
        away = [((x - a) ** 2 + (y - b) ** 2) ** 0.5 for a, b in (metres(*one) for one in real)]
        assert 0 < min(away) <= 71
        assert round(x - 50) % 100 in (0, 99, 1) and round(y - 50) % 100 in (0, 99, 1)


def test_unit_grids_and_months_are_the_citys_choice() -> None:
    rules(ON.replace("place = 100", 'place = "grid"\nday = "month"'))
    rows = rows_of(open_data_kept.make(NOW))
    assert {row["received"] for row in rows} == {"2026-03"}
    assert any(row["lon"] for row in rows)


def test_classes_that_the_city_leaves_out_are_out() -> None:
    rules(ON + 'without = ["*"]\n')
    release = open_data_kept.make(NOW)
    assert release is not None and (release.cases, release.withheld) == (0, 0)


def test_the_month_that_runs_is_not_in_it() -> None:
    rules()
    release = open_data_kept.make(datetime(2026, 3, 31, 1, tzinfo=UTC))
    assert release is not None and release.cases == 0


def test_equal_data_is_one_release_and_its_hashes_hold() -> None:
    """Made again the next night nothing is new; each file has the hash that is told."""
    rules()
    first, again = open_data_kept.make(NOW), open_data_kept.make(NOW + timedelta(days=1))
    assert first is not None and again is not None
    assert first.pk == again.pk and again.checked_at == NOW + timedelta(days=1)
    for name, about in first.files.items():
        path = open_data_kept.path_of(first, name)
        assert path is not None and hashlib.sha256(path.read_bytes()).hexdigest() == about["sha256"]


def test_csv_and_json_say_the_same_and_the_dictionary_names_every_column() -> None:
    rules()
    release = open_data_kept.make(NOW)
    rows = rows_of(release)
    path = open_data_kept.path_of(release, "cases.json") if release else None
    assert path is not None
    told = json.loads(path.read_text(encoding="utf-8"))
    assert [{k: "" if v is None else str(v) for k, v in one.items()} for one in told] == rows
    named = {row["column"] for row in rows_of(release, "dictionary.csv") if row["table"] == "cases"}
    assert named == set(rows[0])
    meta = open_data_kept.path_of(release, "metadata.json") if release else None
    assert meta is not None
    sets = {one["dct:identifier"]: one for one in json.loads(meta.read_text(encoding="utf-8"))["dcat:dataset"]}
    assert sets["cases"]["dcat:distribution"][0]["spdx:checksum"]["sha256"] == release.files["cases.csv"]["sha256"]
    assert [one["dcat:downloadURL"] for one in sets["results"]["dcat:distribution"]] == [
        "results.csv", "results.json", "results.parquet",
    ]  # fmt: skip


def test_parquet_has_the_rows_of_the_json_with_types() -> None:
    """Numbers are numbers, what is empty is null; a period's scores too."""
    frozen()
    rules()
    release = open_data_kept.make(NOW)
    assert release is not None and release.results > 0 < release.cases
    for table, columns in TABLES.items():
        told, typed = (open_data_kept.path_of(release, f"{table}.{kind}") for kind in ("json", "parquet"))
        assert told is not None and typed is not None
        kinds = {one.key: one.type for one in columns}
        wanted = [
            {key: float(cell) if kinds[key] == "number" and cell is not None else cell for key, cell in row.items()}
            for row in json.loads(told.read_text(encoding="utf-8"))
        ]
        assert parquet(typed) == wanted and len(wanted) > 3
        schema = pyarrow.parquet.read_schema(typed)
        assert {str(schema.field(key).type) for key, kind in kinds.items() if kind == "integer"} == {"int64"}


STRICTER = ["least = 4", "place = 200", 'place = "grid"', 'day = "month"', "hours = 2", "months = 11",
            'without = ["99*"]']  # fmt: skip


@pytest.mark.parametrize("line", STRICTER)
def test_what_todays_rules_would_not_tell_is_gone_at_once(line: str) -> None:
    """Under its hash, on the page, as the newest; what is made by the new rules is told, and the old files are taken
    away. Looser rules hide nothing."""
    rules()
    old = open_data_kept.make(NOW)
    assert old is not None
    kept = reverse("bulletins:open_data_kept", args=[old.digest, "cases.csv"])
    assert Client().get(kept).status_code == 200
    key = line.split(" =", maxsplit=1)[0]
    rules("".join(one for one in ON.splitlines(keepends=True) if not one.startswith(key)) + line + "\n")
    assert Client().get(kept).status_code == 404
    assert Client().get(reverse("bulletins:open_data_file", args=["cases.csv"])).status_code == 404
    assert old.digest not in Client().get(reverse("bulletins:open_data")).content.decode()
    new = open_data_kept.make(NOW + timedelta(hours=1))
    assert new is not None and open_data_kept.newest() == new
    assert Client().get(reverse("bulletins:open_data_file", args=["cases.csv"])).status_code == 200
    if new.pk != old.pk:
        assert Client().get(kept).status_code == 404 and open_data_kept.path_of(old, "cases.csv") is None


def test_looser_rules_hide_nothing_and_one_of_unknown_rules_is_hidden() -> None:
    rules()
    old = open_data_kept.make(NOW)
    assert old is not None
    rules(ON.replace("least = 3", "least = 2").replace("place = 100", "place = 50"))
    assert open_data_kept.known(old.digest) == old == open_data_kept.newest()
    OpenRelease.objects.update(rules={})
    assert open_data_kept.known(old.digest) is None is open_data_kept.newest()


def test_a_stranger_takes_the_files_and_no_other() -> None:
    rules()
    open_data_kept.make(NOW)
    page = Client().get(reverse("bulletins:open_data"), headers={"accept-language": "en"})
    assert page.status_code == 200 and "cases.csv" in page.content.decode()
    answer = Client().get(reverse("bulletins:open_data_file", args=["cases.csv"]))
    assert answer.status_code == 200 and "public" in answer.headers["Cache-Control"]
    assert b"".join(answer).startswith("\ufeffkind,".encode())
    typed = Client().get(reverse("bulletins:open_data_file", args=["cases.parquet"]))
    assert typed.status_code == 200 and typed.headers["Content-Type"] == "application/vnd.apache.parquet"
    assert b"".join(typed).startswith(b"PAR1")
    for name in ("../secret", "..%2Fkeys", "cases.xlsx"):
        assert Client().get(f"/open-data/{name}").status_code == 404


@pytest.mark.parametrize(
    ("text", "code"),
    [("on = 1", "wrong_kind"), ("least = 1", "out_of_range"), ("colour = 2", "unknown_key"), ("on = ", "not_toml"),
     ('day = "hour"', "unknown_choice"), ('place = "street"', "wrong_kind"), ("without = [1]", "wrong_kind")],
)  # fmt: skip
def test_wrong_rules_are_told_and_change_nothing(text: str, code: str, tmp_path: Path) -> None:
    rules()
    (tmp_path / "open_data.toml").write_text(text, encoding="utf-8")
    report = open_data_folder.load(tmp_path, date(2026, 4, 1))
    assert [problem.code for problem in report.problems] == [code]
    assert open_data_rules.own() == ON


def test_the_rules_leave_the_city_as_they_came(tmp_path: Path) -> None:
    rules()
    open_data_folder.dump(tmp_path, date(2026, 4, 1))
    assert (tmp_path / "open_data.toml").read_text(encoding="utf-8") == ON
    assert open_data_rules.parse(ON, Report()).least == 3

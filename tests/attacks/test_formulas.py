"""What a spreadsheet would run: text that people typed stays text in every table that leaves the house."""

import ast
import csv
import io
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import citygrid
from citygrid.areas.models import Area
from citygrid.organization.models import Body
from citygrid.tabular import guarded, open_table, write_table
from citygrid.trust import audit
from tests.cases.pages import Sign
from tests.cases.world import NOW, World

RUN = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
ATTACKS = [f"{one}cmd|' /C calc'!A0" for one in RUN]


def cells(text: str) -> list[str]:
    """All cells of a CSV as a spreadsheet sees them, but for plain numbers."""
    found = [cell for row in csv.reader(io.StringIO(text.lstrip("\ufeff"), newline="")) for cell in row]
    return [cell for cell in found if not cell.lstrip("+-").replace(".", "", 1).isdigit()]


def harmless(text: str) -> None:
    assert not [cell for cell in cells(text) if cell.startswith(RUN)]


@pytest.mark.django_db
def test_the_audit(sign: Sign, world: World) -> None:
    for one in ATTACKS:
        audit.record(NOW, one[:60], subject=(one[:30], one), code=one, params={one: one}, address="::1")
    client = sign("auditor1")
    text = client.get("/audit.csv?q=").content.decode()
    assert "calc" in text
    harmless(text)


@pytest.mark.django_db
@pytest.mark.parametrize("attack", ATTACKS)
def test_the_table_of_evaluation(sign: Sign, world: World, attack: str) -> None:
    world.handling()
    body = Body.objects.get(code="west_sanitation")
    body.name = body.name_en = attack
    body.save()
    answer = sign("leader1").get("/evaluation/table.csv?by=unit&from=2026-03-01&to=2026-03-31")
    assert answer.status_code == 200, answer.content[:300]
    harmless(answer.content.decode())


@pytest.mark.django_db
def test_the_faults_of_areas(sign: Sign, world: World) -> None:
    """A grid whose code and name are formulas, and which lies on another."""
    Area.objects.filter(kind="city").update(metric_crs="EPSG:4547")
    grid = Area.objects.filter(kind="grid").first()
    assert grid is not None
    for attack in ATTACKS[:2]:
        Area.objects.create(
            kind="grid",
            code=attack[:30],
            name=attack,
            parent=grid.parent,
            geometry=grid.geometry,
            valid_from=grid.valid_from,
            centre_lon=grid.centre_lon,
            centre_lat=grid.centre_lat,
            area_m2=grid.area_m2,
        )
    text = sign("steward1").get("/basedata/areas/topology/faults.csv?day=2026-03-01").content.decode()
    assert "calc" in text
    harmless(text)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_tables_that_are_written_for_people(tmp_path: Path, kind: str) -> None:
    """Components, surveys, addresses, the organization: all by `write_table`; read back nothing has changed."""
    path = tmp_path / f"x.{kind}"
    write_table(path, ["name", "=1+1"], [[one, one] for one in ATTACKS])
    if kind == "csv":
        harmless(path.read_text("utf-8-sig"))
    else:
        sheet = openpyxl.load_workbook(path).active
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s"}
    with open_table(path, shapeless=True) as table:
        found = [cell for batch in table.batches(50) for cell in batch.columns["name"]]
    assert [cell.strip() for cell in found] == [one.strip() for one in ATTACKS]


@given(st.text(alphabet=st.sampled_from([*RUN, "'", "a", "1", "."]), max_size=6))
def test_a_guarded_cell_never_runs(text: str) -> None:
    shown = guarded(text)
    assert shown in (text, "'" + text)
    assert not shown.startswith(RUN) or shown.lstrip("+-").replace(".", "", 1).isdigit()


# Files that a program reads again: parts of city folders, of shapes, of the demo. A person's table goes by `guarded`.
FOR_PROGRAMS = {
    "collection/positions/folder_part.py",
    "collection/teams/folder_part.py",
    "demo/inventory.py",
    "demo/judging.py",
    "geocoding/folder.py",
    "organization/files.py",
    "rulebook/tables.py",
    "tabular/drawing.py",
    "worktime/days.py",
}


def test_whoever_writes_a_csv_guards_it() -> None:
    """A new place that writes a CSV is noticed here."""
    root = Path(citygrid.__file__).parent
    writers = set()
    for path in root.rglob("*.py"):
        text = path.read_text("utf-8")
        calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Attribute)]
        if any(isinstance(one.value, ast.Name) and (one.value.id, one.attr) == ("csv", "writer") for one in calls):
            writers.add((path.relative_to(root).as_posix(), "guarded" in text))
    unguarded = {name for name, safe in writers if not safe}
    assert unguarded <= FOR_PROGRAMS, unguarded - FOR_PROGRAMS
    assert len(writers) > len(unguarded)

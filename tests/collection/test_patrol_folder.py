"""`patrol.toml` and `vehicles.csv` of a city folder: what is loaded is what is dumped; a fault is told with its place
and nothing of the file is kept (S1-36, S2-02)."""

from datetime import date

import pytest

from citygrid.collection.models import PatrolRules, Positioned
from citygrid.collection.patrol import folder_part as patrols
from citygrid.collection.patrol import in_force, rules
from citygrid.collection.positions import folder_part as vehicles

MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)
OWN = "[track]\ngap_seconds = 120\nidle_metres = 25.5\n\n[positions]\nkeep_days = 30\n"
CARS = "code,name,body\n沪A-0001,洒水车一号,west_sanitation\n沪A-0002,清扫车,west_sanitation\n"

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(world, tmp_path):
    """Writes files of a folder and loads the part; the report."""

    def loaded(part, at=MAY, **files):
        for name, text in files.items():
            content = text if isinstance(text, bytes) else text.encode()
            (tmp_path / name.replace("__", ".")).write_bytes(content)
        return part.load(tmp_path, at)

    return loaded


def faults(report):
    return [(one.file, one.line, one.field, one.code) for one in report.problems]


def test_rules_are_in_force_from_their_day_and_dumped_as_they_were_loaded(folder, tmp_path):
    assert folder(patrols, patrol__toml=OWN).ok
    assert folder(patrols, JUNE, patrol__toml="[track]\ngap_seconds = 600\n").ok
    assert (in_force.rules_on(MAY).track.gap_seconds, in_force.rules_on(MAY).positions.keep_days) == (120, 30)
    assert in_force.rules_on(JUNE).track.gap_seconds == 600
    shipped = rules.made({}).track.idle_metres
    assert in_force.rules_on(JUNE).track.idle_metres == shipped, "what June leaves out is as shipped, not as in May"
    out = tmp_path / "out"
    patrols.dump(out, MAY)
    again = PatrolRules.objects.get(valid_from=MAY).data
    PatrolRules.objects.all().delete()
    assert patrols.load(out, MAY).ok and PatrolRules.objects.get().data == again


def test_rules_of_later_days_go_and_the_same_again_is_no_new_row(folder):
    folder(patrols, JUNE, patrol__toml=OWN)
    assert folder(patrols, MAY, patrol__toml=OWN).ok
    assert [one.valid_from for one in PatrolRules.objects.all()] == [MAY]
    assert folder(patrols, JUNE, patrol__toml=OWN).ok
    assert [one.valid_from for one in PatrolRules.objects.all()] == [MAY], "nothing changed in June"


def test_without_a_file_nothing_changes_and_nothing_is_written(folder, tmp_path):
    folder(patrols, patrol__toml=OWN)
    (tmp_path / "patrol.toml").unlink()
    assert patrols.load(tmp_path, JUNE).ok and PatrolRules.objects.count() == 1
    PatrolRules.objects.all().delete()
    patrols.dump(tmp_path / "out", MAY)
    vehicles.dump(tmp_path / "out", MAY)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("text", "code", "where"),
    [
        ("[track\n", "unreadable", ""),
        (b"\xff\xfe[track]", "unreadable", ""),
        ("[walking]\nspeed = 3\n", "unknown_key", "walking"),
        ("[track]\nspeed = 3\n", "unknown_key", "track.speed"),
        ("track = 3\n", "unknown_key", "track"),
        ("[track]\ngap_seconds = 0\n", "not_a_number", "track.gap_seconds"),
        ("[track]\ngap_seconds = -5\n", "not_a_number", "track.gap_seconds"),
        ("[track]\ngap_seconds = true\n", "not_a_number", "track.gap_seconds"),
        ('[track]\ngap_seconds = "300"\n', "not_a_number", "track.gap_seconds"),
        ("[track]\ngap_seconds = nan\n", "not_a_number", "track.gap_seconds"),
        ("[track]\ngap_seconds = inf\n", "not_a_number", "track.gap_seconds"),
    ],
)
def test_a_fault_in_the_rules_is_told_and_the_old_ones_stay(folder, text, code, where):
    folder(patrols, patrol__toml=OWN)
    report = folder(patrols, JUNE, patrol__toml=text)
    assert [(one[0], one[2], one[3]) for one in faults(report)] == [("patrol.toml", where, code)]
    assert in_force.rules_on(JUNE).track.gap_seconds == 120


def test_no_grace_is_a_rule_too(folder):
    assert folder(patrols, patrol__toml="[signing]\ngrace_minutes = 0\n").ok
    assert in_force.rules_on(MAY).signing.grace_minutes == 0


def test_vehicles_are_loaded_dumped_and_one_that_is_left_out_is_no_longer_active(folder, tmp_path):
    report = folder(vehicles, vehicles__csv="\ufeff" + CARS)
    assert report.ok
    out = tmp_path / "out"
    vehicles.dump(out, MAY)
    assert (out / "vehicles.csv").read_text(encoding="utf-8") == CARS
    assert folder(vehicles, vehicles__csv="code,name,body\n沪A-0002,清扫车二号,west_sanitation\n").ok
    cars = Positioned.objects.filter(kind="vehicle").order_by("code")
    assert [(one.code, one.name, one.active) for one in cars] == [
        ("沪A-0001", "洒水车一号", False), ("沪A-0002", "清扫车二号", True)]  # fmt: skip
    assert folder(vehicles, vehicles__csv=CARS).ok
    assert cars.filter(active=True).count() == 2, "back again: the same row, with its track"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("code,name\nA,b\n", [(1, "body", "missing_column")]),
        ("code,name,body\n,x,west_sanitation\n", [(2, "code", "vehicle_code")]),
        ("code,name,body\nA,x,west_sanitation\nA,y,west_sanitation\n", [(3, "code", "vehicle_code")]),
        ("code,name,body\nA,x,nobody\n", [(2, "body", "unknown_body")]),
        (
            "code,name,body\n" + "A" * 41 + "," + "x" * 61 + ",west_sanitation\n",
            [(2, "code", "too_long"), (2, "name", "too_long")],
        ),
        (b"code,name,body\n\xff,x,y\n", [(0, "", "unreadable")]),
    ],
)  # fmt: skip
def test_a_fault_in_the_vehicles_is_told_with_its_line_and_nothing_is_kept(folder, text, wanted):
    folder(vehicles, vehicles__csv=CARS)
    report = folder(vehicles, vehicles__csv=text)
    assert [one[1:] for one in faults(report)] == wanted
    assert Positioned.objects.filter(kind="vehicle", active=True).count() == 2

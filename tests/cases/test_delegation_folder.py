"""`delegations.toml` of a city folder: loaded, written back, never changed; what it lacks is withdrawn (S1-20)."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from citygrid.cases import folder
from citygrid.cases.delegation_models import Delegation
from tests.cases.world import FOLDER, START, World

LATER = START + timedelta(days=400)
GOOD = (FOLDER / folder.FILE).read_text(encoding="utf-8")


def put(path: Path, text: str) -> Path:
    (path / folder.FILE).write_text(text, encoding="utf-8")
    return path


def problems(path: Path, text: str) -> list[tuple[str, str]]:
    report = folder.load(put(path, text), LATER)
    assert all(str(one) for one in report.problems)
    return [(one.field, one.code) for one in report.problems]


def test_what_was_loaded_is_written_with_the_same_bytes(world: World, tmp_path: Path) -> None:
    folder.dump(tmp_path, START)
    assert (tmp_path / folder.FILE).read_bytes() == (FOLDER / folder.FILE).read_bytes()
    assert folder.load(tmp_path, LATER).ok and Delegation.objects.filter(withdrawn_at=None).count() == 4


def test_what_the_file_lacks_is_withdrawn_and_nothing_is_deleted(world: World, tmp_path: Path) -> None:
    first = GOOD.split("\n\n")[0] + "\n"
    assert folder.load(put(tmp_path, first), LATER).ok
    assert set(Delegation.objects.filter(withdrawn_at=None).values_list("code", flat=True)) == {"centre-extend"}
    assert Delegation.objects.count() == 4
    folder.dump(tmp_path, LATER)
    assert (tmp_path / folder.FILE).read_text(encoding="utf-8") == first
    folder.dump(tmp_path, START)
    assert (tmp_path / folder.FILE).read_text(encoding="utf-8") == GOOD, "before that day it was in force"


def test_a_folder_without_the_file_says_nothing(world: World, tmp_path: Path) -> None:
    assert folder.load(tmp_path, LATER).ok
    assert Delegation.objects.filter(withdrawn_at=None).count() == 4


def test_a_delegation_is_never_changed(world: World, tmp_path: Path) -> None:
    changed = GOOD.replace('longest = "3 natural_day"', 'longest = "30 natural_day"', 1)
    assert problems(tmp_path, changed) == [("centre-extend", "delegation_changed")]
    assert Delegation.objects.get(code="centre-extend").longest == "3 natural_day"


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ('giver = "office"', 'giver = "nobody"', ("centre-extend.giver", "unknown_post")),
        ('giver = "office"', 'giver = "dispatch"', ("centre-extend.giver", "delegation_no_power")),
        ('post = "dispatch"', 'post = "water_desk"', ("centre-extend.to", "delegation_handles")),
        ('kinds = ["extend"]', 'kinds = ["anything"]', ("centre-extend.kinds", "delegation_kinds")),
        ('kinds = ["extend"]', 'kinds = "extend"', ("centre-extend.kinds", "missing_or_wrong")),
        ('longest = "3 natural_day"', 'longest = "3 moons"', ("centre-extend.longest", "delegation_longest")),
        ("first_day = 2020-01-01", 'first_day = "2020-01-01"', ("centre-extend.first_day", "missing_or_wrong")),
        ("first_day = 2020-01-01", "color = 1\nfirst_day = 2020-01-01", ("centre-extend.color", "unknown_key")),
        ("[centre-extend]", "[new]", ("new", "not_a_delegation")),
        ("[centre-extend]", "[centre-extend", ("", "unreadable")),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_kept(
    world: World, tmp_path: Path, old: str, new: str, wanted: tuple[str, str]
) -> None:
    Delegation.objects.all().delete()
    assert wanted in problems(tmp_path, GOOD.replace(old, new, 1))
    assert not Delegation.objects.exists()


def test_one_that_ends_is_written_up_to_its_last_day(world: World, tmp_path: Path) -> None:
    Delegation.objects.all().delete()
    ends = GOOD.split("\n\n")[0].replace("document", "last_day = 2021-06-30\ndocument") + "\n"
    assert folder.load(put(tmp_path, ends), START).ok
    (tmp_path / folder.FILE).unlink()
    folder.dump(tmp_path, date(2021, 6, 30))
    assert (tmp_path / folder.FILE).read_text(encoding="utf-8") == ends
    (tmp_path / folder.FILE).unlink()
    folder.dump(tmp_path, date(2021, 7, 1))
    assert not (tmp_path / folder.FILE).exists()

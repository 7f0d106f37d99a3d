"""S1-08, S1-41: grids are divided, looked at and listed from the command line; a divided city goes out and in again."""

import io
import shutil
from datetime import date
from pathlib import Path

import pytest
import shapely
from django.core.management import CommandError, call_command

from citygrid.areas import citywide, folder, life
from citygrid.areas.changing import shape_of
from citygrid.areas.models import Area, DutyMembership, GridOrigin
from citygrid.standards.codes import CodeProfile
from tests.areas.valley import COMMUNITY, DAY, PROFILE, START, WHO, code, valley

pytestmark = pytest.mark.django_db
SECOND = Path(__file__).parent.parent / "cities" / "second"


@pytest.fixture(autouse=True)
def profile(monkeypatch):
    monkeypatch.setattr(citywide._Provided, "profile", staticmethod(lambda day: PROFILE))


def ran(*words, **options):
    out = io.StringIO()
    call_command("areas", *words, stdout=out, stderr=out, **options)
    return out.getvalue()


def test_a_community_is_divided_and_the_grids_are_listed():
    valley()
    Area.objects.filter(kind="grid").delete()
    assert "12 grids" in ran("divide", "--all", "--from", START.isoformat(), "--dry-run")
    assert not Area.objects.filter(kind="grid").exists()
    assert "divided" in ran("divide", COMMUNITY, "--from", START.isoformat())
    assert len(ran("list", "grid", "--in", COMMUNITY, "--at", DAY.isoformat()).splitlines()) == 12
    assert "0 faults, 0 warnings" in ran("topology", "--at", DAY.isoformat())


def test_what_is_wrong_is_told_and_ends_with_an_error(tmp_path):
    valley()
    with pytest.raises(CommandError, match="12 faults"):
        ran("coverage", "--at", DAY.isoformat())
    Area.objects.filter(kind="grid", code=code(3)).delete()
    with pytest.raises(CommandError, match="1 faults"):
        ran("topology", "--at", DAY.isoformat(), "--geojson", str(tmp_path / "faults.geojson"))
    assert '"gap"' in (tmp_path / "faults.geojson").read_text()
    with pytest.raises(CommandError, match="390102001777"):
        ran("divide", "390102001777", "--from", DAY.isoformat())


def test_history_of_grids_goes_out_with_the_city_and_comes_in_again(tmp_path):
    assert folder.load(SECOND, date(2024, 1, 1)).ok
    community = Area.objects.filter(kind="community", children__kind="grid").order_by("code").first()
    grid = Area.objects.filter(kind="grid", parent=community, valid_to=None).order_by("code").first()
    west, south, east, north = shape_of(grid).bounds
    cut = shapely.LineString([((west + east) / 2, south - 1), ((west + east) / 2, north + 1)])
    change = life.split(grid.code, DAY, WHO, line=cut, profile=CodeProfile.standard("cjt214"))
    assert GridOrigin.objects.count() == len(change.made) >= 2
    shutil.copy(SECOND / "city.toml", tmp_path)
    folder.dump(tmp_path, DAY)
    kept = sorted(GridOrigin.objects.values_list("grid__code", "origin__code"))
    members = sorted(DutyMembership.objects.values_list("duty_grid__code", "grid__code", "valid_from", "valid_to"))
    report = folder.load(tmp_path, DAY)
    assert report.problems == []
    assert sorted(GridOrigin.objects.values_list("grid__code", "origin__code")) == kept
    again = sorted(DutyMembership.objects.values_list("duty_grid__code", "grid__code", "valid_from", "valid_to"))
    assert again == members

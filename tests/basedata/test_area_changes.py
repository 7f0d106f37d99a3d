"""Changing areas by their pages: division, split, merge, import, duty grids, service area (S1-08, S1-41, S4-02)."""

import csv
import io
import re
import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import shapely
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from citygrid.areas import citywide
from citygrid.areas.models import Area, DutyMembership, ServiceArea
from citygrid.areas.versions import bump
from citygrid.basedata.gridding import affected
from citygrid.basedata.gridding.plans import AreaPlan
from tests.basedata.area_town import COMMUNITY, divide_form, geojson, grids, signed_in, standing
from tests.cases import world as worlds
from tests.cases.conftest import forget
from tests.media.pictures import PDF

__all__ = ["standing"]
pytestmark = pytest.mark.django_db
DAY = date(2030, 1, 1)
BEFORE = date(2029, 12, 31)


@pytest.fixture(autouse=True)
def town(standing: None, db: None, settings: Any, tmp_path: Any) -> Iterator[None]:
    settings.MEDIA_STORE = tmp_path / "media"
    forget()
    yield
    forget()


@pytest.fixture
def steward() -> Client:
    return signed_in("steward1")


def typed(**fields: object) -> dict[str, object]:
    return {"plan": str(uuid.uuid4()), "from_day": DAY.isoformat(), "reason": "测试"} | fields


def change(client: Client, act: str, **fields: object) -> Any:
    return client.post(reverse("basedata:area_change", args=[COMMUNITY, act]), typed(**fields))


def planned() -> AreaPlan:
    return AreaPlan.objects.order_by("-made_at").first()


def apply(client: Client, plan: AreaPlan | None = None) -> Any:
    return client.post(reverse("basedata:area_plan_apply", args=[(plan or planned()).pk]))


def grid(n: int) -> str:
    return f"{COMMUNITY}{n:03}"


def test_a_division_ends_the_old_grids_and_gives_new_codes(steward: Client) -> None:
    """S1-08: by day; a code is never used again."""
    old = grids(BEFORE)
    steward.post(reverse("basedata:area_divide", args=["community", COMMUNITY]), divide_form())
    assert apply(steward).status_code == 302
    new = grids(DAY)
    assert new and not set(new) & set(old) and grids(BEFORE) == old
    apply(steward)
    assert grids(DAY) == new, "a button pressed twice applies once"
    shapes = [shapely.from_wkb(bytes(row.geometry)) for row in Area.objects.filter(code__in=new)]
    whole = shapely.from_wkb(bytes(Area.objects.get(kind="community", code=COMMUNITY).geometry))
    assert shapely.union_all(shapes).symmetric_difference(whole).area < 1e-10
    page = steward.get(reverse("basedata:area", args=["grid", new[0]]) + f"?at={DAY}").content.decode()
    assert old[0] in page, "where it came from"
    assert "重新划分〔2029〕8号" in page


def test_a_grid_is_split_by_a_typed_line_and_its_duty_grid_keeps_the_pieces(steward: Client) -> None:
    answer = change(steward, "split", grids=grid(3), line="111.0025 29.9, 111.0025 30.1")
    page = steward.get(answer["Location"]).content.decode()
    assert grid(3) in page and grid(11) in page and grid(12) in page
    assert apply(steward).status_code == 302
    assert set(grids(DAY)) - set(grids(BEFORE)) == {grid(11), grid(12)}
    held = DutyMembership.objects.filter(duty_grid__code="D990101", grid__code__in=[grid(11), grid(12)])
    assert held.count() == 2
    history = steward.get(reverse("basedata:area", args=["grid", grid(3)])).content.decode()
    assert grid(11) in history and "Its days" in history


def test_a_line_that_does_not_cut_and_one_that_is_no_line(steward: Client) -> None:
    change(steward, "split", grids=grid(3), line="112 29.9, 112 30.1")
    page = steward.get(reverse("basedata:area_plan", args=[planned().pk])).content.decode()
    assert 'data-code="not_split"' in page and "Apply from" not in page
    assert apply(steward).status_code == 409
    answer = change(steward, "split", grids=grid(3), line="here and there")
    assert answer.status_code == 422 and "here and there" in answer.content.decode()
    swapped = change(steward, "split", grids=grid(3), line="30.1 111.0, 29.9 111.0")
    assert "Are the two swapped?" in swapped.content.decode()


def test_what_was_typed_comes_back_when_a_refused_plan_is_changed(steward: Client) -> None:
    change(steward, "split", grids=grid(3), line="112 29.9, 112 30.1", reason="道路改线")
    page = steward.get(reverse("basedata:area_plan", args=[planned().pk])).content.decode()
    again = re.search(r'href="([^"]+change/split/\?plan=[^"]+)"', page)[1]
    form = steward.get(again).content.decode()
    assert "112 29.9, 112 30.1" in form and "道路改线" in form and f'value="{grid(3)}"' in form


def test_neighbours_are_merged_and_others_are_not(steward: Client) -> None:
    change(steward, "merge", grids=f"{grid(1)} {grid(5)}")
    page = steward.get(reverse("basedata:area_plan", args=[planned().pk])).content.decode()
    assert 'data-code="not_neighbours"' in page
    one = change(steward, "merge", grids=grid(1))
    assert one.status_code == 422
    change(steward, "merge", grids=f"{grid(1)}, {grid(2)}")
    assert apply(steward).status_code == 302
    assert grids(DAY)[0] == grid(3) and len(grids(DAY)) == 9


def test_a_retired_grid_leaves_a_gap_that_the_topology_report_names(steward: Client) -> None:
    change(steward, "retire", grids=grid(10))
    assert apply(steward).status_code == 302
    address = reverse("basedata:area_topology")
    page = steward.get(f"{address}?at={DAY}").content.decode()
    assert "Gap" in page and COMMUNITY in page and 'data-map-focus="fault:' in page
    rows = list(csv.reader(io.StringIO(steward.get(f"{address}faults.csv?at={DAY}").content.decode("utf-8-sig"))))
    assert any(row[0] == "Gap" and row[1] == COMMUNITY for row in rows)
    drawn = steward.get(f"{address}faults.geojson?at={DAY}").json()["features"]
    assert {f["properties"]["kind"] for f in drawn} >= {"gap"}
    assert steward.get(f"{address}faults.exe").status_code == 404


def test_areas_that_changed_meanwhile_are_looked_at_again(steward: Client) -> None:
    """Two people act: one wins, the other sees why, and nothing is done on a stale proposal."""
    change(steward, "split", grids=grid(3), line="111.0025 29.9, 111.0025 30.1")
    first = planned()
    change(steward, "split", grids=grid(4), line="111.0035 29.9, 111.0035 30.1")
    assert apply(steward).status_code == 302
    answer = apply(steward, first)
    assert answer.status_code == 409 and "look at it again" in answer.content.decode()
    assert grid(3) in grids(DAY)
    first.refresh_from_db()
    assert first.state == "ready"
    assert apply(steward, first).status_code == 302 and grid(3) not in grids(DAY)


def test_a_day_that_is_past_is_refused(steward: Client) -> None:
    yesterday = (citywide.localday(timezone.now()) - timedelta(days=1)).isoformat()
    change(steward, "retire", grids=grid(10), from_day=yesterday)
    page = steward.get(reverse("basedata:area_plan", args=[planned().pk])).content.decode()
    assert 'data-code="day_past"' in page


def test_a_colleague_splits_nothing_of_another_district() -> None:
    colleague = signed_in("steward_east")
    assert change(colleague, "retire", grids=grid(10)).status_code == 403
    other = colleague.post(reverse("basedata:area_change", args=["99010201001", "retire"]), typed(grids=grid(10)))
    assert other.status_code == 302
    assert apply(colleague).status_code == 403, "the grids named in the form lie beyond the post's scope"
    assert len(grids(DAY)) == 10


def imported(client: Client, rows: Any, kind: str = "grid", **columns: str) -> Any:
    file = SimpleUploadedFile("网格.geojson", rows if isinstance(rows, bytes) else geojson(rows))
    answer = client.post(reverse("basedata:area_import"), typed(kind=kind, file=file))
    if answer.status_code != 302:
        return answer
    mapping = {"column_code": "code", "column_name": "", "column_parent": "", "ending": "none", "crs": ""}
    return client.post(answer["Location"], mapping | columns)


def test_an_import_is_looked_at_and_applied_and_the_same_file_changes_nothing(steward: Client) -> None:
    """S1-08: new, changed and wrong rows; what is wrong stays out and is named by its row."""
    moved = shapely.box(111.009, 30.0, 111.01, 30.0008)
    rows = [({"code": grid(10)}, moved), ({"code": "nonsense"}, shapely.box(111.0, 30.1, 111.1, 30.2))]
    answer = imported(steward, rows)
    page = steward.get(answer["Location"]).content.decode()
    assert "row 2" in page and "nonsense" in page and "Apply from" in page
    assert apply(steward).status_code == 302
    held = Area.objects.get(kind="grid", code=grid(10), valid_to=None)
    assert held.valid_from == DAY and shapely.from_wkb(bytes(held.geometry)).equals(moved)
    answer = imported(steward, rows[:1], ending="none")
    page = steward.get(answer["Location"]).content.decode()
    assert 'data-code="nothing_changes"' in page or 'data-code="later_row"' in page


def test_a_file_that_is_none_and_a_column_that_is_not_chosen(steward: Client) -> None:
    answer = imported(steward, b"PK\x03\x04 this is no file of areas")
    assert answer.status_code == 422 and 'class="cg-refusal"' in answer.content.decode()
    plan = planned()
    assert plan.state == "draft" and bytes(plan.file).startswith(b"PK"), "the file is kept: nothing sent is lost"
    answer = imported(steward, [({"code": grid(10)}, shapely.box(111.009, 30.0, 111.01, 30.0008))], column_code="")
    assert answer.status_code == 422 and "cg-error" in answer.content.decode()
    empty = steward.post(reverse("basedata:area_import"), typed(kind="grid", file=SimpleUploadedFile("a.csv", b"")))
    assert empty.status_code == 422
    assert signed_in("steward_east").get(reverse("basedata:area_import")).status_code == 403


def test_a_duty_grid_takes_unit_grids_and_the_coverage_says_what_is_wrong(steward: Client) -> None:
    """S1-41: in each shift every unit grid has exactly one duty grid; gaps and overlaps are listed."""
    assert "exactly one duty grid" in steward.get(reverse("basedata:area_duty")).content.decode()
    fields = {"code": "D9", "name": "新", "shift": "", "grids": f"{grid(1)} {grid(2)}"}
    answer = steward.post(reverse("basedata:area_duty_new"), typed(**fields))
    page = steward.get(answer["Location"]).content.decode()
    assert "D9, D990101" in page or "D990101, D9" in page, "the overlap is told before it is applied"
    assert apply(steward).status_code == 302
    report = steward.get(reverse("basedata:area_duty") + f"?at={DAY}").content.decode()
    assert "2 faults" in report and grid(1) in report
    shown = steward.get(reverse("basedata:area_duty_grid", args=["D9"]) + f"?at={DAY}").content.decode()
    assert grid(2) in shown and grid(3) not in shown
    wrong = steward.post(reverse("basedata:area_duty_new"), typed(**fields | {"code": "D 9/"}))
    assert wrong.status_code == 422 and "D 9/" in wrong.content.decode()
    assert signed_in("steward_east").post(reverse("basedata:area_duty_new"), typed(**fields)).status_code == 403


def test_a_duty_grid_is_retired_after_a_look_at_what_has_none_then(steward: Client) -> None:
    """S1-41."""
    address = reverse("basedata:area_duty_retire", args=["D990101"])
    assert address in steward.get(reverse("basedata:area_duty_grid", args=["D990101"])).content.decode()
    assert steward.post(address, typed(reason="")).status_code == 422
    page = steward.get(steward.post(address, typed())["Location"]).content.decode()
    assert grid(1) in page and "belongs to no duty grid" in page and f"{address}?plan=" in page
    assert not Area.objects.filter(code="D990101").exclude(valid_to=None).exists(), "only looked at"
    assert apply(steward).status_code == 302
    assert Area.objects.get(code="D990101").valid_to == DAY
    assert not DutyMembership.objects.filter(duty_grid__code="D990101", valid_to=None).exists()
    assert signed_in("steward_east").get(address).status_code == 403


def service_form(**fields: object) -> dict[str, object]:
    usual = {"code": "1", "name": "实行区域", "approval": "市政府〔2029〕1号", "approved_on": "2029-06-01"}
    return typed(**usual, shape="111.0 30.0, 111.012 30.0, 111.012 30.001, 111.0 30.001") | fields


def test_a_service_area_is_drawn_with_its_approval_and_says_how_many_open_cases_lie_outside(
    steward: Client, settings: Any, tmp_path: Any
) -> None:
    """S4-02."""
    worlds.World().handling()  # at WEST, east of 111.012
    pdf = SimpleUploadedFile("批复.pdf", PDF)
    answer = steward.post(reverse("basedata:area_service_new"), service_form(document=pdf))
    page = steward.get(answer["Location"]).content.decode()
    assert re.search(r"Open cases outside</dt><dd>1<", page)
    assert apply(steward).status_code == 302
    row = ServiceArea.objects.get()
    assert row.approval == "市政府〔2029〕1号" and row.valid_from == DAY
    listed = steward.get(reverse("basedata:area_service") + f"?at={DAY}").content.decode()
    assert "市政府〔2029〕1号" in listed and "/media/" in listed and "in force" in listed
    assert "No service area is approved" in steward.get(reverse("basedata:area_service")).content.decode()


def test_a_service_area_without_outline_or_approval_or_that_crosses_itself(steward: Client) -> None:
    address = reverse("basedata:area_service_new")
    assert steward.post(address, service_form(shape="")).status_code == 422
    assert steward.post(address, service_form(approval="")).status_code == 422
    crossing = "111.0 30.0, 111.01 30.001, 111.01 30.0, 111.0 30.001"
    answer = steward.post(address, service_form(shape=crossing))
    assert (
        answer.status_code == 422
        and crossing in answer.content.decode()
        and "crosses itself" in answer.content.decode()
    )
    assert signed_in("steward_east").get(address).status_code == 403
    assert not ServiceArea.objects.exists()


def test_nobody_counts_and_a_case_inside_is_not_outside() -> None:
    inside = shapely.box(110, 29, 112, 31)
    worlds.World().handling()
    assert affected.open_outside(inside) == 0 and affected.open_outside(shapely.box(0, 0, 1, 1)) == 1


def test_the_service_area_comes_from_a_file_too(steward: Client) -> None:
    file = SimpleUploadedFile("area.geojson", geojson([({"n": 1}, shapely.box(111.0, 30.0, 111.02, 30.001))]))
    answer = steward.post(reverse("basedata:area_service_new"), service_form(shape="", file=file))
    assert answer.status_code == 302 and planned().state == "ready"
    bump()
    assert apply(steward).status_code == 302
    assert shapely.from_wkb(bytes(ServiceArea.objects.get().geometry)).area == pytest.approx(0.02 * 0.001)

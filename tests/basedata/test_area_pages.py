"""Pages of areas: who reads them, who changes what, and that nothing typed is lost (S0-03, S1-08, S3-19)."""

import gzip
import json
import re
import uuid
from collections.abc import Iterator
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from citygrid.basedata.gridding import planning
from citygrid.basedata.gridding.plans import AreaPlan
from citygrid.trust.models import AuditRecord
from tests.basedata import area_town
from tests.basedata.area_town import COMMUNITY, divide_form, signed_in, standing
from tests.cases.conftest import forget

__all__ = ["standing"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def town(standing: None, db: None) -> Iterator[None]:
    forget()
    yield
    forget()


def divide(client: Client, **changes: object):
    return client.post(reverse("basedata:area_divide", args=["community", COMMUNITY]), divide_form(**changes))


def test_the_steward_reads_the_tree_a_collector_may_not_a_stranger_signs_in() -> None:
    """S3-19."""
    address = reverse("basedata:areas")
    page = signed_in("steward1").get(address)
    assert page.status_code == 200
    text = page.content.decode()
    assert COMMUNITY in text and "Divide" in text
    assert re.search(r"Unit grids <b>20</b>", text)
    assert signed_in("collector1").get(address).status_code == 403
    stranger = Client().get(address)
    assert stranger.status_code == 302 and "/sign-in/" in stranger["Location"]


def test_a_surveyor_reads_but_is_offered_no_change() -> None:
    client = signed_in("surveyor1")
    page = client.get(reverse("basedata:area", args=["community", COMMUNITY]))
    assert page.status_code == 200 and "Divide anew" not in page.content.decode()
    assert divide(client).status_code == 403
    assert not AreaPlan.objects.exists()


def test_the_form_of_a_division_begins_with_the_citys_sizes() -> None:
    """As city.toml has them: 12,500 m2 wanted, 2,500 at least, nothing said of the most."""
    page = signed_in("steward1").get(reverse("basedata:area_divide", args=["community", COMMUNITY])).content.decode()
    shown = dict(re.findall(r'name="(cell_m2|least|most)" value="([^"]+)"', page))
    assert shown == {"cell_m2": "12500", "least": "0.2", "most": "2.0"}


def test_the_day_chooses_the_areas() -> None:
    client = signed_in("steward1")
    before = client.get(reverse("basedata:areas") + "?at=2019-12-31").content.decode()
    assert "No areas on this day" in before and COMMUNITY not in before
    assert client.get(reverse("basedata:areas") + "?at=yesterday").status_code == 200


def test_the_map_gets_the_community_and_its_grids() -> None:
    client = signed_in("steward1")
    answer = client.get(reverse("basedata:area_shapes", args=["community", COMMUNITY]))
    features = answer.json()["features"]
    assert len(features) == 11
    assert {f["properties"]["tone"] for f in features} == {"plain", "present"}
    assert client.get(reverse("basedata:area_shapes", args=["community", "99010199999"])).status_code == 404


def test_a_division_is_looked_at_before_it_is_applied() -> None:
    """S1-08: the proposal stands beside what is; nothing changes until it is applied."""
    client = signed_in("steward1")
    day, before = date(2030, 1, 1), area_town.grids(date(2030, 1, 1))
    answer = divide(client)
    plan = AreaPlan.objects.get()
    assert answer["Location"] == reverse("basedata:area_plan", args=[plan.pk])
    page = client.get(answer["Location"]).content.decode()
    assert "ready to be applied" in page and "Apply from" in page
    drawn = json.loads(gzip.decompress(client.get(reverse("basedata:area_plan_shapes", args=[plan.pk])).content))
    assert sum(f["properties"]["tone"] == "ended" for f in drawn["features"]) == 10
    assert area_town.grids(day) == before


def test_the_same_form_twice_is_one_plan_and_other_content_is_refused() -> None:
    client, plan = signed_in("steward1"), str(uuid.uuid4())
    assert divide(client, plan=plan).status_code == divide(client, plan=plan).status_code == 302
    assert AreaPlan.objects.count() == 1
    other = divide(client, plan=plan, cell_m2=8000)
    assert other.status_code == 422 and 'value="8000"' in other.content.decode()
    assert "with other content" in other.content.decode()


def test_what_was_typed_survives_what_was_wrong() -> None:
    client = signed_in("steward1")
    answer = divide(client, cell_m2=3, from_day="soon", reason="因道路改建")
    text = answer.content.decode()
    assert answer.status_code == 422 and not AreaPlan.objects.exists()
    assert 'value="3"' in text and 'value="soon"' in text and "因道路改建" in text
    assert text.count('role="alert"') == 2


def test_a_colleague_of_another_district_changes_nothing_here() -> None:
    """S3-19: the scope of the post must reach the area."""
    colleague = signed_in("steward_east")
    assert colleague.get(reverse("basedata:area_divide", args=["community", COMMUNITY])).status_code == 403
    assert divide(colleague).status_code == 403
    divide(signed_in("steward1"))
    plan = AreaPlan.objects.get()
    page = colleague.get(reverse("basedata:area_plan", args=[plan.pk]))
    assert page.status_code == 200 and "Apply from" not in page.content.decode()
    for act in ("apply", "drop", "again"):
        assert colleague.post(reverse(f"basedata:area_plan_{act}", args=[plan.pk])).status_code == 403
    plan.refresh_from_db()
    assert plan.state == "ready"


def test_a_dropped_plan_stays_in_the_list_and_cannot_be_applied() -> None:
    client = signed_in("steward1")
    divide(client)
    plan = AreaPlan.objects.get()
    assert client.post(reverse("basedata:area_plan_drop", args=[plan.pk])).status_code == 302
    answer = client.post(reverse("basedata:area_plan_apply", args=[plan.pk]))
    assert answer.status_code == 409 and "nothing more can be done" in answer.content.decode()
    assert "重新划分〔2029〕8号" in client.get(reverse("basedata:area_plans")).content.decode()
    record = AuditRecord.objects.get(act="areas.divide.dropped")
    assert record.subject_id == str(plan.pk) and record.person is not None


def test_a_street_is_a_job_with_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow plan waits for a worker, says so, and is ready when the job has run."""
    from citygrid.basedata.gridding import division_plan
    from citygrid.basedata.gridding import jobs as area_jobs

    monkeypatch.setattr(division_plan, "AT_ONCE", 0)
    deferred: list[uuid.UUID] = []
    monkeypatch.setattr(planning, "_DEFER", [deferred.append])
    client = signed_in("steward1")
    answer = client.post(reverse("basedata:area_divide", args=["street", area_town.STREET]), divide_form())
    plan = AreaPlan.objects.get()
    assert plan.state == "waiting" and deferred == [plan.pk] and plan.codes == [COMMUNITY]
    page = client.get(answer["Location"]).content.decode()
    assert "<progress" in page and "Apply from" not in page
    part = client.get(answer["Location"], headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode() and "HX-Refresh" not in part
    area_jobs.run(plan.pk)
    plan.refresh_from_db()
    assert plan.state == "ready" and plan.done == plan.total == 1
    assert client.get(answer["Location"], headers={"HX-Request": "true"})["HX-Refresh"] == "true"


def test_a_job_that_fails_says_so_on_the_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    from citygrid.basedata.gridding import division_plan
    from citygrid.basedata.gridding import jobs as area_jobs

    client = signed_in("steward1")
    divide(client)
    plan = AreaPlan.objects.get()
    AreaPlan.objects.update(state="waiting")
    monkeypatch.setattr(division_plan, "work", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        area_jobs.run(plan.pk)
    page = client.get(reverse("basedata:area_plan", args=[plan.pk])).content.decode()
    assert 'data-code="plan_failed"' in page and "Work out anew" in page


def test_the_start_page_shows_each_post_its_doors() -> None:
    steward = signed_in("steward1").get(reverse("basedata:start")).content.decode()
    assert reverse("basedata:areas") in steward and reverse("basedata:area_plans") in steward
    collector = signed_in("collector1").get(reverse("basedata:start")).content.decode()
    assert reverse("basedata:area_plans") not in collector
    assert Client().get(reverse("basedata:start")).status_code == 302

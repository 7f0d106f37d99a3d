"""问题库: what stands in it, its report frozen when issued, its file in the audit (S0-47, S0-48)."""

import uuid
from datetime import timedelta

import pytest

from citygrid.coordination.commission import library
from citygrid.coordination.commission_models import LibraryReport
from citygrid.process.moments import stamp
from citygrid.rulebook.slices import rules_at
from citygrid.trust.models import AuditRecord

DESK = "west_sanitation_desk"
SECOND = ("111.0165000", "30.0005000")


def hung(world, **data):
    case = world.handling(**data)
    until = stamp(world.now + timedelta(days=60))
    world.do(DESK, case, "request", request="suspend", mode="hang", reason="管线未迁改", until=until)
    world.do("dispatcher1", case, "approve", granted=True)
    world.do("office1", case, "approve", granted=True)
    return case


def referred(world, **data):
    case = world.handling(**data)
    world.do("dispatcher1", case, "refer", reason="权属不清", **ground_of(world))
    return case


def ground_of(world):
    """The first ground that the city's variant lists."""
    grounds = sorted(rules_at(world.now).variant(None).grounds)
    return {"ground": grounds[0]} if grounds else {}


@pytest.fixture
def kept(world):
    return hung(world), referred(world, where=SECOND)


def found(world, login="commission1", **more):
    return library.problems(world.who(login).scope, world.now, **more)


def test_hung_and_referred_cases_stand_in_it_until_they_are_solved(world, kept):
    plain = world.handling(where=("111.0175000", "30.0005000"))
    rows = {row.case: row for row in found(world)}
    assert set(rows) == set(kept) and plain not in rows
    assert rows[kept[0]].kind == "hung" and rows[kept[0]].mode == "hang" and rows[kept[0]].due is not None
    assert rows[kept[1]].kind == "referred"
    assert [row.case for row in found(world, kind="hung")] == [kept[0]]
    world.do("dispatcher1", kept[0], "resume")
    assert [row.case for row in found(world)] == [kept[1]]


def test_a_return_that_nobody_decides_in_time_comes_into_it(world):
    case = world.handling()
    world.do(DESK, case, "request", request="return", reason="不归我管")
    assert found(world) == []
    world.now += timedelta(days=10)
    assert [(row.case, row.kind) for row in found(world)] == [(case, "disputed")]


def test_pages_follow_one_another_and_a_stranger_has_none(world, sign, kept):
    first = found(world, most=1)
    second = found(world, most=1, after=(first[0].since, first[0].case))
    assert {first[0].case, second[0].case} == set(kept)
    assert found(world, "east_dispatcher") == []
    assert sign("commission1").get("/coordination/library/").text.count("data-problem") == 2
    assert sign(DESK, "west_sanitation_desk").get("/coordination/library/").status_code == 403


def test_a_report_is_frozen_when_it_is_issued_and_its_file_is_audited(world, sign, kept):
    client = sign("office1")
    assert sign("leader1").post("/coordination/library/reports/issue/", {"month": "2026-03"}).status_code == 403
    answer = client.post("/coordination/library/reports/issue/", {"month": "2026-03"})
    report = LibraryReport.objects.get()
    assert answer["Location"] == f"/coordination/library/reports/{report.pk}/"
    before = client.get(answer["Location"]).text
    digest = report.file.sha256
    world.do("dispatcher1", kept[0], "resume")
    assert len(found(world)) == 1
    report.refresh_from_db()
    assert len(report.rows) == 2 and report.file.sha256 == digest
    assert client.get(answer["Location"]).text.count("/cases/") == before.count("/cases/")
    assert "管线未迁改" not in str(report.rows)
    file = sign("leader1").get(f"{answer['Location']}report.pdf")
    assert file.content.startswith(b"%PDF-")
    assert AuditRecord.objects.filter(act="download", subject_id="coordination:library_report_file").exists()
    assert AuditRecord.objects.filter(act="issue_library_report").count() == 1
    client.post("/coordination/library/reports/issue/", {"month": "2026-03"})
    assert [one.number for one in LibraryReport.objects.order_by("pk")] == [1, 2]
    assert sign(DESK, "west_sanitation_desk").get(answer["Location"]).status_code == 403


def test_a_month_that_has_not_begun_has_no_report(world, sign, kept):
    sign("office1").post("/coordination/library/reports/issue/", {"month": "2027-01"})
    assert not LibraryReport.objects.exists()
    assert sign("office1").get("/coordination/library/reports/999/").status_code == 404
    assert sign("office1").post("/coordination/library/put/", {"meeting": uuid.uuid4()}).status_code == 404

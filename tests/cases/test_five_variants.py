"""Each of the five divisions of work is loaded as a city's variant, and a case goes its way from report to archive
through the real acting layer, with the right bodies at the right level (workflow section 8; S2-20 to S2-23)."""

import hashlib
import shutil
import uuid
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from citygrid.cases import directory, timed
from citygrid.cases.models import CaseRow, EntryRow, ItemRow
from citygrid.cases.verifying import verify
from citygrid.organization.models import Body
from citygrid.process import SYSTEM, Refusal
from citygrid.process.states import State
from citygrid.rulebook import folder as rulebook
from citygrid.rulebook import slices
from tests.cases.world import COVER, EAST, FOLDER, GARBAGE, World

VARIANTS = FOLDER.parent / "variants"
SINCE = date(2026, 2, 1)
CITY, DISTRICT = "centre", "centre_east"
# Who holds which step in the east district: accepting, filing, dispatching, checking, closing.
LEVELS = {
    "one_level": (CITY, CITY, CITY, CITY, CITY),
    "two_level_command": (CITY, CITY, CITY, CITY, CITY),
    "districts_run": (DISTRICT, DISTRICT, DISTRICT, DISTRICT, DISTRICT),
    "two_level_both": (DISTRICT, DISTRICT, DISTRICT, DISTRICT, CITY),
    "zone": (CITY, CITY, CITY, CITY, CITY),
}
DESKS = {
    CITY: {"call_taker": "calltaker1", "shift_leader": "shiftleader1", "dispatcher": "dispatcher1"},
    DISTRICT: {"call_taker": "east_calltaker", "shift_leader": "east_shiftleader", "dispatcher": "east_dispatcher"},
}


@pytest.fixture(params=sorted(LEVELS))
def code(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def ruled(world: World, code: str, tmp_path: Path) -> World:
    """The second city under one of the five, from a day on: another file of rules, and nothing else."""
    city = tmp_path / "city"
    shutil.copytree(FOLDER, city)
    for path in (city / "variants").glob("*.toml"):
        path.unlink()
    shutil.copy(VARIANTS / f"{code}.toml", city / "variants" / f"{code}.toml")
    text = (city / "city.toml").read_text("utf-8")
    start, end = text.index("[variants]"), text.index("[responsibility]")
    (city / "city.toml").write_text(f'{text[:start]}[variants]\ncity = "{code}"\n\n{text[end:]}', "utf-8")
    for load in (rulebook.load_profile, rulebook.load):
        report = load(city, SINCE)
        assert report.ok, [str(one) for one in report.problems]
    slices.forget()
    return world


def holder(case: Any) -> tuple[str, str]:
    """Body and role on which the main line stands."""
    line = case.line
    codes = {pk: code for code, pk in directory.current().codes.items()}
    return codes[line.holder.body], line.holder.role


def desk(case: Any) -> str:
    body, role = holder(case)
    return DESKS[body][role]


def test_a_case_goes_from_report_to_archive(ruled: World, code: str) -> None:
    accepting, filing, dispatching, checking, closing = LEVELS[code]
    one = ruled.report(EAST, GARBAGE, login="collector1")
    assert ItemRow.objects.get(case_id=one).body == ruled.body(accepting)
    case = ruled.do(DESKS[accepting]["call_taker"], one, "accept", distinct=True)
    assert holder(case) == (filing, "shift_leader")
    case = ruled.do(desk(case), one, "file_case", condition="1")
    assert holder(case)[0] == dispatching
    case = ruled.do(desk(case), one, "dispatch", body=ruled.body("east_sanitation"))
    ruled.do("east_sanitation_desk", one, "sign")
    case = ruled.do("east_sanitation_desk", one, "feed_back", media=[ruled.photo(7), ruled.photo(8)], culprit="unknown")
    assert (case.state, holder(case)) == (State.HANDLED, (checking, "call_taker"))
    case = ruled.do(desk(case), one, "send_check", person=ruled.person("collector2"))
    case = ruled.do("collector2", one, "check", result="fixed", media=[ruled.photo(9)])
    assert holder(case) == (closing, "shift_leader")
    stranger = ruled.send(DESKS[CITY if closing == DISTRICT else DISTRICT]["shift_leader"], one, "close",
                          outcome="qualified")  # fmt: skip
    assert isinstance(stranger, Refusal) and stranger.code in ("not_yours", "no_such_case")
    case = ruled.do(desk(case), one, "close", outcome="qualified")
    digest = hashlib.sha256(b"dossier").hexdigest()
    case = ruled.do(DESKS[closing]["shift_leader"], one, "archive", digest=digest, dossier=[ruled.photo(3)])
    row = CaseRow.objects.get(id=one)
    assert (row.state, row.archived_at) == ("closed", ruled.now) and case.archived_at == ruled.now
    assert list(verify()) == []


def test_a_danger_is_confirmed_where_it_is_accepted_and_escalates_once(ruled: World, code: str) -> None:
    """Five minutes from data; past the unit's yellow light the system urges, after a restart too, and once."""
    one = ruled.report(EAST, COVER, login="collector1")
    asked = ItemRow.objects.get(case_id=one, kind="confirm")
    assert asked.body == ruled.body(LEVELS[code][0]) and asked.due is not None
    case = ruled.do(DESKS[LEVELS[code][0]]["call_taker"], one, "confirm", minutes=1, true=True)
    assert CaseRow.objects.get(id=one).safety_confirmed is True
    case = ruled.do(DESKS[LEVELS[code][0]]["call_taker"], one, "accept", distinct=True)
    case = ruled.do(desk(case), one, "file_case", condition="1")
    assert case.safety
    case = ruled.do(desk(case), one, "dispatch", body=ruled.body("east_roads"))
    ruled.do("east_roads_desk", one, "sign")
    proof = ruled.send("east_roads_desk", one, "arrive")
    assert isinstance(proof, Refusal) and proof.code == "evidence_missing", "an arrival is proved"
    ruled.do("east_roads_desk", one, "arrive", media=[ruled.photo(4)])
    item = ItemRow.objects.get(case_id=one, kind="handle")
    assert item.warn_at is not None and item.next_at == item.warn_at
    assert timed.tick(item.warn_at) >= 1
    slices.forget()
    assert timed.tick(item.warn_at) == 0, "each rung once"
    urged = EntryRow.objects.get(case_id=one, type="urge")
    assert urged.data["tell"] and urged.role == "system"
    assert list(verify()) == []


@pytest.mark.parametrize("code", ["one_level"], indirect=False)
def test_after_a_fault_no_rung_is_lost_nor_climbed_twice(
    ruled: World, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that died in between, and two that tick at once: each act has the id of its rung."""
    one = ruled.report(EAST, GARBAGE, login="collector1")
    ruled.do("calltaker1", one, "accept", distinct=True)
    ruled.do("shiftleader1", one, "file_case", condition="1")
    ruled.do("dispatcher1", one, "dispatch", body=ruled.body("east_sanitation"))
    item = ItemRow.objects.get(case_id=one, kind="handle")
    assert item.due is not None
    late = item.due + timedelta(days=5)

    def broken(*_: object) -> None:
        raise OSError("the server died")

    with monkeypatch.context() as patch:
        patch.setattr(timed, "submit", broken)
        assert timed.tick(late) == 0
    again = late + timed.PUSH
    found = []
    while waits := timed._waiting(one, again):
        found += waits
        assert timed.tick(again) == len(waits)
    rungs = [rung for _, _, rung in found if rung is not None]
    assert rungs == ["urge handle warn", "urge handle due", "supervise handle due 1 work_day"]
    for name, waiting, rung in found:
        repeated = timed.submit(timed._submission(one, name, waiting, rung), SYSTEM, None, again)
        assert not isinstance(repeated, Refusal) and repeated.repeated
    assert EntryRow.objects.filter(case_id=one, type="urge").count() == 2
    assert EntryRow.objects.filter(case_id=one, type="supervise").count() == 1
    assert list(verify()) == []


@pytest.mark.parametrize("code", ["districts_run", "two_level_both"], indirect=False)
def test_what_the_district_hands_up_the_city_dispatches(ruled: World, code: str) -> None:
    """S2-23."""
    one = ruled.report(EAST, GARBAGE, login="collector1")
    ruled.do("east_calltaker", one, "accept", distinct=True)
    case = ruled.do("east_shiftleader", one, "file_case", condition="1")
    due = case.line.due
    refused = ruled.send("dispatcher1", one, "dispatch", body=ruled.body("east_sanitation"))
    assert isinstance(refused, Refusal)
    case = ruled.do("east_dispatcher", one, "escalate", reason="跨区河道，本区无法派遣")
    assert holder(case) == (CITY, "dispatcher") and case.line.due == due
    assert ItemRow.objects.get(case_id=one, kind="dispatch").body == ruled.body(CITY)
    refused = ruled.send("east_dispatcher", one, "dispatch", body=ruled.body("east_sanitation"))
    assert isinstance(refused, Refusal) and refused.code == "not_yours"
    case = ruled.do("dispatcher1", one, "dispatch", body=ruled.body("east_sanitation"))
    assert case.state is State.ASSIGNED and "escalated" in case.marks


@pytest.mark.parametrize("code", ["two_level_command"], indirect=False)
def test_a_second_level_platform_hands_down_within_its_clock(ruled: World, code: str) -> None:
    above = ruled.body("east_sanitation")
    team = Body.objects.create(code="east_team", name="东区清扫队", kind="unit", side="handling", level="district",
                               parent_id=above, areas=["990101"])  # fmt: skip
    directory.forget()
    one = ruled.report(EAST, GARBAGE, login="collector1")
    ruled.do("calltaker1", one, "accept", distinct=True)
    ruled.do("shiftleader1", one, "file_case", condition="1")
    due = ruled.do("dispatcher1", one, "dispatch", body=above).due
    case = ruled.do("east_sanitation_desk", one, "forward", body=team.pk)
    assert case.due == due, "moving between levels keeps the city's deadline"
    assert [a.body for a in case.assignments] == [above, team.pk] and case.line.holder.body == team.pk


@pytest.mark.parametrize("code", ["one_level"], indirect=False)
def test_parts_of_a_split_case_have_its_caller_who_hears_once(ruled: World, code: str) -> None:
    """Asks 23: the reporter of a split case hears nothing, or hears it twice."""
    one, part = uuid.uuid4(), uuid.uuid4()
    ruled.do("calltaker1", one, "log_call", source="hotline", class_id=GARBAGE, lon=EAST[0], lat=EAST[1],
             caller="常女士", phone="13900000001", text="垃圾和坏路灯")  # fmt: skip
    parts = [{"id": str(part), "class_id": GARBAGE, "text": "路灯"}]
    ruled.do("calltaker1", one, "split", parts=parts, reason="两件事")
    first, second = (EntryRow.objects.get(case_id=c, seq=1).data["said"] for c in (one, part))
    assert second["caller"] == first["caller"] and second["phone"] == first["phone"]
    assert CaseRow.objects.get(id=part).caller_id == CaseRow.objects.get(id=one).caller_id is not None
    for case in (part, one):
        ruled.do("calltaker1", case, "refuse", reason="不属城管")
    kinds = {case: set(ItemRow.objects.filter(case_id=case, done_at=None).values_list("kind", flat=True))
             for case in (one, part)}  # fmt: skip
    assert kinds == {one: {"reply"}, part: set()}
    assert list(verify()) == []

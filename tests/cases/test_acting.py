"""The live writer: acts through `decide` into the database, idempotent, visible only to who may see (S0-09, S1-43)."""

import uuid

import pytest
from django.db import connection

from citygrid.cases import loading, reading
from citygrid.cases.database import plain
from citygrid.cases.models import OPEN_BUCKET, CaseRow, EntryRow, Head, ItemRow
from citygrid.cases.numbers import numbers
from citygrid.cases.verifying import verify
from citygrid.media.storing import store
from citygrid.messages.models import Outbox
from citygrid.process import Refusal, replay
from citygrid.process.states import State
from citygrid.trust.models import AuditRecord, Redactable
from tests.cases.world import EAST, GARBAGE, WEST, picture


def test_a_case_lives_its_whole_life(world):
    case = world.closed()
    found = reading.case_for(world.who("shiftleader1").scope, case)
    assert found.state is State.CLOSED and found.outcome == "qualified"
    assert found.report_no and found.case_no.startswith("ZS-202603-")
    entries = reading.timeline(found)
    assert [e.type for e in entries] == [
        "report", "accept", "file_case", "dispatch", "sign", "feed_back", "send_check", "check", "close",
    ]  # fmt: skip
    assert replay(entries) == found
    row = CaseRow.objects.get(id=case)
    assert row.bucket.isoformat() == "2026-03-01" and row.holder_kind is None
    assert not ItemRow.objects.filter(case_id=case, bucket=OPEN_BUCKET).exists()
    assert list(verify()) == []


def test_the_main_line_adds_up_to_the_whole(world):
    case = world.closed()
    row = CaseRow.objects.get(id=case)
    held = sum(i.held for i in ItemRow.objects.filter(case_id=case, main=True))
    assert held == (row.closed_at - row.received_at).total_seconds() * 1_000_000


def test_the_same_act_twice_changes_nothing(world):
    case, act = world.report(), uuid.uuid4()
    first = world.send("calltaker1", case, "accept", act_id=act)
    again = world.send("calltaker1", case, "accept", act_id=act)
    assert again.repeated and again.entry.seq == first.entry.seq
    assert EntryRow.objects.filter(case_id=case).count() == 2


def test_the_same_report_twice_makes_one_case(world):
    case, act = uuid.uuid4(), uuid.uuid4()
    content = {
        "source": "hotline",
        "lon": WEST[0],
        "lat": WEST[1],
        "text": "夜里施工",
        "caller": "陈女士",
        "phone": "13900000000",
    }
    first = world.send("calltaker1", case, "log_call", act_id=act, **content)
    again = world.send("calltaker1", case, "log_call", act_id=act, **content)
    assert not first.repeated and again.repeated
    assert Head.objects.count() == 1 and Redactable.objects.count() == 3


def test_the_same_id_with_another_body_is_refused(world):
    case, act = world.report(), uuid.uuid4()
    world.send("calltaker1", case, "accept", act_id=act)
    answer = world.send("calltaker1", case, "accept", act_id=act, distinct=True)
    assert isinstance(answer, Refusal) and answer.code == "act_id_used"


def test_another_act_with_the_id_of_a_case_is_refused(world):
    case = world.report()
    answer = world.send("collector3", case, "report", source="collector", class_id=GARBAGE, lon=WEST[0], lat=WEST[1],
                        media=[world.photo(), world.photo(1)])  # fmt: skip
    assert isinstance(answer, Refusal) and answer.code == "case_exists"


def test_a_refused_act_leaves_no_trace_but_the_audit(world):
    case = world.filed()
    before = (Head.objects.get(pk=case).version, Outbox.objects.count(), Redactable.objects.count())
    answer = world.send("dispatcher1", case, "dispatch", body=999_999, note="给谁")
    assert isinstance(answer, Refusal) and answer.code == "unknown_body"
    assert (Head.objects.get(pk=case).version, Outbox.objects.count(), Redactable.objects.count()) == before
    line = AuditRecord.objects.get()
    assert (line.act, line.code, line.person) == ("dispatch", "unknown_body", world.person("dispatcher1"))


def test_a_stranger_is_told_that_there_is_no_such_case(world):
    case = world.handling()
    answer = world.send("east_roads_desk", case, "comment", text="我看看")
    assert isinstance(answer, Refusal) and answer.code == "no_such_case"
    assert reading.case_for(world.who("east_roads_desk").scope, case) is None
    assert reading.case_for(world.who("west_sanitation_desk").scope, case) is not None


def test_a_point_outside_the_area_is_answered_so_and_can_be_transferred(world):
    case = uuid.uuid4()
    content = {"source": "hotline", "lon": "112.0000000", "lat": "30.0005000", "text": "很远"}
    answer = world.send("calltaker1", case, "log_call", **content)
    assert isinstance(answer, Refusal) and answer.code == "outside_area"
    found = world.do("calltaker1", case, "log_call", transfer=True, **content)
    assert found.outside and found.state is State.REPORTED
    assert world.send("calltaker1", case, "accept", class_id=GARBAGE).code == "outside_transfer"
    assert world.do("calltaker1", case, "refuse", reason="转邻市").state is State.REJECTED


def test_a_district_that_runs_itself_has_its_own_centre(world):
    """S2-06, S2-08, S4-03: one platform and one flow for city and district."""
    case = world.report(where=EAST, login="collector1")
    assert world.send("calltaker1", case, "accept").code == "not_yours"
    assert world.do("east_calltaker", case, "accept").state is State.ACCEPTED


def test_near_cases_of_the_class_stop_acceptance_until_said_distinct(world):
    first, second = world.report(), world.report()
    answer = world.send("calltaker1", second, "accept")
    assert answer.code == "near_cases"
    assert CaseRow.objects.get(id=first).report_no in str(answer)
    assert world.do("calltaker1", second, "accept", distinct=True).state is State.ACCEPTED


def test_merged_cases_end_with_the_main_case_and_nobody_is_locked_out(world):
    main, child = world.report(), world.report()
    world.do("calltaker1", child, "merge", into=str(main), reason="同一处")
    assert CaseRow.objects.get(id=child).state == "merged"
    world.do("calltaker1", main, "refuse", reason="不在范围")
    assert CaseRow.objects.get(id=child).state == "rejected"
    assert list(verify()) == []


def test_merging_into_a_case_that_does_not_exist_is_refused(world):
    case = world.report()
    answer = world.send("calltaker1", case, "merge", into=str(uuid.uuid4()), reason="同一处")
    assert answer.code == "unknown_link"


def test_splitting_makes_cases_of_their_own(world):
    case, part = world.report(), uuid.uuid4()
    world.do(
        "calltaker1", case, "split", parts=[{"id": str(part), "class_id": GARBAGE, "text": "还有一处"}], reason="两件事"
    )
    found = reading.case_for(world.who("calltaker1").scope, part)
    assert found.split_from == case and found.state is State.REPORTED and found.report_no
    assert list(verify()) == []


def test_unmerging_opens_the_same_work_items_again(world):
    main, child = world.report(), world.report()
    world.do("calltaker1", child, "merge", into=str(main), reason="同一处")
    world.do("calltaker1", child, "unmerge", minutes=600, reason="看错了")
    items = list(ItemRow.objects.filter(case_id=child))
    assert len(items) == 1 and items[0].done_at is None and items[0].offline["pauses"]
    assert list(verify()) == []


def test_numbers_are_never_reused(world):
    numbers = [CaseRow.objects.get(id=world.report()).report_no for _ in range(5)]
    assert len(set(numbers)) == 5


def test_an_unknown_case_is_refused(world):
    assert world.send("calltaker1", uuid.uuid4(), "accept").code == "no_such_case"


@pytest.mark.parametrize("field", ["lon", "source"])
def test_what_is_missing_is_named(world, field):
    content = {"source": "hotline", "lon": WEST[0], "lat": WEST[1]}
    del content[field]
    answer = world.send("calltaker1", uuid.uuid4(), "log_call", **content)
    assert answer.code == "field_missing" and answer.params == {"field": field}


def test_a_case_is_loaded_as_it_was_written(world):
    case = world.handling()
    with plain() as connection:
        found = loading.peek(connection, case)
    assert replay(reading.timeline(found)) == found


def test_a_main_case_with_merged_ones_goes_its_way(world):
    main, child = world.report(), world.report()
    world.do("calltaker1", child, "merge", into=str(main), reason="同一处")
    world.do("calltaker1", main, "accept", distinct=True)
    world.do("shiftleader1", main, "file_case", condition="1")
    assert CaseRow.objects.get(id=main).state == "filed"
    assert CaseRow.objects.get(id=child).state == "merged"


def test_a_case_out_of_sight_cannot_be_merged_into(world):
    """To whom may not see it, it does not exist."""
    far, mine = world.report(where=EAST, login="collector1"), world.report()
    world.do("calltaker1", mine, "accept", distinct=True)
    assert reading.case_for(world.who("west_calltaker").scope, mine) is not None
    answer = world.send("west_calltaker", mine, "merge", into=str(far), reason="同一处")
    assert answer.code == "unknown_link"
    assert CaseRow.objects.get(id=mine).parent is None


def test_a_malformed_link_is_refused_not_raised(world):
    case = world.report()
    assert world.send("calltaker1", case, "merge", into="x", reason="同").code == "field_wrong"


def test_a_strangers_file_cannot_be_opened_by_naming_it(world):
    """The file of one collector is not there for another who may see no case that has it."""
    file = store(picture(11), "photo.jpg", world.person("collector1"), world.now)
    case = uuid.uuid4()
    content = {"source": "collector", "class_id": GARBAGE, "lon": WEST[0], "lat": WEST[1]}
    answer = world.send("collector3", case, "report", media=[str(file.id), world.photo(1)], **content)
    assert answer.code == "unknown_media"
    owner = {**content, "lon": EAST[0], "lat": EAST[1]}
    assert world.do("collector1", case, "report", media=[str(file.id), world.photo(1)], **owner).media


def test_a_number_that_is_taken_is_not_a_case_that_is_there(world):
    """A block of serials that the database forgot: the report gets another number, nobody sees an error."""
    number = CaseRow.objects.get(id=world.report()).report_no
    with connection.cursor() as cursor:
        cursor.execute("update cases_numberblock set next = 1")
    numbers.forget()
    again = CaseRow.objects.get(id=world.report()).report_no
    assert again != number

"""Two people act at the same moment: one wins, the other sees why; nothing is doubled and nobody waits for ever."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from citygrid.cases.models import EntryRow, Head
from citygrid.cases.verifying import verify
from citygrid.process import Refusal
from tests.cases.world import WEST


def at_once(*calls):
    """Carry out the calls on a connection each, started together; their answers in order."""
    gate = threading.Barrier(len(calls))

    def run(call):
        try:
            gate.wait()
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls, timeout=60))


def split(answers):
    refused = [a for a in answers if isinstance(a, Refusal)]
    return [a for a in answers if not isinstance(a, Refusal)], refused


def test_two_dispatchers_one_wins(committed):
    case = committed.filed()
    units = [committed.body(code) for code in ("west_sanitation", "west_roads")]
    answers = at_once(*(lambda u=u: committed.send("dispatcher1", case, "dispatch", 0, body=u) for u in units))
    done, refused = split(answers)
    assert len(done) == 1 and [r.code for r in refused] == ["wrong_state"]
    assert EntryRow.objects.filter(case_id=case, type="dispatch").count() == 1
    assert list(verify()) == []


def test_one_report_delivered_eight_times_is_one_case(committed):
    case, act = uuid.uuid4(), uuid.uuid4()
    content = {"source": "video", "lon": WEST[0], "lat": WEST[1], "text": "树倒了"}
    answers = at_once(*[lambda: committed.send("calltaker1", case, "log_call", 0, act_id=act, **content)] * 8)
    done, refused = split(answers)
    assert refused == [] and sum(not d.repeated for d in done) == 1
    assert (Head.objects.count(), EntryRow.objects.count()) == (1, 1)
    assert list(verify()) == []


def test_one_act_delivered_eight_times_is_one_entry(committed):
    case, act = committed.report(), uuid.uuid4()
    answers = at_once(*[lambda: committed.send("calltaker1", case, "accept", 0, act_id=act)] * 8)
    done, refused = split(answers)
    assert refused == [] and sum(not d.repeated for d in done) == 1
    assert EntryRow.objects.filter(case_id=case).count() == 2


def test_merging_both_ways_at_once_neither_deadlocks_nor_loops(committed):
    one, two = committed.report(), committed.report()
    answers = at_once(
        lambda: committed.send("calltaker1", one, "merge", 0, into=str(two), reason="同"),
        lambda: committed.send("shiftleader1", two, "merge", 0, into=str(one), reason="同"),
    )
    done, refused = split(answers)
    assert (len(done) == 1 and [r.code for r in refused] == ["merge_into"]) or refused[0].code == "merge_has_children"
    assert list(verify()) == []


def test_many_reports_at_once_get_numbers_of_their_own(committed):
    content = {"source": "video", "lon": WEST[0], "lat": WEST[1]}
    answers = at_once(*[lambda: committed.send("calltaker1", uuid.uuid4(), "log_call", 0, **content)] * 12)
    done, refused = split(answers)
    assert refused == [] and len({d.case.report_no for d in done}) == 12


def test_a_child_acts_while_its_main_case_ends(committed):
    """Locks are taken in the order of ids whoever comes first."""
    main, child = committed.report(), committed.report()
    committed.do("calltaker1", child, "merge", into=str(main), reason="同")
    answers = at_once(
        lambda: committed.send("calltaker1", main, "refuse", 0, reason="不在范围"),
        lambda: committed.send("shiftleader1", child, "unmerge", 0, reason="看错了"),
    )
    assert len(split(answers)[0]) >= 1
    assert list(verify()) == []

"""Entries of a phone: in order, each once, one that fails spoils no other (S1-36, S1-45; issue 6)."""

from datetime import datetime, timedelta

import pytest
from django.db.utils import DataError
from django.test import Client
from django.utils import timezone

from citygrid.cases.models import EntryRow, Head
from citygrid.collection.models import SentEntry, SentFile
from citygrid.collection.syncing import kinds
from citygrid.collection.syncing.kinds import Answer
from citygrid.organization.models import SignIn
from citygrid.process.refusal import refuse
from tests.cases.world import EAST, WEST, picture
from tests.collection.phones import API, Phone, entry, new_id, report, signed_in


def photos(phone, *shades):
    return [phone.upload(picture(shade)) for shade in shades]


def test_a_report_with_its_photos_becomes_a_case(phone):
    collector = phone("collector3")
    one = report(WEST, *photos(collector, 1, 2))
    (told,) = collector.sync(one)
    assert (told["state"], told["repeated"], told["facts"]["state"]) == ("done", False, "reported")
    assert told["facts"]["case"] == one["data"]["case"] and told["facts"]["report_no"]
    first = EntryRow.objects.get(case_id=one["data"]["case"])
    assert first.data["said"]["media"] == [str(row.media) for row in SentFile.objects.order_by("id")]
    assert set(SentFile.objects.values_list("entry", "case")) == {(SentEntry.objects.get().entry, first.case_id)}


def test_sent_again_it_is_answered_as_before_and_done_once(phone):
    collector = phone("collector3")
    one = report(WEST, *photos(collector, 1, 2))
    first, again = collector.sync(one), collector.sync(one, one)
    assert [told | {"repeated": False} for told in again] == [first[0]] * 2 and all(t["repeated"] for t in again)
    assert EntryRow.objects.count() == SentEntry.objects.count() == 1


def test_the_same_id_with_another_body_is_refused_and_the_first_stays(phone):
    collector = phone("collector3")
    one = report(WEST, *photos(collector, 1, 2))
    collector.sync(one)
    (told,) = collector.sync(one | {"data": one["data"] | {"text": "别的"}})
    assert (told["state"], told["code"]) == ("refused", "same_id")
    assert collector.sync(one)[0]["state"] == "done" and Head.objects.count() == 1


def test_the_same_id_of_a_colleague_is_another_entry(phone):
    one, other = phone("collector3"), phone("collector4")
    mine = report(WEST, *photos(one, 1, 2))
    theirs = report(WEST, *photos(other, 3, 4)) | {"id": mine["id"]}
    assert one.sync(mine)[0]["state"] == "done"
    told = other.sync(theirs)[0]
    assert told["state"] == "done" and told["facts"]["case"] == theirs["data"]["case"]


def test_a_malformed_one_is_refused_alone(phone):
    collector = phone("collector3")
    good = report(WEST, *photos(collector, 1, 2))
    bad = [3, {}, {"id": "x", "kind": "report"}, good | {"id": new_id(), "after": "?"},
           entry("report") | {"data": []}, entry("report"), entry("answer", case=new_id(), act="check", data=[1]),
           entry("answer", case=new_id(), act="check", item=True),
           entry("report") | {"made_at": "0001-01-01T00:00:00Z"},
           entry("report") | {"made_at": "2026-11-22T10:00:00"}]  # fmt: skip
    told = collector.sync(*bad, good)
    assert [one["code"] for one in told] == ["malformed"] * len(bad) + [""]
    assert told[-1]["state"] == "done" and all(len(one["message"]) > 5 for one in told[:-1])


def test_a_kind_that_nobody_knows_may_be_sent_again_to_a_newer_server(phone, monkeypatch):
    collector, one = phone("collector3"), entry("tea", cups=2)
    assert collector.sync(one)[0]["code"] == "unknown_kind"
    monkeypatch.setitem(kinds._KINDS, "tea", lambda signed, sent, now: Answer("done", facts=dict(sent.data)))
    assert collector.sync(one)[0] | {"id": 0} == {
        "id": 0, "state": "done", "code": "", "message": "", "facts": {"cups": 2}, "repeated": False}  # fmt: skip


def test_what_is_too_many_waits(phone):
    told = phone("collector3").sync(*[entry("tea") for _ in range(52)])
    assert [one["code"] for one in told] == ["unknown_kind"] * 50 + ["too_many"] * 2
    assert told[-1]["state"] == "waiting"


@pytest.fixture
def tea(monkeypatch):
    """A kind of a room that does nothing but count its cups."""
    monkeypatch.setitem(kinds._KINDS, "tea", lambda signed, sent, now: Answer("done", facts=dict(sent.data)))


def test_it_waits_for_its_files_and_for_what_goes_before(phone, tea):
    collector, content = phone("collector3"), picture(1)
    files = [*photos(collector, 2), new_id()]
    first = report(WEST, *files)
    second = entry("tea", after=(first["id"],), cups=1)
    told = collector.sync(first, second)
    assert [(one["state"], one["code"]) for one in told] == [("waiting", "files_open"), ("waiting", "after_open")]
    assert told[0]["facts"] == {"files": [files[1]]} and SentEntry.objects.count() == 0
    collector.upload(content, files[1])
    assert [one["state"] for one in collector.sync(second, first)] == ["waiting", "done"]
    assert [one["state"] for one in collector.sync(second)] == ["done"]


def test_what_rests_on_a_refused_one_is_refused(phone, tea):
    collector = phone("collector3")
    first = report(("112.0000000", "30.0000000"), *photos(collector, 1, 2))
    second = entry("tea", after=(first["id"],), cups=1)
    told = collector.sync(first, second)
    assert [one["code"] for one in told] == ["outside_area", "after_refused"]
    assert EntryRow.objects.count() == 0
    assert [one["repeated"] for one in collector.sync(first, second)] == [True, True]


def test_a_strangers_file_is_no_file_of_mine(phone):
    theirs = phone("collector4").upload(picture(1))
    told = phone("collector3").sync(report(WEST, theirs))
    assert (told[0]["state"], told[0]["code"]) == ("waiting", "files_open")


def test_what_breaks_is_given_up_whole_and_tried_again(phone, monkeypatch):
    collector, broken = phone("collector3"), [True]

    def breaks(signed, sent, now):
        SentFile.objects.update(mime="changed")
        if broken[0]:
            raise DataError("the database said no")
        return Answer("done")

    monkeypatch.setitem(kinds._KINDS, "tea", breaks)
    collector.upload(picture(1))
    one, good = entry("tea"), report(WEST, *photos(collector, 2, 3))
    told = collector.sync(one, good)
    assert [(t["state"], t["code"]) for t in told] == [("waiting", "failed"), ("done", "")]
    assert not SentFile.objects.filter(mime="changed").exists()
    broken[0] = False
    assert collector.sync(one)[0]["state"] == "done"


def test_a_room_that_refuses_by_raising_has_done_nothing(phone, monkeypatch):
    def refuses(signed, sent, now):
        SentFile.objects.update(mime="changed")
        raise refuse("not_yours")

    monkeypatch.setitem(kinds._KINDS, "tea", refuses)
    collector = phone("collector3")
    collector.upload(picture(1))
    told = collector.sync(entry("tea"))[0]
    assert (told["state"], told["code"]) == ("refused", "not_yours") and told["message"]
    assert not SentFile.objects.filter(mime="changed").exists()


def checking(world):
    """A case that collector4 has to check: its id and the number of the task."""
    case = world.handling()
    world.do("west_sanitation_desk", case, "feed_back", minutes=60, media=[world.photo(7), world.photo(8)],
             culprit="unknown")  # fmt: skip
    done = world.do("calltaker1", case, "send_check", person=world.person("collector4"))
    return case, next(item.no for item in done.work if item.kind == "check")


def answer(collector, case, item, shade=9):
    (file,) = photos(collector, shade)
    data = {"result": "fixed", "media": [file]}
    return entry("answer", (file,), case=str(case), act="check", item=item, data=data)


def test_a_task_answered_offline_counts_from_when_it_was_done(phone, world):
    case, item = checking(world)
    collector = phone("collector4")
    one = answer(collector, case, item) | {"made_at": (timezone.now() - timedelta(minutes=40)).isoformat()}
    assert collector.sync(one)[0]["facts"]["state"] == "checked"
    last = EntryRow.objects.filter(case_id=case).latest("seq")
    assert (last.type, last.effective_at) == ("check", datetime.fromisoformat(one["made_at"]))


def test_an_answer_to_a_task_that_is_gone_is_refused_with_what_became_of_it(phone, world):
    case, item = checking(world)
    world.do("calltaker1", case, "reassign_task", person=world.person("collector3"))
    collector = phone("collector4")
    told = collector.sync(answer(collector, case, item))[0]
    assert (told["state"], told["code"]) == ("refused", "not_yours")
    assert (told["facts"]["case"], told["facts"]["state"]) == (str(case), "checking") and told["facts"]["state_words"]


def test_a_task_that_was_answered_from_another_phone_is_closed(phone, world):
    case, item = checking(world)
    one = phone("collector4")
    other = Phone(one.client)
    one.sync(answer(one, case, item))
    told = other.sync(answer(other, case, item, shade=10))[0]
    assert (told["state"], told["code"], told["facts"]["state"]) == ("refused", "wrong_state", "checked")
    assert EntryRow.objects.filter(case_id=case, type="check").count() == 1


def test_an_urging_meanwhile_does_not_void_an_answer(phone, world):
    case, item = checking(world)
    world.do("calltaker1", case, "urge", note="请尽快")
    collector = phone("collector4")
    assert collector.sync(answer(collector, case, item))[0]["state"] == "done"


def test_only_answers_to_tasks_go_as_answers_and_papers_are_made_on_their_page(phone, world):
    case = str(world.closed())
    collector = phone("collector4")
    told = collector.sync(
        entry("answer", case=case, act="comment", data={"text": "?"}), entry("act", case=case, act="archive"),
        entry("act", case=case, act="report"), entry("act", case=case, act="close", data={"outcome": "qualified"}),
    )  # fmt: skip
    assert [one["code"] for one in told] == ["unknown_act", "unknown_act", "unknown_act", "wrong_state"]


def test_a_strangers_case_is_told_nothing_of(phone, world):
    case = str(world.handling(where=WEST))
    told = phone("east_roads_desk").sync(entry("act", case=case, act="comment", data={"text": "?"}))[0]
    assert (told["code"], told["facts"]) == ("no_such_case", {"case": case})


def test_a_clock_that_is_wrong_is_set_right_and_told(phone, world):
    collector = phone("collector3")
    ahead = timedelta(hours=3)
    now = timezone.now()
    one = report(WEST, *photos(collector, 1, 2)) | {"made_at": (now + ahead - timedelta(minutes=10)).isoformat()}
    told = collector.sync(one, sent_at=(now + ahead).isoformat())[0]
    assert told["state"] == "done" and abs(told["facts"]["skew"] + ahead.total_seconds()) < 30
    made = EntryRow.objects.get(case_id=one["data"]["case"]).effective_at
    assert abs(made - (now - timedelta(minutes=10))) < timedelta(seconds=30)


@pytest.mark.parametrize("sent_at", [None, "2026-11-22T09:00:00+08:00"])
def test_a_time_that_lies_ahead_is_taken_as_now(phone, sent_at):
    collector = phone("collector3")
    one = report(WEST, *photos(collector, 1, 2)) | {"made_at": "2090-01-01T00:00:00Z"}
    told = collector.sync(one, **({"sent_at": sent_at} if sent_at else {}))[0]
    assert told["state"] == "done"


def test_on_another_post_nothing_is_taken(phone, world):
    collector, one = phone("collector3"), report(WEST)
    status, told = collector.post("sync", device=collector.device, post=world.who("collector4").post.pk, entries=[one])
    assert (status, told["code"]) == (409, "other_post")
    assert SentEntry.objects.count() == 0


def test_who_may_not_report_is_refused_by_the_process(phone):
    told = phone("west_sanitation_desk").sync(report(EAST))[0]
    assert (told["state"], told["code"]) == ("refused", "source_role")


def test_nobody_without_a_post_sends(world):
    for path in ("sync", "files"):
        assert Client().post(API + path, "{}", content_type="application/json").status_code == 401
    assert Client().get(API + "pack").status_code == 401


def test_what_a_phone_sends_keeps_its_session(phone, world):
    """A shift in the field: the screen is dark, the outbox works."""
    client = signed_in(world, "collector3")
    before = timezone.now() - timedelta(minutes=10)
    SignIn.objects.filter(person=world.person("collector3")).update(seen_at=before)
    Phone(client).sync()
    assert SignIn.objects.get(person=world.person("collector3")).seen_at > before

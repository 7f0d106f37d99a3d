"""Photos become evidence, are looked at, and what is wrong with them is listed for inspectors (asks 17; issue 6, 5)."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from citygrid.cases import reading
from citygrid.collection.evidence import keeping, likeness, looking, rules
from citygrid.collection.models import Anomaly, Evidence, Likeness, SentEntry, SentFile
from citygrid.media.storing import store
from citygrid.messages import relay
from tests.cases.world import EAST, WEST
from tests.collection.drawn import CHANGES, jpeg, photo
from tests.collection.phones import entry, report

DESK = "west_sanitation_desk"
LATER = timedelta(days=3650)


def told(world):
    """The relay ran, and the job."""
    relay.drain(datetime.now(UTC) + LATER)
    return looking.look(timezone.now())


def facts(where=WEST, **more):
    return {"made_at": timezone.now().isoformat(), "lon": float(where[0]), "lat": float(where[1]), "accuracy": 6,
            "mock": False, "heading": 90, **more}  # fmt: skip


def sent(phone, *pictures, where=WEST, at=None, **more):
    """A report by a phone with these pictures; the case's id."""
    files = [phone.upload(content, facts=facts(at or where, **more)) for content in pictures]
    one = report(where, *files)
    (answer,) = phone.sync(one)
    assert answer["state"] == "done", answer
    return uuid.UUID(one["data"]["case"])


def kinds(case):
    return sorted(Anomaly.objects.filter(case_id=case).values_list("kind", flat=True))


@pytest.fixture
def collector(phone):
    made = phone("collector3")
    made.piece = 200_000
    return made


def test_what_the_phone_says_and_what_the_server_knows_stand_together(world, collector):
    case = sent(collector, jpeg(photo(1)), jpeg(photo(2)))
    assert told(world) == 2
    row = Evidence.objects.filter(case_id=case).first()
    assert (row.lon, row.lat, row.accuracy, row.mock, row.heading) == (float(WEST[0]), float(WEST[1]), 6, False, 90)
    assert (row.act, row.stage, str(row.device)) == ("report", "before", collector.device)
    assert row.person == world.person("collector3") and row.metres_case == pytest.approx(0, abs=0.5)
    assert row.looked_at is not None and Likeness.objects.count() == 4, "two views of each of two photos"
    assert kinds(case) == []


def test_the_relay_and_the_job_twice_change_nothing(world, collector):
    case = sent(collector, jpeg(photo(1)), jpeg(photo(2)), mock=True)
    told(world)
    before = list(Anomaly.objects.values_list("pk", flat=True))
    rows = [(row.case_id, row.seq) for row in Evidence.objects.all()]
    assert keeping.keep(rows) == 0 and keeping.catch_up(timezone.now() - LATER) == 0
    Evidence.objects.update(looked_at=None)
    assert told(world) == 2 and list(Anomaly.objects.values_list("pk", flat=True)) == before
    assert kinds(case) == ["mock", "mock"]


def test_what_came_without_messages_is_caught_up(world):
    world.report()
    case = world.report(where=EAST)
    assert not Evidence.objects.exists()
    assert keeping.catch_up(world.now - timedelta(hours=1)) == 4 and keeping.catch_up(world.now) == 0
    assert Evidence.objects.filter(case_id=case, device=None).count() == 2


def test_nonsense_from_a_device_spoils_nothing(world, collector):
    case = sent(collector, jpeg(photo(1)), jpeg(photo(2)))
    wrong = {"made_at": "yesterday", "accuracy": "good", "heading": [], "mock": "no", "lon": "nan", "lat": 1e9}
    SentFile.objects.update(facts=wrong)
    assert told(world) == 2
    row = Evidence.objects.filter(case_id=case).first()
    assert (row.made_at, row.accuracy, row.heading, row.mock, row.lon, row.lat) == (None,) * 6
    assert kinds(case) == []


def test_a_photo_far_from_its_case_is_listed(world, collector):
    case = sent(collector, jpeg(photo(1)), jpeg(photo(2)), at=EAST)
    told(world)
    assert kinds(case) == ["far", "far"]
    assert Anomaly.objects.first().value == pytest.approx(1446, rel=0.01), "0.015 degrees at 30 degrees north"


def test_the_same_file_in_another_case_and_a_changed_copy(world, collector, phone):
    first = sent(collector, jpeg(photo(1)), jpeg(photo(2)))
    other = phone("collector4")
    other.piece = 200_000
    same = sent(other, jpeg(photo(1)), jpeg(photo(3)), where=EAST)
    copy = sent(other, CHANGES["cut by 5 %"](photo(2)), jpeg(photo(4)), where=EAST)
    told(world)
    assert kinds(first) == [], "the first use is no anomaly"
    assert kinds(same) == ["same_photo"] and kinds(copy) == ["near_photo"]
    row = Anomaly.objects.get(case_id=copy)
    assert row.other_case == first and row.other_media != row.evidence.media and row.severity == 3


def test_a_units_photo_from_a_desk_is_compared_too(world):
    """What a unit shows as done is the photo of another case, or the one before."""

    def kept(seed):
        return str(store(jpeg(photo(seed)), "a.jpg", None, world.now).pk)

    def handled(before, after):
        case = uuid.uuid4()
        world.do("collector3", case, "report", source="collector", class_id="cjt214-2007:event:0102", lon=WEST[0],
                 lat=WEST[1], media=[kept(before), kept(before + 1)], text="路边有一堆垃圾")  # fmt: skip
        world.do("calltaker1", case, "accept", distinct=True)
        world.do("shiftleader1", case, "file_case", condition="1")
        world.do("dispatcher1", case, "dispatch", body=world.body("west_sanitation"))
        world.do(DESK, case, "sign")
        world.do(DESK, case, "feed_back", media=[kept(after), kept(after + 1)], culprit="unknown")
        return case

    one, two = handled(10, 20), handled(30, 20)
    three = handled(40, 40)
    told(world)
    assert kinds(one) == [] and kinds(two) == ["same_photo", "same_photo"]
    assert kinds(three) == ["before_after", "before_after"]
    assert Evidence.objects.filter(case_id=two, stage="after", device=None).count() == 2


def test_cases_about_the_same_thing_may_share_photos(world):
    first, second, third = (world.report() for _ in range(3))
    world.do("calltaker1", second, "merge", into=str(first), reason="同一处")
    told(world)
    assert kinds(first) == kinds(second) == [] and kinds(third) == ["same_photo", "same_photo"]


def test_the_device_of_somebody_else_is_told_once_for_an_entry(world, collector, phone):
    sent(collector, jpeg(photo(1)), jpeg(photo(2)))
    other = phone("collector4")
    other.device, other.piece = collector.device, 200_000
    case = sent(other, jpeg(photo(3)), jpeg(photo(4)), where=EAST)
    told(world)
    assert kinds(case) == ["shared_device"]


def test_more_cases_than_can_be_walked(world, collector):
    known = int(rules.current(timezone.now()).kinds["quick_series"].most)
    cases = [
        sent(collector, jpeg(photo(100 + n)), jpeg(photo(200 + n)), where=(f"111.01{n}5000", WEST[1]))
        for n in range(known + 1)
    ]  # fmt: skip
    told(world)
    assert [kinds(case) for case in cases] == [[]] * known + [["quick_series"]], "once for both photos of the last"


def test_a_skewed_clock_is_set_right(world, collector):
    case = sent(collector, jpeg(photo(1)), jpeg(photo(2)))
    SentEntry.objects.update(skew=7200)
    told(world)
    row = Evidence.objects.filter(case_id=case).first()
    assert keeping.corrected(row) - row.made_at == timedelta(hours=2)
    assert kinds(case) == ["time_apart", "time_apart"], "set right, the photo is from the future"


def test_a_photo_that_cannot_be_read_does_not_stop_the_others(world, collector, monkeypatch):
    sent(collector, jpeg(photo(1)), jpeg(photo(2)))
    monkeypatch.setattr(likeness, "keep", lambda file: 1 // 0)
    assert told(world) == 0 and not Evidence.objects.filter(looked_at=None).exists()


def listed(client, **query):
    return client.get(reverse("collection:anomalies"), query)


def test_inspectors_list_open_and_explain_and_others_do_not(world, collector, phone, sign):
    """Owner, colleague, stranger: the inspector; who may not; a district's own people."""
    case = sent(collector, jpeg(photo(1)), jpeg(photo(2)), mock=True)
    told(world)
    row = Anomaly.objects.filter(case_id=case).first()
    page = reverse("collection:anomaly", args=[row.pk])
    inspector = sign("inspector1")
    assert "cg-evid-small" in listed(inspector).text and listed(inspector, kind="far").text.count("data-anomaly") == 0
    assert listed(inspector, by="person").text.count("data-row") == 1
    assert inspector.get(page).status_code == 200
    for login in ("collector3", "teamlead1", DESK, "calltaker1"):
        assert listed(sign(login)).status_code == 403 and sign(login).get(page).status_code == 403
    assert sign("east_shiftleader").get(page).status_code == 404, "a case of another district"
    assert listed(sign("east_shiftleader")).text.count("data-anomaly") == 0
    explain = reverse("collection:explain_anomaly", args=[row.pk])
    assert inspector.post(explain, {"words": " "}).status_code == 422
    assert inspector.post(explain, {"words": "测试手机，当日已备案"}).status_code == 302
    assert "测试手机，当日已备案" in inspector.get(page).text
    assert inspector.post(explain, {"words": "再说一次"}).status_code == 422, "decided once"
    row.refresh_from_db()
    assert (row.state, row.words) == ("explained", "测试手机，当日已备案")


def test_the_case_page_shows_the_evidence_to_those_who_judge(world, collector, sign):
    case = sent(collector, jpeg(photo(1)), jpeg(photo(2)), mock=True)
    told(world)
    panel = reverse("collection:evidence_of_case", args=[case])
    seen = sign("inspector1").get(panel).text
    assert seen.count("data-proof") == 2 and "SHA-256" in seen and reverse("collection:anomalies") in seen
    own = sign("collector3").get(panel).text
    assert own.count("data-proof") == 2 and "/collection/anomalies/" not in own, "their photos, not the marks"
    assert sign("collector4").get(panel).status_code == 404
    assert panel in sign("calltaker1").get(f"/cases/{case}/").text
    world.do("calltaker1", case, "accept", distinct=True)
    world.do("shiftleader1", case, "file_case", condition="1")
    world.do("dispatcher1", case, "dispatch", body=world.body("west_sanitation"))
    unit = sign(DESK, "west_sanitation_desk")
    assert unit.get(panel).status_code == 403 and panel not in unit.get(f"/cases/{case}/").text


def test_an_answer_of_a_checker_is_evidence(world, phone):
    case = world.handling()
    photos = [world.photo(7), world.photo(8)]
    world.do(DESK, case, "feed_back", minutes=60, media=photos, culprit="unknown")
    world.do("calltaker1", case, "send_check", person=world.person("collector4"))
    checker = phone("collector4")
    checker.piece = 200_000
    file = checker.upload(jpeg(photo(9)), facts=facts())
    item = next(i for i in _work(world, case) if i.kind == "check").no
    one = entry("answer", (file,), case=str(case), act="check", item=item, data={"result": "fixed", "media": [file]})
    (answer,) = checker.sync(one)
    assert answer["state"] == "done", answer
    relay.drain(datetime.now(UTC) + LATER)
    row = Evidence.objects.get(case_id=case, act="check")
    assert row.stage == "check" and row.device is not None


def _work(world, case):
    return reading.case_for(world.who("shiftleader1").scope, case).work

"""Sign-in and sign-out, what is counted of a patrol, and who may look at it (S1-36; issue 6, 4)."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.utils import timezone

from citygrid.collection.models import DayLog, Patrol
from citygrid.collection.patrol import attendance, figures, reading, shifts
from citygrid.collection.positions import days, upkeep
from citygrid.organization import tree
from citygrid.organization.models import Duty
from tests.collection.phones import API, entry, new_id

INSIDE, OUTSIDE = (111.0155, 30.0005), (111.0155, 30.02)
GRID = "D990102"


@pytest.fixture(autouse=True)
def noon(world, monkeypatch):
    """Noon in this city, so that nothing here happens over midnight."""
    at = datetime.now(UTC).replace(hour=6, minute=0, second=0, microsecond=0)
    monkeypatch.setattr(timezone, "now", lambda: at)
    days.forget()
    yield
    days.forget()


@pytest.fixture
def shift(world):
    """collector3 is on duty in the west duty grid all day, every day."""
    post = world.who("collector3").post
    made = Duty.objects.create(duty_grid=GRID, post=post, starts=time(0), ends=time(23, 59), shift="A")
    tree.bump()
    return made


def ms(at):
    return int(at.timestamp() * 1000)


def signed_in(phone, made_at=None, place=INSIDE, **data):
    one = entry("sign_in", lon=place[0], lat=place[1], accuracy=8, **data)
    one["made_at"] = (made_at or timezone.now()).isoformat()
    (told,) = phone.sync(one)
    return one["id"], told


def walk(phone, patrol, at, places, every=30):
    """Fixes of these places in turn, every so many seconds from a moment on."""
    moments = [ms(at + timedelta(seconds=n * every)) for n in range(len(places))]
    fixes = [[t, lon, lat, 6, None, None, False] for t, (lon, lat) in zip(moments, places, strict=True)]
    status, told = phone.post("positions", device=phone.device, fixes=fixes, session=patrol)
    assert status == 200 and told["stored"] == len(places), told


def test_a_sign_in_knows_its_shift_and_its_duty_grid(phone, shift):
    begun = timezone.now() - timedelta(minutes=1)
    id_, told = signed_in(phone("collector3"), begun)
    patrol = Patrol.objects.get(pk=id_)
    assert told["state"] == "done" and told["facts"]["duty_grids"] == [GRID] and told["facts"]["shift"] == "A"
    assert (patrol.duty_grids, patrol.in_metres, patrol.planned_starts is not None) == ([GRID], 0.0, True)
    assert abs((patrol.in_at - begun).total_seconds()) < 1


def test_how_far_from_the_duty_grid_is_measured(phone, shift):
    """About 2.1 km north of a duty grid that ends at 30.001."""
    id_, _ = signed_in(phone("collector3"), place=OUTSIDE)
    assert Patrol.objects.get(pk=id_).in_metres == pytest.approx(2106, abs=10)


def test_without_a_place_or_a_shift_one_signs_in_all_the_same(phone):
    (told,) = phone("collector4").sync(entry("sign_in"))
    patrol = Patrol.objects.get()
    assert told["state"] == "done" and patrol.planned_starts is None and patrol.in_metres is None


def test_a_place_that_is_none_is_refused_and_nothing_is_kept(phone):
    (told,) = phone("collector4").sync(entry("sign_in", lon=200, lat="x"))
    assert (told["state"], told["code"], Patrol.objects.count()) == ("refused", "place", 0)


def test_a_second_sign_in_is_told_which_patrol_is_open(phone, shift):
    first, _ = signed_in(phone("collector3"))
    _, told = signed_in(phone("collector3"))
    assert (told["code"], told["facts"]["patrol"], Patrol.objects.count()) == ("already_signed_in", first, 1)


def test_sent_twice_is_one_patrol(phone, shift):
    collector, one = phone("collector3"), entry("sign_in", lon=INSIDE[0], lat=INSIDE[1])
    first, again = collector.sync(one, one)
    assert again["repeated"] and again["facts"] == first["facts"] and Patrol.objects.count() == 1


def test_a_sign_out_ends_ones_own_patrol_only(phone, shift):
    id_, _ = signed_in(phone("collector3"), timezone.now() - timedelta(hours=1))
    (told,) = phone("collector4").sync(entry("sign_out", patrol=id_))
    assert told["code"] == "not_signed_in" and Patrol.objects.get().out_at is None
    (told,) = phone("collector3").sync(entry("sign_out", lon=OUTSIDE[0], lat=OUTSIDE[1], patrol=id_))
    patrol = Patrol.objects.get()
    assert told["state"] == "done" and patrol.out_at and patrol.out_metres > 2000
    assert phone("collector3").sync(entry("sign_out"))[0]["code"] == "not_signed_in"


def test_a_clock_that_is_ahead_does_not_make_a_patrol_of_tomorrow(phone, shift):
    id_, _ = signed_in(phone("collector3"), timezone.now() + timedelta(days=1))
    assert Patrol.objects.get(pk=id_).in_at <= timezone.now()


def test_what_was_made_too_long_ago_does_not_count(phone, shift):
    _, told = signed_in(phone("collector3"), timezone.now() - timedelta(days=5))
    assert told["code"] == "too_old" and not Patrol.objects.exists()


def test_minutes_and_coverage_of_a_walk(phone, shift, world):
    """Twenty minutes up and down in the duty grid, then half an hour half a kilometre north of it without moving."""
    collector, begun = phone("collector3"), timezone.now() - timedelta(minutes=51)
    id_, _ = signed_in(collector, begun)
    inside = [(111.0105 + 0.009 * abs(n % 40 - 20) / 20, 30.0005) for n in range(40)]
    walk(collector, id_, begun, inside)
    walk(collector, id_, begun + timedelta(minutes=20), [(111.0150, 30.006)] * 61)
    patrol = Patrol.objects.get(pk=id_)
    looked = figures.count(patrol, begun + timedelta(minutes=50))
    told = looked.figures()
    assert told["on_duty"] == pytest.approx(50 * 60, abs=1) and told["gap"] == 0
    assert told["idle"] == pytest.approx(30 * 60, abs=1) and told["outside"] == pytest.approx(30 * 60, abs=1)
    assert told["inside"] == pytest.approx(20 * 60, abs=1)
    assert (told["grids"], told["grids_visited"]) == (10, 10) and told["squares_seen"] >= 17
    assert told["fixes"] == 101 and Patrol.objects.get(pk=id_).figures["grids_visited"] == 10
    own = collector.client.get(API + "patrols/mine").json()
    assert own["patrol"] == id_ and own["figures"]["grids_visited"] == 10
    assert own["idle_since"] and own["outside_since"]


def test_fixes_that_come_late_are_counted_by_the_job(phone, shift):
    collector, begun = phone("collector3"), timezone.now() - timedelta(minutes=30)
    id_, _ = signed_in(collector, begun)
    assert figures.count_changed(timezone.now()) == 1
    assert figures.count_changed(timezone.now()) == 0
    walk(collector, id_, begun, [INSIDE] * 10)
    assert figures.count_changed(timezone.now()) == 1
    assert Patrol.objects.get(pk=id_).figures["fixes"] == 10


def test_the_day_shows_patrols_and_who_is_missing(phone, shift, world):
    now, scope = timezone.now(), world.who("teamlead1").scope
    day = timezone.localtime(now).date()
    (row,) = reading.of_day(scope, day, now)
    assert (row.person.login, row.patrol, [one.code for one in row.findings]) == ("collector3", None, ["missing"])
    id_, _ = signed_in(phone("collector3"))
    (row,) = reading.of_day(scope, day, now)
    assert str(row.patrol) == id_


def test_who_may_look_at_a_patrol(phone, shift, world):
    """The owner, the lead, the contractor, the shift leader of the area; no colleague, no unit, no other district."""
    id_, _ = signed_in(phone("collector3"))
    day = Patrol.objects.get().day.isoformat()

    def seen(login):
        client = phone(login).client
        listed = [one["id"] for one in client.get(f"{API}patrols?day={day}").json()["patrols"] if one["id"]]
        found = client.get(f"{API}patrols/{id_}").status_code, client.get(f"/collection/patrols/{id_}/").status_code
        return listed, *found

    for login in ("collector3", "teamlead1", "contractor1", "shiftleader1", "inspector1"):
        assert seen(login) == ([id_], 200, 200), login
    for login in ("collector4", "east_shiftleader", "east_roads_desk", "power_worker", "steward1", "admin1"):
        assert seen(login) == ([], 404, 404), login


def test_the_list_and_the_file_are_for_those_who_lead(phone, shift, client):
    id_, _ = signed_in(phone("collector3"))
    for address in ("/collection/patrols/", "/collection/patrols/export.csv"):
        assert client.get(address).status_code == 302
        assert phone("collector3").client.get(address).status_code == 403
        assert phone("power_worker").client.get(address).status_code == 403
    lead = phone("teamlead1").client
    page = lead.get("/collection/patrols/")
    assert page.status_code == 200 and "姜蓝" in page.text and id_ in page.text
    file = lead.get("/collection/patrols/export.csv")
    assert "attachment" in file["Content-Disposition"] and "姜蓝" in file.content.decode("utf-8-sig")
    other = phone("east_shiftleader").client.get("/collection/patrols/")
    assert other.status_code == 200 and "姜蓝" not in other.text


def test_a_daily_log_stands_beside_the_patrol(phone, shift):
    collector = phone("collector3")
    id_, _ = signed_in(collector)
    (told,) = collector.sync(entry("day_log", text="  暴雨，西段积水 ", patrol=id_))
    assert told["state"] == "done" and DayLog.objects.get().text == "暴雨，西段积水"
    assert "西段积水" in phone("teamlead1").client.get(f"/collection/patrols/{id_}/").text
    for bad, code in (({"text": " "}, "empty"), ({"text": "x" * 5001}, "too_long"), ({"text": "x", "day": "?"}, "day"),
                      ({"text": "x", "day": "2999-01-01"}, "day")):  # fmt: skip
        assert collector.sync(entry("day_log", **bad))[0]["code"] == code


def test_the_pack_tells_rules_shift_and_open_patrol(phone, shift):
    collector = phone("collector3")
    told = collector.pack(only="patrol")["sections"]["patrol"]["data"]
    assert (
        told["shift"]["duty_grids"] == [GRID] and told["open"] is None and told["rules"]["track"]["gap_seconds"] == 300
    )
    id_, _ = signed_in(collector)
    assert collector.pack(only="patrol")["sections"]["patrol"]["data"]["open"]["patrol"] == id_


def test_what_is_forgotten_is_gone_and_the_times_stay(phone, shift, world):
    collector, begun = phone("collector3"), timezone.now() - timedelta(minutes=30)
    id_, _ = signed_in(collector, begun)
    other, other_phone = new_id(), phone("collector4")
    walk(collector, id_, begun, [INSIDE] * 5)
    walk(other_phone, other, begun, [INSIDE] * 3)
    collector.sync(entry("day_log", text="x"))
    now = timezone.now() + timedelta(minutes=1)
    done = upkeep.forget_person(world.person("collector3"), now, now)
    assert (done.fixes, done.patrols, done.logs) == (5, 1, 1)
    patrol = Patrol.objects.get(pk=id_)
    assert patrol.in_lon is None and patrol.in_at and not DayLog.objects.exists()
    assert upkeep.forget_person(world.person("collector4"), now, now).fixes == 3


NOW = datetime(2026, 5, 6, 12, tzinfo=UTC)
STARTS, ENDS, GRACE = NOW - timedelta(hours=4), NOW - timedelta(hours=1), timedelta(minutes=10)


@pytest.mark.parametrize(
    ("in_at", "out_at", "found"),
    [
        (None, None, [("missing", 0)]),
        (STARTS + GRACE, ENDS - GRACE, []),
        (STARTS + timedelta(minutes=11), ENDS, [("late", 11)]),
        (STARTS, ENDS - timedelta(minutes=25), [("left_early", 25)]),
        (STARTS, None, [("not_signed_out", 0)]),
    ],
)
def test_late_early_missing(in_at, out_at, found):
    times = attendance.Times(STARTS, ENDS, in_at, out_at)
    assert [(one.code, one.amount) for one in attendance.findings(times, NOW, GRACE, 30)] == found


def test_far_and_off_the_roster():
    times = attendance.Times(None, None, STARTS, ENDS, 31.4)
    assert [(one.code, one.amount) for one in attendance.findings(times, NOW, GRACE, 30)] == [
        ("off_roster", 0), ("far", 31)]  # fmt: skip


def test_a_patrol_that_nobody_ended_counts_to_the_end_of_the_shift():
    times = attendance.Times(STARTS, ENDS, STARTS, None)
    assert attendance.end_of(times, NOW, None) == ENDS
    assert attendance.end_of(times, ENDS - timedelta(hours=1), None) == ENDS - timedelta(hours=1)
    assert attendance.end_of(times, NOW, STARTS + timedelta(minutes=5)) == STARTS + timedelta(minutes=5)
    assert attendance.end_of(attendance.Times(None, None, STARTS, None), NOW, None) == NOW


def test_shifts_of_a_day_join_the_duty_grids_of_one_post(world):
    post = world.who("collector3").post
    for grid in (GRID, "D990101"):
        Duty.objects.create(duty_grid=grid, post=post, starts=time(22), ends=time(6), shift="N")
    tree.bump()
    (one,) = shifts.of_day(date(2026, 5, 6))
    assert one.duty_grids == ("D990101", GRID) and one.ends - one.starts == timedelta(hours=8)
    found = shifts.fitting(one.person, post.pk, one.starts - timedelta(minutes=30), timedelta(hours=1))
    assert found == one
    assert shifts.fitting(one.person, post.pk, one.ends, timedelta(0)) is None

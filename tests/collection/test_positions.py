"""Where people and vehicles are: each fix once, the newest in a row of its own, faults told one by one (S2-02)."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from citygrid.areas.locating import locate
from citygrid.collection.models import Positioned
from citygrid.collection.positions import days, reading, storing
from citygrid.organization import keys
from citygrid.organization.models import Body
from citygrid.standards.coordinates import metric
from tests.collection.phones import API, new_id

LON, LAT = 111.0155, 30.0005


@pytest.fixture(autouse=True)
def fresh(world):
    days.forget()
    yield
    days.forget()


def ms(at):
    return int(at.timestamp() * 1000)


def stored():
    with connection.cursor() as cursor:
        cursor.execute("select thing, at, lon, lat, point[0], point[1], accuracy, mock from collection_fix order by at")
        return cursor.fetchall()


def send(phone, *fixes, **more):
    return phone.post("positions", device=phone.device, fixes=list(fixes), **more)


def test_a_batch_is_kept_with_degrees_and_metres(phone):
    now, collector = timezone.now(), phone("collector3")
    status, told = send(collector, [ms(now) - 2000, LON, LAT, 8, 1.2, 90, False], [now.isoformat(), LON + 0.0001, LAT])
    assert (status, told["stored"], told["repeated"], told["refused"]) == (200, 2, 0, [])
    (first, second) = stored()
    assert first[2:4] == (LON, LAT) and first[6:] == (8.0, False) and second[6:] == (None, None)
    assert first[4:6] == pytest.approx(metric("EPSG:4546")(LON, LAT), abs=1e-6)


def test_a_fix_sent_twice_is_kept_once(phone):
    now, collector = ms(timezone.now()), phone("collector3")
    send(collector, [now - 5000, LON, LAT], [now - 4000, LON, LAT])
    _, told = send(collector, [now - 4000, LON, LAT], [now - 3000, LON, LAT], [now - 3000, LON, LAT])
    assert (told["stored"], told["repeated"]) == (1, 2) and len(stored()) == 3


def test_the_newest_row_never_goes_back(phone, world):
    now, collector = ms(timezone.now()), phone("collector3")
    send(collector, [now - 1000, LON, LAT])
    send(collector, [now - 9000, LON + 0.001, LAT])
    (row,) = reading.newest(world.who("collector3").scope, timezone.now())
    assert (row.lon, ms(row.at)) == (LON, now - 1000) and len(stored()) == 2


def test_faults_are_told_one_by_one_and_the_rest_is_kept(phone):
    now, collector = timezone.now(), phone("collector3")
    later, before = ms(now + timedelta(hours=1)), ms(now - timedelta(days=400))
    bad = [[later, LON, LAT], [before, LON, LAT], [ms(now), 181, LAT], [ms(now), 1e400, LAT], "x", [ms(now), LON],
           ["yesterday", LON, LAT], [ms(now), None, LAT], [ms(now), LON, True], [ms(now), LON, LAT, "8"],
           [ms(now), -70.0, LAT]]  # fmt: skip
    raw = f'{{"device": "{collector.device}", "fixes": {dumped([*bad, [ms(now), LON, LAT]])}}}'
    answer = collector.client.post(API + "positions", raw, content_type="application/json")
    told = answer.json()
    assert answer.status_code == 200 and told["stored"] == 1
    codes = [one["code"] for one in told["refused"]]
    assert codes[:10] == ["future", "too_old", "outside_earth", "not_finite", "not_a_fix", "not_a_fix", "time",
                          "not_a_fix", "not_a_fix", "not_a_fix"]  # fmt: skip
    assert [one["n"] for one in told["refused"]] == list(range(len(codes)))
    assert all(len(one["message"]) > 5 for one in told["refused"])


def dumped(value):
    """JSON with a number that no computer holds, as a broken device might send it."""
    return json.dumps(value).replace("Infinity", "1e400")


def test_too_many_at_once_are_refused_whole(phone):
    now, collector = ms(timezone.now()), phone("collector3")
    fixes = [[now - n, LON, LAT] for n in range(storing.MOST + 1)]
    assert send(collector, *fixes)[0] == 422 and stored() == []


def test_a_batch_over_midnight_lands_in_two_days(phone):
    midnight = timezone.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    collector = phone("collector3")
    _, told = send(collector, [ms(midnight) - 1, LON, LAT], [ms(midnight), LON, LAT])
    assert told["stored"] == 2
    assert days.kept(connection.connection)[-2:] == [midnight.date() - timedelta(days=1), midnight.date()]


def test_who_sees_where_somebody_is(phone, world):
    """The person, whoever leads the body, whoever looks after the area; no colleague, no unit, no other district."""
    send(phone("collector3"), [ms(timezone.now()), LON, LAT])

    def seen(login):
        return [row["person"] for row in phone(login).client.get(API + "positions/newest").json()["positions"]]

    owner = world.person("collector3")
    for login in ("collector3", "teamlead1", "contractor1", "shiftleader1", "inspector1"):
        assert seen(login) == [owner], login
    for login in ("collector4", "east_shiftleader", "east_roads_desk", "dispatcher1", "steward1", "admin1"):
        assert seen(login) == [], login


def test_a_stranger_sends_nothing(phone, client):
    answer = client.post(API + "positions", "{}", content_type="application/json")
    assert answer.status_code == 401


@pytest.fixture
def gateway(world):
    """A gateway of the contractor with a key that may only send positions, and two vehicles, one of another body."""
    who, now = world.who("contractor1"), datetime.now(UTC)
    mine, other = who.body, Body.objects.exclude(pk=who.body.pk).filter(side="handling").first()
    for code, body in (("V1", mine), ("V2", other)):
        Positioned.objects.create(kind="vehicle", code=code, name=code, body=body)
    return keys.make(who.seat, "gateway", ["positions.send"], 30, now)[1]


def test_a_gateway_sends_for_its_own_vehicles_only(gateway, client, world):
    now = ms(timezone.now())
    fixes = {"V1": [[now - 1000, LON, LAT], [now, LON, LAT]], "V2": [[now, LON, LAT]], "V9": [[now, LON, LAT]]}
    header = {"Authorization": f"Bearer {gateway}"}
    answer = client.post(API + "things", {"things": fixes}, content_type="application/json", headers=header)
    told = answer.json()
    assert (answer.status_code, told["stored"]) == (200, 2), told
    assert [(one["n"], one["code"]) for one in told["refused"]] == [(2, "unknown_thing"), (3, "unknown_thing")]
    assert [row.code for row in reading.newest(world.who("contractor1").scope, timezone.now())] == ["V1"]
    assert client.get(API + "pack", headers=header).status_code == 401  # the key opens nothing else


def test_a_gateway_sends_thousands_at_once_and_no_more(gateway, client):
    """Repeats within a batch count once, faults are told by their numbers, and one beyond the limit refuses all."""
    now, header = ms(timezone.now()), {"Authorization": f"Bearer {gateway}"}

    def sent(**things):
        answer = client.post(API + "things", {"things": things}, content_type="application/json", headers=header)
        return answer.status_code, answer.json()

    fixes = [[now - n, LON, LAT, 8.0] for n in range(storing.MOST_OF_THINGS - 4)]
    status, told = sent(V9=[[now, LON, LAT]], V1=[*fixes, fixes[0], [now, LON, LAT, True], [now, -159.0, 0.0]])
    assert (status, told["stored"], told["repeated"]) == (200, len(fixes), 1)
    assert [(one["n"], one["code"]) for one in told["refused"]] == [
        (0, "unknown_thing"), (len(fixes) + 2, "not_a_fix"), (len(fixes) + 3, "outside_projection")
    ]  # fmt: skip
    status, told = sent(V1=[*fixes, *fixes[:5]])
    assert (status, told["code"]) == (422, "too_many_fixes")
    assert len(stored()) == len(fixes)


@pytest.mark.parametrize("things", [{}, {"V1": []}, {"V9": []}, {"V9": [], "V1": []}])
def test_a_gateway_may_have_nothing_to_tell(gateway, client, things):
    header = {"Authorization": f"Bearer {gateway}"}
    answer = client.post(API + "things", {"things": things}, content_type="application/json", headers=header)
    told = answer.json()
    assert (answer.status_code, told["stored"], told["repeated"], told["refused"]) == (200, 0, 0, [])


def test_the_first_of_two_fixes_of_one_moment_is_kept_and_is_the_newest(phone, world):
    now, collector = ms(timezone.now()), phone("collector3")
    _, told = send(collector, [now - 1, LON, LAT], [now, LON + 0.001, LAT], [now, LON + 0.002, LAT])
    assert (told["stored"], told["repeated"]) == (2, 1)
    (row,) = reading.newest(world.who("collector3").scope, timezone.now())
    assert [one[2] for one in stored()] == [LON, LON + 0.001] and row.lon == LON + 0.001
    assert row.grid_path and list(row.grid_path) == list(locate(LON + 0.001, LAT, timezone.now()).ids)


def test_the_newest_as_json_are_those_that_are_read(gateway, client, phone, world):
    """Written by the database, with all that may be missing, and signs in a code that JSON must escape."""
    now, body = timezone.now(), world.who("contractor1").body
    Positioned.objects.create(kind="vehicle", code='V"\\\n车', name="x", body=body)
    Positioned.objects.create(kind="vehicle", code="V-old", name="x", body=body, active=False)
    send(phone("collector3"), [ms(now), LON, LAT, 8.5, 1.0, 90.0, False], session=new_id())
    things = {"V1": [[ms(now), -1e-5, -0.25]], 'V"\\\n车': [[ms(now) - 1, LON, LAT, None, None, None, True]]}
    header = {"Authorization": f"Bearer {gateway}"}
    sent = client.post(API + "things", {"things": things}, content_type="application/json", headers=header).json()
    assert sent["stored"] == 2, sent
    told = phone("contractor1").client.get(API + "positions/newest").json()
    rows = reading.newest(world.who("contractor1").scope, timezone.now())
    assert len(rows) == 3 and told["positions"] == [
        {"kind": row.kind, "person": row.person, "code": row.code, "body": row.body, "lon": row.lon, "lat": row.lat,
         "accuracy": row.accuracy, "mock": row.mock, "patrol": row.session and str(row.session), "at": one["at"]}
        for row, one in zip(rows, told["positions"], strict=True)
    ]  # fmt: skip
    assert [datetime.fromisoformat(one["at"]) for one in told["positions"]] == [row.at for row in rows]

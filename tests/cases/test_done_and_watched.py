"""What I did (已办), and cases that I follow (关注): who hears of what, and that following shows nothing new."""

from datetime import UTC, datetime

from citygrid.cases.list_models import Watch
from citygrid.cases.lists import done, watching
from citygrid.messages import relay
from citygrid.messages.models import Notice
from citygrid.organization import tree
from citygrid.organization.models import Seat
from tests.cases.pages import Sign, sign
from tests.cases.world import World

__all__ = ["sign"]


def test_what_i_did_stands_under_its_day_and_nothing_of_others(world: World, sign: Sign) -> None:
    case = world.filed()
    page = sign("calltaker1").get("/lists/done/").text
    assert str(case) in page and "受理" in page and "3月1日" in page
    one, other = world.who("calltaker1"), world.who("shiftleader1")
    assert [row.act for row in done.done_by(one.person.pk, one.scope)] == ["accept"]
    assert [row.act for row in done.done_by(other.person.pk, other.scope)] == ["file_case"]
    assert sign("calltaker1").get("/lists/done/", {"day": "2026-02-28"}).text.count("cg-open") == 0
    assert sign("calltaker1").get("/lists/done/", {"day": "2026-03-01"}).text.count("cg-open") == 1
    assert sign("calltaker1").get("/lists/done/", {"day": "never", "after": "x"}).text.count("cg-open") == 1


def test_pages_of_what_i_did_follow_each_other(world: World) -> None:
    case = world.report()
    for n in range(5):
        world.do("calltaker1", case, "comment", text=f"第{n}次")
    one = world.who("calltaker1")
    seen, before = [], None
    while page := done.done_by(one.person.pk, one.scope, before=before, most=2):
        seen += [row.seq for row in page]
        before = page[-1].key
    assert seen == [6, 5, 4, 3, 2]


def test_what_is_out_of_sight_is_not_listed(world: World) -> None:
    world.filed()
    one, stranger = world.who("calltaker1"), world.who("east_roads_desk")
    assert done.done_by(one.person.pk, stranger.scope) == []


def test_following_tells_of_what_others_did_once_until_it_is_read(world: World, sign: Sign) -> None:
    case = world.report()
    client = sign("shiftleader1")
    assert client.post(f"/cases/{case}/watch/").status_code == 302
    relay.drain(datetime.now(UTC))
    assert Notice.objects.filter(code=watching.NOTICE).count() == 0
    person = world.person("shiftleader1")
    world.do("calltaker1", case, "comment", text="补充")
    world.do("calltaker1", case, "mark", mark="urgent")
    relay.drain(datetime.now(UTC))
    told = Notice.objects.get(code=watching.NOTICE)
    assert (told.person, told.case_id) == (person, case)
    assert watching.changed(person) == 1
    assert "cg-changed" in client.get("/lists/watched/").text and "关注" in client.get("/").text
    client.get(f"/cases/{case}/", headers={"CityGrid-Unattended": "1"})
    assert watching.changed(person) == 1, "nobody looked"
    client.get(f"/cases/{case}/")
    assert watching.changed(person) == 0 and "cg-changed" not in client.get("/lists/watched/").text


def test_what_i_did_myself_is_no_news(world: World, sign: Sign) -> None:
    case = world.report()
    sign("calltaker1").post(f"/cases/{case}/watch/")
    world.do("calltaker1", case, "comment", text="自己写的")
    relay.drain(datetime.now(UTC))
    assert Notice.objects.filter(code=watching.NOTICE).count() == 0


def test_following_opens_nothing(world: World, sign: Sign) -> None:
    """Whoever sees a case no longer hears no more of it."""
    case = world.handling()
    assert sign("east_sanitation_desk").post(f"/cases/{case}/watch/").status_code == 404
    assert Watch.objects.count() == 0
    person = world.person("west_sanitation_desk")
    sign("west_sanitation_desk").post(f"/cases/{case}/watch/")
    assert Seat.objects.filter(person=person).update(until=world.now)
    tree.bump()
    world.do("calltaker1", case, "comment", text="内部")
    relay.drain(datetime.now(UTC))
    assert Notice.objects.filter(code=watching.NOTICE).count() == 0
    assert Watch.objects.filter(person=person, case_id=case).exists(), "what was followed is still there for later"


def test_leaving_and_the_most(world: World, sign: Sign, monkeypatch) -> None:
    case, other = world.report(), world.report()
    client = sign("calltaker1")
    monkeypatch.setattr(watching, "MOST", 1)
    client.post(f"/cases/{case}/watch/")
    client.post(f"/cases/{case}/watch/")
    client.post(f"/cases/{other}/watch/")
    assert list(Watch.objects.values_list("case_id", flat=True)) == [case]
    assert 'aria-pressed="true"' in client.get(f"/cases/{case}/").text
    client.post(f"/cases/{case}/watch/", {"off": "1"})
    assert Watch.objects.count() == 0

"""Work lists: the desk and the list of cases, their filters, orders, lights and pages (S0-22; issue 5, work lists)."""

import re
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from citygrid.cases import queues, reading, searching
from citygrid.cases.lists import filters
from citygrid.cases.lists.filters import CASES, DESK, Filters
from citygrid.cases.models import OPEN_BUCKET, ItemRow
from citygrid.organization import tree
from citygrid.organization.models import Seat
from citygrid.rulebook.models import ManagedClass
from tests.cases.pages import Sign, sign
from tests.cases.world import COVER, EAST, GARBAGE, WEST, World

__all__ = ["sign"]

LINK = re.compile(r'class="cg-open" href="/cases/([0-9a-f-]+)/"')


def shown(answer) -> list[str]:
    assert answer.status_code == 200, answer.status_code
    return LINK.findall(answer.text)


def test_each_filter_of_the_desk_leaves_what_fits(world: World, sign: Sign) -> None:
    here = str(world.report())
    world.do("calltaker1", uuid.UUID(here), "mark", mark="urgent")
    there = str(world.report(where=WEST, class_id=COVER))
    district = reading.case_for(world.who("calltaker1").scope, uuid.UUID(here)).place.district
    client = sign("calltaker1")
    both = {here, there}
    for query, wanted in (
        ({}, both),
        ({"class": GARBAGE}, {here}),
        ({"class": GARBAGE.rsplit(":", 1)[0] + ":*"}, {here}),
        ({"mark": "urgent"}, {here}),
        ({"mark": "hard"}, set()),
        ({"source": "collector"}, both),
        ({"source": "hotline"}, set()),
        ({"area": district}, both),
        ({"area": 999999}, set()),
        ({"since": "2026-03-01"}, both),
        ({"since": "2026-03-02"}, set()),
        ({"until": "2026-02-28"}, set()),
        ({"kind": "accept"}, both),
        ({"kind": "close"}, set()),
        ({"unit": world.body("west_sanitation")}, set()),
        ({"worker": world.person("calltaker1")}, set()),
    ):
        assert set(shown(client.get("/", query))) == wanted, query


def test_a_filter_by_light_says_what_the_light_says(world: World, sign: Sign) -> None:
    case = world.report()
    item = ItemRow.objects.get(case_id=case, kind="accept", bucket=OPEN_BUCKET)
    client = sign("calltaker1")
    for moment, light in (
        (world.now, "green"),
        (item.warn_at, "yellow"),
        (item.due, "yellow"),
        (item.due + timedelta(seconds=1), "red"),
    ):
        world.now = moment
        for colour in ("green", "yellow", "red", "paused", "none"):
            found = shown(client.get("/", {"light": colour}))
            assert found == ([str(case)] if colour == light else []), (moment, colour)
            listed = shown(client.get("/cases/", {"light": colour}))
            assert listed == found, (moment, colour)


def test_a_stopped_clock_and_none_at_all_are_lights_too(world: World, sign: Sign) -> None:
    case = world.handling()
    until = (world.now + timedelta(days=10)).strftime("%Y-%m-%dT%H:%M:%S.%f") + "Z"
    world.do("west_sanitation_desk", case, "request", request="suspend", mode="defer", reason="等材料", until=until)
    world.do("dispatcher1", case, "approve", granted=True)
    ItemRow.objects.filter(case_id=case, kind="handle").exclude(bucket=OPEN_BUCKET).count()
    found = ItemRow.objects.filter(case_id=case, bucket=OPEN_BUCKET, paused_at__isnull=False).first()
    if found is not None:
        assert found.due is not None
    client = sign("west_sanitation_desk")
    paused = set(shown(client.get("/", {"light": "paused"})))
    assert paused == ({str(case)} if found is not None and found.body == world.body("west_sanitation") else set())


def test_what_is_not_understood_is_left_out_and_breaks_nothing(world: World, sign: Sign) -> None:
    case = str(world.report())
    client = sign("calltaker1")
    nonsense = {"area": "x", "unit": "-1", "since": "soon", "until": "2026-13-40", "light": "blue", "kind": "dance",
                "mark": "'", "sort": "random()", "worker": "1e9", "state": "gone"}  # fmt: skip
    assert shown(client.get("/", nonsense)) == [case]
    assert shown(client.get("/cases/", nonsense)) == [case]
    odd = client.get("/cases/", {"q": "%_\\", "class": "a'b*", "source": "%", "after": "2026-03-01~x"})
    assert odd.status_code == 200


@pytest.mark.parametrize(
    ("address", "order"), [("/", "due"), ("/", "came"), ("/", "newest"), ("/cases/", "newest"), ("/cases/", "due")]
)
def test_pages_of_every_order_follow_each_other_without_gap_or_repeat(
    world: World, sign: Sign, monkeypatch: pytest.MonkeyPatch, address: str, order: str
) -> None:
    cases = [str(world.filed()) for _ in range(5)] if address == "/cases/" else [str(world.report()) for _ in range(5)]
    monkeypatch.setattr(queues, "PAGE", 2)
    monkeypatch.setattr(searching, "PAGE", 2)
    client, found, query = sign("calltaker1"), [], f"?sort={order}"
    for _ in range(4):
        answer = client.get(address + query)
        found += shown(answer)
        following = re.search(r'href="(\?[^"]*after=[^"]+)" rel="next"', answer.text)
        if following is None:
            break
        query = following[1].replace("&amp;", "&")
    assert found == (cases[::-1] if order == "newest" else cases)


def test_tabs_count_kinds_and_keep_the_filter(world: World, sign: Sign) -> None:
    world.report()
    page = sign("calltaker1").get("/", {"mark": "urgent"}).text
    assert re.search(r'href="\?mark=urgent&amp;kind=accept"[^>]*>[^<]*<b>1</b>', page)


def test_the_list_of_cases_shows_nothing_beyond_the_scope_whatever_is_asked(world: World, sign: Sign) -> None:
    case = str(world.handling())
    stranger = sign("east_roads_desk")
    for query in ({}, {"class": GARBAGE}, {"unit": world.body("west_sanitation")}, {"sort": "due"}, {"light": "green"}):
        assert shown(stranger.get("/cases/", query)) == [], query
    assert shown(sign("west_sanitation_desk").get("/cases/", {"unit": world.body("west_sanitation")})) == [case]


def test_a_class_that_was_retired_still_filters_and_is_named(world: World, sign: Sign) -> None:
    case = str(world.report())
    ManagedClass.objects.filter(class_id=GARBAGE).update(valid_to=(world.now - timedelta(days=1)).date())
    page = sign("calltaker1").get("/cases/", {"class": GARBAGE})
    assert shown(page) == [case]
    name = ManagedClass.objects.filter(class_id=GARBAGE).latest("valid_from").name
    assert f"<b>{name}</b>" in page.text, "the filter is named"


def test_a_unit_that_ended_stays_chosen_in_the_form(world: World, sign: Sign) -> None:
    page = sign("calltaker1").get("/cases/", {"unit": 987654}).text
    assert '<option value="987654" selected>' in page


def test_who_works_elsewhere_is_not_named_by_a_number(world: World, sign: Sign) -> None:
    other = world.who("east_roads_desk").person
    page = sign("west_sanitation_desk").get("/", {"worker": other.pk}).text
    assert other.name not in page


def test_an_open_list_of_somebody_whose_post_ended_sends_the_whole_page_away(world: World, sign: Sign) -> None:
    world.report()
    client = sign("calltaker1")
    assert client.get("/").status_code == 200
    Seat.objects.filter(person__login="calltaker1").update(until=world.now - timedelta(minutes=1))
    tree.bump()
    world.now += timedelta(minutes=5)
    parts = {"HX-Request": "true", "HX-Current-URL": "http://testserver/?kind=accept"}
    answer = client.get("/", headers=parts)
    assert answer.status_code == 204 and answer.headers["HX-Redirect"]
    assert "cg-open" not in answer.text
    assert client.get("/").status_code == 302


def test_a_due_through_a_year_without_a_calendar_is_marked_on_list_and_case(world: World, sign: Sign) -> None:
    """DESIGN idea 5: dues through a provisional year are marked."""
    case = world.report()
    ItemRow.objects.filter(case_id=case, bucket=OPEN_BUCKET).update(provisional=True)
    client = sign("calltaker1")
    for address in ("/", "/cases/"):
        assert "暂定" in client.get(address).text, address


def test_the_page_tells_the_server_s_time(world: World, sign: Sign) -> None:
    world.report()
    page = sign("calltaker1").get("/").text
    told = re.search(r'id="cg-desk"[^>]*data-now="([^"]+)"', page)
    assert told is not None
    assert abs(timezone.datetime.fromisoformat(told[1]) - world.now) < timedelta(seconds=1)


def test_filters_are_kept_without_words_and_place() -> None:
    given = {"q": "王女士", "after": "x", "class": "a:b:c", "light": "red", "sort": "due", "unknown": "1"}
    assert filters.kept(given) == "class=a%3Ab%3Ac&light=red&sort=due"
    assert filters.asked(given, DESK) == Filters(class_id="a:b:c", light="red", sort="due")
    assert filters.asked({"q": "20260301-0001"}, CASES).number == "20260301-0001"
    assert EAST

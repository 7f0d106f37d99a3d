"""Saved lists and chosen columns: kept by their owner, seen by whom they are shared with, changed by nobody else."""

from django.test import Client

from citygrid.cases.list_models import ListColumns, SavedList
from citygrid.cases.lists import columns, saved
from citygrid.cases.lists.filters import CASES, DESK
from tests.cases.pages import Sign, sign
from tests.cases.world import GARBAGE, World

__all__ = ["sign"]


def keep(client: Client, name: str, query: str, share: str = "", which: str = DESK):
    return client.post(f"/lists/{which}/save/", {"name": name, "query": query, "share": share, "place": "5"})


def test_a_saved_list_is_a_tab_that_opens_its_filter(world: World, sign: Sign) -> None:
    world.report()
    client = sign("calltaker1")
    answer = keep(client, " 垃圾  急件 ", f"class={GARBAGE}&mark=urgent&q=王女士&after=x")
    assert answer.status_code == 302 and "mark=urgent" in answer.headers["Location"]
    row = SavedList.objects.get()
    assert (row.name, row.place) == ("垃圾 急件", 5)
    assert "q=" not in row.query and "after" not in row.query, "words of a search are somebody's data"
    page = client.get("/")
    assert "垃圾 急件" in page.text and f'href="?{row.query.replace("&", "&amp;")}"' in page.text
    assert "垃圾 急件" not in client.get("/cases/").text, "it belongs to the other list"


def test_only_whom_it_is_shared_with_sees_it(world: World, sign: Sign) -> None:
    owner = sign("calltaker1")
    for name, share in (("own", ""), ("of-the-post", "post"), ("of-the-body", "body")):
        assert keep(owner, name, "light=red", share).status_code == 302
    colleague = sign("shiftleader1").get("/").text
    same_body = world.who("shiftleader1").body == world.who("calltaker1").body
    assert ("of-the-body" in colleague) is same_body
    assert "of-the-post" not in colleague and ">own<" not in colleague
    stranger = sign("west_sanitation_desk").get("/").text
    assert not any(name in stranger for name in ("of-the-post", "of-the-body"))
    assert same_body, "otherwise nothing was shared in this test"


def test_nobody_takes_away_another_s_list(world: World, sign: Sign) -> None:
    keep(sign("calltaker1"), "mine", "light=red", "body")
    row = SavedList.objects.get()
    for login in ("shiftleader1", "west_sanitation_desk"):
        assert sign(login).post(f"/lists/saved/{row.pk}/forget/").status_code == 404
    assert SavedList.objects.count() == 1
    assert sign("calltaker1").post(f"/lists/saved/{row.pk}/forget/").status_code == 302
    assert SavedList.objects.count() == 0


def test_a_name_is_needed_the_same_name_is_written_anew_and_there_is_a_bound(world: World, sign: Sign) -> None:
    client = sign("calltaker1")
    refused = keep(client, "   ", "light=red")
    assert refused.status_code == 422 and 'data-code="list_name"' in refused.text and "light=red" in refused.text
    keep(client, "a", "light=red")
    keep(client, "a", "light=yellow")
    assert SavedList.objects.get().query == "light=yellow"
    one = world.who("calltaker1")
    for n in range(saved.MOST - 1):
        saved.save(one, DESK, f"n{n}", "light=red", "", 100, world.now)
    assert 'data-code="lists_most"' in keep(client, "one more", "light=red").text
    assert SavedList.objects.filter(name="one more").count() == 0


def test_columns_are_chosen_for_oneself_and_the_way_to_a_case_stays(world: World, sign: Sign) -> None:
    world.report()
    client = sign("calltaker1")
    assert "问题来源" not in client.get("/").text.split("<thead>")[1].split("</thead>")[0]
    assert client.post("/lists/desk/columns/", {"column": ["source", "number", "nonsense"]}).status_code == 302
    head = client.get("/").text.split("<thead>")[1].split("</thead>")[0]
    shown = [str(one.label) for one in saved.columns_of(world.who("calltaker1"), DESK)]
    assert len(shown) == 4 and all(label in head for label in shown), head
    assert "cg-open" in client.get("/").text
    other = sign("shiftleader1")
    assert [c.key for c in saved.columns_of(world.who("shiftleader1"), DESK)] == [
        c.key for c in columns.chosen(DESK, ())
    ] and other.get("/").status_code == 200
    client.post("/lists/desk/columns/", {"usual": "1"})
    assert ListColumns.objects.count() == 0


def test_every_column_has_a_cell_for_every_kind_of_row(world: World, sign: Sign) -> None:
    world.report()
    world.closed()
    client = sign("calltaker1")
    for which, address in ((DESK, "/"), (CASES, "/cases/")):
        keys = [one.key for one in columns.of_list(which)]
        client.post(f"/lists/{which}/columns/", {"column": keys})
        page = client.get(address)
        assert page.status_code == 200
        assert page.text.split("<thead>")[1].split("</thead>")[0].count('scope="col"') == len(keys)


def test_a_list_that_there_is_not_is_not_found(world: World, sign: Sign) -> None:
    client = sign("calltaker1")
    for address in ("/lists/other/save/", "/lists/other/columns/", "/lists/other/export/", "/lists/desk/export/pdf/"):
        assert client.get(address).status_code == 404, address

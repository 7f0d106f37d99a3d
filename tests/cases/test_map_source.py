"""Open cases on the map: each post has those of its scope, a stranger none (S0-06)."""

from django.test import Client

from citygrid.maps import register
from citygrid.maps.models import Layer
from tests.cases.pages import Sign, sign
from tests.cases.world import EAST, WEST, World

__all__ = ["sign"]

ITEMS = "/ogc/collections/open_cases/items?limit=100&f=json"


def on_the_map() -> None:
    Layer.objects.get_or_create(
        code="open_cases",
        defaults={"name": "未结案卷", "kind": "source", "source": "cases.open", "published": True, "sharing": "city"},
    )
    register.touch()


def seen(client: Client) -> set[str]:
    answer = client.get(ITEMS)
    return {one["id"] for one in answer.json()["features"]} if answer.status_code == 200 else set()


def test_the_owner_sees_the_case_where_it_lies_a_stranger_does_not(world: World, sign: Sign) -> None:
    on_the_map()
    cases = {str(world.report(where=WEST)), str(world.report(where=EAST))}
    owner = sign("calltaker1")
    assert cases <= seen(owner)
    assert not cases & seen(sign("west_sanitation_desk")), "a unit that has nothing to do with them"
    assert not cases & seen(Client()), "nobody signed in"


def test_a_case_leads_to_its_page(world: World, sign: Sign) -> None:
    on_the_map()
    case = world.report(where=WEST)
    owner = sign("calltaker1")
    layers = {one["code"]: one for one in owner.get("/maps/layers.json").json()["layers"]}
    address = layers["open_cases"]["link"].replace("{key}", str(case))
    assert owner.get(address).status_code == 200

"""The cases of a component, on its page: those that the asker may see, no others (S1-62; DESIGN section 7)."""

from citygrid.cases.component_cases import cases_of
from tests.cases.pages import Sign, sign
from tests.cases.world import COVER, EAST, WEST, World

__all__ = ["sign"]

CODE = "9901020101000001"


def test_the_owner_of_the_case_sees_it_a_stranger_does_not(world: World, sign: Sign) -> None:
    case = world.report(class_id=COVER, component=CODE)
    world.report(class_id=COVER, where=EAST)
    owner = sign("calltaker1").get(f"/cases/of-component/{CODE}/").text
    assert f"/cases/{case}/" in owner and owner.count("<li>") == 1
    stranger = sign("west_sanitation_desk").get(f"/cases/of-component/{CODE}/").text
    assert f"/cases/{case}/" not in stranger and "<li>" not in stranger
    assert sign("calltaker1").get("/cases/of-component/9901020101000002/").text.count("<li>") == 0


def test_the_newest_come_first_and_no_more_than_asked(world: World) -> None:
    first = world.report(class_id=COVER, component=CODE)
    world.now = world.now.replace(hour=world.now.hour + 1)
    second = world.report(class_id=COVER, component=CODE, where=WEST)
    scope = world.who("calltaker1").scope
    assert [line.id for line in cases_of(CODE, scope)] == [second, first]
    assert [line.id for line in cases_of(CODE, scope, most=1)] == [second]

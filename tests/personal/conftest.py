"""The second city of the tests of cases, its people at the pages, and calls that open and close cases."""

import uuid
from collections.abc import Callable

import pytest

from tests.cases.conftest import city, world
from tests.cases.pages import sign
from tests.cases.world import GARBAGE, WEST, World

__all__ = ["city", "sign", "world"]
NAME, PHONE = "许若兰", "13912345678"
Call = Callable[..., uuid.UUID]


@pytest.fixture
def call(world: World) -> Call:
    """`call()`: a case that somebody reported by telephone, still open; `call(over=True)`: not accepted, so ended."""

    def called(phone: str = PHONE, name: str = NAME, over: bool = False, **more: str) -> uuid.UUID:
        case = uuid.uuid4()
        world.do("calltaker1", case, "log_call", source="self_check", class_id=GARBAGE, lon=WEST[0], lat=WEST[1],
                 text="楼下有一堆垃圾", address="人民路八号", caller=name, phone=phone, **more)  # fmt: skip
        if over:
            world.do("calltaker1", case, "refuse", reason="不在受理范围")
        return case

    return called


@pytest.fixture
def closed(world: World, call: Call) -> uuid.UUID:
    """A call whose problem was handled, checked and closed."""
    case = call()
    world.do("calltaker1", case, "accept", distinct=True)
    world.do("shiftleader1", case, "file_case", condition="1")
    world.do("dispatcher1", case, "dispatch", body=world.body("west_sanitation"))
    world.do("west_sanitation_desk", case, "sign")
    photos = [world.photo(7), world.photo(8)]
    world.do("west_sanitation_desk", case, "feed_back", minutes=60, media=photos, culprit="unknown")
    world.do("calltaker1", case, "send_check", person=world.person("collector4"))
    world.do("collector4", case, "check", result="fixed", media=[world.photo(9)])
    world.do("shiftleader1", case, "close", outcome="qualified")
    return case

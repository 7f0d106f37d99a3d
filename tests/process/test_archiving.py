"""归档: once, with the hash of the dossier; and automatic dispatch, which names its rule."""

from citygrid.process import offers
from citygrid.process.states import State
from tests.process.city import (
    CLOSED_UNIT,
    DU,
    HAN,
    HU,
    LI,
    POSTER,
    RUBBISH,
    SANITATION,
    STALL,
    SUN,
    THERE,
    WANG,
    Story,
    photo,
)

HASH = "ab" * 32


def test_a_case_is_archived_once_when_it_is_over() -> None:
    story = Story().closed()
    story.refused("not_your_role", SUN, "archive", digest=HASH)
    closed_at = story.case.closed_at
    case = story.later(days=1).do(WANG, "archive", digest=HASH, dossier=[photo("dossier")])
    assert (case.state, case.archived_at, case.closed_at) == (State.CLOSED, story.now, closed_at)
    assert story.last().data["said"]["digest"] == HASH
    story.refused("archived", WANG, "archive", digest=HASH)
    assert "archive" not in {o.spec.name for o in offers(case, WANG, story.rules, story.now)}
    story.refused("unknown_media", WANG, "comment", text={"id": photo("t"), "digest": "d"}, media=[photo("z")],
                  facts={"media": {}})  # fmt: skip


def test_what_is_open_is_not_archived() -> None:
    story = Story().handling()
    story.refused("wrong_state", WANG, "archive", digest=HASH)
    story.refused("field_missing", WANG, "archive")


def test_a_class_that_the_city_switched_on_is_dispatched_by_the_system() -> None:
    """The entry names the rule that answered (asks 12)."""
    story = Story().accepted(STALL, place=THERE)
    story.do(HU, "file_case", condition="1")
    case = story.case
    assert (case.state, case.line.holder.body) == (State.ASSIGNED, SANITATION)
    assert story.last().actor.role == "system"
    assert story.last().data["said"] == {"body": SANITATION, "rule": "class_area"}
    prefix = Story().accepted(POSTER, place=THERE)
    prefix.do(HU, "file_case", condition="1")
    assert prefix.case.state is State.ASSIGNED


def test_what_cannot_be_dispatched_waits_for_the_dispatcher() -> None:
    story = Story().accepted(STALL, place=THERE)
    story.do(HU, "file_case", condition="1", facts={"suggested": (CLOSED_UNIT, "owner")})
    assert story.case.state is State.FILED and story.case.line.kind == "dispatch"
    story.do(HAN, "dispatch", body=SANITATION)
    other = Story().accepted(RUBBISH, place=THERE)
    other.do(HU, "file_case", condition="1")
    assert other.case.state is State.FILED, "not switched on for this class"
    none = Story().accepted(STALL, place=THERE)
    none.do(HU, "file_case", condition="1", facts={"suggested": None})
    assert none.case.state is State.FILED
    assert DU.body == HU.body != LI.body


def test_a_city_that_switched_nothing_on_dispatches_by_hand() -> None:
    story = Story().accepted(STALL)
    assert story.do(WANG, "file_case", condition="1").state is State.FILED

"""The five divisions of work between city and districts, as rules: the promises hold on each (workflow section 8).

The same walks, the same checks after every act, the source unchanged; only the file of rules differs."""

from pathlib import Path

import pytest

from citygrid.process.rules import Variant
from citygrid.rulebook.variants import parse_variant
from tests.process.city import (
    CENTRE,
    CHEN,
    DENG,
    DISTRICT_CENTRE,
    DU,
    HAN,
    HU,
    LI,
    SECOND_LEVEL,
    STREET_TEAM,
    THERE,
    WANG,
    WHY,
    ZHENG,
    Story,
    photo,
    rules_with,
)
from tests.process.walker import Walk

FOLDER = Path(__file__).parent.parent / "cities" / "variants"
FIVE = {path.stem: path for path in sorted(FOLDER.glob("*.toml"))}


def read(code: str) -> Variant:
    variant, report = parse_variant(f"{code}.toml", FIVE[code].read_text("utf-8"))
    assert variant is not None, [str(one) for one in report.problems]
    return variant


def test_there_are_five() -> None:
    """S2-20: and each says in its name which it is."""
    assert set(FIVE) == {"districts_run", "one_level", "two_level_both", "two_level_command", "zone"}
    assert {read(code).code for code in FIVE} == set(FIVE)


@pytest.mark.parametrize("code", sorted(FIVE))
@pytest.mark.parametrize("seed", range(3))
def test_random_lives_keep_every_promise(code: str, seed: int) -> None:
    walk = Walk(seed, variant=read(code)).run(200)
    assert sum(walk.acts.values()) > 60
    levels = {"forward", "escalate"} & set(walk.acts)
    assert not levels or code in ("two_level_command", "two_level_both", "districts_run")


@pytest.mark.parametrize("code", sorted(FIVE))
def test_who_handles_never_judges_in_any_of_them(code: str) -> None:
    """S0-04, S3-19."""
    acts = read(code).acts
    for name in ("check", "close", "verify", "review_self", "rework", "redispatch", "review_appeal"):
        assert not acts[name] & {"unit_desk", "worker", "person_in_charge"}, name


def test_what_a_district_cannot_dispatch_the_city_does_by_the_same_clock() -> None:
    """S2-23: handed up with its due; the city dispatches, the district checks."""
    story = Story(rules=rules_with(501, **vars_of("districts_run")))
    story.reported(place=THERE, source="collector").later(minutes=2)
    story.do(DU, "accept", distinct=True)
    story.do(HU, "file_case", condition="1")
    due = story.held("dispatch").due
    assert story.held("dispatch").holder.body == DISTRICT_CENTRE
    story.refused("not_yours", LI, "dispatch", body=10)
    story.later(minutes=4).do(HAN, "escalate", reason=WHY)
    item = story.held("dispatch")
    assert (item.holder.body, item.due) == (CENTRE, due), "the clock of the step goes on"
    story.refused("not_yours", HAN, "dispatch", body=10)
    assert story.do(LI, "dispatch", body=10).line.holder.body == 10
    assert "escalated" in story.case.marks


def test_a_second_level_platform_has_a_clock_of_its_own_within_the_citys() -> None:
    story = Story(rules=rules_with(500, **vars_of("two_level_command")))
    story.reported(source="collector").later(minutes=2)
    story.do(CHEN, "accept", distinct=True)
    story.do(WANG, "file_case", condition="1")
    story.do(LI, "dispatch", body=SECOND_LEVEL)
    due = story.case.due
    story.later(minutes=30).do(ZHENG, "forward", body=STREET_TEAM)
    upper, lower = (i for i in story.case.work if i.kind == "handle")
    assert upper.due == due == story.case.due, "moving between levels keeps the city's deadline"
    assert lower.opened_at > upper.opened_at and lower.on_line and not upper.on_line
    story.do(DENG, "sign")
    story.do(DENG, "feed_back", media=[photo("a")])
    assert story.do(ZHENG, "feed_back", media=[photo("b")]).state.value == "handled"


def vars_of(code: str) -> dict[str, object]:
    variant = read(code)
    return {name: getattr(variant, name) for name in Variant.__dataclass_fields__}
